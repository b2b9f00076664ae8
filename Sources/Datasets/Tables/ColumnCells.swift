import Experiment

/// The numbers of a column, by row.
struct NumberCells {
  /// Empty if every row has a value of its own.
  fileprivate var codes: [Int32]
  /// The number of each code, or of each row; NaN: missing.
  fileprivate(set) var values: [Double]

  subscript(row: Int) -> Double { codes.isEmpty ? values[row] : values[Int(codes[row])] }
  subscript(row: Int32) -> Double { self[Int(row)] }
}

/// The categories of a column, by row.
struct CategoryCells {
  static let missing: Int32 = -1
  /// A category that is not among the names.
  static let unseen: Int32 = -2

  fileprivate var codes: [Int32]
  /// The category of each code.
  fileprivate var indices: [Int32]

  subscript(row: Int) -> Int32 { indices[Int(codes[row])] }
  subscript(row: Int32) -> Int32 { self[Int(row)] }
}

/// The dates of a column, by row.
struct DateCells {
  /// Seconds since 1970; NaN: missing.
  fileprivate(set) var seconds: NumberCells
  /// Seconds since 1970 by the calendar and clock of the place.
  fileprivate(set) var local: NumberCells
  fileprivate(set) var areTimesAlone = false
}

/// A cell that is not what its column is.
struct BadCell: Error {
  var text: String
  var row: Int32
}

extension RawColumn {
  /// The cells as numbers.
  ///
  /// - Parameter format: `nil`: plain numbers.
  /// - Throws: if a cell is neither missing nor a number: the first one.
  func numberCells(_ format: NumberFormat?, _ missing: MissingTokens) throws(BadCell) -> NumberCells {
    var result = try cells { text in
      if let format {
        if let value = format.value(text) { return value }
      } else if let value = plainNumber(text) {
        return value
      }
      return missing.hasNumber(text) ? .nan : nil
    }
    if !isCoded, let format, format.decimal == .comma { try divideGroups(&result, format) }
    if !missing.values.isEmpty {
      for index in result.values.indices where missing.values.contains(result.values[index]) {
        result.values[index] = .nan
      }
    }
    return result
  }

  /// Takes the points of plain numbers as what stands between thousands, as `format` does with texts.
  private func divideGroups(_ cells: inout NumberCells, _ format: NumberFormat) throws(BadCell) {
    if let row = fractionRow ?? (format == .pointComma ? nil : groupRows.first) {
      throw BadCell(text: text(ofRow: Int(row)), row: row)
    }
    for row in groupRows { cells.values[Int(row)] = (1000 * cells.values[Int(row)]).rounded() }
  }

  /// The cells of `numberCells` in single precision, as older versions kept them: relative to the first one, if that is
  /// large.
  func olderNumberCells(_ missing: MissingTokens) throws(BadCell) -> NumberCells {
    var cells = try numberCells(nil, missing)
    let base = base(of: cells)
    for index in cells.values.indices where !cells.values[index].isNaN {
      cells.values[index] = base + Double(Float(cells.values[index] - base) + 0)
    }
    return cells
  }

  private func base(of cells: NumberCells) -> Double {
    guard let row = (0..<count).first(where: { !cells[$0].isNaN }) else { return 0 }
    return abs(cells[row]) >= 65_536 ? cells[row] : 0
  }

  func dateCells(_ order: DateOrder, _ missing: MissingTokens) throws(BadCell) -> DateCells {
    var timesAlone = 0
    var dates = 0
    func date(_ text: UnsafeBufferPointer<UInt8>) -> DateText? {
      let date = DateText(text, order)
      if let date { if date.isTimeAlone { timesAlone += 1 } else { dates += 1 } }
      return date
    }
    let seconds = try cells { text in date(text)?.seconds ?? (missing.hasNumber(text) ? .nan : nil) }
    let local = try cells { text in DateText(text, order)?.local ?? .nan }
    return DateCells(seconds: seconds, local: local, areTimesAlone: timesAlone > 0 && dates == 0)
  }

  /// - Parameter value: of a text; `nil`: it is none.
  private func cells(_ value: (UnsafeBufferPointer<UInt8>) -> Double?) throws(BadCell) -> NumberCells {
    var bad: (text: [UInt8], row: Int32)?
    func checked(_ text: UnsafeBufferPointer<UInt8>, _ row: Int32) -> Double {
      if let value = value(text) { return value }
      if bad.map({ row < $0.row }) ?? true { bad = (Array(text), row) }
      return .nan
    }
    var result: NumberCells
    if isCoded {
      result = NumberCells(
        codes: codes,
        values: (0..<index.count).map { code in index.with(code) { checked($0, firstRows[code]) } })
      // An empty column has no codes.
      if codes.isEmpty { result.values = [] }
    } else {
      result = NumberCells(codes: [], values: values)
      others.forEach { result.values[Int($1)] = checked($0, $1) }
    }
    if let bad { throw BadCell(text: String(decoding: bad.text, as: UTF8.self), row: bad.row) }
    return result
  }

  /// The cells as categories.
  ///
  /// - Parameters:
  ///   - names: of the categories, in order.
  ///   - canonical: the name of a number, however it is spelled.
  ///   - areNumbers: whether cells are found by their canonical name, too, and tokens for missing numbers count.
  func categoryCells(
    _ names: [String], _ missing: MissingTokens,
    _ canonical: (UnsafeBufferPointer<UInt8>) -> String = { String(decoding: $0, as: UTF8.self) },
    areNumbers: Bool = false
  ) -> CategoryCells {
    precondition(isCoded || count == 0, "only few texts are categories")
    let indices = Dictionary(zip(names, Int32(0)...), uniquingKeysWith: { first, _ in first })
    let found = (0..<index.count).map { code in
      index.with(code) { text -> Int32 in
        if let index = indices[String(decoding: text, as: UTF8.self)] { return index }
        if areNumbers ? missing.hasNumber(text) : missing.hasText(text) { return CategoryCells.missing }
        guard areNumbers, plainNumber(text) != nil else { return CategoryCells.unseen }
        return indices[canonical(text)] ?? CategoryCells.unseen
      }
    }
    return CategoryCells(codes: codes, indices: found)
  }

  /// The cells as categories whose names, if they are numbers, are those of versions that kept numbers in single
  /// precision.
  func olderCategoryCells(_ names: [String], _ missing: MissingTokens) -> CategoryCells {
    var first: (number: Double, row: Int32)?
    forEachText { text, _, row in
      if let number = plainNumber(text), first.map({ row < $0.row }) ?? true { first = (number, row) }
    }
    let base = first.map { abs($0.number) >= 65_536 ? $0.number : 0 } ?? 0
    return categoryCells(
      names, missing, { Self.olderName(plainNumber($0) ?? .nan, base) }, areNumbers: true)
  }

  private static func olderName(_ number: Double, _ base: Double) -> String {
    let value = base + Double(Float(number - base) + 0)
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return base == 0 ? "\(Float(value))" : "\(value)"
  }
}
