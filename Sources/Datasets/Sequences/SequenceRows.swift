/// The rows of a long table as sequences: grouped by an identifier, in the order of their times.
struct SequenceRows {
  /// Rows of the table, sequence after sequence in the order of their first rows.
  private(set) var rows: [Int32] = []
  /// The first of each sequence among `rows`, and one past the last: sequences + 1.
  private(set) var offsets: [Int32] = [0]

  var count: Int { offsets.count - 1 }

  /// Rows of one sequence.
  subscript(sequence: Int) -> ArraySlice<Int32> {
    rows[Int(offsets[sequence])..<Int(offsets[sequence + 1])]
  }

  /// - Parameter table: read with the identifier as its first key and, unless the order of the file is that of time,
  ///   the time as its second.
  init(_ table: RawTable) throws(DataError) {
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
      let times = try Times(table, key: 1)
      for index in sequences.indices { times.sort(&sequences[index]) }
    }
    self.init(sequences)
  }

  /// Of given rows for each sequence.
  init(_ sequences: some Sequence<some Collection<Int32>>) {
    for sequence in sequences {
      rows += sequence
      offsets.append(Int32(rows.count))
    }
  }

  /// Some of the sequences.
  func selecting(_ sequences: [Int32]) -> SequenceRows { SequenceRows(sequences.map { self[Int($0)] }) }

  /// For each sequence the first row that has a target, or −1.
  ///
  /// - Throws: if a sequence has two different ones.
  func targetRows(in table: RawTable, position: Int) throws(DataError) -> [Int32] {
    let column = table.columns[position]
    var targets = [Int32](repeating: -1, count: count)
    for sequence in 0..<count {
      for row in self[sequence] where !column.cells[Int(row)].isMissing {
        if targets[sequence] < 0 {
          targets[sequence] = row
        } else if column.cells[Int(row)] != column.cells[Int(targets[sequence])] {
          let values = [targets[sequence], row].map { column.name(of: column.cells[Int($0)]) ?? "" }
          let name = table.keys[0].cells[Int(row)]
          throw table.error(
            .sequences(.changingTarget(sequence: name, values: values)), row: Int(row), position: position)
        }
      }
    }
    return targets
  }
}

/// The times of a table's rows: numbers, or else texts that are in order as dates with the year first are.
private struct Times {
  private let texts: [String]
  /// Empty if they are texts.
  private var numbers: [Double] = []

  init(_ table: RawTable, key: Int) throws(DataError) {
    texts = table.keys[key].cells
    for (row, text) in texts.enumerated() {
      let number = Array(text.utf8).withUnsafeBufferPointer { decimal($0) }
      guard !text.isEmpty, row == 0 || (number != nil) == !numbers.isEmpty else {
        throw table.error(.sequences(.notATime(text: text)), row: row, position: table.keys[key].position)
      }
      if let number { numbers.append(number) }
    }
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

extension RawTable {
  func error(_ reason: DataError.Reason, row: Int, position: Int) -> DataError {
    DataError(reason, file: file, line: line(ofRow: row), column: columns[position].name)
  }
}
