import Experiment
import Messaging
import Training

/// One of every message, in which nothing is left out: whoever adds a case or a property is told here.
enum WireSamples {
  static var run: [RunMessage] { all(after: message) }
  static var viewer: [ViewerMessage] { all(after: message) }
  static var events: [Event] { all(after: kind).map(event) }

  static var evaluation: Evaluation {
    Evaluation(
      step: 1, epoch: 0.5, seconds: 2, trainLoss: 0.25, validation: metrics, rates: [0.5], widths: [3],
      parameters: 9)
  }

  /// From the first value on, each with the next.
  private static func all<Value>(after next: (Value?) -> Value?) -> [Value] {
    var values: [Value] = []
    while let value = next(values.last) { values.append(value) }
    return values
  }

  // MARK: Messages

  private static func message(after last: RunMessage?) -> RunMessage? {
    switch last {
    case nil: .welcome(version: 1, name: "spiral")
    case .welcome: .history([event(.started)])
    case .history: .update(events: events, SnapshotChange(of: snapshot, since: nil))
    case .update: .inspection(inspection)
    case .inspection: .frontier(frontier)
    case .frontier: .price(price)
    case .price: .end("over")
    case .end: .alive
    case .alive: nil
    }
  }

  private static func message(after last: ViewerMessage?) -> ViewerMessage? {
    switch last {
    case nil: .hello(version: 1)
    case .hello: .request(request)
    case .request: .command(Command(id: 1, action: .pause))
    case .command(let command):
      action(after: command.action).map { .command(Command(id: 1, action: $0)) } ?? .alive
    case .alive: nil
    }
  }

  private static func action(after last: Command.Action?) -> Command.Action? {
    switch last {
    case nil: .pause
    case .pause: .resume
    case .resume: .step
    case .step: .stop
    case .stop: .truncate(layer: 0, width: 3, .best, isTaught: true)
    case .truncate: .truncateAll(keep: 0.5, .plain, isTaught: true)
    case .truncateAll: .truncateTo(widths: [3], .repaired, isTaught: true)
    case .truncateTo: .reorder(layer: 0)
    case .reorder: .compress(layer: 0, width: 3)
    case .compress: .compressUntil(layers: [0], tolerance: 0.5, .best)
    case .compressUntil: .stopCompressing
    case .stopCompressing: .setPolicy(layer: 0, .hold)
    case .setPolicy: .setPace(2)
    case .setPace: .setLearningRate(0.5)
    case .setLearningRate: .setPrice(price: 0.5)
    case .setPrice: .undo
    case .undo: .redo
    case .redo: .evaluateTest
    case .evaluateTest: .save(name: "small")
    case .save: .export(file: "/model.onnx", .onnx)
    case .export: nil
    }
  }

  private static func kind(after last: Event.Kind?) -> Event.Kind? {
    switch last {
    case nil: .started
    case .started: .paused
    case .paused: .resumed
    case .resumed: .stepped
    case .stepped: .truncated(layer: 0, from: 9, to: 3, method: .best)
    case .truncated: .truncatedAll(from: [9], to: [3], method: .plain)
    case .truncatedAll: .teaching(.epochs(3))
    case .teaching: .taught(hasCaughtUp: true)
    case .taught: .explored(layer: 0, from: 9, to: 512)
    case .explored: .settled(layer: 0, from: 9, to: 3, need: need)
    case .settled: .labelsAreNoisy(temperature: 4)
    case .labelsAreNoisy: .nothingToSettle
    case .nothingToSettle: .stillLearning
    case .stillLearning: .priceChanged(price: 0.5)
    case .priceChanged: .reordered(layer: 0)
    case .reordered: .compressing(layer: 0, from: 9, target: 3)
    case .compressing: .compressed(layer: 0, from: 9, to: 3, target: 3)
    case .compressed: .compressingUntil(layers: [0], tolerance: 0.5)
    case .compressingUntil: .compressionStep(layer: 0, from: 9, to: 3, .kept, backTo: 7)
    case .compressionStep: .compressedUntil(from: [9], to: [3], isStopped: true)
    case .compressedUntil: .policyChanged(layer: 0, .hold)
    case .policyChanged: .paceChanged(2)
    case .paceChanged: .learningRateChanged(0.5)
    case .learningRateChanged: .undone(to: 7)
    case .undone: .redone(to: 7)
    case .redone: .testEvaluated(metrics)
    case .testEvaluated: .saved(folder: "run")
    case .saved: .exported(file: "model.onnx")
    case .exported: .rejected(reason: "no")
    case .rejected: .diverged
    case .diverged: .finished
    case .finished: .stoppedEarly
    case .stoppedEarly: .keptBest(epoch: 2)
    case .keptBest: .stopped
    case .stopped: .warning("full")
    case .warning: nil
    }
  }

  private static func event(_ kind: Event.Kind) -> Event {
    var event = Event(step: 1, epoch: 0.5, command: 2, kind: kind, before: metrics, after: metrics)
    event.isOfAnother = true
    return event
  }

  // MARK: Their parts

  private static var metrics: Metrics {
    var metrics = Metrics(loss: 0.5, accuracy: 0.75, rmse: 0.5, r2: 0.25)
    (metrics.balancedAccuracy, metrics.macroF1, metrics.auc, metrics.mae) = (0.5, 0.5, 0.5, 0.5)
    return metrics
  }

  private static var need: WidthNeed {
    var need = WidthNeed(width: 3, logMean: 1, logDeviation: 0.5, worth: 0.25)
    need.roundedTo = 8
    return need
  }

