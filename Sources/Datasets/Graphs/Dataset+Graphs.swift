import Experiment

extension Dataset {
  /// A dataset of graphs with a class or a value each. What nodes have, and the scale of values, is learned from the
  /// training graphs alone.
  static func graphs(_ folder: GraphFolder, _ request: LoadRequest) throws(DataError) -> Dataset {
    try folder.requireNodesAndEdges()
    let targets = try GraphTargets(folder, problem: request.options.problem, target: request.options.target)
    let raw = try RawGraphs(folder, graphs: targets.count)
    let isClassified = targets.problem == .classification
    let names = isClassified ? try targets.classNames() : []
    let classes =
      isClassified ? try targets.classes(names) : [Int32](repeating: 0, count: targets.count)
    let split = try request.split(classes, file: targets.file)
    let (inputs, scaling) = raw.fit(split.training)
    guard inputs.featureCount > 0 else { throw DataError(.graphs(.noNodes), file: raw.indicatorFile) }
    let preparation = Preparation(
      inputs: .graphs(inputs), targetName: targets.name,
      target: isClassified ? .classes(names) : .value(try targets.scaling(of: split.training)),
      featureScaling: scaling)
    let rows = try preparation.graphRows(raw)
    let all = try targets.prepared(by: preparation)
    func part(_ graphs: [Int32]) -> Examples { preparation.graphTable(rows, graphs, all) }
    var notes = targets.notes + raw.notes
    if inputs.largestDegree != nil {
      notes.append(
        "nodes have neither labels nor attributes: the number of their neighbors takes their place")
    }
    var dataset = Dataset(
      name: folder.name, training: part(split.training), validation: part(split.validation),
      test: split.test.isEmpty ? nil : part(split.test), preparation: preparation, notes: notes)
    dataset.places = RowPlaces(.row, split)
    return dataset
  }
}

extension RawGraphs {
  /// Degrees from this one on share a feature.
  private static let degreeLimit = 63

  /// What the nodes of some graphs have.
  fileprivate func fit(_ graphs: [Int32]) -> (inputs: GraphInputs, scaling: Scaling) {
    let nodes = graphs.flatMap { nodeOffsets[Int($0)]..<nodeOffsets[Int($0) + 1] }.map(Int.init)
    let known = (0..<labelColumns).map { column in
      Set(nodes.compactMap { label(of: $0, column) }).sorted().map(Int.init)
    }
    let attributeCount = attributeColumns
    let needsDegrees = labelColumns + attributeCount == 0
    let inputs = GraphInputs(
      labels: known, attributes: attributeCount,
      largestDegree: needsDegrees ? min(nodes.compactMap(degree).max() ?? 0, Self.degreeLimit) : nil)
    let moments = (0..<attributeCount).map { self.moments(ofAttribute: $0, nodes) }
    let marks = Scaling.identity(inputs.featureCount - attributeCount)
    return (
      inputs,
      Scaling(means: marks.means + moments.map(\.mean), scales: marks.scales + moments.map(\.scale))
    )
  }

  /// Mean and standard deviation; scale 1 if the attribute does not vary.
  private func moments(ofAttribute column: Int, _ nodes: [Int]) -> (mean: Double, scale: Double) {
    let values = nodes.compactMap { attribute(of: $0, column) }
    guard !values.isEmpty else { return (0, 1) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let scale = (squares / Double(values.count)).squareRoot()
    return (mean, scale > 0 ? scale : 1)
  }
}
