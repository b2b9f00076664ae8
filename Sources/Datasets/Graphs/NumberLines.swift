/// A number that a text file can hold many of.
protocol LineNumber: Sendable {
  /// `nil`: the text is no such number.
  init?(text: UnsafeBufferPointer<UInt8>)
  /// What is wrong with a text that is none.
  static func problem(_ text: String) -> GraphProblem
}

extension Int32: LineNumber {
  /// Digits with or without a sign; or a decimal number without a fraction, as some programs write integers.
  init?(text: UnsafeBufferPointer<UInt8>) {
    var value = 0
    if (1...9).contains(text.count), text.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }) {
      for digit in text { value = 10 * value + Int(digit &- UInt8(ascii: "0")) }
      self = Int32(value)
    } else {
      guard let number = decimal(text), let integer = Int32(exactly: number) else { return nil }
      self = integer
    }
  }

  static func problem(_ text: String) -> GraphProblem { .notAnInteger(text) }
}

extension Double: LineNumber {
  /// A number of at most 10³⁰ in magnitude, so that differences and squares stay finite.
  init?(text: UnsafeBufferPointer<UInt8>) {
    guard let number = decimal(text), abs(number) <= 1e30 else { return nil }
    self = number
  }

  static func problem(_ text: String) -> GraphProblem { .notANumber(text) }
}

/// The numbers of a text file whose lines have equally many, divided by commas or blanks. Blank lines do not count;
/// lines end in LF, CRLF or CR.
struct NumberLines<Number: LineNumber> {
  let file: String
  /// Numbers a line; 0 of a file without any.
  private(set) var columns = 0
  /// [count, columns]
  private(set) var values: [Number] = []
  /// Lines that do not follow the one of the record before.
  private var breaks: [(record: Int, line: Int)] = []

  init(_ input: consuming InputFile) throws(DataError) {
    file = input.path
    var bytes = try input.rest()
    // So that every scan ends at a line's end.
    bytes.append(newline)
    values.reserveCapacity(bytes.count / 4)
    let failure = bytes.withUnsafeBufferPointer { scan($0) }
    if let failure { throw failure }
  }

  /// Lines that are not blank.
  var count: Int { columns == 0 ? 0 : values.count / columns }

  subscript(record: Int, column: Int) -> Number { values[record * columns + column] }

  /// The line that a record stands on, from 1.
  func line(of record: Int) -> Int {
    let last = breaks.last { $0.record <= record } ?? (0, 1)
    return last.line + record - last.record
  }

  private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> DataError? {
    let hasMark = bytes.count > 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    var position = hasMark ? 3 : 0
    var line = 1
    while position < bytes.count {
      let found = values.count
      if let problem = scanLine(bytes, &position) { return DataError(problem, file: file, line: line) }
      let width = values.count - found
      if width > 0 {
        if columns == 0 { columns = width }
        guard width == columns else {
          return DataError(.table(.ragged(expected: columns, found: width)), file: file, line: line)
        }
        let record = count - 1
        if self.line(of: record) != line { breaks.append((record, line)) }
      }
      // Of CRLF, the second.
      if bytes[position] == carriageReturn, position + 1 < bytes.count, bytes[position + 1] == newline {
        position += 1
      }
      position += 1
      line += 1
    }
    return nil
  }

  /// Appends the numbers of a line; `position` comes to its end.
  private mutating func scanLine(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
  ) -> DataError.Reason? {
    func skipBlanks() { while bytes[position] == space || bytes[position] == tab { position += 1 } }
    var isOpen = false
    skipBlanks()
    while isOpen || (bytes[position] != newline && bytes[position] != carriageReturn) {
      let start = position
      while !Self.endsNumber(bytes[position]) { position += 1 }
      let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
      guard let number = Number(text: text) else {
        return .graphs(Number.problem(String(decoding: text.prefix(100), as: UTF8.self)))
      }
      values.append(number)
      skipBlanks()
      isOpen = bytes[position] == UInt8(ascii: ",")
      if isOpen { position += 1 }
      skipBlanks()
    }
    return nil
  }

  private static func endsNumber(_ byte: UInt8) -> Bool {
    byte <= UInt8(ascii: ",")
      && (byte == UInt8(ascii: ",") || byte == newline || byte == carriageReturn || byte == space
        || byte == tab)
  }
}
