import Experiment

/// What makes sequences of a file's rows.
public enum SequenceLayout: Equatable, Sendable {
  /// The rows of a table that name the same sequence, in the order of a column of times, or of the file.
  case columns(identifier: KeyColumn, time: KeyColumn?)
  /// The pixels of an image, one per step, row by row or in an order drawn from a seed.
  case pixels(permutation: UInt64?)

  /// A column that says where its row belongs.
  public struct KeyColumn: Codable, Equatable, Sendable {
    /// The name in the header, or `x` and the position.
    public var name: String
    /// 0-based, in the training file.
    public var position: Int
    /// The order of day, month and year in times that are dates; `nil`: times are numbers.
    public var dateOrder: DateOrder?
    /// How times that are numbers are printed; `nil`: plainly.
    public var format: NumberFormat?

    public init(
      name: String, position: Int, dateOrder: DateOrder? = nil, format: NumberFormat? = nil
    ) {
      self.name = name
      self.position = position
      self.dateOrder = dateOrder
      self.format = format
    }

    private enum CodingKeys: String, CodingKey {
      case name, position, format
      case dateOrder = "date_order"
    }
  }

  /// The column of the identifiers; `nil` for pixels.
  public var identifierName: String? { keys.first?.name }

  /// Identifier first; none for pixels.
  var keys: [KeyColumn] {
    if case .columns(let identifier, let time) = self { [identifier] + (time.map { [$0] } ?? []) } else { [] }
  }
}
