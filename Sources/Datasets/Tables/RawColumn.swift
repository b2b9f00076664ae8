/// A column as it stands in the file. Its cells are texts, which become numbers once the column is known to hold
/// numbers.
///
/// As long as there are few different texts, each cell is the code of one. A column with more cannot be categories; its
/// plain numbers are then kept as numbers, and the texts of the other cells beside them.
package struct RawColumn {
  package var name: String
  /// Whether its cells are not kept.
  private(set) var isIgnored = false
  /// Whether the header has no name for it.
  let isUnnamed: Bool
  package private(set) var count = 0

  // While the texts are few.

  /// The code of each cell.
  private(set) var codes: [Int32] = []
  private(set) var index = TextIndex()
  /// Cells with each code.
  private(set) var uses: [Int32] = []
  /// The first row with each code.
  private(set) var firstRows: [Int32] = []
  /// Different texts that are kept as such.
  private var limit = TextIndex.limit

  // When they are many.

  private(set) var isCoded = true
  /// The value of each cell that is a plain number; NaN for others.
  private(set) var values: [Double] = []
  /// The texts of cells that are neither plain numbers nor empty.
  private(set) var others = TextList()
  private(set) var leadingZeros = 0
  /// What the points in the plain numbers may stand for, up to the first that shows a fraction in any case.
  private(set) var forms = PointForms()
  /// The rows whose plain numbers may have a point between thousands, as long as no other point shows a fraction.
  private(set) var groupRows: [Int32] = []
  /// The cell of the first of them as it is written.
  private(set) var groupText = ""
  /// The first row whose plain number has a fraction in any case.
  private(set) var fractionRow: Int32?

  init(name: String, isUnnamed: Bool = false) {
    self.name = name
    self.isUnnamed = isUnnamed
  }

  /// Decides, before there is a cell, what to keep.
  ///
  /// - Parameter allTexts: whether all texts have codes, however many: the column is known to be categories.
  mutating func keep(cells: Bool, allTexts: Bool) {
    isIgnored = !cells
    limit = allTexts ? .max : TextIndex.limit
  }

  /// Appends a cell, as UTF-8 without quotation marks.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    defer { count += 1 }
    if isIgnored { return }
    guard isCoded else { return appendValue(text) }
    if let code = index.code(of: text) {
      codes.append(Int32(code))
      uses[code] += 1
    } else if index.count < limit {
      codes.append(Int32(index.append(text)))
      uses.append(1)
      firstRows.append(Int32(count))
    } else {
      dropCodes()
      appendValue(text)
    }
  }

  private mutating func appendValue(_ text: UnsafeBufferPointer<UInt8>) {
    if let number = plainNumber(text) {
      if hasLeadingZeros(text) { leadingZeros += 1 }
      if fractionRow == nil { count(text, row: Int32(count)) }
      values.append(number)
    } else {
      values.append(.nan)
      if !text.isEmpty { others.append(text, row: Int32(count)) }
    }
  }

  private mutating func dropCodes() {
    isCoded = false
    values.reserveCapacity(2 * codes.count)
    let (codes, index) = (codes, index)
    (self.codes, self.index) = ([], TextIndex())
    let numbers = (0..<index.count).map { code in index.with(code) { plainNumber($0) } }
    for (row, code) in codes.enumerated() {
      let number = numbers[Int(code)]
      values.append(number ?? .nan)
      if number == nil { index.with(Int(code)) { if !$0.isEmpty { others.append($0, row: Int32(row)) } } }
      if number != nil, index.with(Int(code), hasLeadingZeros) { leadingZeros += 1 }
      if number != nil, fractionRow == nil { index.with(Int(code)) { count($0, row: Int32(row)) } }
    }
    (uses, firstRows) = ([], [])
  }

  private mutating func count(_ number: UnsafeBufferPointer<UInt8>, row: Int32) {
    let form = PointForm(number)
    forms.count(form, 1)
    switch form {
    case .groups:
      if groupRows.isEmpty { groupText = String(decoding: number, as: UTF8.self) }
      groupRows.append(row)
    case .fraction: (fractionRow, groupRows) = (row, [])
    case .zero, .short, .long, .other: break
    }
  }

  /// The text of a cell, for messages; of numbers among many, a shortest form.
  func text(ofRow row: Int) -> String {
    if isIgnored { return "" }
    if isCoded { return index[Int(codes[row])] }
    if !values[row].isNaN { return shortForm(values[row]) }
    return others.text(ofRow: Int32(row)) ?? ""
  }

  /// Whole numbers without a fraction.
  func shortForm(_ value: Double) -> String { Self.shortForm(value) }

  static func shortForm(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// How many different texts there are, but for numbers among many.
  var differentTexts: Int {
    if isCoded { return index.count }
    var different: Set<[UInt8]> = []
    others.forEach { text, _ in different.insert(Array(text)) }
    return different.count
  }

  /// Calls `body` with every different text of a column of few, otherwise with every text that is no plain number, with
  /// the number of cells and the first row that have it.
  func forEachText(_ body: (UnsafeBufferPointer<UInt8>, _ uses: Int, _ row: Int32) -> Void) {
    if isCoded {
      for code in 0..<index.count { index.with(code) { body($0, Int(uses[code]), firstRows[code]) } }
    } else {
      others.forEach { body($0, 1, $1) }
    }
  }
}

/// Texts of some rows, in order.
struct TextList {
  private var bytes: [UInt8] = []
  private var starts = [0]
  private(set) var rows: [Int32] = []

  var count: Int { rows.count }

  mutating func append(_ text: UnsafeBufferPointer<UInt8>, row: Int32) {
    bytes.append(contentsOf: text)
    starts.append(bytes.count)
    rows.append(row)
  }

  func forEach(_ body: (UnsafeBufferPointer<UInt8>, _ row: Int32) -> Void) {
    bytes.withUnsafeBufferPointer { bytes in
      for index in rows.indices {
        body(UnsafeBufferPointer(rebasing: bytes[starts[index]..<starts[index + 1]]), rows[index])
      }
    }
  }

  func text(ofRow row: Int32) -> String? {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    guard low < rows.count, rows[low] == row else { return nil }
    return String(decoding: bytes[starts[low]..<starts[low + 1]], as: UTF8.self)
  }
}
