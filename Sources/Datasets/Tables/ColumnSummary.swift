/// What a column of a file was read as, for people.
public struct ColumnSummary: Equatable, Sendable, Encodable {
  public var name: String
  /// 0-based.
  public var position: Int
  public var kind: Kind
  /// Why it is left out.
  public var reason: String?
  public var missing = 0
  /// Of numbers and dates.
  public var smallest: String?
  public var largest: String?
  /// Of categories: how many there are, and the commonest with their numbers of rows.
  public var categories: Int?
  public var commonest: [Count] = []
  /// Features made of it.
  public var features = 0

  public enum Kind: String, Encodable, Sendable {
    case number, category, date, target, text
    case rowNumber = "row number"
    case sequenceID = "sequence id"
    case time
    case leftOut = "left out"
  }

  public struct Count: Equatable, Sendable, Encodable {
    public var name: String
    public var rows: Int
  }

  init(_ column: RawColumn, _ position: Int, _ kind: Kind, reason: String? = nil) {
    (name, self.position, self.kind, self.reason) = (column.name, position, kind, reason)
  }
}
