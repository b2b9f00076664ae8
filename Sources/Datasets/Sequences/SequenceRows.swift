import Experiment

/// The rows of a long table as sequences: grouped by an identifier, in the order of their times.
struct SequenceRows {
  /// Rows of the table, sequence after sequence in the order of their first rows.
  private(set) var rows: [Int32] = []
  /// The first of each sequence among `rows`, and one past the last: sequences + 1.
  private(set) var offsets: [Int32] = [0]
  /// The order of day, month and year in the dates of steps; `nil`: times are numbers, or there are none.
  private(set) var timeOrder: DateOrder?
  /// How the times of steps are printed; `nil`: as plain numbers, or they are none.
  private(set) var timeFormat: NumberFormat?
  /// What of the times is a guess.
  private(set) var notes: [String] = []

  var count: Int { offsets.count - 1 }

  /// Rows of one sequence.
  subscript(sequence: Int) -> ArraySlice<Int32> {
    rows[Int(offsets[sequence])..<Int(offsets[sequence + 1])]
  }

  /// Decides how the times are written.
  ///
  /// - Parameters:
  ///   - table: read with the identifier as its first key and, unless the order of the file is that of time, the time
  ///     as its second.
  ///   - options: what is not to be decided.
  init(_ table: RawTable, _ options: ReadingOptions) throws(DataError) {
    let times = table.keys.dropFirst().first
    let decision = times.flatMap { try? ColumnDecision(table.columns[$0.position], in: table, options, nil) }
    var format: NumberFormat?
    if case .numbers(let found)? = decision?.reading { format = found }
    try self.init(table, timeOrder: options.dateOrder, timeFormat: format)
    if let decision, case .numbers = decision.reading, let note = decision.printedNote { notes.append(note) }
  }

  /// - Parameters:
  ///   - table: read with the identifier as its first key, and perhaps the time as its second.
  ///   - timeFormat: how times that are numbers are printed.
  init(_ table: RawTable, timeOrder: DateOrder?, timeFormat: NumberFormat?) throws(DataError) {
    self.timeFormat = timeFormat
    let identifiers = table.keys[0].cells
    var sequences: [[Int32]] = []
    var indices: [String: Int] = [:]
    for (row, identifier) in identifiers.enumerated() {
      guard !identifier.isEmpty else {
        throw table.error(.sequences(.missingIdentifier), row: row, position: table.keys[0].position)
      }
      if let index = indices[identifier] {
        sequences[index].append(Int32(row))
      } else {
        indices[identifier] = sequences.count
        sequences.append([Int32(row)])
      }
    }
    if table.keys.count > 1 {
      let times = try Times(table, key: 1, order: timeOrder, timeFormat)
      self.timeOrder = times.order
      for index in sequences.indices { times.sort(&sequences[index]) }
    }
    append(sequences)
  }

  /// Sequences with given rows.
  init(_ sequences: some Sequence<some Collection<Int32>>) {
    append(sequences)
  }

  private mutating func append(_ sequences: some Sequence<some Collection<Int32>>) {
    for sequence in sequences {
      rows += sequence
      offsets.append(Int32(rows.count))
    }
  }

  /// The identifiers of the sequences, as the file has them.
  func names(in table: RawTable) -> [String] {
    (0..<count).map { table.keys[0].cells[Int(rows[Int(offsets[$0])])] }
  }

  /// Selects sequences, in this order.
  func selecting(_ sequences: [Int32]) -> SequenceRows { SequenceRows(sequences.map { self[Int($0)] }) }

  /// The first row of each sequence that has a target, or −1.
  ///
  /// - Throws: if a sequence has two different ones.
  func targetRows(in table: RawTable, _ target: FeatureCells, position: Int) throws(DataError) -> [Int32] {
    var targets = [Int32](repeating: -1, count: count)
    for sequence in 0..<count {
      for row in self[sequence] where !target.isMissing(row) {
        if targets[sequence] < 0 {
          targets[sequence] = row
        } else if !target.areEqual(row, targets[sequence]) {
          let values = [targets[sequence], row].map { table.columns[position].text(ofRow: Int($0)) }
          let name = table.keys[0].cells[Int(row)]
          throw table.error(
            .sequences(.changingTarget(sequence: name, values: values)), row: Int(row), position: position)
        }
      }
    }
    return targets
  }
}

/// The times of a table's rows: numbers, dates, or else texts that begin with the year and are in order as such.
private struct Times {
  private let texts: [String]
  /// Empty if they are texts.
  private var numbers: [Double] = []
  /// The order of day, month and year, if the times are dates.
  private(set) var order: DateOrder?

  /// - Parameters:
  ///   - order: of dates, if it is known.
  ///   - format: of numbers; `nil`: they are plain.
  init(_ table: RawTable, key: Int, order: DateOrder?, _ format: NumberFormat?) throws(DataError) {
    texts = table.keys[key].cells
    let position = table.keys[key].position
    func number(_ text: String) -> Double? {
      Array(text.utf8).withUnsafeBufferPointer { bytes in
        if let format { format.value(bytes) } else { decimal(bytes) }
      }
    }
    func badTime(_ row: Int) -> DataError {
      table.error(.sequences(.notATime(text: texts[row])), row: row, position: position)
    }
    if order == nil {
      let plain = texts.map(number)
      if plain.allSatisfy({ $0 != nil }) {
        numbers = plain.compactMap { $0 }
        return
      }
      if let row = texts.firstIndex(where: \.isEmpty) { throw badTime(row) }
      if plain[0] != nil, let row = plain.firstIndex(where: { $0 == nil }) { throw badTime(row) }
    }
    let orders = order.map { [$0] } ?? [.yearFirst, .dayFirst, .monthFirst]
    let possible = orders.filter { order in
      texts.allSatisfy { Array($0.utf8).withUnsafeBufferPointer { DateText($0, order) != nil } }
    }
    guard var chosen = possible.first else {
      // 2024-W05: a year, and in order as a text.
      let isOrdered = texts.allSatisfy { $0.utf8.prefix(4).count { (48..<58).contains($0) } == 4 }
      if order == nil, isOrdered { return }
      let best =
        orders.max { first, second in Self.dates(texts, first) < Self.dates(texts, second) } ?? orders[0]
      throw badTime(texts.firstIndex { Self.date($0, best) == nil } ?? 0)
    }
    if possible.count > 1, chosen == .yearFirst { chosen = possible[1] }
    if possible.count > 1,
      let row = texts.firstIndex(where: { Self.date($0, .dayFirst) != Self.date($0, .monthFirst) }),
      possible.contains(.dayFirst), possible.contains(.monthFirst)
    {
      throw table.error(.table(.ambiguousDate(text: texts[row])), row: row, position: position)
    }
    self.order = chosen
    numbers = texts.map { Self.date($0, chosen) ?? .nan }
  }

  private static func date(_ text: String, _ order: DateOrder) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { DateText($0, order)?.seconds }
  }

  private static func dates(_ texts: [String], _ order: DateOrder) -> Int {
    texts.count { date($0, order) != nil }
  }

  /// Rows at the same time stay as they are.
  func sort(_ rows: inout [Int32]) {
    let isBefore: (Int32, Int32) -> Bool? = {
      let (first, second) = (Int($0), Int($1))
      if numbers.isEmpty { return texts[first] == texts[second] ? nil : texts[first] < texts[second] }
      return numbers[first] == numbers[second] ? nil : numbers[first] < numbers[second]
    }
    rows.sort { isBefore($0, $1) ?? ($0 < $1) }
  }
}
