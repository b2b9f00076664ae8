import Experiment

/// The price of keeping the first neurons of a layer, as far as it was measured.
package struct CutPreview: Equatable, Sendable {
  /// `nil`: all of them, by the same fraction.
  package var layer: Int?
  /// Of the layer, or of all together.
  package var width: Int
  package var kept: Int
  /// Of each layer, if it is of all.
  package var widths: [Int] = []
  /// Held-out metrics with all neurons and with those kept.
  package var before: Metrics?
  package var after: Metrics?
  /// The width `after` was measured at, if not at `kept` itself: of the layer, or of all together.
  package var nearestMeasured: Int?
  /// The same of each layer, if it is of all.
  package var nearestWidths: [Int] = []
  package var parametersBefore: Int
  package var parametersAfter: Int?
  package var step: Int?
  /// Held-out rows it was measured on, if that is a part of them.
  package var rows: Int?
  /// What was measured is of the network before the last edit, or nothing was yet, so there are no metrics.
  package var isOutdated: Bool

  package init(_ state: State, layer: Int, kept: Int) {
    let widths = state.snapshot.layers.map(\.width)
    self.init(state, widths[layer], kept)
    self.layer = layer
    var cut = widths
    cut[layer] = kept
    parametersAfter = state.snapshot.parameters(at: cut)
    guard let curve = state.curve(of: layer) else { return }
    take(curve, state)
  }

  /// The price of keeping the same fraction of every layer.
  package init(_ state: State, keeping fraction: Double) {
    let widths = state.snapshot.layers.map(\.width)
    let kept = widths.map { StatusText.fraction(fraction, of: $0) }
    self.init(state, widths.reduce(0, +), kept.reduce(0, +))
    self.widths = kept
    parametersAfter = state.snapshot.parameters(at: kept)
    guard let curve = state.run.inspection?.joint else { return }
    take(curve, state)
  }

  /// The price of the cut as it stands.
  package init(ofTheCutIn state: State) {
    if state.isJoint {
      self.init(state, keeping: state.jointShare)
    } else {
      self.init(state, layer: state.cut.layer, kept: state.kept(of: state.cut.layer))
    }
  }

  private init(_ state: State, _ width: Int, _ kept: Int) {
    (self.width, self.kept) = (width, kept)
    parametersBefore = state.snapshot.parameters
    isOutdated = state.run.isInspectionStale || state.run.inspection == nil
  }

  private mutating func take(_ curve: TradeoffCurve, _ state: State) {
    guard !isOutdated else { return }
    (step, rows) = (curve.step, state.run.inspection?.rows)
    before = curve.point(at: width)?.metrics
    guard let point = curve.point(at: kept) else { return }
    after = point.metrics
    guard layer == nil ? point.widths != widths : point.width != kept else { return }
    nearestMeasured = point.width
    if layer == nil { nearestWidths = point.widths }
  }
}

extension Snapshot {
  /// Weights and biases of the whole network with so many neurons in its adaptive layers; `nil`: not known.
  func parameters(at widths: [Int]) -> Int? {
    guard let parameterCost, parameterCost.linear.count == widths.count else { return nil }
    return parameterCost.parameters(at: widths)
  }
}
