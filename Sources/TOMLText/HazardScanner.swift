/// Walks over a TOML document and notes where brackets do not match, a header is none, or a date begins: on some of
/// these, TOMLKit's parser ends the process. Everything else is left to the parser.
struct HazardScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  /// Brackets that are open: `[` or `{`.
  private var open: [UInt8] = []

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The first line, from 1, that the parser must not see.
  mutating func mistake() -> TOMLMistake? {
    var isLineStart = true
    while let byte = peek() {
      switch byte {
      case ascii("\n"):
        line += 1
        isLineStart = true
        position += 1
        continue
      case ascii(" "), ascii("\t"), ascii("\r"):
        position += 1
        continue
      case ascii("#"): skipComment()
      case ascii("\""), ascii("'"): skipString(byte)
      case ascii("[") where isLineStart && open.isEmpty:
        if let mistake = header() { return mistake }
      case ascii("0")...ascii("9"):
        if skipNumber() { return TOMLMistake(line: line, reason: "this is no number; no setting is a date") }
      default:
        if let mistake = bracket(byte) { return mistake }
        position += 1
      }
      isLineStart = false
    }
    return nil
  }

  private func ascii(_ character: Unicode.Scalar) -> UInt8 { UInt8(ascii: character) }

  private func peek(_ offset: Int = 0) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  private mutating func bracket(_ byte: UInt8) -> TOMLMistake? {
    switch byte {
    case ascii("["), ascii("{"): open.append(byte)
    case ascii("]"), ascii("}"):
      let partner = byte == ascii("]") ? ascii("[") : ascii("{")
      guard open.popLast() == partner else {
        return TOMLMistake(line: line, reason: "this \(Character(Unicode.Scalar(byte))) closes nothing")
      }
    default: break
    }
    return nil
  }

  /// `[name]` or `[[name]]`: its name must begin as one.
  private mutating func header() -> TOMLMistake? {
    position += 1
    skipSpaces()
    if peek() == ascii("[") {
      position += 1
      skipSpaces()
    }
    guard let byte = peek(), Self.beginningsOfNames.contains(byte) else {
      return TOMLMistake(
        line: line, reason: "a section's name, in [brackets], is made of letters a–z, digits, _ and -")
    }
    while let byte = peek(), byte != ascii("\n") {
      if byte == ascii("#") { break }
      if byte == ascii("\"") || byte == ascii("'") { skipString(byte) } else { position += 1 }
    }
    return nil
  }

  /// What bare and quoted names begin with, and the end of an empty one, which the parser reports itself.
  private static let beginningsOfNames = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-\"']".utf8)

  private mutating func skipSpaces() {
    while let byte = peek(), byte == ascii(" ") || byte == ascii("\t") { position += 1 }
  }

  /// A number or, in a name, digits.
  ///
  /// - Returns: whether a `-` stands in it that belongs to no exponent, as in dates.
  private mutating func skipNumber() -> Bool {
    while let byte = peek(), byte.isNumberLike {
      if byte == ascii("-"), peek(-1).map({ $0 | 0x20 }) != ascii("e") { return true }
      position += 1
    }
    return false
  }

  private mutating func skipComment() {
    while let byte = peek(), byte != ascii("\n") { position += 1 }
  }

  /// A string of one line, or of several between three quotes.
  private mutating func skipString(_ quote: UInt8) {
    let isLong = peek(1) == quote && peek(2) == quote
    position += isLong ? 3 : 1
    while let byte = peek() {
      if byte == ascii("\n") {
        if !isLong { return }
        line += 1
      }
      if byte == ascii("\\") && quote == ascii("\"") && peek(1) != ascii("\n") {
        position += min(2, bytes.count - position)
        continue
      }
      if byte == quote && (!isLong || (peek(1) == quote && peek(2) == quote)) {
        position += isLong ? 3 : 1
        return
      }
      position += 1
    }
  }
}

extension UInt8 {
  fileprivate var isNumberLike: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: ":"), UInt8(ascii: "+"):
      true
    default: false
    }
  }
}
