import Experiment
import PlainText

/// The columns of another file, found and read as a preparation says.
struct PreparedColumns {
  let cells: [FeatureCells]
  /// `nil`: it was not asked for.
  let target: FeatureCells?
  private let preparation: Preparation
  private let table: RawTable
  /// The positions of the preparation's columns, and of the target, in the file.
  private let positions: [Int]
  private let targetPosition: Int?

  /// - Parameter hasTarget: whether the target is needed.
  init(_ preparation: Preparation, in raw: RawTable, hasTarget: Bool) throws(DataError) {
    guard case .columns(let columns, let width, let target, let isNamed) = preparation.inputs else {
      preconditionFailure("only tables have columns")
    }
    let lacksTarget = !hasTarget && raw.columns.count == width - 1
    var expected = columns.map {
      ($0.name, $0.position - (lacksTarget && $0.position > target ? 1 : 0))
    }
    if hasTarget { expected.append((preparation.targetName, target)) }
    var positions = try preparation.find(expected, in: raw, width: lacksTarget ? width - 1 : width)
    targetPosition = hasTarget ? positions.removeLast() : nil
    var cells: [FeatureCells] = []
    for (column, position) in zip(columns, positions) {
      cells.append(
        try raw.cells(position, as: column.kind, names: isNamed ? columns.map(\.name) : []) {
          (raw) throws(BadCell) -> FeatureCells in try column.cells(of: raw, preparation.reading)
        })
    }
    self.target = try targetPosition.map { (position) throws(DataError) in
      try preparation.targetCells(in: raw, position)
    }
    (self.preparation, table, self.cells, self.positions) = (preparation, raw, cells, positions)
  }

  /// Rows that have a target.
  var rows: [Int32] {
    guard let target else { return (0..<Int32(table.rows)).map { $0 } }
    return (0..<Int32(table.rows)).filter { !target.isMissing($0) }
  }

  func features(_ rows: [Int32]) throws(DataError) -> [Float] {
    try preparation.features(cells, rows: rows, file: table.file)
  }

  func targets(_ rows: [Int32]) throws(DataError) -> Targets {
    guard let target, let targetPosition else { return .none }
    return try preparation.targets(target, rows: rows, in: table, targetPosition)
  }

  /// What the user may not expect of the cells of some rows.
  func notes(_ rows: [Int32]) -> [String] {
    guard case .columns(let columns, _, _, _) = preparation.inputs else { return [] }
    var notes: [String] = []
    for (index, column) in columns.enumerated() {
      guard case .categories(let cells) = cells[index] else { continue }
      var (count, examples) = (0, [String]())
      for row in rows where cells[row] == CategoryCells.unseen {
        count += 1
        let text = table.columns[positions[index]].text(ofRow: Int(row))
        if examples.count < 3, !examples.contains(text) { examples.append(text) }
      }
      guard count > 0 else { continue }
      notes.append(
        "\(counted(count, "cell")) of \(sanitized(column.name)) \(count == 1 ? "has a category" : "have categories") "
          + "that training did not see (\(examples.map { quoted($0) }.joined(separator: ", "))), counted as none"
      )
    }
    return notes
  }
}

extension RawTable {
  /// The cells of a column; an error of theirs gets its place.
  ///
  /// - Parameter kind: as which a preparation reads the column; `nil`: its kind was found in this table, where the
  ///   other rows are numbers.
  ///   - names: of the columns that a header is expected to have.
  func cells<Cells>(
    _ position: Int, as kind: InputColumn.Kind? = nil, names: [String] = [],
    _ make: (RawColumn) throws(BadCell) -> Cells
  ) throws(DataError) -> Cells {
    do throws(BadCell) {
      return try make(columns[position])
    } catch {
      let reason: TableProblem
      if !hasHeader, error.row == 0, !names.isEmpty {
        reason = .noKnownNames(text: error.text, expected: names)
        throw DataError(.table(reason), file: file, line: firstLine)
      }
      switch kind {
      case .date?: reason = .notADate(text: error.text)
      case nil: reason = .notANumber(text: error.text, others: rows - 1)
      default:
        let numbers = (try? ColumnDecision(columns[position], in: self, ReadingOptions(), nil))?.numbers
        reason = .notANumber(text: error.text, others: numbers ?? rows - 1)
      }
      throw self.error(.table(reason), row: Int(error.row), position: position)
    }
  }
}

extension Preparation {
  /// The cells of the target in another file.
  fileprivate func targetCells(in raw: RawTable, _ position: Int) throws(DataError) -> FeatureCells {
    let missing = reading?.missing ?? .older
    switch target {
    case .classes(let names):
      guard raw.columns[position].isCoded else {
        throw DataError(
          .table(.tooManyClasses(limit: TextIndex.limit)), file: raw.file, column: raw.columns[position].name)
      }
      let column = raw.columns[position]
      return .categories(
        reading == nil ? column.olderCategoryCells(names, missing) : column.classCells(names, missing))
    case .value:
      return try raw.cells(position, as: .number) { [self] (raw) throws(BadCell) -> FeatureCells in
        .numbers(
          reading == nil ? try raw.olderNumberCells(missing) : try raw.numberCells(targetFormat, missing))
      }
    case .tokens: preconditionFailure("translations are no columns")
    }
  }
}
