extension Preparation {
  /// Features of the steps of sequences, and the target of each.
  func table(
    of part: LabeledSequences, in table: RawTable, positions: [Int], target: Int
  ) throws(DataError) -> Examples {
    Examples(
      columns: featureCount,
      features: try features(of: table, rows: part.sequences.rows, positions: positions),
      targets: try targets(of: table, rows: part.targets, position: target),
      offsets: part.sequences.offsets)
  }

  /// The sequences of another file; those without a target are dropped.
  func sequences(
    of raw: RawTable, positions: [Int], target: Int
  ) throws(DataError) -> (table: Examples, notes: [String]) {
    let all = try SequenceRows(raw)
    let part = try LabeledSequences(all, in: raw, target: target)
    let dropped = all.count - part.targets.count
    return (
      try table(of: part, in: raw, positions: positions, target: target),
      dropped == 0 ? [] : [Self.dropNote(dropped, "sequence", target: targetName)]
    )
  }

  /// Where the key columns of the training file are in another one's columns.
  ///
  /// - Parameter lacksTarget: whether the other file, without a header, may come without the target.
  func keyPositions(in raw: RawTable, lacksTarget: Bool) throws(DataError) -> [Int] {
    guard let sequence, case .columns(_, let width, let target, let hadHeader) = inputs else { return [] }
    var positions: [Int] = []
    for key in sequence.keys {
      if hadHeader && raw.hasHeader {
        positions.append(try raw.position(ofTraining: key.name))
      } else {
        let isShifted = lacksTarget && raw.columns.count == width - 1 && key.position > target
        positions.append(key.position - (isShifted ? 1 : 0))
      }
    }
    guard positions.allSatisfy(raw.columns.indices.contains) else {
      throw DataError(
        .table(.columnCount(expected: width, found: raw.columns.count)), file: raw.file, line: raw.firstLine)
    }
    return positions
  }
}

extension RawTable {
  /// The column that had this name in the training file.
  fileprivate func position(ofTraining name: String) throws(DataError) -> Int {
    guard let position = columns.firstIndex(where: { $0.name == name }) else {
      throw DataError(.table(.missingColumn(name, available: columns.map(\.name))), file: file, line: 1)
    }
    return position
  }
}
