import Canvas
import Experiment

struct LossPane: PaneContent {
  let name = "loss"
  let isOverSteps = true

  func caption(in state: State) -> [StatusText.Piece] {
    let snapshot = state.snapshot
    let smoothed = snapshot.meanTrainLoss ?? Double(snapshot.smoothedTrainLoss.last)
    let train = state.charts.isSmoothed ? smoothed : Double(snapshot.trainLoss.last)
    var pieces = state.narrowedSteps
    if !snapshot.trainLoss.isEmpty {
      pieces.append(.init("train \(NumberText.significant(train))", 2))
    }
    if let validation = snapshot.validation {
      let text = "held-out \(NumberText.significant(validation.loss))"
      // An old number gives way to that of the training loss.
      if let step = snapshot.validationStep, state.isAged(step) {
        pieces.append(.init("\(text) at step \(NumberText.grouped(step))", 3))
      } else {
        pieces.append(.init(text, 1))
      }
    }
    return pieces + [.init(state.charts.isLogarithmic ? "log" : "linear", 3)]
  }

  func absence(in state: State) -> String? {
    state.snapshot.trainLoss.isEmpty ? "No step has been done yet." : nil
  }

  func draw(in rect: Rect, with painter: inout Painter) { painter.paintLoss(in: rect) }
}

extension Pane {
  /// Training and held-out loss over the steps.
  public static let loss = Pane(LossPane())
}

extension Painter {
  mutating func paintLoss(in rect: Rect) {
    let nonFinite = snapshot.trainLoss.buckets.reduce(0) { $0 + $1.nonFinite }
    var plotRect = rect
    if nonFinite > 0 && rect.height > 3 {
      plotRect.height -= 1
      let text =
        "! \(NumberText.grouped(nonFinite)) \(nonFinite == 1 ? "step" : "steps") with NaN or ∞ loss: gaps"
      write(text, x: rect.x, y: rect.maxY - 1, width: rect.width, style: styles.warning)
    }
    let readout = readoutRows(in: plotRect)
    plotRect.height -= readout
    var series = snapshot.abandonedLoss.enumerated().map { index, loss in
      LinePlot.Series(
        name: index == 0 ? "undone" : "", style: styles.dim, samples: samples(loss), stroke: .dotted,
        showsExtremes: false)
    }
    let isSmoothed = state.charts.isSmoothed
    series.append(
      LinePlot.Series(
        name: isSmoothed ? "" : "train", style: isSmoothed ? styles.trainRaw : styles.train,
        samples: samples(snapshot.trainLoss)))
    series[series.count - 1].gapStyle = styles.warning
    series[series.count - 1].isBand = true
    if isSmoothed {
      series.append(
        LinePlot.Series(
          name: "train", style: styles.train, samples: samples(snapshot.smoothedTrainLoss),
          showsExtremes: false
        ))
    }
    series.append(
      LinePlot.Series(
        name: "held-out", style: styles.validation, samples: samples(snapshot.validationLoss),
        // Without colors, dashes tell it apart from the training loss.
        stroke: state.usesColor ? .solid : .dashed,
        showsExtremes: false))
    let isLogarithmic = state.charts.isLogarithmic
    let columns = paintSteps(
      series, scale: isLogarithmic ? .logarithmic : .linear,
      yRange: isLogarithmic ? decades(of: series) : .automatic, in: plotRect)
    if readout > 0, let step = state.crosshair, let columns {
      let lines = Rect(x: rect.x, y: plotRect.maxY, width: rect.width, height: readout)
      paintLossReadout(at: step, perColumn: columns.perColumn, in: lines)
    }
  }

  /// From a tenth of the least mean in view to the largest value: single minibatches with next to no loss would take
  /// most of a logarithmic axis. They are drawn at its edge.
  private func decades(of series: [LinePlot.Series]) -> AxisRange {
    let steps = state.stepsInView
    let shown = series.flatMap(\.samples).filter {
      $0.x + $0.reach >= steps.lowerBound && $0.x - $0.reach <= steps.upperBound
    }
    let means = shown.lazy.map(\.mean).filter { $0.isFinite && $0 > 0 }
    let lows = shown.lazy.map(\.minimum).filter { $0.isFinite && $0 > 0 }
    let highs = shown.lazy.map(\.maximum).filter(\.isFinite)
    guard let mean = means.min(), let low = lows.min(), let high = highs.max(), low < mean / 10 else {
      return .automatic
    }
    return .fixed(mean / 10, high * 1.2)
  }

  /// Curves over the steps in view, with structural edits as markers.
  @discardableResult
  mutating func paintSteps(
    _ series: [LinePlot.Series], scale: AxisScale, references: [LinePlot.Reference] = [],
    front: Int? = nil, showsLegend: Bool = true, yRange: AxisRange = .automatic,
    yFormat: AxisFormat = .number, in rect: Rect
  ) -> ColumnScale? {
    var plot = LinePlot(series: series, axisStyle: styles.dim)
    let steps = state.stepsInView
    plot.front = front
    plot.xRange = .fixed(steps.lowerBound, steps.upperBound)
    plot.xLabel = "steps"
    plot.xFormat = .count
    plot.yFormat = yFormat
    plot.yScale = scale
    plot.yRange = yRange
    plot.references = references
    plot.showsLegend = showsLegend
    plot.markers = stepMarkers
    plot.crosshair = state.crosshair.map { .init(x: $0, style: styles.key) }
    let scale = plot.draw(in: rect, on: &frame, glyphs: glyphs)
    if let scale { handles.append(.steps(scale)) }
    return scale
  }

  /// Edits at the same step share a line.
  private var stepMarkers: [LinePlot.Marker] {
    let byStep = Dictionary(grouping: state.run.markers, by: \.step)
    return byStep.keys.sorted().map { step in
      let markers = byStep[step] ?? []
      return LinePlot.Marker(
        x: Double(step), label: Marker.Edit.label(of: markers.map { $0.edit }),
        style: markers.allSatisfy(\.isAbandoned) ? styles.dim : styles.marker)
    }
  }

  func samples(_ series: Series) -> [Sample] {
    series.buckets.map { bucket in
      Sample(
        x: bucket.middle, minimum: Double(bucket.minimum), maximum: Double(bucket.maximum),
        mean: Double(bucket.mean), reach: bucket.middle - Double(bucket.firstStep),
        isInterrupted: bucket.nonFinite > 0)
    }
  }
}
