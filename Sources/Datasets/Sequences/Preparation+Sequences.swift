import Experiment

extension Preparation {
  /// The sequences of another file, whose times are written as those of the training file were.
  func sequenceRows(of raw: RawTable) throws(DataError) -> SequenceRows {
    let time = sequence?.keys.dropFirst().first
    return try SequenceRows(raw, timeOrder: time?.dateOrder, timeFormat: time?.format)
  }

  /// The sequences of another file; those without a target are dropped.
  func sequences(of raw: RawTable, _ columns: PreparedColumns) throws(DataError) -> PreparedRows {
    guard let target = columns.target, case .columns(_, _, let targetPosition, _) = inputs else {
      preconditionFailure("sequences are of columns with a target")
    }
    let position =
      raw.columns.firstIndex { $0.name == targetName } ?? min(targetPosition, raw.columns.count - 1)
    let all = try sequenceRows(of: raw)
    let part = try LabeledSequences(all, in: raw, target: target, position)
    let dropped = all.count - part.targets.count
    return (
      Examples(
        columns: featureCount, features: try columns.features(part.sequences.rows),
        targets: try columns.targets(part.targets), offsets: part.sequences.offsets,
        names: part.sequences.names(in: raw)),
      raw.notes
        + (dropped == 0
          ? []
          : [TargetFit.dropNote(dropped, "sequence", raw.columns[position], reading?.missing ?? .older)])
        + columns.notes(part.sequences.rows)
    )
  }

  /// The positions of the training file's key columns among another file's columns.
  ///
  /// - Parameter lacksTarget: whether the other file, without a header, may come without the target.
  func keyPositions(in raw: RawTable, lacksTarget: Bool) throws(DataError) -> [Int] {
    guard let sequence, case .columns(_, let width, let target, let hadHeader) = inputs else { return [] }
    var positions: [Int] = []
    for key in sequence.keys {
      if hadHeader && raw.hasHeader {
        guard let position = raw.columns.firstIndex(where: { $0.name == key.name }) else {
          throw raw.lacks([key.name], knownNames)
        }
        positions.append(position)
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
