import Glibc

extension LinePlot {
  /// With nothing but what is seen between the ends of the axis.
  func clipped(to axis: Axis) -> LinePlot {
    guard case .fixed = xRange else { return self }
    var result = self
    for index in series.indices {
      result.series[index].samples = Self.visible(series[index].samples, on: axis, yScale: yScale)
    }
    return result
  }

  /// The samples in view, and one at each edge where the curve goes on beyond: the line must not end before the edge,
  /// nor vanish between two samples that are both out of view.
  private static func visible(_ samples: [Sample], on axis: Axis, yScale: AxisScale) -> [Sample] {
    var result: [Sample] = []
    var before: Sample?, after: Sample?
    var first: Sample?, last: Sample?
    for sample in samples {
      if sample.x < axis.low {
        if sample.x > before?.x ?? -.infinity { before = sample }
      } else if sample.x > axis.high {
        if sample.x < after?.x ?? .infinity { after = sample }
      } else if sample.x.isFinite {
        if sample.x < first?.x ?? .infinity { first = sample }
        if sample.x >= last?.x ?? -.infinity { last = sample }
      }
      if sample.x + sample.reach >= axis.low, sample.x - sample.reach <= axis.high { result.append(sample) }
    }
    let edges = [(axis.low, before, first ?? after), (axis.high, last ?? before, after)]
    result += edges.compactMap { x, start, end in between(start, end, at: x, yScale: yScale) }
    return result
  }

  private static func between(_ start: Sample?, _ end: Sample?, at x: Double, yScale: AxisScale) -> Sample? {
    guard let start, let end, start.isFinite, end.isFinite, !start.isInterrupted, end.x > start.x else {
      return nil
    }
    let part = (x - start.x) / (end.x - start.x)
    guard part > 0, part < 1 else { return nil }
    // As straight as the line is drawn.
    let y =
      yScale == .logarithmic && start.mean > 0 && end.mean > 0
      ? exp(log(start.mean) + part * (log(end.mean) - log(start.mean)))
      : start.mean * (1 - part) + end.mean * part
    return y.isFinite ? Sample(x: x, y: y) : nil
  }
}
