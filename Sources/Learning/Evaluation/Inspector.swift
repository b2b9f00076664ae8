import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// What the dashboard shows beyond losses: curves of cuts, contributions, and what the network makes of inputs.
struct Inspector: Sendable {
  let dataset: Dataset
  /// A limited number of held-out rows, which bounds the cost of an inspection.
  let rows: EvaluationRows
  private let plane: Plane?
  /// How widths in the price list are rounded.
  private let rounding: WidthRounding
  /// How many those are.
  let observations: Int

  /// - Parameter heldOut: all held-out rows, whose training rows serve here too.
  init(
    dataset: Dataset, heldOut: EvaluationRows, _ architecture: Architecture, rounding: WidthRounding
  ) {
    self.dataset = dataset
    self.rounding = rounding
    observations = min(dataset.validation.rows, architecture.inspectionRows)
    var rows = EvaluationRows(
      dataset.validation, targetScaling: dataset.targetScaling, limit: observations)
    (rows.calibration, rows.fitting) = (heldOut.calibration, heldOut.fitting)
    self.rows = rows
    plane = Plane(dataset)
  }

  /// The cheap part: what the network makes of inputs, and contributions.
  func glance(_ network: Network, step: Int, _ workspace: inout Workspace) -> Inspection {
    var result = Inspection(
      step: step, curves: [], contributions: rows.rows > 0 ? network.contributions(rows, &workspace) : [],
      input: rows.rows > 0 ? input(network, &workspace) : plane?.map(network, &workspace),
      hasRows: rows.rows > 0)
    take(&result, observations)
    return result
  }

  /// Cuts of every layer and what its neurons add, each handed over as soon as it is measured: the shown layer's, then
  /// the joint ones, then the others'.
  ///
  /// - Parameter limit: about so many observations at most.
  func inspectCuts(
    _ network: Network, step: Int, _ request: InspectionRequest, limit: Int, _ workspace: inout Workspace,
    deliver: (Inspection) -> Void
  ) {
    let count = network.adaptiveBlocks.count
    guard rows.rows > 0 && count > 0 else { return }
    let (rows, observations) = some(limit)
    // One for all: a layer's fit serves its curve, the joint one, and the gains.
    var cutter = Cutter(network, .repaired, rows)
    let first = request.shownLayer < count ? max(0, request.shownLayer) : 0
    for layer in [first] + (0..<count).filter({ $0 != first }) where !Task.isCancelled {
      var part = Inspection(
        step: step, curves: [cutter.tradeoff(layer: layer, rows, step: step, &workspace)], contributions: [],
        input: nil)
      part.gains = (0..<count).map {
        $0 == layer ? cutter.explainedFractions(layer: layer).map(Float.init) : []
      }
      if layer == request.orderLayer {
        part.orders = network.orderComparison(of: part.curves[0], layer: layer, rows, &workspace)
      }
      if layer == first && count > 1 {
        part.joint = cutter.jointTradeoff(rows, step: step, &workspace)
      }
      take(&part, observations)
      if !Task.isCancelled { deliver(part) }
    }
  }

  /// About so many observations at most, of all kinds, and their number.
  private func some(_ limit: Int) -> (EvaluationRows, Int) {
    guard observations > limit else { return (rows, observations) }
    let some = rows.sample(rows.rows * limit / observations)
    return (some, observations * some.batches.count / max(1, rows.batches.count))
  }

  func take(_ part: inout Inspection, _ observations: Int) {
    part.rows = observations
    part.isOfAllRows = observations == dataset.validation.rows
  }

  /// The price list, with the times that its networks take; `nil` if there is nothing to cut or to measure.
  func frontier(_ network: Network, step: Int, _ workspace: inout Workspace) -> CutFrontier? {
    guard rows.rows > 0 && !network.adaptiveBlocks.isEmpty else { return nil }
    var frontier = network.frontier(rows, step: step, rounding: rounding, &workspace)
    if let timer = InferenceTimer(dataset.validation) {
      frontier.setTimes(timer.times(of: frontier.cuts.map(\.widths), in: network, &workspace))
    }
    return frontier
  }

  private func input(_ network: Network, _ workspace: inout Workspace) -> InputView? {
    if let plane { return plane.map(network, &workspace) }
    if let decoder = Translator(dataset) {
      return .translations(decoder.translations(of: dataset.validation, by: network, &workspace))
    }
    if let sequences = sequences(network, &workspace) { return .sequences(sequences) }
    if let image = dataset.image { return .images(images(network, image, &workspace)) }
    switch dataset.problem {
    case .classification: return classAccuracies(network, &workspace).map { .classes($0) }
    case .regression: return fewValues(network, &workspace).map { .scatter($0) }
    }
  }

