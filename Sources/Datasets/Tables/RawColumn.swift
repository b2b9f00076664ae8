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
  /// Whether numbers with points between groups of three digits are kept as texts: with a decimal comma, they mean
  /// something else.
  private let keepsGroups: Bool

  init(name: String, isUnnamed: Bool = false, keepsGroups: Bool = false) {
    self.name = name
    self.isUnnamed = isUnnamed
    self.keepsGroups = keepsGroups
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
    if let number = plainNumber(text), !(keepsGroups && Self.hasGroups(text)) {
      if hasLeadingZeros(text) { leadingZeros += 1 }
      values.append(number)
    } else {
      values.append(.nan)
      if !text.isEmpty { others.append(text, row: Int32(count)) }
    }
  }

  private mutating func dropCodes() {
    isCoded = false
    values.reserveCapacity(2 * codes.count)
    let codes = codes
    self.codes = []
    let numbers = (0..<index.count).map { code in
      index.with(code) { keepsGroups && Self.hasGroups($0) ? nil : plainNumber($0) }
    }
    for (row, code) in codes.enumerated() {
      let number = numbers[Int(code)]
      values.append(number ?? .nan)
      if number == nil { index.with(Int(code)) { if !$0.isEmpty { others.append($0, row: Int32(row)) } } }
      if number != nil, index.with(Int(code), hasLeadingZeros) { leadingZeros += 1 }
    }
    index = TextIndex()
    (uses, firstRows) = ([], [])
  }

  /// `1.234`, `12.345.678`: a number, or one with points between the thousands.
  static func hasGroups(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let point = text.lastIndex(of: UInt8(ascii: ".")), text.count - point == 4 else { return false }
    return text.allSatisfy {
      $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") <= 9
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
