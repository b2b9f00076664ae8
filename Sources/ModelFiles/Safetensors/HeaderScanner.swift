import AtomicFiles

/// Parses the header of a safetensors file: the subset of JSON that the format allows, in time and memory proportional
/// to its bytes.
struct HeaderScanner {
  private let text: [UInt8]
  private var position = 0
  /// The most extents a shape may have; NumPy allows 32.
  private static let largestRank = 64

  /// - Parameter text: valid UTF-8.
  init(_ text: [UInt8]) {
    self.text = text
  }

  mutating func header() throws(ModelFileError.Tensors) -> SafetensorsHeader {
    var header = SafetensorsHeader(count: text.count)
    var names: Set<String> = []
    try object { scanner, name throws(ModelFileError.Tensors) in
      guard names.insert(name).inserted else { throw .duplicateTensor(name) }
      if name == Safetensors.metadataName {
        header.metadata = try scanner.metadata()
      } else {
        header.entries.append(try scanner.entry(name))
      }
    }
    skipSpace()
    if position < text.count { throw failure("the end") }
    return header
  }

  private mutating func metadata() throws(ModelFileError.Tensors) -> [String: String] {
    var result: [String: String] = [:]
    try object { scanner, key throws(ModelFileError.Tensors) in result[key] = try scanner.string() }
    return result
  }

  private mutating func entry(_ name: String) throws(ModelFileError.Tensors) -> SafetensorsHeader.Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try object { scanner, key throws(ModelFileError.Tensors) in
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.numbers()
      case "data_offsets" where offsets == nil: offsets = try scanner.numbers()
      default: throw scanner.failure("dtype, shape and data_offsets, once each,")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw failure("dtype, shape and two data_offsets")
    }
    return SafetensorsHeader.Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private mutating func object(
    _ member: (inout HeaderScanner, String) throws(ModelFileError.Tensors) -> Void
  ) throws(ModelFileError.Tensors) {
    try expect("{")
    if skip("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while skip(",")
    try expect("}")
  }

  private mutating func numbers() throws(ModelFileError.Tensors) -> [Int] {
    try expect("[")
    var result: [Int] = []
    if skip("]") { return result }
    repeat {
      guard result.count < Self.largestRank else {
        throw failure("an array of at most \(Self.largestRank) numbers")
      }
      result.append(try number())
    } while skip(",")
    try expect("]")
    return result
  }

  /// A whole number of at least 0, without sign, fraction or exponent.
  private mutating func number() throws(ModelFileError.Tensors) -> Int {
    skipSpace()
    let start = position
    while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) {
      position += 1
    }
    let digits = text[start..<position]
    guard let value = Int(String(decoding: digits, as: UTF8.self)), digits.count == 1 || digits.first != 0x30
    else {
      position = start
      throw failure("a whole number below 2^63")
    }
    return value
  }

  private mutating func string() throws(ModelFileError.Tensors) -> String {
    try expect("\"")
    var bytes: [UInt8] = []
    while position < text.count {
      let byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"): bytes += try String(escape()).utf8
      case 0..<0x20:
        position -= 1
        throw failure("text without control characters")
      default: bytes.append(byte)
      }
    }
    throw failure("a closing quote")
  }

  private mutating func escape() throws(ModelFileError.Tensors) -> Unicode.Scalar {
    guard position < text.count else { throw failure("an escape") }
    position += 1
    switch UnicodeScalar(text[position - 1]) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let first = try codeUnit()
      if let scalar = Unicode.Scalar(first) { return scalar }
      if UTF16.isLeadSurrogate(first), position + 1 < text.count, text[position] == UInt8(ascii: "\\"),
        text[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let second = try codeUnit()
        if UTF16.isTrailSurrogate(second) {
          return UTF16.decode(UTF16.EncodedScalar([first, second]))
        }
      }
      throw failure("a pair of surrogates")
    default:
      position -= 1
      throw failure("an escape")
    }
  }

  /// Four hexadecimal digits.
  private mutating func codeUnit() throws(ModelFileError.Tensors) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard position < text.count, let digit = Character(UnicodeScalar(text[position])).hexDigitValue else {
        throw failure("four hexadecimal digits")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }

  private mutating func expect(_ symbol: Unicode.Scalar) throws(ModelFileError.Tensors) {
    if !skip(symbol) { throw failure("'\(symbol)'") }
  }

  /// Skips white space, and the symbol if it is next; returns whether it was.
  private mutating func skip(_ symbol: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < text.count {
      switch text[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private func failure(_ expected: String) -> ModelFileError.Tensors {
    .badHeader(byte: 8 + position, expected: expected)
  }
}
