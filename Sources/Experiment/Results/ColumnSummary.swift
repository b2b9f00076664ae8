/// What a column of a file was read as, for people.
public struct ColumnSummary: Equatable, Sendable, Codable {
  public var name: String
  /// 0-based.
  public var position: Int
  public var kind: Kind
  /// Why it is left out.
  public var reason: String?
  public var missing = 0
  /// The least number or date, and the greatest.
  public var smallest: String?
  public var largest: String?
  /// For categories: how many there are, and the most frequent ones with their numbers of rows.
  public var categories: Int?
  public var commonest: [Count] = []
  /// Features made of it.
  public var features = 0
  /// What recurs in dates and has features of its own, such as "weekday"; `nil`: it is no date, or the version that
  /// wrote the report did not say.
  public var parts: [String]?

  public enum Kind: String, Codable, Sendable {
    case number, category, date, target, text
    case rowNumber = "row number"
    case sequenceID = "sequence id"
    case time
    case leftOut = "left out"
  }

  public struct Count: Equatable, Sendable, Codable {
    public var name: String
    public var rows: Int

    public init(name: String, rows: Int) { (self.name, self.rows) = (name, rows) }
  }

  public init(name: String, position: Int, kind: Kind, reason: String? = nil) {
    (self.name, self.position, self.kind, self.reason) = (name, position, kind, reason)
  }
}
