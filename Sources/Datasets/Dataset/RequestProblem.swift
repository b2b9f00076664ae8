/// What can be wrong with a request for data.
public enum RequestProblem: Equatable, Sendable {
  case noSource
  case twoSources
  case badFraction(option: String, value: Double)
  case fractionsLeaveNothing
}

extension RequestProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .noSource: "no data given; name a built-in task or a data file"
    case .twoSources: "both a built-in task and a data file are given; choose one"
    case .badFraction(let option, let value):
      "the \(option) fraction is \(value); it must be at least 0 and below 1"
    case .fractionsLeaveNothing:
      "the validation and test fractions leave no rows to train on; their sum must be below 1"
    }
  }
}

extension DataError.Reason {
  /// A problem with a request for data.
  public static func request(_ problem: RequestProblem) -> Self { Self(problem) }
}
