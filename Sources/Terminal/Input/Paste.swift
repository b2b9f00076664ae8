/// Text between the marks with which a terminal encloses a paste.
struct Paste: Equatable {
  /// The rest of a longer one is dropped.
  static let longest = 65536
  private static let end = Array("\u{1B}[201~".utf8)

  private(set) var isOpen = true
  private var bytes: [UInt8] = []
  /// The length of all that came, kept or not.
  private var length = 0
  private var matched = 0

  /// The text, once the end mark is complete. Ctrl-C breaks off, should the mark have been lost.
  mutating func append(_ byte: UInt8) -> String? {
    if byte == 0x03 {
      isOpen = false
      return nil
    }
    // The mark's first byte occurs in it only once, so a failed match can restart only at this byte.
    matched = byte == Self.end[matched] ? matched + 1 : byte == Self.end[0] ? 1 : 0
    length += 1
    if bytes.count < Self.longest { bytes.append(byte) }
    guard matched == Self.end.count else { return nil }
    isOpen = false
    return text
  }

  private var text: String {
    let content = bytes.prefix(length - Self.end.count)
    var result = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in String(decoding: content, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\r": result.append("\n")
      case "\n": if previous != "\r" { result.append("\n") }
      case "\t": result.append(" ")
      default: if !scalar.isControl { result.append(scalar) }
      }
      previous = scalar
    }
    return String(result)
  }
}
