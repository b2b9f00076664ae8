/// A cell of the first rows.
struct SampledCell {
  let text: String
  private let kind: Kind

  private enum Kind {
    case number, missing, text
  }

  init(_ bytes: UnsafePointer<UInt8>, _ field: Field, _ delimiter: Delimiter) {
    let cell = UnsafeBufferPointer(start: bytes + field.start, count: field.count)
    text = cellString(bytes, field)
    if decimal(cell) != nil || isInfinite(cell) {
      kind = .number
    } else if MissingTokens.default.hasText(cell) {
      kind = .missing
    } else if let printed = PrintedNumber(cell),
      delimiter != .comma || field.isQuoted || !cell.contains(delimiter.byte),
      NumberFormat.allCases.contains(where: { $0.value(printed) != nil })
    {
      kind = .number
    } else {
      kind = .text
    }
  }

  var looksNumeric: Bool { kind == .number }
  var isMissing: Bool { kind == .missing }
  var isEmpty: Bool { text.isEmpty }
  var wholeNumber: Int? { Int(text) }

  /// Whether white space divides it into numbers.
  var isSeveralNumbers: Bool {
    let parts = text.split { $0 == " " || $0 == "\t" }
    return parts.count > 1
      && parts.allSatisfy { Double($0) != nil || MissingTokens.default.texts.contains(String($0)) }
  }
}

/// A cell's text with doubled quotes undone and invalid UTF-8 replaced.
func cellString(_ bytes: UnsafePointer<UInt8>, _ field: Field) -> String {
  String(decoding: cellBytes(bytes, field), as: UTF8.self)
}

/// A cell's bytes with doubled quotes undone.
func cellBytes(_ bytes: UnsafePointer<UInt8>, _ field: Field) -> [UInt8] {
  let cell = UnsafeBufferPointer(start: bytes + field.start, count: field.count)
  guard field.hasDoubledQuotes, field.start > 0 else { return Array(cell) }
  let quote = bytes[field.start - 1]
  var text: [UInt8] = []
  var isSecond = false
  for byte in cell {
    isSecond = byte == quote && !isSecond
    if !isSecond || byte != quote { text.append(byte) }
  }
  return text
}
