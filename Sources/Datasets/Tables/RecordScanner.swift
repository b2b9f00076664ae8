/// What separates the cells of a row.
package struct Delimiter: Equatable, Sendable {
  let byte: UInt8
  /// Whether any run of spaces and tabs separates; at the ends of a line they mean nothing.
  let mergesRuns: Bool

  static let comma = Delimiter(byte: UInt8(ascii: ","), mergesRuns: false)
  static let tab = Delimiter(byte: UInt8(ascii: "\t"), mergesRuns: false)
  static let semicolon = Delimiter(byte: UInt8(ascii: ";"), mergesRuns: false)
  static let bar = Delimiter(byte: UInt8(ascii: "|"), mergesRuns: false)
  static let whitespace = Delimiter(byte: UInt8(ascii: " "), mergesRuns: true)

  /// The delimiters that are recognized in a file, in the order in which they are tried.
  static let candidates = [tab, comma, semicolon, bar, whitespace]

  private init(byte: UInt8, mergesRuns: Bool) { (self.byte, self.mergesRuns) = (byte, mergesRuns) }

  /// A delimiter from one character, `tab`, or `space` for runs of blanks; `nil` if the text cannot separate cells.
  package init?(_ text: String) {
    switch text.lowercased() {
    case "tab", "\\t": self = .tab
    case "space", "whitespace", " ": self = .whitespace
    case "comma": self = .comma
    case "semicolon": self = .semicolon
    case "bar", "pipe": self = .bar
    default:
      let bytes = Array(text.utf8)
      guard bytes.count == 1, bytes[0] == 9 || (33..<127).contains(bytes[0]), bytes[0] != doubleQuote,
        !Self.isOfWords(bytes[0])
      else { return nil }
      self.init(byte: bytes[0], mergesRuns: false)
    }
  }

  private static func isOfWords(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// What `init` makes the same delimiter of.
  package var text: String {
    if mergesRuns { return "space" }
    return self == .tab ? "tab" : String(UnicodeScalar(byte))
  }
}

/// What quotation marks around cells mean.
enum Quoting: Equatable {
  /// They are no part of the cell (RFC 4180): a cell that is not closed is an error.
  case strict(UInt8)
  /// Same as `strict` if the cell so read is closed and ends at a delimiter; otherwise the mark is text.
  case lenient(UInt8)
  /// They are text.
  case none
}

/// The place of a cell in the buffer, without its quotes, or without the blanks around it.
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
  let quoting: Quoting
  /// Cells that a row has; 0: not known. It decides what lenient quoting makes of a cell of several lines.
  var columnCount = 0
  /// The fields of the last row scanned.
  private(set) var fields: [Field] = []
  /// Line ends in it, quoted ones too.
  private(set) var lines = 0

  private static let longestLenientCell = 64 << 10

  init(_ delimiter: Delimiter, _ quoting: Quoting? = nil) {
    self.delimiter = delimiter
    // Where cells are separated by tabs, most programs write them without quotation marks.
    self.quoting = quoting ?? (delimiter == .tab ? .lenient(doubleQuote) : .strict(doubleQuote))
  }

  /// What marks a quoted cell; `nil`: nothing.
  private var quote: UInt8? {
    switch quoting {
    case .strict(let quote), .lenient(let quote): quote
    case .none: nil
    }
  }

  private var isLenient: Bool { if case .lenient = quoting { true } else { false } }

  /// Whether the row is an empty line.
  var isBlank: Bool { fields.count == 1 && fields[0].count == 0 && !fields[0].isQuoted }

  /// Scans the row that starts at `start` (< `end`).
  mutating func scan(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, atEnd: Bool) -> Outcome {
    fields.removeAll(keepingCapacity: true)
    lines = 0
    let separator = delimiter.byte
    let mergesRuns = delimiter.mergesRuns
    let quote = quote
    var position = start
    while true {
      position = skipBlanks(bytes, from: position, to: end)
      var isScanned = false
      if position < end, bytes[position] == quote {
        let (first, before) = (position, lines)
        switch scanQuoted(bytes, &position, to: end, atEnd: atEnd) {
        case nil: isScanned = true
        case .incomplete: return .incomplete
        case let failure?:
          guard isLenient else { return failure }
          (position, lines) = (first, before)
        }
        if isScanned, isLenient, lines > before, isSeveralRows(bytes, first, position, end) {
          fields.removeLast()
          (position, lines, isScanned) = (first, before, false)
        }
      }
      if !isScanned {
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
    let quote = bytes[position]
    var field = Field(start: position + 1, end: position + 1, isQuoted: true)
    position += 1
    while true {
      if isLenient, position - field.start > Self.longestLenientCell { return .unclosedQuote }
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
    let close = position
    position = skipBlanks(bytes, from: close + 1, to: end)
    if position == end {
      guard atEnd else { return .incomplete }
      fields.append(field)
      return nil
    }
    let isSeparated = delimiter.mergesRuns && position > close + 1
    let isEnd =
      bytes[position] == delimiter.byte || bytes[position] == newline
      || bytes[position] == carriageReturn
    guard isEnd || isSeparated else { return .textAfterQuote }
    fields.append(field)
    return nil
  }

  /// Whether all lines that a quoted cell extends over are rows of their own if quotation marks are text.
  private func isSeveralRows(_ bytes: UnsafePointer<UInt8>, _ first: Int, _ close: Int, _ end: Int) -> Bool {
    guard columnCount > 0 else { return false }
    // The cells before this one stand on the first line.
    var cells = fields.count
    var position = first
    while position < end {
      let byte = bytes[position]
      if byte == delimiter.byte { cells += 1 }
      if byte == newline {
        if cells != columnCount { return false }
        if position >= close { return true }
        cells = 1
      }
      position += 1
    }
    return cells == columnCount
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
let doubleQuote = UInt8(ascii: "\"")
