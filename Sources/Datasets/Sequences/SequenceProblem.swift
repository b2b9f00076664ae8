import PlainText

/// What can be wrong with the sequences in a table.
public enum SequenceProblem: Equatable, Sendable {
  case missingIdentifier
  case notATime(text: String)
  case changingTarget(sequence: String, values: [String])
  case columnWithTwoRoles
}

extension SequenceProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .missingIdentifier:
      "the row does not say which sequence it belongs to; fill the cell, or remove the row"
    case .notATime(let text):
      "\(quoted(text)) is not a time like the others; write all of them as numbers, or all as dates with the "
        + "year first"
    case .changingTarget(let sequence, let values):
      "the sequence \(quoted(sequence)) has both \(quoted(values[0])) and \(quoted(values[1])) to predict; "
        + "give all its rows the same"
    case .columnWithTwoRoles:
      "the column is asked to be two of sequence id, time and target; choose a column for each"
    }
  }
}

extension DataError.Reason {
  /// A problem with sequences.
  public static func sequences(_ problem: SequenceProblem) -> Self { Self(problem) }
}
