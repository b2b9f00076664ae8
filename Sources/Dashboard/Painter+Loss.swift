import Canvas
import Experiment

extension Painter {
  mutating func paintLoss(in rect: Rect) {
    let nonFinite = snapshot.trainLoss.buckets.reduce(0) { $0 + $1.nonFinite }
    var plotRect = rect
    if nonFinite > 0 && rect.height > 3 {
      plotRect.height -= 1
      let text =
        "! \(NumberText.grouped(nonFinite)) \(nonFinite == 1 ? "step" : "steps") with NaN or ∞ loss: gaps"
      write(text, x: rect.x, y: rect.maxY - 1, width: rect.width, style: look.warning)
    }
    var series = snapshot.abandonedLoss.enumerated().map { index, loss in
      LinePlot.Series(
        name: index == 0 ? "undone" : "", style: look.dim, samples: samples(loss), stroke: .dotted,
        showsExtremes: false)
    }
    let isSmoothed = state.charts.isSmoothed
    series.append(
      LinePlot.Series(
        name: isSmoothed ? "" : "train", style: isSmoothed ? look.trainRaw : look.train,
        samples: samples(snapshot.trainLoss)))
    if isSmoothed {
      series.append(
        LinePlot.Series(
          name: "train", style: look.train, samples: samples(snapshot.smoothedTrainLoss), showsExtremes: false
        ))
    }
    series.append(
      LinePlot.Series(
        name: "held-out", style: look.validation, samples: samples(snapshot.validationLoss), stroke: .dashed,
        showsExtremes: false))
    paintSteps(series, scale: state.charts.isLogarithmic ? .logarithmic : .linear, in: plotRect)
  }

  /// Curves over the steps of the run, with its structural edits as markers.
  mutating func paintSteps(
    _ series: [LinePlot.Series], scale: AxisScale, references: [LinePlot.Reference] = [],
    showsLegend: Bool = true,
    yRange: AxisRange = .automatic, in rect: Rect
  ) {
    var plot = LinePlot(series: series, axisStyle: look.dim)
    let abandoned = snapshot.abandonedLoss.compactMap { $0.buckets.last?.lastStep }.max() ?? 0
    plot.xRange = .fixed(0, Double(max(1, snapshot.step, abandoned)))
    plot.xLabel = "steps"
    plot.yScale = scale
    plot.yRange = yRange
    plot.references = references
    plot.showsLegend = showsLegend
    plot.markers = stepMarkers
    plot.draw(in: rect, on: &frame, glyphs: glyphs)
  }

  /// Edits at the same step share a line.
  private var stepMarkers: [LinePlot.Marker] {
    let byStep = Dictionary(grouping: state.run.markers, by: \.step)
    return byStep.keys.sorted().map { step in
      let markers = byStep[step] ?? []
      return LinePlot.Marker(
        x: Double(step), label: markers.map(\.label).joined(separator: ", "),
        style: markers.allSatisfy(\.isAbandoned) ? look.dim : look.marker)
    }
  }

  func samples(_ series: Series) -> [Sample] {
    series.buckets.map { bucket in
      Sample(
        x: (Double(bucket.firstStep) + Double(bucket.lastStep)) / 2, minimum: Double(bucket.minimum),
        maximum: Double(bucket.maximum), mean: Double(bucket.mean))
    }
  }
}
