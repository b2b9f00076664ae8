import AdaptiveWidth
import Experiment
import Learning
import ModelFiles
import UserInterface

/// What `curve` prints, as JSON keys or CSV columns of the same names.
struct CurveReport: Encodable {
  var step: Int
  var metric: String
  var rows: Int
  private var points: [Point] = []
  /// The number of points that `newLines` gave out.
  private var givenPoints: Int?

  init(_ loaded: LoadedModel, rows: Int) {
    step = loaded.model.origin.step
    metric = loaded.model.network.problem == .classification ? "accuracy" : "rmse"
    self.rows = rows
  }

  /// What a row of the CSV is of.
  enum Kind {
    case layers, joint, pareto
  }

  fileprivate struct Point: Encodable {
    var layer: Int?
    var keep: Double?
    var width: Int?
    var widths: [Int]
    /// The metrics of a plain cut; in the price list, of a cut by its method.
    var accuracy: Double?
    var rmse: Double?
    var loss: Double?
    /// The metrics of a repaired cut.
    var repairedAccuracy: Double?
    var repairedRmse: Double?
    var repairedLoss: Double?
    /// One standard error of the repaired accuracy, or of the plain one where nothing is repaired.
    var accuracyError: Double?
    var parameters: Int
    var multiplyAdds: Int
    /// Whether every width of its curve was measured; `nil` in the price list.
    var exact: Bool?
    var byContribution: Double?
    var randomMean: Double?
    var randomLow: Double?
    var randomHigh: Double?
    /// As many neurons in best order, repaired.
    var best: Double?
    var byMagnitude: Double?
    var byTaylor: Double?
    /// As on screen, where layers count from 1.
    var layerName: String?
    /// The time of one observation, and of a batch of `InferenceTimes.batchSize`.
    var milliseconds: Double?
    var batchMilliseconds: Double?

    init(_ metrics: Metrics, widths: [Int], parameters: Int, multiplyAdds: Int) {
      self.widths = widths
      self.parameters = parameters
      self.multiplyAdds = multiplyAdds
      let finite = MeasuredRows(metrics, rows: 0)
      (accuracy, rmse, loss) = (finite.accuracy, finite.rmse, finite.loss)
    }

    init(_ point: TradeoffPoint, rows: Int) {
      self.init(
        point.plain ?? point.metrics, widths: point.widths, parameters: point.parameters,
        multiplyAdds: point.multiplyAdds)
      if point.plain != nil {
        let repaired = MeasuredRows(point.metrics, rows: 0)
        (repairedAccuracy, repairedRmse, repairedLoss) = (repaired.accuracy, repaired.rmse, repaired.loss)
      }
      accuracyError = point.metrics.accuracyError(rows: rows)
    }
  }

  mutating func add(_ curve: TradeoffCurve, named name: String, _ orders: OrderComparison) {
    let positions = Dictionary(uniqueKeysWithValues: zip(orders.widths, orders.widths.indices))
    for measured in curve.points {
      var point = Point(measured, rows: rows)
      (point.layer, point.layerName, point.width) = (curve.layer, name, measured.width)
      point.exact = curve.isExact
      if let position = positions[measured.width] {
        let band = orders.random[position]
        point.byContribution = orders.byContribution[position].finiteValue
        point.randomMean = band.mean.finiteValue
        (point.randomLow, point.randomHigh) = (band.low.finiteValue, band.high.finiteValue)
        point.byMagnitude = orders.byMagnitude[position].finiteValue
        if orders.byTaylor.indices.contains(position) {
          point.byTaylor = orders.byTaylor[position].finiteValue
        }
        if orders.best.indices.contains(position) { point.best = orders.best[position].finiteValue }
      }
      points.append(point)
    }
  }

  mutating func add(_ joint: TradeoffCurve, of network: Network) {
    let whole = Double(network.widths.max() ?? 1)
    for measured in joint.points {
      var point = Point(measured, rows: rows)
      point.keep = Double(measured.widths.max() ?? 1) / whole
      point.exact = joint.isExact
      points.append(point)
    }
  }

  mutating func add(_ frontier: CutFrontier) {
    points += frontier.cuts.map {
      Point($0.metrics, widths: $0.widths, parameters: $0.parameters, multiplyAdds: $0.multiplyAdds)
    }
  }

  /// Measures the networks of all points.
  mutating func addTimes(of network: Network, by timer: InferenceTimer, _ workspace: inout Workspace) {
    let times = timer.times(of: points.map(\.widths), in: network, within: nil, &workspace)
    for (index, times) in times.enumerated() {
      (points[index].milliseconds, points[index].batchMilliseconds) = (times?.single, times?.batch)
    }
  }

  /// The lines that were added since the last call, below a line of column names the first time. Several widths stand in
  /// one cell with blanks between them.
  mutating func newLines(_ kind: Kind) -> String {
    let (first, last) =
      switch kind {
      case .layers:
        (
          ["layer", "width"],
          ["exact", "by_contribution", "random_mean", "random_low", "random_high", "best"]
        )
      case .joint: (["keep"], ["exact"])
      case .pareto: ([], [String]())
      }
    let repaired = kind == .pareto ? [] : ["repaired_\(metric)", "repaired_loss", "accuracy_error"]
    let isTimed = points.contains { $0.milliseconds != nil }
    let added =
      (kind == .layers ? ["by_magnitude", "by_taylor", "layer_name"] : [])
      + (isTimed ? ["milliseconds", "batch_milliseconds"] : [])
    let columns =
      first + ["widths", metric, "loss", "parameters", "multiply_adds"] + last + repaired + added
    defer { givenPoints = points.count }
    let text = csvText(columns, Array(points.dropFirst(givenPoints ?? 0))) { $0.cell($1) }
    return givenPoints == nil ? text : String(text[text.firstIndex(of: "\n")!...].dropFirst())
  }
}

extension CurveReport.Point {
  fileprivate func cell(_ column: String) -> String {
    func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "" }
    return switch column {
    case "layer": text(layer)
    case "keep": text(keep)
    case "width": text(width)
    case "widths": widths.map(String.init).joined(separator: " ")
    case "loss": text(loss)
    case "parameters": text(parameters)
    case "multiply_adds": text(multiplyAdds)
    case "exact": text(exact ?? true)
    // With a comma: "layer 4 (stage 2, block 1)".
    case "layer_name": layerName.map { $0.contains(",") ? "\"\($0)\"" : $0 } ?? ""
    case "by_contribution": text(byContribution)
    case "random_mean": text(randomMean)
    case "random_low": text(randomLow)
    case "random_high": text(randomHigh)
    case "best": text(best)
    case "repaired_accuracy": text(repairedAccuracy)
    case "repaired_rmse": text(repairedRmse)
    case "repaired_loss": text(repairedLoss)
    case "accuracy_error": text(accuracyError)
    case "milliseconds": text(milliseconds)
    case "batch_milliseconds": text(batchMilliseconds)
    default: text(accuracy ?? rmse)
    }
  }
}

extension Metrics {
  /// Accuracy or RMSE, if it is a number.
  fileprivate var finiteValue: Double? { (accuracy ?? rmse).flatMap { $0.isFinite ? $0 : nil } }
}
