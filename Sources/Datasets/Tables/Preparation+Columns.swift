import Glibc

extension Preparation {
  /// Features of chosen rows.
  ///
  /// - Parameter cells: one for each input column.
  func features(_ cells: [FeatureCells], rows: [Int32], file: String) throws(DataError) -> [Float] {
    guard case .columns(let columns, _, _, _) = inputs else {
      preconditionFailure("only tables have columns")
    }
    let width = featureCount
    try checkMemory(bytes: 4 * rows.count * width, file: file)
    var features = [Float](repeating: 0, count: rows.count * width)
    var first = 0
    for (column, cells) in zip(columns, cells) {
      switch cells {
      case .numbers(let numbers):
        for (row, source) in rows.enumerated() {
          let value = numbers[source]
          if !value.isNaN { features[row * width + first] = featureScaling.standardized(value, at: first) }
        }
      case .categories(let categories):
        let missing = column.missingFeature
        for (row, source) in rows.enumerated() {
          let index = categories[source]
          if index >= 0 {
            features[row * width + first + Int(index)] = 1
          } else if index == CategoryCells.missing, let missing {
            features[row * width + first + missing] = 1
          }
        }
      case .dates(let dates):
        guard case .date(_, let parts) = column.kind else { preconditionFailure("dates are of dates") }
        for (row, source) in rows.enumerated() where !dates.seconds[source].isNaN {
          let start = row * width + first
          features[start] = featureScaling.standardized(dates.seconds[source] / 86_400, at: first)
          for (index, part) in parts.enumerated() {
            let angle = 2 * Double.pi * part.phase(dates.local[source])
            features[start + 1 + 2 * index] = Float(sin(angle))
            features[start + 2 + 2 * index] = Float(cos(angle))
          }
        }
      }
      first += column.featureCount
    }
    return features
  }

  /// Targets of chosen rows, none of which may be missing.
  func targets(
    _ cells: FeatureCells, rows: [Int32], in raw: RawTable, _ position: Int
  ) throws(DataError) -> Targets {
    switch (target, cells) {
    case (.value(let scaling), .numbers(let numbers)):
      return .values(rows.map { scaling.standardized(numbers[$0], at: 0) }, outputs: 1)
    case (.classes(let names), .categories(let categories)):
      var classes = [Int32](repeating: 0, count: rows.count)
      for (row, source) in rows.enumerated() {
        let index = categories[source]
        guard index >= 0 else {
          let text = raw.columns[position].text(ofRow: Int(source))
          throw raw.error(.rows(.unknownClass(text, known: names)), row: Int(source), position: position)
        }
        classes[row] = index
      }
      return .classes(classes)
    default: preconditionFailure("classes are categories, and values numbers")
    }
  }
}

extension InputColumn {
  /// The index of the feature that is 1 if the cell is missing; `nil`: none.
  fileprivate var missingFeature: Int? {
    if case .categories(let names, hasMissing: true) = kind { names.count } else { nil }
  }
}
