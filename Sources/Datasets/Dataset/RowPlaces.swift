/// The places of a dataset's observations in their file, from 1.
public struct RowPlaces: Equatable, Sendable {
  /// Whether a place is a line or a number.
  public enum Kind: String, Sendable {
    /// Lines of a table's rows, of texts or of translations.
    case line
    /// Numbers of images or graphs.
    case row
  }

  public var kind: Kind
  public var training: [Int] = []
  public var validation: [Int] = []
  public var test: [Int] = []

  init(_ table: RawTable, _ split: Split) { self.init(.line, split) { table.line(ofRow: $0) } }

  /// - Parameter place: of a row; by default its number.
  init(_ kind: Kind, _ split: Split, place: (Int) -> Int = { $0 + 1 }) {
    self.kind = kind
    training = split.training.map { place(Int($0)) }
    validation = split.validation.map { place(Int($0)) }
    test = split.test.map { place(Int($0)) }
  }

  /// Those of held-out or test observations, whichever are asked for.
  public func numbers(of part: Examples, _ path: KeyPath<RowPlaces, [Int]>) -> [Int] {
    let numbers = self[keyPath: path]
    // A part that the rows were not divided for has a file of its own.
    return kind == .row && numbers.isEmpty ? (0..<part.rows).map { $0 + 1 } : numbers
  }
}
