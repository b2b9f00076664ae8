extension Preparation {
  /// The graphs of a folder, prepared as the training graphs were.
  ///
  /// - Parameter withTargets: whether their classes or values are needed, and there must be a file of them.
  func graphTable(_ folder: GraphFolder, withTargets: Bool) throws(DataError) -> PreparedRows {
    try folder.requireNodesAndEdges()
    let targets = withTargets ? try GraphTargets(folder, preparedBy: self) : nil
    let raw = try RawGraphs(folder, graphs: targets?.count ?? folder.graphLines)
    let all = (0..<raw.graphs).map { Int32($0) }
    let table = graphTable(try graphRows(raw), all, try targets?.prepared(by: self) ?? Targets.none)
    return (table, raw.notes)
  }

  /// Prepares some of the graphs.
  func graphTable(_ rows: GraphRows, _ graphs: [Int32], _ targets: Targets) -> Examples {
    Examples(
      rows: graphs.count, columns: featureCount, features: [], targets: targets.selecting(graphs),
      structure: .graphs(rows.selecting(graphs)))
  }

  /// All graphs with their nodes' features.
  func graphRows(_ raw: RawGraphs) throws(DataError) -> GraphRows {
    guard case .graphs(let inputs) = inputs else { preconditionFailure("only graphs are prepared as graphs") }
    try check(raw, inputs)
    let marks = inputs.largestDegree.map { raw.degreeMarks(largest: $0) } ?? raw.labelMarks(inputs.labels)
    return GraphRows(
      nodeOffsets: raw.nodeOffsets, neighborStarts: raw.neighborStarts, neighbors: raw.neighbors,
      marks: marks, marksPerNode: marks.count / raw.nodes, attributes: standardized(raw, inputs),
      attributeCount: inputs.attributes, featureCount: featureCount)
  }

  private func check(_ raw: RawGraphs, _ inputs: GraphInputs) throws(DataError) {
    if !inputs.labels.isEmpty {
      let file = try raw.folder.requiredFile("node_labels")
      let found = raw.labelColumns
      guard found == inputs.labels.count else {
        throw DataError(.graphs(.labelColumns(expected: inputs.labels.count, found: found)), file: file)
      }
    }
    if inputs.attributes > 0 {
      let file = try raw.folder.requiredFile("node_attributes")
      let found = raw.attributeColumns
      guard found == inputs.attributes else {
        throw DataError(.graphs(.attributeColumns(expected: inputs.attributes, found: found)), file: file)
      }
    }
    try checkMemory(bytes: 4 * raw.nodes * (inputs.attributes + inputs.labels.count), file: raw.folder.path)
  }

  /// What stands for a graph without nodes has the means.
  private func standardized(_ raw: RawGraphs, _ inputs: GraphInputs) -> [Float] {
    let first = featureCount - inputs.attributes
    return (0..<raw.nodes).flatMap { node in
      (0..<inputs.attributes).map { column in
        raw.attribute(of: node, column).map { featureScaling.standardized($0, at: first + column) } ?? 0
      }
    }
  }
}

extension Targets {
  /// The targets of some observations, with one output each.
  fileprivate func selecting(_ rows: [Int32]) -> Targets {
    switch self {
    case .classes(let classes): .classes(rows.map { classes[Int($0)] })
    case .values(let values, let outputs): .values(rows.map { values[Int($0)] }, outputs: outputs)
    case .none: .none
    }
  }
}

extension RawGraphs {
  fileprivate func degreeMarks(largest: Int) -> [Int32] {
    (0..<nodes).map { node in degree(node).map { Int32(min($0, largest)) } ?? -1 }
  }

  /// [nodes, columns]
  fileprivate func labelMarks(_ known: [[Int]]) -> [Int32] {
    guard !known.isEmpty else { return [] }
    var first = 0
    let features = known.map { labels in
      defer { first += labels.count }
      return Dictionary(
        labels.enumerated().map { (Int32(clamping: $1), Int32(first + $0)) },
        uniquingKeysWith: { first, _ in first })
    }
    return (0..<nodes).flatMap { node in
      features.indices.map { column in label(of: node, column).flatMap { features[column][$0] } ?? -1 }
    }
  }
}
