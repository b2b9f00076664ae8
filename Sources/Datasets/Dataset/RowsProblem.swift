import Experiment
import PlainText

/// What can be wrong with the rows of data of any kind.
public enum RowsProblem: Equatable, Sendable {
  case tooFewRows(found: Int, needed: Int)
  case oneClass(String)
  case noTargets
  case unknownClass(String, known: [String])
  /// `found`: `nil` if that is not known.
  case otherKind(expected: DataKind, found: DataKind?)
}

extension RowsProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .tooFewRows(let found, let needed):
      "\(found == 1 ? "1 row is" : "\(found) rows are") too few to train on and hold rows out; give at "
        + "least \(needed), or hold out less"
    case .oneClass(let name):
      "every row is of the class \(quoted(name)); a classifier needs at least two classes"
    case .noTargets: "no row has a value to predict; give rows with targets, or choose another target column"
    case .unknownClass(let name, let known):
      "the class \(quoted(name)) does not occur in the training data"
        + suggestion(nearestTo: name, of: known, "classes")
    case .otherKind(let expected, let found):
      "the training data are \(expected.name), but "
        + (found.map { "these are \($0.name)" } ?? "this is something else")
        + "; give \(DataFormats.summary(of: expected))"
    }
  }
}

extension DataError.Reason {
  /// A problem with rows of any kind.
  public static func rows(_ problem: RowsProblem) -> Self { Self(problem) }
}
