extension Preparation {
  /// Features of chosen rows of a table. `positions`: where each input column stands in it.
  func features(of table: RawTable, rows: [Int32], positions: [Int]) throws(DataError) -> [Float] {
    guard case .columns(let columns, _, _, _) = inputs else {
      preconditionFailure("only tables have columns")
    }
    let width = featureCount
    try checkMemory(bytes: 4 * rows.count * width, file: table.file)
    var features = [Float](repeating: 0, count: rows.count * width)
    var first = 0
    for (column, position) in zip(columns, positions) {
      let raw = table.columns[position]
      switch column.kind {
      case .number:
        for (row, source) in rows.enumerated() {
          guard let value = raw.value(raw.cells[Int(source)]) else { continue }
          features[row * width + first] = featureScaling.standardized(value, at: first)
        }
      case .categories(let names, let hasMissing):
        var coder = CategoryCoder(names, missing: hasMissing ? names.count : nil)
        for (row, source) in rows.enumerated() {
          guard let index = coder.index(of: raw.cells[Int(source)], in: raw) else { continue }
          features[row * width + first + index] = 1
        }
      }
      first += column.featureCount
    }
    return features
  }

  /// Targets of chosen rows, none of which may be missing.
  func targets(of table: RawTable, rows: [Int32], position: Int) throws(DataError) -> Targets {
    let raw = table.columns[position]
    switch target {
    case .value(let scaling):
      var values = [Float](repeating: 0, count: rows.count)
      for (row, source) in rows.enumerated() {
        guard let value = raw.value(raw.cells[Int(source)]) else {
          preconditionFailure("rows without a target must have been dropped")
        }
        values[row] = scaling.standardized(value, at: 0)
      }
      return .values(values, outputs: 1)
    case .classes(let names):
      var coder = CategoryCoder(names, missing: nil)
      var classes = [Int32](repeating: 0, count: rows.count)
      for (row, source) in rows.enumerated() {
        let cell = raw.cells[Int(source)]
        guard let index = coder.index(of: cell, in: raw) else {
          throw DataError(
            .rows(.unknownClass(raw.name(of: cell) ?? "", known: names)), file: table.file,
            line: table.line(ofRow: Int(source)), column: raw.name)
        }
        classes[row] = Int32(index)
      }
      return .classes(classes)
    case .tokens: preconditionFailure("translations are no columns")
    }
  }
}

/// Finds categories by cell, looking up each different cell's name only once.
struct CategoryCoder {
  private let indices: [String: Int]
  private let missing: Int?
  private var known: [Cell: Int?] = [:]

  init(_ names: [String], missing: Int?) {
    indices = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.missing = missing
  }

  /// `nil` for a category that is not among the names.
  mutating func index(of cell: Cell, in column: RawColumn) -> Int? {
    if cell.isMissing { return missing }
    if let index = known[cell] { return index }
    let index = column.name(of: cell).flatMap { indices[$0] }
    known[cell] = .some(index)
    return index
  }
}
