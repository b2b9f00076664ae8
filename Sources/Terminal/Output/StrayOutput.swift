/// Cuts what was printed behind the screen's back into lines that are safe to show.
package struct StrayOutput {
  /// Longer lines are cut in two.
  package static let longestLine = 1024

  /// What has no line end yet.
  package private(set) var unfinished: [UInt8] = []

  package init() {}

  /// The lines that end in these bytes; empty ones are left out.
  package mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte != UInt8(ascii: "\n") { unfinished.append(byte) }
      guard byte == UInt8(ascii: "\n") || unfinished.count >= Self.longestLine else { continue }
      let line = Self.sanitized(unfinished)
      if !line.isEmpty { lines.append(line) }
      unfinished.removeAll(keepingCapacity: true)
    }
    return lines
  }

  /// Decoded, without escape sequences and control characters; of a line overprinted with carriage returns, as
  /// progress bars do, the last version.
  package static func sanitized(_ bytes: [UInt8]) -> String {
    var result = String.UnicodeScalarView()
    var escape = Escape.none
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch (escape, scalar) {
      case (_, "\u{1B}"): escape = .started
      case (.started, "["): escape = .sequence
      case (.started, "]"): escape = .string
      case (.started, "\u{20}"..."\u{2F}"): break
      case (.started, _): escape = .none
      case (.sequence, _): if (0x40...0x7E).contains(scalar.value) { escape = .none }
      case (.string, _): if scalar == "\u{7}" { escape = .none }
      case (.none, "\r"): escape = .returned
      case (.none, "\t"), (.returned, "\t"): result.append(" ")
      default:
        if scalar.isControl { continue }
        if escape == .returned { result.removeAll() }
        escape = .none
        result.append(scalar)
      }
    }
    return String(result)
  }

  private enum Escape { case none, started, sequence, string, returned }
}
