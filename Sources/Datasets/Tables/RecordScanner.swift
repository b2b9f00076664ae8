/// What separates the cells of a row.
package enum Delimiter: Equatable, Sendable, CaseIterable {
  case comma
  case tab
  case semicolon
  case bar
  /// Any run of spaces and tabs; at the ends of a line they mean nothing.
  case whitespace

  var byte: UInt8 {
    switch self {
    case .comma: UInt8(ascii: ",")
    case .tab: UInt8(ascii: "\t")
    case .semicolon: UInt8(ascii: ";")
    case .bar: UInt8(ascii: "|")
    case .whitespace: UInt8(ascii: " ")
    }
  }
}

/// Where a cell lies in the buffer: without its quotes, or without the blanks around it.
struct Field {
  var start: Int
  var end: Int
  var isQuoted = false
  /// Holds doubled quotes, each of which means one.
  var hasDoubledQuotes = false

  var count: Int { end - start }
}

/// Finds the cells of one row (RFC 4180; lines end in LF, CRLF or CR).
struct RecordScanner {
  enum Outcome {
    /// The next row starts here.
    case record(end: Int)
    /// The row goes on after the buffer.
    case incomplete
    case unclosedQuote
    case textAfterQuote
  }

  let delimiter: Delimiter
  /// Of the last row scanned.
  private(set) var fields: [Field] = []
  /// Line ends in it, quoted ones too.
  private(set) var lines = 0

  init(_ delimiter: Delimiter) { self.delimiter = delimiter }

  /// Whether the row is an empty line.
  var isBlank: Bool { fields.count == 1 && fields[0].count == 0 && !fields[0].isQuoted }

  /// Scans the row that starts at `start` (< `end`).
  mutating func scan(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, atEnd: Bool) -> Outcome {
    fields.removeAll(keepingCapacity: true)
    lines = 0
    let separator = delimiter.byte
    let mergesRuns = delimiter == .whitespace
    var position = start
    while true {
      position = skipBlanks(bytes, from: position, to: end)
      if position < end, bytes[position] == quote {
        if let failure = scanQuoted(bytes, &position, to: end, atEnd: atEnd) { return failure }
      } else {
        let first = position
        while position < end {
          let byte = bytes[position]
          if byte == separator || byte == newline || byte == carriageReturn || (mergesRuns && byte == tab) {
            break
          }
          position += 1
        }
        if position == end && !atEnd { return .incomplete }
        appendField(bytes, from: first, to: position)
      }
      if mergesRuns { position = skipBlanks(bytes, from: position, to: end) }
      guard position < end else { return atEnd ? .record(end: end) : .incomplete }
      switch bytes[position] {
      case newline:
        lines += 1
        return .record(end: position + 1)
      case carriageReturn:
        if position + 1 == end && !atEnd { return .incomplete }
        lines += 1
        let isPair = position + 1 < end && bytes[position + 1] == newline
        return .record(end: position + (isPair ? 2 : 1))
      default:
        if !mergesRuns { position += 1 }
      }
    }
  }

  private mutating func appendField(_ bytes: UnsafePointer<UInt8>, from first: Int, to position: Int) {
    var last = position
    while last > first, bytes[last - 1] == space || bytes[last - 1] == tab { last -= 1 }
    fields.append(Field(start: first, end: last))
  }

  /// Scans a quoted cell and the blanks after it, up to the delimiter or line end.
  private mutating func scanQuoted(
    _ bytes: UnsafePointer<UInt8>, _ position: inout Int, to end: Int, atEnd: Bool
  ) -> Outcome? {
    var field = Field(start: position + 1, end: position + 1, isQuoted: true)
    position += 1
    while true {
      guard position < end else { return atEnd ? .unclosedQuote : .incomplete }
      let byte = bytes[position]
      if byte == quote {
        if position + 1 == end && !atEnd { return .incomplete }
        guard position + 1 < end, bytes[position + 1] == quote else { break }
        field.hasDoubledQuotes = true
        position += 1
      } else if byte == newline {
        lines += 1
      }
      position += 1
    }
    field.end = position
    fields.append(field)
    let close = position
    position = skipBlanks(bytes, from: close + 1, to: end)
    if position == end { return atEnd ? nil : .incomplete }
    let isSeparated = delimiter == .whitespace && position > close + 1
    let isEnd =
      bytes[position] == delimiter.byte || bytes[position] == newline
      || bytes[position] == carriageReturn
    return isEnd || isSeparated ? nil : .textAfterQuote
  }

  /// Skips spaces, and tabs where they are not the delimiter.
  private func skipBlanks(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
    var position = start
    while position < end, bytes[position] == space || (bytes[position] == tab && delimiter != .tab) {
      position += 1
    }
    return position
  }
}

let newline = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let space = UInt8(ascii: " ")
let tab = UInt8(ascii: "\t")
private let quote = UInt8(ascii: "\"")
