import Experiment
import PlainText

/// Columns of numbers, plain or as they are printed.
extension ColumnDecision {
  struct FoundFormat {
    var format: NumberFormat
    /// Whether plain numbers are of the format, too, and nothing else is there.
    var isPlain: Bool
    /// How a cell is read, as part of a sentence; `nil`: as nobody would doubt.
    var example: String?
    /// Whether the same cells may mean other numbers.
    var isGuess = false

    var plainOrNil: NumberFormat? { isPlain ? nil : format }
  }

  /// The cells of a column by the formats that they fit.
  private struct Fits {
    /// Cells that fit each format, in the order of `NumberFormat.allCases`.
    var cells = [Int](repeating: 0, count: NumberFormat.allCases.count)
    /// Cells that are not missing.
    var all = 0
    /// Cells with and without a percent sign; 0 may be either.
    var percents = 0
    var plain = 0
    var currencies: Set<String> = []
    /// Cells that show no number.
    var failures: [(text: String, row: Int32)] = []
    var forms: PointForms
    /// The first cell whose point may stand between thousands.
    var firstGroups: (text: String, row: Int32)?

    func most(_ choices: [Int]) -> Int { choices.map { cells[$0] }.max() ?? 0 }
  }

  /// The format in which all cells are numbers; `nil`: there is none.
  func numberFormat(mustFit: Bool) throws(DataError) -> FoundFormat? {
    if texts == 0, options.decimal != .comma, !mayHaveGroups {
      return FoundFormat(format: .commaPoint, isPlain: true)
    }
    let fits = fits()
    let every = Array(NumberFormat.allCases.indices)
    let wanted = every.filter {
      options.decimal == nil || NumberFormat.allCases[$0].decimal == options.decimal
    }
    // A mark that is asked for decides where either is possible.
    let choices = fits.most(wanted) < fits.all && fits.most(every) == fits.all ? every : wanted
    let most = fits.most(choices)
    guard most > 0 else { return nil }
    if most < fits.all {
      // A few cells are mistakes among numbers that are printed.
      let isMistake = most > numbers && most >= 9 * (fits.all - most)
      if isMistake, !mustFit, let first = fits.failures.min(by: { $0.row < $1.row }) {
        throw error(.table(.notANumber(text: first.text, others: most)), (first.text, first.row))
      }
      return nil
    }
    // 12 % and 0.12, or $ and €, are not of one unit.
    if fits.percents > 0 && fits.plain > 0 || fits.currencies.count > 1 { return nil }
    let best = choices.filter { fits.cells[$0] == most }.map { NumberFormat.allCases[$0] }
    let chosen = chosen(among: best, fits.forms)
    return FoundFormat(
      format: chosen.format, isPlain: texts == 0 && chosen.format.decimal == .point,
      example: texts > 0 || chosen.isGuess
        ? example(chosen.format, among: best, firstText ?? fits.firstGroups) : nil, isGuess: chosen.isGuess)
  }

  /// Whether the points of its plain numbers may stand between thousands.
  private var mayHaveGroups: Bool {
    guard column.isCoded else { return column.forms.areOpen }
    var forms = PointForms()
    column.forEachText { text, _, _ in
      if forms.fractions == 0, !missing.hasNumber(text) { forms.count(PointForm(text), 1) }
    }
    return forms.areOpen
  }

  private func fits() -> Fits {
    var fits = Fits(forms: column.forms)
    column.forEachText { text, uses, row in
      if missing.hasNumber(text) { return }
      fits.all += uses
      guard let printed = PrintedNumber(text) else {
        fits.failures.append((String(decoding: text, as: UTF8.self), row))
        return
      }
      if printed.isPercent {
        fits.percents += uses
      } else if printed.digits != [UInt8(ascii: "0")] {
        fits.plain += uses
      }
      if let currency = printed.currency { fits.currencies.insert(currency) }
      let form = printed.digits.withUnsafeBufferPointer { PointForm($0) }
      fits.forms.count(form, uses)
      if form == .groups, fits.firstGroups.map({ row < $0.row }) ?? true {
        fits.firstGroups = (String(decoding: text, as: UTF8.self), row)
      }
      for (index, format) in NumberFormat.allCases.enumerated() where format.value(printed) != nil {
        fits.cells[index] += uses
      }
    }
    guard !column.isCoded else { return fits }
    fits.all += numbers
    fits.plain += numbers
    for (index, format) in NumberFormat.allCases.enumerated() {
      let hasFractions = column.forms.fractions > 0
      let hasGroups = column.forms.groups > 0 && format != .pointComma
      if format.decimal == .point || !hasFractions && !hasGroups { fits.cells[index] += numbers }
    }
    if let row = column.groupRows.first, fits.firstGroups.map({ row < $0.row }) ?? true {
      fits.firstGroups = (column.groupText, row)
    }
    for value in missing.values { fits.forms.discount(value, column.values.count { $0 == value }) }
    return fits
  }

  /// The likeliest of the formats that all cells fit, and whether another one is possible.
  private func chosen(
    among formats: [NumberFormat], _ forms: PointForms
  ) -> (format: NumberFormat, isGuess: Bool) {
    let marks = Set(formats.map(\.decimal))
    guard marks.count == 2 else { return (formats[0], false) }
    let guess = forms.areOpen ? markBesidePoints(forms) : (markBesideCommas, true)
    return (formats.first { $0.decimal == guess.0 } ?? formats[0], guess.1)
  }

  /// What stands before fractions where a comma may mean both. Other columns may show it. If none does, a comma
  /// separates thousands in files whose cells are separated by commas, and fractions in others: 1,5 cannot be a cell
  /// between commas.
  private var markBesideCommas: DecimalMark {
    let decimals = table.decimals
    if decimals.hasComma != decimals.hasPoint { return decimals.hasComma ? .comma : .point }
    return table.reading.delimiter == ";" ? .comma : .point
  }

  /// What stands before fractions where a point may mean both, as in 1.234 and 12.345, and whether that is a guess.
  ///
  /// Where other columns have decimal commas, points stand between thousands, unless larger numbers have none. Where
  /// columns contradict each other, or none shows it in a file with semicolons, as they are usual beside decimal commas,
  /// small numbers decide: 839 beside 1.234 was hardly written by someone who gives three decimals.
  private func markBesidePoints(_ forms: PointForms) -> (DecimalMark, isGuess: Bool) {
    let decimals = table.decimals
    if decimals.hasComma {
      let isDoubtful = decimals.hasPoint || decimals.hasOtherThousands
      return (forms.long == 0 && (!isDoubtful || forms.areMixed) ? .comma : .point, true)
    }
    if decimals.hasPoint { return (.point, false) }
    if table.reading.delimiter == ";" { return (forms.areMixed ? .comma : .point, true) }
    return (.point, forms.areMixed)
  }

  private func example(
    _ format: NumberFormat, among formats: [NumberFormat], _ first: (text: String, row: Int32)?
  ) -> String {
    let text = Array((first?.text ?? "").utf8)
    let value = text.withUnsafeBufferPointer { format.value($0) }
    let isOpen = formats.contains { format in text.withUnsafeBufferPointer { format.value($0) } != value }
    return "such as \(quoted(first?.text ?? "")) are read as numbers, here "
      + (value.map { column.shortForm($0) } ?? "a number")
      + (isOpen ? "; --decimal \(format.decimal == .point ? "comma" : "point") reads them otherwise" : "")
  }
}
