import Experiment
import PlainText

/// What the cells of a column are.
enum ColumnReading: Equatable {
  /// `nil`: plain numbers.
  case numbers(NumberFormat?)
  case dates(DateOrder)
  /// Few different texts.
  case categories
  /// More different texts than can be categories.
  case manyTexts
  /// Nothing at all.
  case empty
}

/// What a user says of a column.
enum ColumnWish {
  case number, category, date
}

/// Decides what the cells of a column are, from all of them.
struct ColumnDecision {
  private(set) var reading = ColumnReading.empty
  /// Guesses that a user may want to overrule, each with the flag that does.
  private(set) var notes: [String] = []

  private let column: RawColumn
  private let table: RawTable
  private let wishes: ReadingOptions
  private let missing: MissingTokens

  // Cells by what they are in a column of numbers.
  private(set) var numbers = 0
  private var texts = 0
  private var infinite = 0
  private var leadingZeros = 0
  private var empty = 0
  private var firstText: (text: String, row: Int32)?
  private var firstInfinite: (text: String, row: Int32)?
  private var differentTexts = 0

  /// - Throws: if it is likely to be something that a few of its cells are not, or if it is not what the user says.
  init(_ column: RawColumn, in table: RawTable, _ wishes: ReadingOptions, _ wish: ColumnWish?)
    throws(DataError)
  {
    (self.column, self.table, self.wishes) = (column, table, wishes)
    missing = table.reading.missing
    count()
    switch wish {
    case .category:
      reading = column.isCoded ? .categories : .manyTexts
    case .date:
      guard let order = try dateOrder(orders: DateOrder.allCases) else { throw try notADate() }
      reading = .dates(order)
    case .number:
      guard let format = try numberFormat(mustFit: true) else { throw notANumber() }
      reading = .numbers(format.plainOrNil)
    case nil: reading = try decided()
    }
  }

  private mutating func count() {
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
  private static func isLongCode(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count > 30 && text.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 }
  }

