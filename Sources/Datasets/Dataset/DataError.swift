import PlainText

/// What is wrong with data or with how it was asked for: facts, of which `description` makes one sentence.
public struct DataError: Error, Equatable, Sendable {
  /// As given by the user.
  public var file: String?
  /// From 1.
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

  /// What is wrong, by the domain that knows it.
  public enum Reason: Equatable, Sendable {
    case request(RequestProblem)
    case file(FileProblem)
    case rows(RowsProblem)
    case table(TableProblem)
    case sequences(SequenceProblem)
    case images(ImageProblem)
    case texts(TextProblem)
    case graphs(GraphProblem)
    case numpy(NumPyProblem)
  }
}

extension DataError: CustomStringConvertible {
  /// One sentence: where, what is wrong, what to do. It is safe to print: control characters are escaped.
  public var description: String {
    var place = file.map { sanitized($0, limit: 300) } ?? ""
    if let line { place += (place.isEmpty ? "" : ", ") + "line \(line)" }
    if let column { place += (place.isEmpty ? "" : ", ") + "column \(sanitized(column))" }
    return (place.isEmpty ? "" : place + ": ") + reason.sentence
  }
}

extension DataError.Reason {
  fileprivate var sentence: String {
    switch self {
    case .request(let problem): problem.sentence
    case .file(let problem): problem.sentence
    case .rows(let problem): problem.sentence
    case .table(let problem): problem.sentence
    case .sequences(let problem): problem.sentence
    case .images(let problem): problem.sentence
    case .texts(let problem): problem.sentence
    case .graphs(let problem): problem.sentence
    case .numpy(let problem): problem.sentence
    }
  }
}

extension DataError: UserFacingError {
  public var exitStatus: ExitStatus { .badInput }
}
