/// Whether the first of some rows names the columns.
struct HeaderJudgement {
  private(set) var isHeader = false
  /// What is worth a note: that another reading was possible.
  private(set) var doubt: String?

  /// The first row is a header if, of its cells in columns that hold only numbers below it, at least half (and at least
  /// one) are text; or if they count up by one, as years do, and no row below does. Where no column holds only numbers,
  /// it is a header if its cells are distinct texts, but perhaps for empty ones that come first or are over numbers, and
  /// none occurs again below in its column.
  init(_ rows: [[SampledCell]]) {
    guard let first = rows.first else { return }
    guard rows.count > 1 else {
      // A header without rows, if anything.
      isHeader =
        first.allSatisfy { !$0.isMissing && !$0.looksNumeric } && Set(first.map(\.text)).count == first.count
      return
    }
    let body = rows.dropFirst()
    var numericColumns = 0
    var blanksOverNumbers: Set<Int> = []
    var namedColumns = 0
    var (recurs, recursElsewhere) = (false, false)
    for (column, cell) in first.enumerated() {
      var (isNumeric, isEmpty) = (true, true)
      var below: Set<String> = []
      var (seesCell, repeats) = (false, false)
      for row in body where column < row.count && !row[column].isMissing {
        isEmpty = false
        if !row[column].looksNumeric { isNumeric = false }
        if row[column].text == cell.text { seesCell = true }
        if !below.insert(row[column].text).inserted { repeats = true }
      }
      if isNumeric && !isEmpty {
        if !cell.isMissing { numericColumns += 1 }
        if cell.isEmpty { blanksOverNumbers.insert(column) }
        if !cell.isMissing && !cell.looksNumeric { namedColumns += 1 }
      } else if !isEmpty {
        recurs = recurs || seesCell
        recursElsewhere = recursElsewhere || repeats && !seesCell
      }
    }
    if numericColumns > 0 {
      isHeader = namedColumns > 0 && 2 * namedColumns >= numericColumns
      if !isHeader, !recurs, Self.countsUp(first, over: Array(body.prefix(50))) {
        isHeader = true
        doubt = "the first row, though it has numbers, is taken as the header (--header no: it is a row)"
      } else if isHeader, namedColumns < numericColumns {
        doubt = "the first row, though it has numbers, is taken as the header (--header no: it is a row)"
      }
      return
    }
    let texts = first.enumerated().filter {
      !($0.offset == 0 && $0.element.isEmpty) && !blanksOverNumbers.contains($0.offset)
    }.map(\.element)
    let names = texts.filter { !$0.isMissing && !$0.looksNumeric }.map(\.text)
    isHeader = !texts.isEmpty && !recurs && names.count == texts.count && Set(names).count == names.count
    if isHeader, !recursElsewhere {
      doubt = "the first row is taken as the header (--header no: it is a row)"
    }
  }

  /// Whether the numbers of a row are whole ones that follow each other, as no row below does, and are no numbers like
  /// those below: six of them, all but an empty first cell from 0 on, or three that the numbers below are far from.
  private static func countsUp(_ row: [SampledCell], over body: [[SampledCell]]) -> Bool {
    guard countsUp(row), !body.contains(where: countsUp) else { return false }
    let columns = row.indices.filter { row[$0].looksNumeric }
    if columns.count >= 6 || row[0].isEmpty { return true }
    let numbers = body.flatMap { row in columns.compactMap { $0 < row.count ? Double(row[$0].text) : nil } }
    let own = columns.compactMap { Double(row[$0].text) }
    guard let least = own.min(), let most = own.max() else { return false }
    return numbers.contains { $0 != $0.rounded() } || numbers.allSatisfy { $0 > most || $0 < least }
  }

  /// Whether its numbers, at least three of them or all but an empty first cell, are whole ones that follow each other.
  private static func countsUp(_ row: [SampledCell]) -> Bool {
    let numbers = row.filter(\.looksNumeric).compactMap(\.wholeNumber)
    guard numbers.count == row.count(where: \.looksNumeric), numbers.count >= 2 else { return false }
    guard numbers.count >= 3 || row[0].isEmpty && numbers[0] == 0 else { return false }
    return zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
  }
}
