/// How a text file is laid out, judged by its first 100 rows.
struct Dialect: Equatable {
  var delimiter: Delimiter
  var hasHeader: Bool

  private static let sampledRows = 100
  /// Of wide rows fewer are sampled, but two.
  private static let sampledCells = 200_000

  /// The delimiter is the one that gives the most rows the same number of cells, at least two; among equals,
  /// the one that makes the most cells numbers; then comma before tab, semicolon and bar. White space counts
  /// only where no other gives half of the rows the same number.
  ///
  /// The first row is a header if, of its cells in columns that hold only numbers below it, at least half
  /// (and at least one) are text. Where no column holds only numbers, it is a header if its cells are
  /// distinct texts, none of which occurs again below.
  ///
  /// - Parameter knownNames: column names expected; half of them in the first row make it a header too.
  init(_ reader: borrowing RecordReader, knownNames: Set<String> = []) {
    var candidates: [(delimiter: Delimiter, rows: [[SampledCell]], share: Double, numbers: Double)] = []
    for delimiter in Delimiter.allCases {
      guard let rows = Self.sample(reader, delimiter), let share = Self.consistency(rows) else { continue }
      if delimiter == .whitespace, candidates.contains(where: { $0.share >= 0.5 }) { continue }
      candidates.append((delimiter, rows, share, Self.shareOfNumbers(rows)))
    }
    guard var best = candidates.first else {
      // A single column: the features of a model that has no more.
      delimiter = .comma
      hasHeader = !knownNames.isEmpty && Self.isHeader(Self.sample(reader, .comma) ?? [], knownNames)
      return
    }
    for candidate in candidates.dropFirst()
    where (candidate.share, candidate.numbers) > (best.share, best.numbers) { best = candidate }
    delimiter = best.delimiter
    hasHeader = Self.isHeader(best.rows, knownNames)
  }

  private static func sample(
    _ reader: borrowing RecordReader, _ delimiter: Delimiter
  ) -> [[SampledCell]]? {
    reader.sample(delimiter, rows: sampledRows, cells: sampledCells) { bytes, fields in
      fields.prefix(RawTable.mostColumns).map { SampledCell(bytes, $0, delimiter) }
    }
  }

  /// The share of rows that have the commonest number of cells; nil if that is one.
  private static func consistency(_ rows: [[SampledCell]]) -> Double? {
    var counts: [Int: Int] = [:]
    for row in rows { counts[row.count, default: 0] += 1 }
    guard let commonest = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), commonest.key > 1
    else { return nil }
    return Double(commonest.value) / Double(rows.count)
  }

  private static func shareOfNumbers(_ rows: [[SampledCell]]) -> Double {
    let cells = rows.joined()
    return Double(cells.count { $0.looksNumeric }) / Double(max(cells.count, 1))
  }

  private static func isHeader(_ rows: [[SampledCell]], _ knownNames: Set<String>) -> Bool {
    guard let first = rows.first else { return false }
    let known = first.count { $0.kind == .text && knownNames.contains($0.text) }
    if known > 0, 2 * known >= knownNames.count { return true }
    var numericColumns = 0
    var namedColumns = 0
    var recurs = false
    for (column, cell) in first.enumerated() {
      let below = rows.dropFirst().compactMap { column < $0.count ? $0[column] : nil }
        .filter { $0.kind != .missing }
      if !below.isEmpty, below.allSatisfy({ $0.looksNumeric }) {
        if cell.kind != .missing { numericColumns += 1 }
        if cell.kind == .text && !cell.looksNumeric { namedColumns += 1 }
      } else {
        recurs = recurs || below.contains { $0.text == cell.text }
      }
    }
    if numericColumns > 0 { return namedColumns > 0 && 2 * namedColumns >= numericColumns }
    let names = first.filter { $0.kind == .text }.map(\.text)
    return !recurs && names.count == first.count && Set(names).count == names.count
  }
}

/// A cell of the first rows.
private struct SampledCell {
  var kind: CellText
  var text: String
  var hasDecimalComma: Bool

  init(_ bytes: UnsafePointer<UInt8>, _ field: Field, _ delimiter: Delimiter) {
    let cell = UnsafeBufferPointer(start: bytes + field.start, count: field.count)
    kind = CellText(cell)
    text = kind == .text ? cellString(bytes, field) : ""
    hasDecimalComma = kind == .text && delimiter != .comma && Datasets.hasDecimalComma(cell)
  }

  var looksNumeric: Bool {
    switch kind {
    case .number, .infinite: true
    case .missing: false
    case .text: hasDecimalComma
    }
  }
}

/// A cell's text with doubled quotes undone and invalid UTF-8 replaced.
func cellString(_ bytes: UnsafePointer<UInt8>, _ field: Field) -> String {
  let cell = UnsafeBufferPointer(start: bytes + field.start, count: field.count)
  guard field.hasDoubledQuotes else { return String(decoding: cell, as: UTF8.self) }
  var text: [UInt8] = []
  var isSecond = false
  for byte in cell {
    isSecond = byte == UInt8(ascii: "\"") && !isSecond
    if !isSecond || byte != UInt8(ascii: "\"") { text.append(byte) }
  }
  return String(decoding: text, as: UTF8.self)
}

/// Digits, one comma, digits, with or without a sign: `-3,14`.
func hasDecimalComma(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  var commas = 0
  var digits = 0
  for (index, byte) in bytes.enumerated() {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
    case UInt8(ascii: ","): commas += 1
    case UInt8(ascii: "-"), UInt8(ascii: "+"): if index > 0 { return false }
    default: return false
    }
  }
  return commas == 1 && digits >= 2
}
