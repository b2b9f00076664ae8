import Experiment

extension RawTable {
  /// The column with this name, else the one with this 0-based index; if none is named the last that is no key and has
  /// a name or values.
  func targetPosition(_ target: String?, besides keys: [Int] = []) throws(DataError) -> Int {
    guard let target else {
      let isUsable: (Int) -> Bool = { [columns] position in
        let column = columns[position]
        let isEmpty =
          column.isCoded && (0..<column.index.count).allSatisfy { column.index.with($0, \.isEmpty) }
        return !keys.contains(position) && !column.isIgnored && !(isEmpty && (column.isUnnamed || !hasHeader))
      }
      guard let last = columns.indices.last(where: isUsable) else {
        throw DataError(.table(.noFeatures(leftOut: [])), file: file)
      }
      return last
    }
    let index = Int(target).flatMap { columns.indices.contains($0) ? $0 : nil }
    guard let position = columns.firstIndex(where: { $0.name == target }) ?? index else {
      throw DataError(.table(.unknownTarget(target, available: columns.map(\.name))), file: file)
    }
    guard !columns[position].isIgnored else {
      throw DataError(
        .table(.contradiction("--target", "--ignore")), file: file, column: columns[position].name)
    }
    return position
  }

  /// Names of columns that could be predicted instead.
  func predictable(besides positions: [Int]) -> [String] {
    columns.indices.compactMap { position in
      let column = columns[position]
      guard !positions.contains(position), !column.isIgnored,
        let decision = try? ColumnDecision(column, in: self, ReadingOptions(), nil)
      else { return nil }
      switch decision.reading {
      case .numbers: return column.name
      case .categories:
        let found = categories(of: position, rows: (0..<rows).map { Int32($0) })
        return (found?.counts.count ?? 0) > 1 ? column.name : nil
      case .dates, .manyTexts, .empty: return nil
      }
    }
  }
}
