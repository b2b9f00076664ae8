import Dashboard
import Experiment
import Fuzzing

/// Random values, among them those that no run should send.
extension RandomDriverTests {
  private func number(_ random: inout SeededGenerator) -> Double {
    [.nan, .infinity, -.infinity, 0, -1, 1e-300, 1e300, 0.5, 0.01, 1, 12_345.678].randomElement(
      using: &random)!
  }

  private func series(_ random: inout SeededGenerator) -> Series {
    var series = Series(capacity: 64)
    for step in 0..<Int.random(in: 0...200, using: &random) {
      let value = Int.random(in: 0..<4, using: &random) == 0 ? Float(number(&random)) : Float(step)
      series.append(value, at: step)
    }
    return series
  }

  func snapshot(_ random: inout SeededGenerator) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.state = [.loading, .running, .paused, .compressing, .finished, .stopped, .diverged]
      .randomElement(using: &random)!
    snapshot.problem = Bool.random(using: &random) ? .classification : .regression
    snapshot.importance = Bool.random(using: &random) ? .exponential : .powerLaw
    snapshot.step = [0, 1, 1_000, 1_000_000_000, .max].randomElement(using: &random)!
    snapshot.epoch = number(&random)
    snapshot.shape = (0..<Int.random(in: 0...14, using: &random)).map { $0 }
    snapshot.parameters = [0, 1, 337, 1_000_000_000].randomElement(using: &random)!
    snapshot.layers = (0..<[0, 1, 2, 12].randomElement(using: &random)!).map { _ in layer(&random) }
    snapshot.learningRate = number(&random)
    snapshot.pace = Bool.random(using: &random) ? nil : 25
    snapshot.epochsPerSecond = number(&random)
    snapshot.trainLoss = series(&random)
    snapshot.smoothedTrainLoss = series(&random)
    snapshot.validationLoss = series(&random)
    snapshot.validation = Bool.random(using: &random) ? nil : metrics(&random)
    snapshot.abandonedLoss = [series(&random), series(&random)]
    snapshot.undoDepth = Int.random(in: 0...2, using: &random)
    snapshot.redoDepth = Int.random(in: 0...2, using: &random)
    return snapshot
  }

  private func layer(_ random: inout SeededGenerator) -> LayerSnapshot {
    let width = [1, 2, 67, 5_000].randomElement(using: &random)!
    var layer = LayerSnapshot(
      width: width, rate: number(&random), policy: WidthPolicy.allCases.randomElement(using: &random)!)
    layer.importances = (0..<Int.random(in: 0...width, using: &random)).map { _ in Float(number(&random)) }
    layer.widthHistory = series(&random)
    layer.ceiling = Bool.random(using: &random) ? nil : width
    if Bool.random(using: &random) {
      layer.ratePrior = NormalPrior(mean: number(&random), scale: number(&random))
    }
    if Int.random(in: 0..<4, using: &random) == 0 { layer.compressionTarget = 1 }
    return layer
  }

  private func metrics(_ random: inout SeededGenerator) -> Metrics {
    Metrics(
      loss: number(&random), accuracy: Bool.random(using: &random) ? nil : number(&random),
      rmse: Bool.random(using: &random) ? nil : number(&random), r2: number(&random))
  }

  func inspection(_ state: State, _ random: inout SeededGenerator) -> Inspection {
    let curves = (0..<Int.random(in: 0...12, using: &random)).map { layer in
      let widths = [[], [1], [1, 2], [3, 40, 4_000]].randomElement(using: &random)!
      let points = widths.map { width in
        TradeoffPoint(
          width: width, widths: [width], metrics: metrics(&random),
          parameters: Int.random(in: 0...9_999, using: &random),
          multiplyAdds: 1)
      }
      return TradeoffCurve(step: 7, layer: layer, points: points, isExact: Bool.random(using: &random))
    }
    let contributions = (0..<Int.random(in: 0...12, using: &random)).map { _ in
      (0..<Int.random(in: 0...80, using: &random)).map { _ in Float(number(&random)) }
    }
    var inspection = Inspection(
      step: 7, curves: curves, contributions: contributions, input: input(&random))
    inspection.predictions = predictions(&random)
    return inspection
  }

  private func predictions(_ random: inout SeededGenerator) -> HeldOutPredictions? {
    let counts = [0, 1, -1, 12, 99_999, .max]
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      let classes = Int.random(in: 0...30, using: &random)
      let matrix = (0..<classes).map { _ in
        (0..<classes).map { _ in counts[Int.random(in: 0..<20, using: &random) < 19 ? 3 : 4] }
      }
      return HeldOutPredictions(
        step: 7, rows: counts.randomElement(using: &random)!, allRows: 12,
        .classes(ConfusionMatrix(names: (0..<classes).map { "名\u{7}\($0)" }, counts: matrix)))
    case 1:
      return HeldOutPredictions(
        step: 7, rows: 1, allRows: 1,
        .classes(ConfusionMatrix(names: ["a"], counts: [[counts.randomElement(using: &random)!]])))
    case 2:
      let values = (0..<Int.random(in: 0...50, using: &random)).map { _ in
        PredictedValue(actual: Float(number(&random)), predicted: Float(number(&random)))
      }
      return HeldOutPredictions(
        step: 7, rows: 50, allRows: 90,
        .values(
          ParityValues(target: "y\u{1B}[2J", values: values, rmse: number(&random), r2: number(&random))))
    default: return nil
    }
  }

  /// Of as many layers as there are, or of others.
  func frontier(_ state: State, _ random: inout SeededGenerator) -> CutFrontier {
    let layers = [0, 1, state.snapshot.layers.count].randomElement(using: &random)!
    let cuts = (0...Int.random(in: 0...30, using: &random)).map { _ in
      MeasuredCut(
        widths: (0..<layers).map { _ in Int.random(in: 1...70, using: &random) }, metrics: metrics(&random),
        parameters: Int.random(in: 0...9_999, using: &random), multiplyAdds: 1)
    }
    return CutFrontier(step: 7, whole: cuts[0], measured: cuts)
  }

  private func sequence(_ random: inout SeededGenerator) -> SampleSequence {
    let (steps, units) = (Int.random(in: 0...90, using: &random), Int.random(in: 0...40, using: &random))
    // Some whose numbers do not agree.
    let states = Int.random(in: 0..<5, using: &random) == 0 ? 3 : steps * units
    return SampleSequence(
      name: "氣溫", values: (0..<steps).map { _ in Float(number(&random)) }, units: units,
      states: (0..<states).map { _ in Float(number(&random)) }, predicted: "up\u{7}", actual: "down",
      isRight: Bool.random(using: &random))
  }

  private func translation(_ random: inout SeededGenerator) -> SampleTranslation {
    func text() -> String {
      (0..<Int.random(in: 0...40, using: &random)).map { _ in
        ["a", "Donaudampfschifffahrt", "猫", "\u{1B}[2J", ""].randomElement(using: &random)!
      }.joined(separator: " ")
    }
    return SampleTranslation(source: text(), prediction: text(), reference: text())
  }

  private func input(_ random: inout SeededGenerator) -> InputView? {
    switch Int.random(in: 0..<8, using: &random) {
    case 0:
      let (columns, rows) = (Int.random(in: 0...9, using: &random), Int.random(in: 0...9, using: &random))
      let cells = columns * rows
      let points = (0..<20).map { _ in
        DecisionMap.Point(
          x: Float(number(&random)), y: Float(number(&random)),
          label: UInt8.random(in: 0...255, using: &random))
      }
      return .plane(
        DecisionMap(
          columns: columns, rows: rows, x: 0...(Bool.random(using: &random) ? 0 : 1), y: -1...1,
          classes: (0..<cells).map { _ in UInt8.random(in: 0...255, using: &random) },
          confidence: (0..<cells).map { _ in Float(number(&random)) }, points: points))
    case 1:
      return .images(
        (0..<Int.random(in: 0...20, using: &random)).map { index in
          let (width, height) = (
            [0, 1, 28].randomElement(using: &random)!, [0, 3, 28].randomElement(using: &random)!
          )
          let count = index % 5 == 0 ? 1 : width * height
          return SampleImage(
            width: width, height: height, pixels: Array(repeating: 128, count: count), predicted: "猫",
            actual: index % 2 == 0 ? "猫" : "\u{1B}[0m")
        })
    case 2:
      return .classes(
        (0..<Int.random(in: 0...40, using: &random)).map { index in
          ClassAccuracy(
            name: String(repeating: "名", count: index), rows: index, accuracy: number(&random))
        })
    case 3:
      return .scatter(
        (0..<Int.random(in: 0...50, using: &random)).map { _ in
          PredictedValue(actual: Float(number(&random)), predicted: Float(number(&random)))
        })
    case 4: return .sequences((0..<Int.random(in: 0...6, using: &random)).map { _ in sequence(&random) })
    case 5:
      return .translations((0..<Int.random(in: 0...6, using: &random)).map { _ in translation(&random) })
    default: return nil
    }
  }

  func event(_ state: State, _ random: inout SeededGenerator) -> Event {
    let layer = Int.random(in: 0..<13, using: &random)
    let kinds: [Event.Kind] = [
      .started, .paused, .resumed, .stepped, .truncated(layer: layer, from: 9, to: 4),
      .truncatedAll(from: [], to: []),
      .compressing(layer: layer, from: 9, target: 4), .compressed(layer: layer, from: 9, to: 5, target: 4),
      .compressingUntil(layers: [0, layer], tolerance: number(&random)),
      .compressionStep(layer: layer, from: 9, to: 7, .kept, backTo: nil),
      .compressionStep(layer: layer, from: 9, to: 7, .degraded, backTo: 2),
      .compressedUntil(from: [9, 70], to: [5, 12], isStopped: Bool.random(using: &random)),
      .compressedUntil(from: [], to: [], isStopped: false),
      .policyChanged(layer: layer, .hold), .paceChanged(nil), .learningRateChanged(number(&random)),
      .undone(to: 3),
      .redone(to: 9), .testEvaluated(metrics(&random)), .rejected(reason: "no"), .diverged, .finished,
      .stoppedEarly, .keptBest(epoch: number(&random)), .stopped, .warning("\u{1B}[2J"),
    ]
    return Event(
      step: Int.random(in: 0...500, using: &random), epoch: number(&random),
      command: state.commands.pending.keys.randomElement(using: &random),
      kind: kinds.randomElement(using: &random)!,
      before: Bool.random(using: &random) ? nil : metrics(&random), after: metrics(&random))
  }
}
