import ArgumentParser

/// Different seeds: `0..9`, `0,3,7`, or both, as in `0..3,7`.
package struct SeedList: Equatable {
  package private(set) var seeds: [UInt64] = []

  /// More runs than anybody waits for, and fewer than fill the memory.
  private static let limit = 10_000

  /// - Throws: why a text names no seeds.
  @Sendable package init(_ text: String) throws {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range = try Self.range(part)
      guard range.upperBound <= UInt64(Int64.max) else {
        throw ValidationError("seeds are at most \(Int64.max)")
      }
      guard range.upperBound - range.lowerBound < UInt64(Self.limit) else { throw Self.tooMany }
      seeds += range
    }
    guard seeds.count <= Self.limit else { throw Self.tooMany }
    var seen: Set<UInt64> = []
    if let twice = seeds.first(where: { !seen.insert($0).inserted }) {
      throw ValidationError("it names \(twice) twice, and a run with the same seed is the same run")
    }
  }

  private static var tooMany: ValidationError { ValidationError("it names more than \(limit) seeds") }

  private static func range(_ text: Substring) throws -> ClosedRange<UInt64> {
    if let seed = UInt64(text) { return seed...seed }
    guard let dots = text.firstRange(of: ".."), let first = UInt64(text[..<dots.lowerBound]),
      let last = UInt64(text[dots.upperBound...])
    else { throw ValidationError("it must be whole numbers, 0 or more, such as 0..9 or 0,3,7") }
    guard first <= last else { throw ValidationError("the first seed of \(text) is larger than the last") }
    return first...last
  }
}
