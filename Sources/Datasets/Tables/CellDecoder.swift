import Experiment

/// Converts a file's cells to UTF-8. The first cell that is not ASCII decides the encoding, unless it is given.
struct CellDecoder {
  private let file: String
  /// `nil`: all cells so far are ASCII.
  private var found: TextEncoding?
  private let isAsked: Bool
  /// The line of the first cell that is not UTF-8.
  private(set) var firstLine = 0
  /// What the whole file was converted from before its cells were read; `nil`: it was not.
  private let converted: TextEncoding?
  /// The number of bytes beyond ASCII in cells that are read as Latin-1, and of those among them that are improbable in
  /// Western languages.
  private var (highBytes, oddBytes) = (0, 0)

  /// - Parameter encoding: `nil`: it is to be decided.
  init(_ encoding: TextEncoding?, file: String) {
    self.file = file
    converted = encoding?.libraryName == nil && encoding != .utf16 ? nil : encoding
    found = converted != nil ? .utf8 : encoding
    isAsked = encoding != nil
  }

  /// The encoding in which other files are to be read.
  var encoding: TextEncoding { converted ?? found ?? .utf8 }

  /// What a user may want to overrule.
  var note: String? {
    guard !isAsked, found == .latin1 else { return nil }
    guard isPlausible else {
      return
        "line \(firstLine) is not UTF-8, and the file is read as Latin-1, which it hardly is: letters beyond ASCII "
        + "stand side by side (--encoding gb18030, big5, shift-jis, euc-kr, windows-1251 or another says what it is)"
    }
    return "line \(firstLine) is not UTF-8, and the file is read as Latin-1 (--encoding says what it is)"
  }

  /// Whether the text is plausible as Latin-1: in its languages most letters are ASCII, and the others stand alone or
  /// in pairs.
  private var isPlausible: Bool { 2 * oddBytes < highBytes || highBytes < 4 }

  /// The file with its text in UTF-8 if it is UTF-16, or in an encoding that the C library converts from.
  ///
  /// - Parameter encoding: what is asked for; it becomes what the first bytes say.
  static func opened(
    _ input: consuming InputFile, _ encoding: inout TextEncoding?
  ) throws(DataError) -> InputFile {
    var input = input
    let path = input.path
    let start = try input.peek(4)
    let hasMark = start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { encoding = .utf8 }
    if !hasMark, let encoding, encoding.libraryName != nil {
      return InputFile(
        path, contents: try TextConversion.utf8(input.rest(), from: encoding, file: path))
    }
    guard hasMark || encoding == .utf16 else { return input }
    encoding = .utf16
    let bytes = try input.rest()
    try checkMemory(bytes: 4 * bytes.count, file: path)
    // Without a mark, what is written on most machines.
    let isBigEndian = start.starts(with: [0xFE, 0xFF])
    let units = stride(from: hasMark ? 2 : 0, to: bytes.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    return InputFile(path, contents: Array(String(decoding: units, as: UTF16.self).utf8))
  }

  /// Whether a cell cannot be taken as it is.
  @inline(__always) func mustDecode(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    var bits: UInt8 = 0
    for byte in cell { bits |= byte }
    return bits >= 0x80
  }

  /// A cell in UTF-8.
  mutating func decoded(_ cell: [UInt8], line: Int) throws(DataError) -> [UInt8] {
    guard cell.contains(where: { $0 >= 0x80 }) else { return cell }
    let isUTF8 = String(validating: cell, as: UTF8.self) != nil
    switch found {
    case .latin1?:
      return latin1(cell)
    case .utf8?:
      guard isUTF8 else { throw DataError(.table(.notUTF8), file: file, line: line) }
      return cell
    default:
      found = isUTF8 ? .utf8 : .latin1
      firstLine = line
      return isUTF8 ? cell : latin1(cell)
    }
  }

  /// Names of columns.
  mutating func header(_ reader: borrowing RecordReader) throws(DataError) -> [String] {
    var names: [String] = []
    for field in reader.fields {
      names.append(
        String(decoding: try decoded(cellBytes(reader.bytes, field), line: reader.line), as: UTF8.self))
    }
    return names
  }

  private mutating func latin1(_ bytes: [UInt8]) -> [UInt8] {
    for run in bytes.split(whereSeparator: { $0 < 0x80 }) {
      highBytes += run.count
      // Three letters with accents side by side, or a sign such as … or ˜ beside one.
      let isOdd = run.count > 2 || run.count == 2 && run.contains { $0 < 0xA0 }
      if isOdd { oddBytes += run.count } else { oddBytes += run.count(where: Self.isUndefined) }
    }
    return Self.utf8(latin1: bytes)
  }

  /// Whether Windows-1252 has no character for a byte beyond ASCII.
  private static func isUndefined(_ byte: UInt8) -> Bool {
    byte < 0xA0 && windows1252[Int(byte - 0x80)] == UInt16(byte)
  }

  /// Text in Windows-1252, which has Latin-1's characters at their places.
  static func utf8(latin1 bytes: [UInt8]) -> [UInt8] {
    var text = String.UnicodeScalarView()
    for byte in bytes {
      let code = (0x80...0x9F).contains(byte) ? windows1252[Int(byte - 0x80)] : UInt16(byte)
      text.append(UnicodeScalar(code) ?? "\u{FFFD}")
    }
    return Array(String(text).utf8)
  }

  /// The characters that Windows-1252 has where ISO 8859-1 has control codes.
  private static let windows1252: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
    0x8D,
    0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
    0x203A,
    0x0153, 0x9D, 0x017E, 0x0178,
  ]
}
