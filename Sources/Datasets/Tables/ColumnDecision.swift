import Experiment
import PlainText

/// Decides what the cells of a column are, from all of them.
struct ColumnDecision {
  private(set) var reading = ColumnReading.empty
  /// Guesses that a user may want to overrule, each with the flag that does.
  private(set) var notes: [String] = []
  /// How its numbers are printed, with what of that is a guess.
  private(set) var printed: (format: NumberFormat, detail: String, isGuess: Bool)?

  /// The guess about printed numbers in a sentence of its own.
  var printedNote: String? {
    printed.map { "the cells of \(name) \($0.detail) (--categorical \(name): texts)" }
  }

  let column: RawColumn
  let table: RawTable
  let options: ReadingOptions
  let missing: MissingTokens

  // Cells by what they are in a column of numbers.
  private(set) var numbers = 0
  var texts = 0
  var infinite = 0
  var leadingZeros = 0
  var empty = 0
  var firstText: (text: String, row: Int32)?
  var firstInfinite: (text: String, row: Int32)?
  var differentTexts = 0

  /// - Throws: if it is likely to be something that a few of its cells are not, or if it is not what the user says.
  init(_ column: RawColumn, in table: RawTable, _ options: ReadingOptions, _ requested: ColumnOverride?)
    throws(DataError)
  {
    (self.column, self.table, self.options) = (column, table, options)
    missing = table.reading.missing
    count()
    switch requested {
    case .category:
      reading = column.isCoded ? .categories : .manyTexts
    case .date:
      guard let order = try dateOrder(orders: DateOrder.allCases) else { throw try notADate() }
      reading = .dates(order)
    case .number:
      guard let format = try numberFormat(mustFit: true) else { throw notANumber() }
      notePrinted(format)
      reading = .numbers(format.plainOrNil)
    case nil: reading = try decided()
    }
  }

  /// Says how its numbers are printed, if that is a guess or more than digits and points.
  private mutating func notePrinted(_ found: FoundFormat) {
    guard let example = found.example else { return }
    printed = (found.format, example, found.isGuess)
  }

  /// Says which text is the reason that a column of classes is not one of numbers.
  mutating func noteClass(_ text: String) {
    notes.append(
      "\(quoted(text)) in \(name) is no number, so its values are taken as texts (--missing \(sanitized(text)): it is a "
        + "missing value)")
  }

  mutating func count() {
    if !column.isCoded { (numbers, leadingZeros) = (column.values.count { !$0.isNaN }, column.leadingZeros) }
    let missing = missing
    var (numbers, texts, infinite, leadingZeros, different) = (0, 0, 0, 0, 0)
    var (firstText, firstInfinite): ((String, Int32)?, (String, Int32)?)
    column.forEachText { text, uses, row in
      if plainNumber(text) != nil && column.isCoded {
        numbers += uses
        if hasLeadingZeros(text) { leadingZeros += uses }
      } else if missing.hasNumber(text) {
        return
      } else {
        texts += uses
        different += 1
        if firstText.map({ row < $0.1 }) ?? true { firstText = (String(decoding: text, as: UTF8.self), row) }
        if isInfinite(text), !Self.isLongCode(text) {
          infinite += uses
          if firstInfinite.map({ row < $0.1 }) ?? true {
            firstInfinite = (String(decoding: text, as: UTF8.self), row)
          }
        }
      }
    }
    self.numbers += numbers
    self.leadingZeros += leadingZeros
    (self.texts, self.infinite, differentTexts) = (texts, infinite, different)
    (self.firstText, self.firstInfinite) = (firstText, firstInfinite)
  }

