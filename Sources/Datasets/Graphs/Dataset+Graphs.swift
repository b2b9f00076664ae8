import Experiment

extension Dataset {
  /// A dataset of labeled graphs. What nodes have is learned from the training graphs alone.
  static func graphs(_ folder: GraphFolder, _ request: LoadRequest) throws(DataError) -> Dataset {
    let raw = try RawGraphs(folder)
    let labelFile = try folder.requiredFile("graph_labels")
    let different = Set(raw.classes?.values ?? []).sorted()
    guard different.count > 1 else {
      throw DataError(.rows(.oneClass(different.first.map { "\($0)" } ?? "")), file: labelFile)
    }
    let indices = Dictionary(uniqueKeysWithValues: different.enumerated().map { ($1, Int32($0)) })
    let classes = (raw.classes?.values ?? []).map { indices[$0] ?? 0 }
    let split = try request.split(classes, file: labelFile)
    let (inputs, scaling) = raw.fit(split.training)
    let preparation = Preparation(
      inputs: .graphs(inputs), targetName: "label", target: .classes(different.map { "\($0)" }),
      featureScaling: scaling)
    let rows = try preparation.graphRows(raw)
    return Dataset(
      name: folder.name, training: preparation.graphTable(rows, split.training, classes: classes),
      validation: preparation.graphTable(rows, split.validation, classes: classes),
      test: split.test.isEmpty ? nil : preparation.graphTable(rows, split.test, classes: classes),
      preparation: preparation,
      notes: inputs.largestDegree == nil
        ? [] : ["nodes have neither labels nor attributes: the number of their neighbours takes their place"])
  }
}

extension RawGraphs {
  /// Degrees from this one on share a feature.
  private static let degreeLimit = 63

  /// What the nodes of some graphs have.
  fileprivate func fit(_ graphs: [Int32]) -> (inputs: GraphInputs, scaling: Scaling) {
    let nodes = graphs.flatMap { nodeOffsets[Int($0)]..<nodeOffsets[Int($0) + 1] }.map(Int.init)
    let columns = labels?.columns ?? 0
    let known = (0..<columns).map { column in
      Set(nodes.compactMap { labels?[$0, column] }).sorted().map(Int.init)
    }
    let attributeCount = attributes?.columns ?? 0
    let needsDegrees = columns + attributeCount == 0
    let inputs = GraphInputs(
      labels: known, attributes: attributeCount,
      largestDegree: needsDegrees ? min(nodes.map(degree).max() ?? 0, Self.degreeLimit) : nil)
    let moments = (0..<attributeCount).map { self.moments(ofAttribute: $0, nodes) }
    let marks = Scaling.identity(inputs.featureCount - attributeCount)
    return (
      inputs,
      Scaling(means: marks.means + moments.map(\.mean), scales: marks.scales + moments.map(\.scale))
    )
  }

  /// Mean and standard deviation; scale 1 if the attribute does not vary.
  private func moments(ofAttribute column: Int, _ nodes: [Int]) -> (mean: Double, scale: Double) {
    guard let attributes else { return (0, 1) }
    let mean = nodes.reduce(0) { $0 + attributes[$1, column] } / Double(nodes.count)
    let squares = nodes.reduce(0) { sum, node in
      let difference = attributes[node, column] - mean
      return sum + difference * difference
    }
    let scale = (squares / Double(nodes.count)).squareRoot()
    return (mean, scale > 0 ? scale : 1)
  }
}
