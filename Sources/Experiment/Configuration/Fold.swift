/// One of several parts of all rows, each of which is held out once: cross-validation.
///
/// Written `3/10`: the third of ten.
public struct Fold: Equatable, Hashable, Sendable {
  /// From 1.
  public var index: Int
  /// At least 2.
  public var count: Int

  /// More parts than anybody trains for.
  public static let maxFolds = 1_000

  /// `nil`: there is no such part.
  public init?(index: Int, of count: Int) {
    guard (2...Self.maxFolds).contains(count), (1...count).contains(index) else { return nil }
    (self.index, self.count) = (index, count)
  }

  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(index: index, of: count)
  }

  public static func all(_ count: Int) -> [Fold] {
    (1...max(count, 1)).compactMap { Fold(index: $0, of: count) }
  }
}

extension Fold: Codable, CustomStringConvertible {
  public var description: String { "\(index)/\(count)" }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let fold = Fold(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a fold is written as its number and their count, such as 3/10")
    }
    self = fold
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
