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
  /// The width `after` was measured at, if not at `kept` itself.
  package var nearestMeasured: Int?
  package var parametersBefore: Int
  package var parametersAfter: Int?
  /// Another layer has changed its width since the curve was measured, so the parameters are an estimate.
  package var isEstimate = false
  package var step: Int?

  package init(_ state: State, layer: Int, kept: Int) {
    self.layer = layer
    self.kept = kept
    width = state.snapshot.layers[layer].width
    parametersBefore = state.snapshot.parameters
    guard let curve = state.curve(of: layer), let last = curve.points.last, let first = curve.points.first
    else {
      return
    }
    step = curve.step
    before = curve.point(at: width)?.metrics
    if let point = curve.point(at: kept) {
      after = point.metrics
      nearestMeasured = point.width == kept ? nil : point.width
    }
    // One layer's width enters the count of parameters linearly.
    guard last.width > first.width else { return }
    let each = (Double(last.parameters) - Double(first.parameters)) / Double(last.width - first.width)
    parametersAfter = Int(exactly: (Double(parametersBefore) - each * Double(width - kept)).rounded())
    isEstimate = state.snapshot.layers.indices.contains {
      $0 != layer && last.widths.indices.contains($0) && last.widths[$0] != state.snapshot.layers[$0].width
    }
  }

  /// The price of keeping the same share of every layer.
  package init(_ state: State, keeping share: Double) {
    let widths = state.snapshot.layers.map(\.width)
    let kept = widths.map { StatusText.fraction(share, of: $0) }
    (width, self.kept, self.widths) = (widths.reduce(0, +), kept.reduce(0, +), kept)
    parametersBefore = state.snapshot.parameters
    guard let curve = state.run.inspection?.joint, let whole = curve.points.last else { return }
    step = curve.step
    before = whole.metrics
    guard let point = curve.point(at: self.kept) else { return }
    after = point.metrics
    let isExact = point.widths == kept
    nearestMeasured = isExact ? nil : point.width
    parametersAfter = point.parameters
    isEstimate = !isExact || whole.widths != widths
  }

  /// The price of the cut as it stands.
  package init(ofTheCutIn state: State) {
    if state.isJoint {
      self.init(state, keeping: state.jointShare)
    } else {
      self.init(state, layer: state.cut.layer, kept: state.kept(of: state.cut.layer))
    }
  }
}
