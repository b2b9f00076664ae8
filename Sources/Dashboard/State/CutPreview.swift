import Experiment

/// The price of keeping the first neurons of a layer, as far as it was measured.
package struct CutPreview: Equatable, Sendable {
  /// `nil`: all of them, by the same fraction.
  package var layer: Int?
  /// Of the layer, or of all together.
  package var width: Int
  package var kept: Int
  /// How it is cut.
  package var method: CutMethod
  /// Of each layer, if it is of all.
  package var widths: [Int] = []
  /// Held-out metrics with all neurons and with those kept.
  package var before: Metrics?
  package var after: Metrics?
  /// The same after the other usual cut: a plain one, or, of a plain one, a repaired one.
  package var other: Metrics?
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

  package init(_ state: State, layer: Int, kept: Int, _ method: CutMethod = .repaired) {
    let widths = state.snapshot.layers.map(\.width)
    self.init(state, widths[layer], kept, method)
    self.layer = layer
    var cut = widths
    cut[layer] = kept
    parametersAfter = state.snapshot.parameters(at: cut)
    guard let curve = state.curve(of: layer) else { return }
    take(curve, state)
    if method == .best { takeBestOrder(of: layer, state) }
  }

  /// The price of keeping the same fraction of every layer.
  package init(_ state: State, keeping fraction: Double, _ method: CutMethod = .repaired) {
    let widths = state.snapshot.layers.map(\.width)
    let kept = widths.map { StatusText.fraction(fraction, of: $0) }
    self.init(state, widths.reduce(0, +), kept.reduce(0, +), method)
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

  private init(_ state: State, _ width: Int, _ kept: Int, _ method: CutMethod) {
    (self.width, self.kept, self.method) = (width, kept, method)
    parametersBefore = state.snapshot.parameters
    isOutdated = state.run.isInspectionStale || state.run.inspection == nil
  }

  private mutating func take(_ curve: TradeoffCurve, _ state: State) {
    guard !isOutdated else { return }
    (step, rows) = (curve.step, state.run.inspection?.rows)
    before = curve.point(at: width)?.metrics
    guard let point = curve.point(at: kept) else { return }
    let plain = curve.method == .plain ? point.metrics : point.plain
    let repaired = curve.method == .plain ? nil : point.metrics
    switch method {
    case .plain: (after, other) = (plain, repaired)
    // Where nothing can be repaired, cuts are plain.
    case .repaired:
      (after, other) = (point.metrics, repaired == nil ? nil : plain)
      if repaired == nil { method = .plain }
    // Measured apart from the curve.
    case .best:
      other = plain
      return
    }
    guard layer == nil ? point.widths != widths : point.width != kept else { return }
    nearestMeasured = point.width
    if layer == nil { nearestWidths = point.widths }
  }

  private mutating func takeBestOrder(of layer: Int, _ state: State) {
    guard let orders = state.orders(of: layer), orders.best.count == orders.widths.count,
      let nearest = orders.widths.indices.min(by: {
        abs(orders.widths[$0] - kept) < abs(orders.widths[$1] - kept)
      })
    else { return }
    after = orders.best[nearest]
    if orders.widths[nearest] != kept { nearestMeasured = orders.widths[nearest] }
  }
}

extension Snapshot {
  /// Weights and biases of the whole network with so many neurons in its adaptive layers; `nil`: not known.
  func parameters(at widths: [Int]) -> Int? {
    guard let parameterCost, parameterCost.linear.count == widths.count else { return nil }
    return parameterCost.parameters(at: widths)
  }
}
