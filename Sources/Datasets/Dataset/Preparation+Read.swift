extension Preparation {
  /// Rows of another file, prepared as the training rows were; rows without a target are dropped.
  ///
  /// Columns are matched by name where both files have a header (others are ignored), else by position.
  public func table(
    from path: String, progress: (String) -> Void = { _ in }
  ) throws(DataError) -> (table: Examples, notes: [String]) {
    if let texts = try texts(from: path) { return texts }
    if isColoured { return (try colourTable(from: path), []) }
    if case .graphs = inputs { return (try graphTable(path, withClasses: true), []) }
    guard try GraphFolder(path) == nil else { throw DataError(.graphs(.notExpected), file: path) }
    var input = try InputFile.opened(path)
    let isIDX = IDXFile.isIDX(try input.peek(4))
    guard case .columns(let columns, let width, let targetPosition, _) = inputs else {
      guard isIDX else { throw DataError(.imagesExpected, file: path) }
      return (try table(of: LabelledImages(input)), [])
    }
    guard !isIDX else { throw DataError(.imagesNotExpected, file: path) }
    let raw = try RawTable(
      input, knownNames: knownNames,
      keys: { (raw) throws(DataError) in try keyPositions(in: raw, lacksTarget: false) },
      progress: progress)
    let expected = columns.map { ($0.name, $0.position) } + [(targetName, targetPosition)]
    var positions = try find(expected, in: raw, width: width)
    let target = positions.removeLast()
    try requireNumbers(of: raw, columns, positions)
    if case .value = self.target { try raw.columns[target].requireNumbers(file: path) }
    if sequence != nil { return try sequences(of: raw, positions: positions, target: target) }

    let cells = raw.columns[target].cells
    let rows = cells.indices.filter { !cells[$0].isMissing }.map { Int32($0) }
    guard !rows.isEmpty else {
      throw DataError(.noTargets, file: path, line: raw.firstLine, column: raw.columns[target].name)
    }
    let dropped = raw.rows - rows.count
    return (
      Examples(
        rows: rows.count, columns: featureCount,
        features: try features(of: raw, rows: rows, positions: positions),
        targets: try targets(of: raw, rows: rows, position: target)),
      dropped == 0 ? [] : [Self.dropNote(dropped, "row", target: targetName)]
    )
  }

  static func dropNote(_ count: Int, _ what: String, target: String) -> String {
    "\(counted(count, what)) without a value of \(sanitised(target)) dropped"
  }

  /// Another file's rows without targets, for prediction. A file without a header may lack the target column.
  public func inputs(
    from path: String, progress: (String) -> Void = { _ in }
  ) throws(DataError) -> Examples {
    if let texts = try unlabelledTexts(from: path) { return texts }
    if isColoured {
      var table = try colourTable(from: path)
      table.targets = .none
      return table
    }
    if case .graphs = inputs { return try graphTable(path, withClasses: false) }
    var input = try InputFile.opened(path)
    let isIDX = IDXFile.isIDX(try input.peek(4))
    guard case .columns(let columns, let width, let target, _) = inputs else {
      guard isIDX else { throw DataError(.imagesExpected, file: path) }
      let images = try IDXFile.images(input)
      let rows = (0..<images.dimensions[0]).map { Int32($0) }
      return table(ofImages: rows.count, features: try features(of: images, rows: rows), targets: .none)
    }
    guard !isIDX else { throw DataError(.imagesNotExpected, file: path) }
    let raw = try RawTable(
      input, knownNames: knownNames,
      keys: { (raw) throws(DataError) in try keyPositions(in: raw, lacksTarget: true) },
      progress: progress)
    let lacksTarget = raw.columns.count == width - 1
    let expected = columns.map { ($0.name, $0.position - (lacksTarget && $0.position > target ? 1 : 0)) }
    let positions = try find(expected, in: raw, width: lacksTarget ? width - 1 : width)
    try requireNumbers(of: raw, columns, positions)
    if sequence != nil {
      let sequences = try SequenceRows(raw)
      return Examples(
        columns: featureCount, features: try features(of: raw, rows: sequences.rows, positions: positions),
        targets: .none, offsets: sequences.offsets)
    }
    let rows = (0..<raw.rows).map { Int32($0) }
    return Examples(
      rows: raw.rows, columns: featureCount,
      features: try features(of: raw, rows: rows, positions: positions), targets: .none)
  }

  /// Names that tell a header; none if the training file had no header.
  private var knownNames: Set<String> {
    guard case .columns(let columns, _, _, true) = inputs else { return [] }
    return Set(columns.map(\.name) + [targetName] + (sequence?.keys.map(\.name) ?? []))
  }

  /// Where the columns of these names and training positions are.
  private func find(
    _ expected: [(name: String, position: Int)], in raw: RawTable, width: Int
  ) throws(DataError) -> [Int] {
    guard case .columns(_, _, _, true) = inputs, raw.hasHeader else {
      guard raw.columns.count == width else {
        throw DataError(
          .columnCount(expected: width, found: raw.columns.count), file: raw.file, line: raw.firstLine)
      }
      return expected.map(\.position)
    }
    let names = raw.columns.map(\.name)
    let positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [Int] = []
    for (name, _) in expected {
      guard let position = positions[name] else {
        throw DataError(.missingColumn(name, available: names), file: raw.file, line: 1)
      }
      found.append(position)
    }
    return found
  }

  private func requireNumbers(
    of raw: RawTable, _ columns: [InputColumn], _ positions: [Int]
  ) throws(DataError) {
    for (column, position) in zip(columns, positions) where column.kind == .number {
      try raw.columns[position].requireNumbers(file: raw.file)
    }
  }
}
