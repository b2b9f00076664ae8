extension Preparation {
  /// The graphs of a folder, prepared as the training graphs were.
  ///
  /// - Parameter withClasses: whether their labels are needed, and there must be a file of them.
  func graphTable(_ folder: GraphFolder, withClasses: Bool) throws(DataError) -> Examples {
    let raw = try RawGraphs(folder)
    let all = (0..<raw.graphs).map { Int32($0) }
    return graphTable(try graphRows(raw), all, classes: withClasses ? try classes(of: raw) : nil)
  }

  /// Some of the graphs.
  func graphTable(_ rows: GraphRows, _ graphs: [Int32], classes: [Int32]?) -> Examples {
    Examples(
      rows: graphs.count, columns: featureCount, features: [],
      targets: classes.map { classes in .classes(graphs.map { classes[Int($0)] }) } ?? .none,
      structure: .graphs(rows.selecting(graphs)))
  }

  /// The class of each graph.
  func classes(of raw: RawGraphs) throws(DataError) -> [Int32] {
    guard let labels = raw.classes else {
      _ = try raw.folder.requiredFile("graph_labels")
      return []
    }
    let indices = Dictionary(classNames.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
    var classes: [Int32] = []
    for (graph, label) in labels.values.enumerated() {
      guard let index = indices["\(label)"] else {
        throw DataError(
          .rows(.unknownClass("\(label)", known: classNames)), file: labels.file, line: labels.line(of: graph)
        )
      }
      classes.append(index)
    }
    return classes
  }

  /// All graphs with their nodes' features.
  func graphRows(_ raw: RawGraphs) throws(DataError) -> GraphRows {
    guard case .graphs(let inputs) = inputs else { preconditionFailure("only graphs are prepared as graphs") }
    try check(raw, inputs)
    let marks = inputs.largestDegree.map { raw.degreeMarks(largest: $0) } ?? raw.labelMarks(inputs.labels)
    return GraphRows(
      nodeOffsets: raw.nodeOffsets, neighbourStarts: raw.neighbourStarts, neighbours: raw.neighbours,
      marks: marks, marksPerNode: marks.count / raw.nodes, attributes: standardized(raw, inputs),
      attributeCount: inputs.attributes, featureCount: featureCount)
  }

  private func check(_ raw: RawGraphs, _ inputs: GraphInputs) throws(DataError) {
    if !inputs.labels.isEmpty {
      let file = try raw.folder.requiredFile("node_labels")
      let found = raw.labels?.columns ?? 0
      guard found == inputs.labels.count else {
        throw DataError(.graphs(.labelColumns(expected: inputs.labels.count, found: found)), file: file)
      }
    }
    if inputs.attributes > 0 {
      let file = try raw.folder.requiredFile("node_attributes")
      let found = raw.attributes?.columns ?? 0
      guard found == inputs.attributes else {
        throw DataError(.graphs(.attributeColumns(expected: inputs.attributes, found: found)), file: file)
      }
    }
    try checkMemory(bytes: 4 * raw.nodes * (inputs.attributes + inputs.labels.count), file: raw.folder.path)
  }

  private func standardized(_ raw: RawGraphs, _ inputs: GraphInputs) -> [Float] {
    guard inputs.attributes > 0, let attributes = raw.attributes else { return [] }
    let first = featureCount - inputs.attributes
    return attributes.values.enumerated().map { index, value in
      featureScaling.standardized(value, at: first + index % inputs.attributes)
    }
  }
}

extension RawGraphs {
  /// Number of neighbors of a node.
  func degree(_ node: Int) -> Int { Int(neighbourStarts[node + 1] - neighbourStarts[node]) }

  fileprivate func degreeMarks(largest: Int) -> [Int32] {
    (0..<nodes).map { Int32(min(degree($0), largest)) }
  }

  /// [nodes, columns]
  fileprivate func labelMarks(_ known: [[Int]]) -> [Int32] {
    guard let labels, !known.isEmpty else { return [] }
    var first = 0
    let features = known.map { labels in
      defer { first += labels.count }
      return Dictionary(
        labels.enumerated().map { (Int32(clamping: $1), Int32(first + $0)) },
        uniquingKeysWith: { first, _ in first })
    }
    return labels.values.enumerated().map { index, label in features[index % known.count][label] ?? -1 }
  }
}
