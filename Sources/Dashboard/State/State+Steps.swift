import Canvas
import Experiment

/// The charts over the steps of the run: what of them is in view, and where they are being read.
extension State {
  /// The run so far, with what undo has abandoned.
  package var allSteps: ClosedRange<Double> {
    let abandoned = snapshot.abandonedLoss.compactMap { $0.lastStep }.max() ?? 0
    return 0...Double(max(1, snapshot.step, abandoned))
  }

  /// What is in view: all, and then it follows the run, or a stretch that stays.
  package var stepsInView: ClosedRange<Double> {
    let all = allSteps
    guard let range = charts.range else { return all }
    let length = min(range.upperBound - range.lowerBound, all.upperBound)
    let low = min(range.lowerBound, all.upperBound - length)
    return low...low + length
  }

  /// The step at the crosshair, which an undo may have taken back.
  package var crosshair: Double? {
    guard isReadingSteps, let crosshair = charts.crosshair else { return nil }
    return Self.clamp(crosshair, to: stepsInView)
  }

  /// Whether a chart over steps has the screen for itself, so that keys read it.
  package var isReadingSteps: Bool {
    guard isReady, view.isZoomed, view.focus.isOverSteps, layout.kind != .tooSmall else { return false }
    return view.focus.content.absence(in: self) == nil
  }

  /// The fewest steps that a zoomed chart shows.
  package static let fewestSteps = 8.0

  /// Shows `factor` as many steps, with `anchor` where it is; all, if there are no more.
  mutating func zoomSteps(by factor: Double, about anchor: Double) {
    let (view, all) = (stepsInView, allSteps)
    let zoom = charts.zoom * factor
    // Back where it began: the run has grown meanwhile, and is followed again.
    guard zoom < 1 - 1e-9 else {
      charts.range = nil
      return
    }
    let span = view.upperBound - view.lowerBound
    let length = max(Self.fewestSteps, span * factor)
    // The tolerance absorbs rounding.
    guard length < all.upperBound * (1 - 1e-9) else {
      charts.range = nil
      return
    }
    let anchor = Self.clamp(anchor, to: view)
    let low = anchor - (anchor - view.lowerBound) / span * length
    charts.zoom = zoom
    show(from: low, length: length)
  }

  /// Moves the crosshair by columns. The first ← places it at the right end of the view, the first → at the left end.
  mutating func moveCrosshair(by columns: Int) -> [Effect] {
    guard let step = crosshair else {
      return placeCrosshair(at: columns < 0 ? stepsInView.upperBound : stepsInView.lowerBound)
    }
    guard let scale = stepScale else { return [] }
    return placeCrosshair(at: step + Double(columns) * scale.perColumn)
  }

  /// Moves the crosshair to the start or end of the view; if it is already there, to that of the run.
  mutating func moveCrosshair(toStart: Bool) -> [Effect] {
    let (view, all) = (stepsInView, allSteps)
    let (near, far) = toStart ? (view.lowerBound, all.lowerBound) : (view.upperBound, all.upperBound)
    return placeCrosshair(at: crosshair == near ? far : near)
  }

  /// Places the crosshair at a step and scrolls the view so that it contains it.
  mutating func placeCrosshair(at step: Double) -> [Effect] {
    let view = stepsInView
    let step = Self.clamp(step, to: allSteps)
    charts.crosshair = step
    let length = view.upperBound - view.lowerBound
    if step < view.lowerBound { show(from: step, length: length) }
    if step > view.upperBound { show(from: step - length, length: length) }
    return []
  }

  private mutating func show(from low: Double, length: Double) {
    let low = Self.clamp(low, to: 0...max(0, allSteps.upperBound - length))
    charts.range = low...low + length
  }

  /// The columns of the focused chart.
  package var stepScale: ColumnScale? {
    guard let placed = layout.panes.first(where: { $0.pane == view.focus }) else { return nil }
    return handles(of: placed).lazy.compactMap { if case .steps(let scale) = $0 { scale } else { nil } }.first
  }

  static func clamp(_ value: Double, to range: ClosedRange<Double>) -> Double {
    min(max(value, range.lowerBound), range.upperBound)
  }
}