  private func images(
    _ network: Network, _ shape: ImageShape, _ workspace: inout Workspace, count: Int = 24
  ) -> [SampleImage] {
    let few = dataset.validation.spreadRows(count)
    guard !few.isEmpty else { return [] }
    let batch = EvaluationRows.batch(of: dataset.validation, few.map(Int32.init), 0..<few.count)
    network.forward(batch, &workspace)
    let predicted = workspace.output.largestColumns
    return (0..<batch.rows).map { row in
      let pixels = (0..<shape.width * shape.height * shape.channels).map { column in
        let value = dataset.featureScaling.restored(batch.inputs[row, column], at: column)
        return UInt8(max(0, min(255, (value * 255).rounded())))
      }
      return SampleImage(
        width: shape.width, height: shape.height, channels: shape.channels, pixels: pixels,
        predicted: dataset.classNames[predicted[row]],
        actual: dataset.classNames[Int(batch.labels[row])])
    }
  }

  private func classAccuracies(_ network: Network, _ workspace: inout Workspace) -> [ClassAccuracy]? {
    let names = dataset.classNames
    return rows.confusion(of: network, classes: names.count, &workspace).map { counts in
      names.indices.map { index in
        let rows = counts[index].reduce(0, +)
        let accuracy = Double(counts[index][index]) / Double(max(1, rows))
        return ClassAccuracy(name: names[index], rows: rows, accuracy: accuracy)
      }
    }
  }

  /// Some values for a first picture.
  private func fewValues(_ network: Network, _ workspace: inout Workspace) -> [PredictedValue]? {
    guard let scaling = dataset.targetScaling else { return [] }
    return rows.values(of: network, scaling, limit: 400, &workspace)
  }
}

/// The rectangle of a two-dimensional task, as rows for the network.
private struct Plane: Sendable {
  static let (columns, rows) = (72, 54)

  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>
  private let grid: Matrix
  private let points: [DecisionMap.Point]
  private let classNames: [String]
  private let names: [String]

  init?(_ dataset: Dataset) {
    let table = dataset.training
    guard
      dataset.problem == .classification && table.structure == .rows && table.columns == 2 && table.rows > 0
    else { return nil }
    let scaling = dataset.featureScaling
    func range(_ column: Int) -> ClosedRange<Double> {
      let values = (0..<table.rows).map { scaling.restored(table.features[2 * $0 + column], at: column) }
      let (low, high) = (values.min()!, values.max()!)
      let margin = max(0.05 * (high - low), 1e-6)
      return low - margin...high + margin
    }
    let (x, y) = (range(0), range(1))
    var grid = Matrix(rows: Self.rows * Self.columns, columns: 2)
    for row in 0..<Self.rows {
      for column in 0..<Self.columns {
        let across = (Double(column) + 0.5) / Double(Self.columns)
        let down = (Double(row) + 0.5) / Double(Self.rows)
        let position = (
          x.lowerBound + across * (x.upperBound - x.lowerBound),
          y.upperBound - down * (y.upperBound - y.lowerBound)
        )
        grid[row * Self.columns + column, 0] = scaling.standardized(position.0, at: 0)
        grid[row * Self.columns + column, 1] = scaling.standardized(position.1, at: 1)
      }
    }
    (self.x, self.y, self.grid) = (x, y, grid)
    (classNames, names) = (dataset.classNames, dataset.featureNames)
    points = Self.points(dataset.validation, scaling)
  }

  private static func points(_ table: Examples, _ scaling: Scaling) -> [DecisionMap.Point] {
    guard case .classes(let labels) = table.targets else { return [] }
    return table.spreadRows(400).map { row in
      DecisionMap.Point(
        x: Float(scaling.restored(table.features[2 * row], at: 0)),
        y: Float(scaling.restored(table.features[2 * row + 1], at: 1)),
        label: UInt8(clamping: labels[row]))
    }
  }

  func map(_ network: Network, _ workspace: inout Workspace) -> InputView {
    network.forward(grid, &workspace)
    let output = workspace.output
    var map = DecisionMap(
      columns: Self.columns, rows: Self.rows, x: x, y: y,
      classes: output.largestColumns.map { UInt8(clamping: $0) },
      confidence: output.largestProbabilities, points: points)
    (map.classNames, map.names) = (classNames, names)
    return .plane(map)
  }
}
