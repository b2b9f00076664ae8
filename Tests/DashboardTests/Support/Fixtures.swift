import Canvas
import Dashboard
import Experiment
import Fuzzing
import Glibc

/// Runs as the trainer would report them.
enum Fixtures {
  static func state(_ name: String = "spiral", width: Int = 120, height: Int = 36) -> State {
    State(name: name, width: width, height: height, glyphs: .braille, theme: Theme.named("dark")!)
  }

  /// A state that has seen a run.
  static func state(
    _ snapshot: Snapshot, _ inspection: Inspection? = nil, name: String = "spiral", width: Int = 120,
    height: Int = 36
  ) -> State {
    var state = state(name, width: width, height: height)
    _ = update(&state, .snapshot(snapshot))
    if let inspection { _ = update(&state, .inspection(inspection)) }
    return state
  }

  static func spiralState(width: Int = 120, height: Int = 36) -> State {
    state(spiral, spiralInspection, width: width, height: height)
  }

  /// A spiral near its end: the width fell from 231 to 67 in 26,412 steps of 125 an epoch.
  static let spiral: Snapshot = {
    var random = SeededGenerator(seed: 1)
    var snapshot = run(steps: 26_412, perEpoch: 125, epochs: 500, from: 0.69, to: 0.012, random: &random)
    snapshot.shape = [2, 67, 2]
    snapshot.parameters = 337
    snapshot.parameterCost = ParameterCost(constant: 2, linear: [5])
    var layer = Self.layer(width: 67)
    for step in stride(from: 1, through: 26_412, by: 4) {
      let width = 67 + 164 * exp(-Double(step) / 7000)
      layer.widthHistory.append(Float(width.rounded()), at: step)
    }
    snapshot.layers = [layer]
    snapshot.validation = Metrics(loss: 0.0151, accuracy: 0.998)
    snapshot.pace = 25
    snapshot.epochsPerSecond = 24.8
    snapshot.stepsPerSecond = 3100
    snapshot.grown = 3
    snapshot.shrunk = 167
    return snapshot
  }()

  static let spiralInspection = Inspection(
    step: 26_400, curves: [curve(layer: 0, width: 67, step: 26_400)], contributions: [contributions(67)],
    gains: [gains(67)], input: .plane(spiralMap), rows: 500, isOfAllRows: true)