  private mutating func decided() throws(DataError) -> ColumnReading {
    if numbers == 0 && texts == 0 { return hasTokens ? .categories : .empty }
    if texts == 0 { return plainNumbers() }
    // Where texts are few (at most 5, or 1 % of the rows, and half as many as numbers), they are mistakes.
    let hasFewTexts = numbers >= 2 * texts && texts <= max(5, column.count / 100)
    if infinite > 0, hasFewTexts || infinite == texts || numbers >= 2 * texts {
      throw error(.table(.notFinite(text: firstInfinite?.text ?? "")), firstInfinite)
    }
    if let format = try numberFormat(mustFit: false) {
      notes.append(
        "the cells of \(name) such as \(quoted(firstText?.text ?? "")) are read as numbers, \(format.example)"
          + " (--categorical \(flagName): texts)")
      return .numbers(format.format)
    }
    if let order = try dateOrder(orders: [.yearFirst, .dayFirst, .monthFirst]) {
      let first = order == .yearFirst ? "" : order == .dayFirst ? ", day first" : ", month first"
      notes.append(
        "the cells of \(name) are read as dates\(first) (--date-format says otherwise; --categorical \(flagName): texts)"
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
  private var hasTokens: Bool {
    var found = false
    column.forEachText { text, _, _ in if !missing.hasText(text) { found = true } }
    return found
  }

  private mutating func plainNumbers() -> ColumnReading {
    if leadingZeros > 0, column.isCoded, 2 * column.index.count <= numbers {
      notes.append(
        "the cells of \(name) have leading zeros and are taken as categories (--numeric \(flagName): numbers)"
      )
      return .categories
    }
    if leadingZeros > 0 {
      notes.append(
        "the cells of \(name) have leading zeros and are taken as numbers (--categorical \(flagName): texts)")
    }
    if let (first, second) = equalNumbers {
      notes.append(
        "\(quoted(first)) and \(quoted(second)) in \(name) are taken as one number (--categorical \(flagName): two "
          + "categories)")
    }
    if wishes.decimal == .comma, let format = try? numberFormat(mustFit: true) {
      return .numbers(format.plainOrNil)
    }
    if column.name.lowercased().contains("date"), column.isCoded || column.values.count < 1_000_000,
      areCompactDates, let order = try? dateOrder(orders: [.yearFirst])
    {
      notes.append("the numbers of \(name) are read as dates (--numeric \(flagName): numbers)")
      return .dates(order)
    }
    return .numbers(nil)
  }

  /// Two texts of one number with a fraction, as versions may be: 1.1 and 1.10.
  private var equalNumbers: (String, String)? {
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
  private var areCompactDates: Bool {
    var areDates = column.isCoded && numbers > 0
    column.forEachText { text, _, _ in
      let isDate = text.count == 8 && (text[0] == UInt8(ascii: "1") || text[0] == UInt8(ascii: "2"))
      if !isDate && !missing.hasNumber(text) { areDates = false }
    }
    return areDates
  }

  // MARK: Numbers

  private struct FoundFormat {
    var format: NumberFormat
    /// Whether plain numbers are of the format, too, and nothing else is there.
    var isPlain: Bool
    var example: String

    var plainOrNil: NumberFormat? { isPlain ? nil : format }
  }

  /// The format in which all cells are numbers; `nil`: there is none.
  private func numberFormat(mustFit: Bool) throws(DataError) -> FoundFormat? {
    if texts == 0, wishes.decimal != .comma {
      return FoundFormat(format: .commaPoint, isPlain: true, example: "")
    }
    var fits = [Int](repeating: 0, count: NumberFormat.allCases.count)
    var (percents, plain, currencies) = (0, 0, Set<String>())
    var failures: [(uses: Int, text: String, row: Int32)] = []
    column.forEachText { text, uses, row in
      if missing.hasNumber(text) { return }
      guard let printed = PrintedNumber(text) else {
        failures.append((uses, String(decoding: text, as: UTF8.self), row))
        return
      }
      if printed.isPercent {
        percents += uses
      } else if printed.digits != [UInt8(ascii: "0")] {
        plain += uses
      }
      if let currency = printed.currency { currencies.insert(currency) }
      for (index, format) in NumberFormat.allCases.enumerated() where format.value(printed) != nil {
        fits[index] += uses
      }
    }
    if !column.isCoded {
      plain += numbers
      // Numbers that are kept as such have no points between thousands.
      let hasPoints = column.values.contains { !$0.isNaN && $0 != $0.rounded() }
      for (index, format) in NumberFormat.allCases.enumerated() where format.decimal == .point || !hasPoints {
        fits[index] += numbers
      }
    }
    let all = numbers + texts
    let failed = failures.reduce(0) { $0 + $1.uses }
    let wanted = wishes.decimal
    let choices = NumberFormat.allCases.indices.filter {
      wanted == nil || NumberFormat.allCases[$0].decimal == wanted
    }
    guard let most = choices.map({ fits[$0] }).max(), most > 0 else { return nil }
    if most < all {
      // A few cells are mistakes among numbers that are printed.
      let isMistake = most > numbers && most >= 9 * (all - most) && failed > 0
      if isMistake, !mustFit, let first = failures.min(by: { $0.row < $1.row }) {
        throw error(.table(.notANumber(text: first.text, others: most)), (first.text, first.row))
      }
      return nil
    }
    // 12 % and 0.12, or $ and €, are not of one unit.
    if percents > 0 && plain > 0 || currencies.count > 1 { return nil }
    let best = choices.filter { fits[$0] == most }.map { NumberFormat.allCases[$0] }
    let format = chosen(among: best)
    let isPlain = texts == 0 && format.decimal == .point
    return FoundFormat(format: format, isPlain: isPlain, example: example(format, among: best))
  }

  /// Where a comma may mean both, it stands between thousands in files whose cells are separated by commas, and before
  /// fractions where they are not: who writes 1,5 cannot separate cells so.
  private func chosen(among formats: [NumberFormat]) -> NumberFormat {
    let usual: DecimalMark = table.reading.delimiter == ";" ? .comma : .point
    return formats.first { $0.decimal == usual } ?? formats[0]
  }

  private func example(_ format: NumberFormat, among formats: [NumberFormat]) -> String {
    let text = Array((firstText?.text ?? "").utf8)
    let value = text.withUnsafeBufferPointer { format.value($0) }
    let isOpen = formats.contains { format in text.withUnsafeBufferPointer { format.value($0) } != value }
    return "here \(value.map { column.shortForm($0) } ?? "a number")"
      + (isOpen ? "; --decimal \(format.decimal == .point ? "comma" : "point") reads them otherwise" : "")
  }

  // MARK: Dates

  /// The order in which all cells are dates; `nil`: there is none.
  ///
  /// - Throws: if there are several, with different dates.
  private func dateOrder(orders: [DateOrder]) throws(DataError) -> DateOrder? {
    let orders = wishes.dateOrder.map { [$0] } ?? orders
    if orders.count > 2, let order = unixOrder { return order }
    var possible = orders.filter { $0 != .unix && $0 != .unixMilliseconds || wishes.dateOrder != nil }
    guard column.isCoded || numbers == 0 || wishes.dateOrder != nil || orders.count == 5 else { return nil }
    var dates = 0
    column.forEachText { text, uses, row in
      if possible.isEmpty || missing.hasNumber(text) { return }
      let found = possible.map { DateText(text, $0) }
      dates += uses
      if found.allSatisfy({ $0 != nil }) { return }
      possible = zip(possible, found).compactMap { $1 == nil ? nil : $0 }
    }
    if !column.isCoded && numbers > 0 {
      // Numbers that are kept as such are dates only where dates are numbers.
      guard possible.allSatisfy({ $0 == .unix || $0 == .unixMilliseconds }) else {
        throw error(.table(.notADate(text: column.shortForm(column.values.first { !$0.isNaN } ?? 0))), nil)
      }
    }
    guard let first = possible.first, dates > 0 || numbers > 0 else { return nil }
    // Two digits of a year come first only where nothing else is possible.
    if possible.count == 2, first == .yearFirst { return possible[1] }
    guard possible.count > 1 else { return first }
    if let (text, row) = stillDiffering(possible.filter { $0 != .yearFirst }) {
      throw error(.table(.ambiguousDate(text: text)), (text, row))
    }
    // 01-01-24
    if first == .yearFirst, stillDiffering([first, possible[1]]) != nil { return possible[1] }
    return first
  }

  /// The first text that is another date in another order.
  private func stillDiffering(_ orders: [DateOrder]) -> (String, Int32)? {
    var found: (String, Int32)?
    column.forEachText { text, _, row in
      guard found == nil, !missing.hasNumber(text), orders.count > 1 else { return }
      if DateText(text, orders[0]) != DateText(text, orders[1]) {
        found = (String(decoding: text, as: UTF8.self), row)
      }
    }
    return found
  }

  /// Numbers that a user calls dates count seconds or milliseconds since 1970, unless all of them have eight digits.
  private var unixOrder: DateOrder? {
    guard texts == 0, numbers > 0, !areCompactDates else { return nil }
    var largest = column.values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    column.forEachText { text, _, _ in largest = max(largest, abs(plainNumber(text) ?? 0)) }
    return largest >= 1e11 ? .unixMilliseconds : largest >= 1e5 ? .unix : nil
  }

  // MARK: Errors

  private var name: String { sanitized(column.name) }
  private var flagName: String { sanitized(column.name) }

  private func notANumber() -> DataError {
    error(.table(.notANumber(text: firstText?.text ?? "", others: numbers)), firstText)
  }

  private func notADate() throws(DataError) -> DataError {
    var first: (text: String, row: Int32)?
    let order = wishes.dateOrder
    column.forEachText { text, _, row in
      let isDate =
        missing.hasNumber(text)
        || (order.map { [$0] } ?? DateOrder.allCases).contains { DateText(text, $0) != nil }
      if !isDate, first.map({ row < $0.row }) ?? true { first = (String(decoding: text, as: UTF8.self), row) }
    }
    return error(.table(.notADate(text: first?.text ?? firstText?.text ?? "")), first ?? firstText)
  }

  private func error(_ reason: DataError.Reason, _ place: (text: String, row: Int32)?) -> DataError {
    DataError(
      reason, file: table.file, line: place.map { table.line(ofRow: Int($0.row)) }, column: column.name)
  }
}
