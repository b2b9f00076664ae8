import PlainText

/// What is wrong with data or with how it was asked for: facts, of which `description` makes one sentence.
public struct DataError: Error, Equatable, Sendable {
  /// The path as the user gave it.
  public var file: String?
  /// The number of the line, from 1.
  public var line: Int?
  /// Its name in the header, or `x` and its 0-based index.
  public var column: String?
  /// What is wrong, with the facts of it.
  public var reason: Reason

  /// An error at a place, as far as that is known.
  public init(_ reason: Reason, file: String? = nil, line: Int? = nil, column: String? = nil) {
    self.reason = reason
    self.file = file
    self.line = line
    self.column = column
  }

  /// What is wrong. Each domain, and each format that has problems of its own, adds a function that makes one of them.
  public struct Reason: Equatable, Sendable {
    private let problem: any DataProblem

    init(_ problem: some DataProblem) { self.problem = problem }

    fileprivate var sentence: String { problem.sentence }

    /// The problem, if it is one with a table.
    var tableProblem: TableProblem? { problem as? TableProblem }

    public static func == (left: Reason, right: Reason) -> Bool { isEqual(left.problem, right.problem) }

    private static func isEqual<Problem: DataProblem>(_ left: Problem, _ right: any DataProblem) -> Bool {
      left == right as? Problem
    }
  }
}

/// What can be wrong with data, by the domain or the format that knows it: facts, and the sentence made of them.
protocol DataProblem: Equatable, Sendable {
  /// What is wrong, and what to do.
  var sentence: String { get }
}

extension DataError: CustomStringConvertible {
  /// One sentence that says where the problem is, what it is, and what to do. It is safe to print: control characters
  /// are escaped.
  public var description: String {
    var place = file.map { sanitized($0, limit: 300) } ?? ""
    if let line { place += (place.isEmpty ? "" : ", ") + "line \(line)" }
    if let column { place += (place.isEmpty ? "" : ", ") + "column \(sanitized(column))" }
    return (place.isEmpty ? "" : place + ": ") + reason.sentence
  }
}

extension DataError: UserFacingError {
  public var exitStatus: ExitStatus { .badInput }
}