  /// Loss curves of a run with noise, an early spike, and an evaluation an epoch.
  static func run(
    steps: Int, perEpoch: Int, epochs: Int, from start: Double, to end: Double, random: inout SeededGenerator
  ) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.state = .running
    snapshot.step = steps
    snapshot.epoch = Double(steps) / Double(perEpoch)
    snapshot.epochs = epochs
    snapshot.learningRate = 0.01
    snapshot.stepsPerEpoch = perEpoch
    snapshot.validationStep = steps / perEpoch * perEpoch
    var average = start
    var lastEpoch = 0.0
    for step in 1...steps {
      let clean = end + (start - end) * exp(-5 * Double(step) / Double(steps))
      let loss = clean * exp(Double.random(in: -0.9...0.9, using: &random)) * (step == steps / 5 ? 6 : 1)
      average += (loss - average) * 0.02
      snapshot.trainLoss.append(Float(loss), at: step)
      if step > steps - perEpoch { lastEpoch += loss / Double(perEpoch) }
      snapshot.smoothedTrainLoss.append(Float(average), at: step)
      if step % perEpoch == 0 {
        snapshot.validationLoss.append(Float(clean * 1.6), at: step)
        snapshot.validationMetric.append(Float(1 - clean * 0.6), at: step)
      }
    }
    snapshot.meanTrainLoss = lastEpoch
    return snapshot
  }

  static func layer(width: Int) -> LayerSnapshot {
    let rate = -log(0.1) / (Double(width) - 0.5)
    let all = 1 - exp(-rate * Double(width))
    let importances = (0..<width).map { Float((exp(-rate * Double($0)) - exp(-rate * Double($0 + 1))) / all) }
    return LayerSnapshot(width: width, rate: rate, importances: importances)
  }

  /// Flat to about half, then falling to a guess; without repair, to about three quarters.
  static func curve(layer: Int, width: Int, step: Int, isExact: Bool = true) -> TradeoffCurve {
    let points = (1...width).map { kept in
      let share = Double(kept) / Double(width)
      func metrics(bendingAt bend: Double) -> Metrics {
        let accuracy = 0.5 + 0.498 / (1 + exp(-18 * (share - bend)))
        return Metrics(loss: 2 * (1 - accuracy) + 0.015, accuracy: accuracy)
      }
      return TradeoffPoint(
        width: kept, widths: [kept], metrics: metrics(bendingAt: 0.42), plain: metrics(bendingAt: 0.6),
        parameters: 5 * kept + 2, multiplyAdds: 4 * kept)
    }
    return TradeoffCurve(step: step, layer: layer, points: points, isExact: isExact, method: .repaired)
  }

  static func contributions(_ width: Int) -> [Float] {
    var random = SeededGenerator(seed: 2)
    return (0..<width).map { neuron in
      Float(exp(-2.5 * Double(neuron) / Double(width)) * Double.random(in: 0.3...1, using: &random))
    }
  }

  /// Every seventh neuron is a copy.
  static func gains(_ width: Int) -> [Float] {
    contributions(width).enumerated().map { $0 % 7 == 6 ? 0 : $1 * $1 / 10 }
  }

  /// Two interleaved arms.
  static let spiralMap: DecisionMap = {
    let (columns, rows) = (64, 48)
    var classes: [UInt8] = []
    var confidence: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        let x = -14 + 28 * (Double(column) + 0.5) / Double(columns)
        let y = 14 - 28 * (Double(row) + 0.5) / Double(rows)
        let wave = cos(atan2(y, -x) - (x * x + y * y).squareRoot())
        classes.append(wave > 0 ? 0 : 1)
        confidence.append(Float(0.5 + 0.5 * min(1, abs(wave) * 2)))
      }
    }
    var random = SeededGenerator(seed: 3)
    var points: [DecisionMap.Point] = []
    for index in 0..<300 {
      let radius = 4 * Double.pi * Double.random(in: 0..<1, using: &random).squareRoot()
      let sign = index % 2 == 0 ? 1.0 : -1.0
      let x = Float(-sign * radius * cos(radius))
      let y = Float(sign * radius * sin(radius))
      points.append(.init(x: x, y: y, label: UInt8(index % 2)))
    }
    var map = DecisionMap(
      columns: columns, rows: rows, x: -14...14, y: -14...14, classes: classes, confidence: confidence,
      points: points)
    (map.classNames, map.names) = (["left arm", "right arm"], ["x", "y"])
    return map
  }()

  /// Two adaptive layers on a table of numbers.
  static let regression: (snapshot: Snapshot, inspection: Inspection) = {
    var random = SeededGenerator(seed: 4)
    var snapshot = run(steps: 9_000, perEpoch: 60, epochs: 300, from: 0.5, to: 0.004, random: &random)
    snapshot.problem = .regression
    snapshot.shape = [8, 120, 45, 1]
    snapshot.parameters = 6_571
    snapshot.parameterCost = ParameterCost(
      constant: 1, linear: [9, 2], products: [.init(first: 0, second: 1, coefficient: 1)])
    snapshot.layers = [layer(width: 120), layer(width: 45)]
    for step in stride(from: 1, through: 9_000, by: 10) {
      snapshot.layers[0].widthHistory.append(Float(231 - step / 81), at: step)
      snapshot.layers[1].widthHistory.append(Float(231 - step / 49), at: step)
    }
    snapshot.layers[1].policy = .cap
    snapshot.layers[1].ceiling = 47
    snapshot.layers[1].ratePrior = NormalPrior(mean: 0.05, scale: 0.01)
    snapshot.validation = Metrics(loss: 0.0046, rmse: 0.512, r2: 0.9973)
    snapshot.epochsPerSecond = 7.42
    var curves = [
      curve(layer: 0, width: 120, step: 8_940), curve(layer: 1, width: 45, step: 8_940, isExact: false),
    ]
    for layer in 0..<2 {
      for index in curves[layer].points.indices {
        func metrics(_ accuracy: Double?) -> Metrics {
          let rmse = 0.5 + 20 * (0.998 - (accuracy ?? 0))
          return Metrics(loss: rmse * rmse / 50, rmse: rmse, r2: 1 - rmse / 100)
        }
        let point = curves[layer].points[index]
        curves[layer].points[index].metrics = metrics(point.metrics.accuracy)
        curves[layer].points[index].plain = metrics(point.plain?.accuracy)
        let kept = curves[layer].points[index].width
        curves[layer].points[index].widths = layer == 0 ? [kept, 45] : [120, kept]
        curves[layer].points[index].parameters = layer == 0 ? 54 * kept + 91 : 122 * kept + 1_081
      }
    }
    curves[1].points = curves[1].points.filter { $0.width % 4 == 1 }
    let values = (0..<200).map { _ in
      let actual = Float.random(in: 6...43, using: &random)
      return PredictedValue(actual: actual, predicted: actual + Float.random(in: -1.5...1.5, using: &random))
    }
    return (
      snapshot,
      Inspection(
        step: 8_940, curves: curves, contributions: [contributions(120), contributions(45)],
        gains: [gains(120), gains(45)], input: .scatter(values))
    )
  }()

  /// Of two layers of 120 and 45 neurons, cut by the same fraction.
  static let joint: TradeoffCurve = {
    let points = stride(from: 5, through: 100, by: 5).map { percent in
      let widths = [120, 45].map { max(1, ($0 * percent + 50) / 100) }
      func metrics(_ slope: Double) -> Metrics {
        let rmse = 0.512 + 4 * exp(-slope * Double(percent))
        return Metrics(loss: rmse / 100, rmse: rmse)
      }
      return TradeoffPoint(
        width: widths[0] + widths[1], widths: widths, metrics: metrics(0.08), plain: metrics(0.05),
        parameters: 9 * widths[0] + (widths[0] + 1) * widths[1] + widths[1] + 1,
        multiplyAdds: 8 * widths[0] + widths[0] * widths[1] + widths[1])
    }
    return TradeoffCurve(step: 8_940, layer: nil, points: points, isExact: false, method: .repaired)
  }()

  /// Better than at random, and a little worse than by contribution.
  static func orders(of curve: TradeoffCurve) -> OrderComparison {
    func metrics(_ accuracy: Double) -> Metrics { Metrics(loss: 1 - accuracy, accuracy: accuracy) }
    let accuracies = curve.points.map { $0.metrics.accuracy ?? 0 }
    let shares = curve.points.map { Double($0.width) / Double(curve.points.count) }
    return OrderComparison(
      layer: 0, widths: curve.points.map(\.width),
      byContribution: accuracies.map { metrics(min(0.998, $0 + 0.02)) },
      byMagnitude: shares.map { metrics(0.5 + 0.498 * pow($0, 0.7)) },
      byTaylor: shares.map { metrics(0.998 - 0.49 * exp(-7 * $0)) },
      random: shares.map { MetricsBand(of: [metrics(0.45 + 0.548 * $0 * $0), metrics(0.5 + 0.498 * $0)]) },
      best: shares.map { metrics(0.998 - 0.49 * exp(-12 * $0)) },
      draws: 10)
  }

  /// Of the spiral's one layer.
  static let frontier: CutFrontier = {
    let cuts = curve(layer: 0, width: 67, step: 26_400).points.map {
      MeasuredCut(
        widths: $0.widths, metrics: $0.metrics, parameters: $0.parameters, multiplyAdds: $0.multiplyAdds)
    }
    var frontier = CutFrontier(
      step: 26_400, whole: cuts[66], measured: cuts.filter { $0.widths[0] % 3 == 1 })
    // One was not reached in time.
    frontier.setTimes(
      frontier.cuts.map { cut in
        let width = Double(cut.widths[0])
        return width == 61
          ? nil : InferenceTimes(single: 0.0012 + 0.00004 * width, batch: 0.05 + 0.002 * width)
      })
    return frontier
  }()

  /// An ordinary network with twelve classes.
  static let fixedWidth: (snapshot: Snapshot, inspection: Inspection) = {
    var random = SeededGenerator(seed: 5)
    var snapshot = run(steps: 4_000, perEpoch: 100, epochs: 100, from: 2.3, to: 0.08, random: &random)
    snapshot.shape = [64, 32, 16, 10]
    snapshot.parameters = 2_778
    snapshot.validation = Metrics(loss: 0.094, accuracy: 0.9712)
    snapshot.epochsPerSecond = 38
    let classes = (0..<10).map {
      ClassAccuracy(name: "digit \($0)", rows: 178 + $0, accuracy: 0.99 - 0.011 * Double($0))
    }
    return (snapshot, Inspection(step: 4_000, curves: [], contributions: [], input: .classes(classes)))
  }()
}