  private static var series: Series {
    var series = Series()
    series.append(0.5, at: 1)
    series.append(0.25, at: 2)
    return series
  }

  static var snapshot: Snapshot {
    var snapshot = Snapshot()
    let posteriors = [
      Posterior.normal(mean: 0.5, deviation: 1), .logNormal(logMean: 1, logDeviation: 0.5),
    ]
    snapshot.layers = posteriors.map { posterior in
      var layer = LayerSnapshot(
        width: 3, rate: 0.5, policy: .cap, ceiling: 5, importances: [0.5], widthHistory: series,
        ratePrior: NormalPrior(mean: 1, scale: 2), compressionTarget: 2, posterior: posterior, need: need)
      layer.name = "stage 1, block 1"
      return layer
    }
    snapshot.epochsMore = 1
    snapshot.shape = [2, 3, 2]
    snapshot.parameterCost = ParameterCost(
      constant: 1, linear: [2], products: [.init(first: 0, second: 1, coefficient: 2)])
    (snapshot.pace, snapshot.meanTrainLoss) = (2, 0.5)
    (snapshot.trainLoss, snapshot.smoothedTrainLoss) = (series, series)
    (snapshot.validationLoss, snapshot.validationMetric) = (series, series)
    (snapshot.validation, snapshot.validationStep) = (metrics, 1)
    snapshot.abandonedLoss = [series]
    var compression = CompressionStatus(layer: 0, from: 9, target: 3, progress: 0.5)
    (compression.tolerance, compression.reference, compression.accepted) = (0.5, metrics, [5])
    (compression.steps, compression.mostSteps) = (40, 2_000)
    snapshot.compression = compression
    snapshot.teaching = TeachingStatus(widths: [9], lastStep: 7, reference: metrics)
    snapshot.settling = SettlingStatus(
      price: 0.5, nextStep: 7, isSettled: false, obstacle: .isStillLearning)
    (snapshot.roundTo, snapshot.steering, snapshot.risk) = (8, .this, "the disk is full")
    snapshot.stepLimit = 9_000
    return snapshot
  }

  private static var request: InspectionRequest {
    InspectionRequest(
      orderLayer: 0, wantsFrontier: true, cut: CutRequest(widths: [3], method: .best), shownLayer: 0,
      wantsPredictions: true)
  }

  private static var frontier: CutFrontier {
    var cut = MeasuredCut(widths: [3], metrics: metrics, parameters: 9, multiplyAdds: 8)
    cut.times = InferenceTimes(single: 0.5, batch: 2)
    return CutFrontier(step: 1, whole: cut, measured: [])
  }

  private static var price: CutPrice {
    CutPrice(
      step: 1, request: CutRequest(widths: [3], method: .best), before: metrics, after: metrics,
      other: metrics, rows: 9, error: 0.5)
  }

  private static var curve: TradeoffCurve {
    TradeoffCurve(
      step: 1, layer: 0,
      points: [
        TradeoffPoint(
          width: 3, widths: [3], metrics: metrics, plain: metrics, parameters: 9, multiplyAdds: 8)
      ], isExact: true, method: .repaired)
  }

  static var inspection: Inspection {
    var inspection = Inspection(
      step: 1, curves: [curve], joint: curve,
      orders: OrderComparison(
        layer: 0, widths: [3], byContribution: [metrics], byMagnitude: [metrics], byTaylor: [metrics],
        random: [MetricsBand(of: [metrics])], best: [metrics], draws: 10),
      contributions: [[0.5]], gains: [[0.5]], input: inputs[0], rows: 9)
    inspection.predictions = predictions[0]
    return inspection
  }

  /// With every kind of input and of prediction.
  static var inspections: [Inspection] {
    inputs.map { input in
      var inspection = inspection
      inspection.input = input
      return inspection
    }
      + predictions.map { predictions in
        var inspection = inspection
        inspection.predictions = predictions
        return inspection
      }
  }

  private static var map: DecisionMap {
    var map = DecisionMap(
      columns: 1, rows: 1, x: 0...1, y: 0...1, classes: [1], confidence: [0.5],
      points: [.init(x: 0, y: 1, label: 1)])
    (map.classNames, map.names) = (["a"], ["x", "y"])
    return map
  }

  private static var inputs: [InputView] { all(after: input) }

  private static func input(after last: InputView?) -> InputView? {
    switch last {
    case nil: .plane(map)
    case .plane:
      .images([SampleImage(width: 1, height: 1, pixels: [9], predicted: "a", actual: "b")])
    case .images: .classes([ClassAccuracy(name: "a", rows: 9, accuracy: 0.5)])
    case .classes: .scatter([PredictedValue(actual: 1, predicted: 2)])
    case .scatter:
      .sequences([
        SampleSequence(
          name: "x", values: [1], units: 1, states: [0.5], predicted: "a", actual: "b", isRight: false)
      ])
    case .sequences: .translations([SampleTranslation(source: "a", prediction: "b", reference: "c")])
    case .translations: nil
    }
  }

  private static var predictions: [HeldOutPredictions] {
    all(after: result).map { HeldOutPredictions(step: 1, rows: 9, allRows: 9, $0) }
  }

  private static func result(after last: HeldOutPredictions.Result?) -> HeldOutPredictions.Result? {
    switch last {
    case nil: .classes(ConfusionMatrix(names: ["a"], counts: [[9]]))
    case .classes:
      .values(
        ParityValues(
          target: "y", values: [PredictedValue(actual: 1, predicted: 2)], rmse: 0.5, r2: 0.5))
    case .values: nil
    }
  }
}