  /// More digits than a number has: a code.
  static func isLongCode(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count > 30 && text.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 }
  }

  mutating func decided() throws(DataError) -> ColumnReading {
    if numbers == 0 && texts == 0 { return hasTokens ? .categories : .empty }
    if texts == 0 { return plainNumbers() }
    // Where texts are few (at most 5, or 1 % of the rows, and half as many as numbers), they are mistakes.
    let hasFewTexts = numbers >= 2 * texts && texts <= max(5, column.count / 100)
    if infinite > 0, hasFewTexts || infinite == texts || numbers >= 2 * texts {
      throw error(.table(.notFinite(text: firstInfinite?.text ?? "")), firstInfinite)
    }
    if let format = try numberFormat(mustFit: false) {
      notePrinted(format)
      return .numbers(format.format)
    }
    if let order = try dateOrder(orders: [.yearFirst, .dayFirst, .monthFirst]) {
      let first = order == .yearFirst ? "" : order == .dayFirst ? ", day first" : ", month first"
      notes.append(
        "the cells of \(name) are read as dates\(first) (--date-format says otherwise; --categorical \(name): texts)"
      )
      return .dates(order)
    }
    if hasFewTexts { throw notANumber() }
    let areMany = !column.isCoded || column.index.count > 20 && 2 * column.index.count > numbers + texts
    if areMany, numbers >= 9 * texts { throw notANumber() }
    guard column.isCoded else { return .manyTexts }
    return .categories
  }

  /// Whether there are cells of texts that are missing numbers only.
  var hasTokens: Bool {
    var found = false
    column.forEachText { text, _, _ in if !missing.hasText(text) { found = true } }
    return found
  }

  mutating func plainNumbers() -> ColumnReading {
    if leadingZeros > 0, column.isCoded, 2 * column.index.count <= numbers {
      notes.append(
        "the cells of \(name) have leading zeros and are taken as categories (--numeric \(name): numbers)"
      )
      return .categories
    }
    if leadingZeros > 0 {
      notes.append(
        "the cells of \(name) have leading zeros and are taken as numbers (--categorical \(name): texts)")
    }
    if let (first, second) = equalNumbers {
      notes.append(
        "\(quoted(first)) and \(quoted(second)) in \(name) are taken as one number (--categorical \(name): two "
          + "categories)")
    }
    if let format = try? numberFormat(mustFit: true) {
      notePrinted(format)
      if !format.isPlain { return .numbers(format.format) }
    }
    if column.name.lowercased().contains("date"), column.isCoded || column.values.count < 1_000_000,
      areCompactDates, let order = try? dateOrder(orders: [.yearFirst])
    {
      notes.append("the numbers of \(name) are read as dates (--numeric \(name): numbers)")
      return .dates(order)
    }
    return .numbers(nil)
  }

  /// Two texts of one number with a fraction, as versions may be: 1.1 and 1.10.
  var equalNumbers: (String, String)? {
    guard column.isCoded, column.index.count <= 50 else { return nil }
    var texts: [Double: String] = [:]
    var found: (String, String)?
    column.forEachText { text, _, _ in
      guard found == nil, text.contains(UInt8(ascii: ".")), let number = plainNumber(text) else { return }
      let spelled = String(decoding: text, as: UTF8.self)
      if let other = texts[number] { found = (other, spelled) } else { texts[number] = spelled }
    }
    return found
  }

  /// 20240131
  var areCompactDates: Bool {
    var areDates = column.isCoded && numbers > 0
    column.forEachText { text, _, _ in
      let isDate = text.count == 8 && (text[0] == UInt8(ascii: "1") || text[0] == UInt8(ascii: "2"))
      if !isDate && !missing.hasNumber(text) { areDates = false }
    }
    return areDates
  }

  // MARK: Errors

  var name: String { sanitized(column.name) }

  func notANumber() -> DataError {
    error(.table(.notANumber(text: firstText?.text ?? "", others: numbers)), firstText)
  }

  func notADate() throws(DataError) -> DataError {
    var first: (text: String, row: Int32)?
    let order = options.dateOrder
    column.forEachText { text, _, row in
      let isDate =
        missing.hasNumber(text)
        || (order.map { [$0] } ?? DateOrder.allCases).contains { DateText(text, $0) != nil }
      if !isDate, first.map({ row < $0.row }) ?? true { first = (String(decoding: text, as: UTF8.self), row) }
    }
    return error(.table(.notADate(text: first?.text ?? firstText?.text ?? "")), first ?? firstText)
  }

  func error(_ reason: DataError.Reason, _ place: (text: String, row: Int32)?) -> DataError {
    DataError(
      reason, file: table.file, line: place.map { table.line(ofRow: Int($0.row)) }, column: column.name)
  }
}
