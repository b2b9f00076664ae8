import Experiment
import PlainText

/// Columns of numbers, plain or as they are printed.
extension ColumnDecision {
  struct FoundFormat {
    var format: NumberFormat
    /// Whether plain numbers are of the format, too, and nothing else is there.
    var isPlain: Bool
    var example: String

    var plainOrNil: NumberFormat? { isPlain ? nil : format }
  }

  /// The format in which all cells are numbers; `nil`: there is none.
  func numberFormat(mustFit: Bool) throws(DataError) -> FoundFormat? {
    if texts == 0, options.decimal != .comma {
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
    let wanted = options.decimal
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

  /// If a comma may mean both, it separates thousands in files whose cells are separated by commas, and fractions in
  /// others: 1,5 cannot be a cell between commas.
  func chosen(among formats: [NumberFormat]) -> NumberFormat {
    let usual: DecimalMark = table.reading.delimiter == ";" ? .comma : .point
    return formats.first { $0.decimal == usual } ?? formats[0]
  }

  func example(_ format: NumberFormat, among formats: [NumberFormat]) -> String {
    let text = Array((firstText?.text ?? "").utf8)
    let value = text.withUnsafeBufferPointer { format.value($0) }
    let isOpen = formats.contains { format in text.withUnsafeBufferPointer { format.value($0) } != value }
    return "here \(value.map { column.shortForm($0) } ?? "a number")"
      + (isOpen ? "; --decimal \(format.decimal == .point ? "comma" : "point") reads them otherwise" : "")
  }
}
