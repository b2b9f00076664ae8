import ArgumentParser

/// Different seeds: `0..9`, `0,3,7`, or both, as in `0..3,7`.
struct SeedList: ExpressibleByArgument, Equatable {
  private(set) var seeds: [UInt64] = []

  /// More runs than anybody waits for, and fewer than fill the memory.
  private static let limit = 10_000

  init?(argument: String) {
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let range = Self.range(part), range.upperBound <= UInt64(Int64.max),
        range.upperBound - range.lowerBound < UInt64(Self.limit)
      else { return nil }
      seeds += range
    }
    guard seeds.count <= Self.limit, Set(seeds).count == seeds.count else { return nil }
  }

  private static func range(_ text: Substring) -> ClosedRange<UInt64>? {
    if let seed = UInt64(text) { return seed...seed }
    guard let dots = text.firstRange(of: ".."), let first = UInt64(text[..<dots.lowerBound]),
      let last = UInt64(text[dots.upperBound...]), first <= last
    else { return nil }
    return first...last
  }
}
