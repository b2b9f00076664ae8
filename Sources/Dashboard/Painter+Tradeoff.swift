import Canvas
import Experiment

extension Painter {
  mutating func paintTradeoff(in rect: Rect) {
    guard let curve = state.curve(of: state.cut.layer), let layer = state.selectedLayer else { return }
    let isAccuracy = curve.points.allSatisfy { $0.metrics.accuracy != nil }
    let isRMSE = curve.points.allSatisfy { $0.metrics.rmse != nil }
    let value = { (metrics: Metrics) in
      (isAccuracy ? metrics.accuracy : isRMSE ? metrics.rmse : metrics.loss) ?? metrics.loss
    }
    let samples = curve.points.map { Sample(x: Double($0.width), y: value($0.metrics)) }
    var plot = LinePlot(
      series: [
        LinePlot.Series(name: "", style: look.layer(state.cut.layer), samples: samples, showsExtremes: false)
      ], axisStyle: look.dim)
    let widest = max(layer.width, curve.points.last?.width ?? 1, 2)
    plot.xRange = .fixed(1, Double(widest))
    plot.yFormat = isAccuracy ? .percent : .number
    plot.yRange = isAccuracy ? accuracyRange(samples) : .automatic
    let kept = state.kept(of: state.cut.layer)
    if kept < layer.width {
      let price = curve.point(at: kept).map { point in
        let number =
          isAccuracy ? NumberText.percent(value(point.metrics)) : NumberText.significant(value(point.metrics))
        return ": \(number)" + (point.width == kept ? "" : " at \(point.width)")
      }
      plot.markers = [
        .init(
          x: Double(kept), label: "keep \(NumberText.grouped(kept))\(rect.width < 36 ? "" : price ?? "")",
          style: look.cut)
      ]
    }
    let hasCaption = rect.height >= 5
    var plotRect = rect
    plotRect.height -= hasCaption ? 1 : 0
    if let scale = plot.draw(in: plotRect, on: &frame, glyphs: glyphs) { handles.append(.cut(scale)) }
    guard hasCaption else { return }
    let name = isAccuracy ? "accuracy" : isRMSE ? "RMSE" : "loss"
    let how =
      curve.isExact
      ? "every width measured" : "\(NumberText.grouped(curve.points.count)) widths measured, others read off"
    let caption = StatusText.fit(
      [.init("held-out \(name) by neurons kept", 0), .init(how, 1)], separator: ", ", width: rect.width,
      glyphs: glyphs)
    write(caption, x: rect.x, y: rect.maxY - 1, width: rect.width, style: look.dim)
  }

  /// All of it in view, never above 100 %, and differences of a fiftieth of a per cent not blown up.
  private func accuracyRange(_ samples: [Sample]) -> AxisRange {
    let values = samples.map(\.mean).filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return .automatic }
    let span = max(high - low, 0.02)
    return .fixed(max(0, min(low, high - span) - span * 0.05), max(min(1, high + span * 0.05), 0.01))
  }
}
