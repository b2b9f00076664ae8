/// A table cell in four bytes: a number, or, in the bits of a NaN, the code of a text.
package struct Cell: Hashable, Sendable {
  private var bits: UInt32
  private static let tag: UInt32 = 0x7FC0_0000

  static let missing = Cell(bits: tag)
  /// A text that was not kept, because its column has too many different ones.
  static let otherText = Cell(bits: tag | 1)

  private init(bits: UInt32) { self.bits = bits }
  /// A finite number; −0 becomes 0.
  init(number: Float) { bits = (number + 0).bitPattern }
  init(text code: Int) { bits = Self.tag | UInt32(code + 2) }

  var isMissing: Bool { self == .missing }
  var isText: Bool { bits & Self.tag == Self.tag && !isMissing }
  var number: Float? { bits & Self.tag == Self.tag ? nil : Float(bitPattern: bits) }
  /// Index among the column's texts.
  var code: Int? { bits & Self.tag == Self.tag && bits > Self.tag + 1 ? Int(bits - Self.tag) - 2 : nil }
}

/// A column as it stands in the file.
package struct RawColumn {
  package var name: String
  package private(set) var cells: [Cell] = []
  private(set) var texts = TextIndex()
  private var numbers = 0
  private var missing = 0
  /// The first cell that is not a number, and the first whose number is not finite: text and line.
  private var firstText: (text: String, line: Int)?
  private var firstInfinite: (text: String, line: Int)?
  private var textCells = 0
  private var infinite = 0
  private var decimalCommas = 0
  /// Numbers are kept as Float differences from this, so that times and coordinates, large and close
  /// together, keep their digits. 0 unless the column's first number is large.
  private var base = 0.0

  private static let exactlyKept = 65536.0

  init(name: String) { self.name = name }

  mutating func append(number: Double) {
    if numbers == 0, abs(number) >= Self.exactlyKept { base = number }
    numbers += 1
    cells.append(Cell(number: Float(number - base)))
  }

  mutating func appendMissing() {
    missing += 1
    cells.append(.missing)
  }

  /// Appends a text; `isInfinite`: it spells a number that is too large.
  mutating func append(text: String, line: Int, isInfinite: Bool, hasDecimalComma: Bool) {
    if firstText == nil { firstText = (text, line) }
    if isInfinite {
      if firstInfinite == nil { firstInfinite = (text, line) }
      infinite += 1
    }
    if hasDecimalComma { decimalCommas += 1 }
    textCells += 1
    cells.append(texts.insertedCode(of: text).map { Cell(text: $0) } ?? .otherText)
  }

  /// As `append(text:…)`, for a text seen before; false if it was not.
  mutating func append(knownText bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let code = texts.code(of: bytes) else { return false }
    textCells += 1
    cells.append(Cell(text: code))
    return true
  }

  package func value(_ cell: Cell) -> Double? { cell.number.map { base + Double($0) } }

  /// The cell's text, numbers in their shortest form; nil if missing or not kept.
  func name(of cell: Cell) -> String? {
    if let code = cell.code { return texts.texts[code] }
    return value(cell).map(shortForm)
  }

  func shortForm(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return base == 0 ? "\(Float(value))" : "\(value)"
  }

  /// Whether its cells are numbers, as all must be but missing ones.
  ///
  /// Where texts are few (at most 5, or 1 % of the rows, and half as many as numbers), they are mistakes.
  func isNumeric(file: String) throws(DataError) -> Bool {
    guard textCells > 0 else { return true }
    let hasFewTexts = numbers >= 2 * textCells && textCells <= max(5, cells.count / 100)
    if infinite > 0, hasFewTexts || infinite == textCells || numbers >= 2 * textCells {
      throw error(firstInfinite, file: file) { .table(.notFinite(text: $0)) }
    }
    if decimalCommas > 0, decimalCommas + numbers == cells.count - missing {
      throw error(firstText, file: file) { .table(.decimalComma(text: $0)) }
    }
    if hasFewTexts { throw notANumber(file: file) }
    return false
  }

  /// Whether nine in ten of its values are numbers, though it is not numeric.
  var isMostlyNumeric: Bool { numbers >= 9 * textCells }

  func requireNumbers(file: String) throws(DataError) {
    if try !isNumeric(file: file) { throw notANumber(file: file) }
  }

  func notANumber(file: String) -> DataError {
    error(firstText, file: file) { .table(.notANumber(text: $0, others: numbers)) }
  }

  private func error(
    _ place: (text: String, line: Int)?, file: String, _ reason: (String) -> DataError.Reason
  ) -> DataError {
    DataError(reason(place?.text ?? ""), file: file, line: place?.line, column: name)
  }
}

/// The different texts of a column, in order of appearance, found by their bytes.
struct TextIndex {
  /// More are not kept: such a column is of no use as categories.
  static let limit = 1000

  private(set) var texts: [String] = []
  /// Whether there were more than are kept.
  private(set) var isFull = false
  private var bytes: [[UInt8]] = []
  /// Open addressing: code or −1. A power of two, at most half full.
  private var slots: [Int32] = []

  /// The code of a text, new or not; nil for a new one beyond the limit.
  mutating func insertedCode(of text: String) -> Int? {
    let utf8 = Array(text.utf8)
    if let code = utf8.withUnsafeBufferPointer({ code(of: $0) }) { return code }
    guard texts.count < Self.limit else {
      isFull = true
      return nil
    }
    texts.append(text)
    bytes.append(utf8)
    if 2 * texts.count > slots.count {
      slots = [Int32](repeating: -1, count: max(16, 4 * texts.count.nextPowerOfTwo))
      for code in texts.indices { insert(code) }
    } else {
      insert(texts.count - 1)
    }
    return texts.count - 1
  }

  func code(of text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !slots.isEmpty else { return nil }
    var slot = Self.hash(text) & (slots.count - 1)
    while slots[slot] >= 0 {
      let code = Int(slots[slot])
      if bytes[code].count == text.count, bytes[code].elementsEqual(text) { return code }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func insert(_ code: Int) {
    var slot = bytes[code].withUnsafeBufferPointer { Self.hash($0) } & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(code)
  }

  /// FNV-1a, 64 bits, folded.
  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7FFF_FFFF)
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
