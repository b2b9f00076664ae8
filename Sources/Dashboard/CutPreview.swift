import Experiment

/// The price of keeping the first neurons of a layer, as far as it was measured.
package struct CutPreview: Equatable, Sendable {
  package var layer: Int
  package var width: Int
  package var kept: Int
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
}
