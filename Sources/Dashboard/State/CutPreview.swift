import Experiment

/// The price of keeping the first neurons of a layer, as far as it was measured.
package struct CutPreview: Equatable, Sendable {
  /// `nil`: all of them, by the same fraction.
  package var layer: Int?
  /// The width of the layer, or of all layers together.
  package var width: Int
  package var kept: Int
  /// How it is cut.
  package var method: CutMethod
  /// The neurons that each layer keeps, if all are cut.
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
  /// The network was trained on for more than an epoch since `step`.
  package var isAged = false
  /// One standard error of the change of the main metric, where that was measured.
  package var error: Double?

  /// - Parameter forQuestion: whether only a price of the present network will do.
  package init(
    _ state: State, layer: Int, kept: Int, _ method: CutMethod = .repaired, forQuestion: Bool = false
  ) {
    let widths = state.snapshot.layers.map(\.width)
    self.init(state, widths[layer], kept, method, state.currency(of: .layer(layer)), forQuestion)
    self.layer = layer
    var cut = widths
    cut[layer] = kept
    parametersAfter = state.snapshot.parameters(at: cut)
    if let curve = state.curve(of: layer) {
      take(curve, state)
      if method == .best { takeBestOrder(of: layer, state) }
    }
    takePrice(of: cut, state)
    if forQuestion && !isMeasured(in: state) { isOutdated = true }
  }

  /// The price of keeping the same fraction of every layer.
  package init(
    _ state: State, keeping fraction: Double, _ method: CutMethod = .repaired, forQuestion: Bool = false
  ) {
    let widths = state.snapshot.layers.map(\.width)
    let kept = widths.map { StatusText.fraction(fraction, of: $0) }
    self.init(state, widths.reduce(0, +), kept.reduce(0, +), method, state.currency(of: .joint), forQuestion)
    self.widths = kept
    parametersAfter = state.snapshot.parameters(at: kept)
    if let curve = state.run.inspection?.joint { take(curve, state) }
    takePrice(of: kept, state)
    if forQuestion && !isMeasured(in: state) { isOutdated = true }
  }

  /// The price of the cut as it stands.
  package init(ofTheCutIn state: State) {
    if state.isJoint {
      self.init(state, keeping: state.jointShare)
    } else {
      self.init(state, layer: state.cut.layer, kept: state.kept(of: state.cut.layer))
    }
  }

  private init(
    _ state: State, _ width: Int, _ kept: Int, _ method: CutMethod, _ currency: Currency, _ forQuestion: Bool
  ) {
    (self.width, self.kept, self.method) = (width, kept, method)
    parametersBefore = state.snapshot.parameters
    if case .aged = currency { isAged = true }
    let hasRows = state.run.inspection?.hasRows ?? true
    isOutdated = currency == .replaced || currency == .missing && hasRows || forQuestion && isAged
  }

  /// Whether it says all that can be known of the cut.
  package func isMeasured(in state: State) -> Bool {
    !isOutdated && (after != nil || state.run.inspection?.hasRows == false)
  }

  /// What was measured for a question is of this cut alone, and knows its own uncertainty.
  private mutating func takePrice(of widths: [Int], _ state: State) {
    guard let price = state.price(of: CutRequest(widths: widths, method: method)) else { return }
    (before, after, other, error) = (price.before, price.after, price.other, price.error)
    (step, rows, nearestMeasured, nearestWidths) = (price.step, price.rows, nil, [])
    (isOutdated, isAged) = (false, false)
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

extension State {
  /// What was measured of a cut of the network as it is now.
  package func price(of request: CutRequest?) -> CutPrice? {
    guard let request, let price = run.price, price.request.method == request.method,
      price.request.widths.count == request.widths.count
    else { return nil }
    // What takes longer to measure than an epoch to train is of the present network if it began after the question.
    let isOfQuestion = question != nil && price.step >= questionStep
    guard isOfQuestion || !isAged(price.step) else { return nil }
    // Layers that are not cut may move a little while they learn.
    let isSame = zip(zip(price.request.widths, request.widths), snapshot.layers).allSatisfy { widths, layer in
      widths.0 == widths.1
        || widths.1 == layer.width && abs(widths.0 - widths.1) <= max(1, layer.width / 20)
    }
    return isSame ? price : nil
  }
}

extension Snapshot {
  /// Weights and biases of the whole network with so many neurons in its adaptive layers; `nil`: not known.
  func parameters(at widths: [Int]) -> Int? {
    guard let parameterCost, parameterCost.linear.count == widths.count else { return nil }
    return parameterCost.parameters(at: widths)
  }
}
