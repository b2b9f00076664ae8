import Experiment

/// What `baselines` prints, as JSON keys or CSV columns of the same names.
struct BaselineReport: Encodable {
  var metric: String
  /// Held out.
  var rows: Int
  var whole: Line
  private(set) var results: [Line] = []

  init(whole: MeasuredCut, rows: Int) {
    metric = whole.metrics.accuracy == nil ? "rmse" : "accuracy"
    self.rows = rows
    self.whole = Line(
      keep: 1, widths: whole.widths, means: "whole", repaired: nil, metrics: [whole.metrics],
      parameters: [whole.parameters], seconds: [0])
  }

  mutating func add(_ result: Baselines.Result) {
    results.append(
      Line(
        keep: result.keep, widths: result.widths, means: result.means.rawValue, repaired: result.isRepaired,
        metrics: result.metrics, parameters: result.parameters, seconds: result.seconds))
  }

  /// One of the means at one size. Means over seeds, with the standard deviation of several.
  struct Line: Encodable {
    var keep: Double
    var widths: [Int]
    var means: String
    var repaired: Bool?
    var accuracy: Double?
    var rmse: Double?
    /// Of the accuracy or the RMSE.
    var deviation: Double?
    var loss: Double?
    var parameters: Double?
    /// Seeds; those that diverged are left out of the means.
    var runs: Int
    var diverged: Int
    var seconds: Double?

    fileprivate init(
      keep: Double, widths: [Int], means: String, repaired: Bool?, metrics: [Metrics], parameters: [Int],
      seconds: [Double]
    ) {
      (self.keep, self.widths, self.means, self.repaired) = (keep, widths, means, repaired)
      let finite = metrics.filter { $0.loss.isFinite }
      (runs, diverged) = (metrics.count, metrics.count - finite.count)
      accuracy = finite.compactMap(\.accuracy).mean
      rmse = finite.compactMap(\.rmse).mean
      deviation = finite.compactMap { $0.accuracy ?? $0.rmse }.deviation
      loss = finite.map(\.loss).mean
      self.parameters = parameters.map(Double.init).mean
      self.seconds = seconds.mean
    }

    fileprivate func cell(_ column: String) -> String {
      func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "" }
      return switch column {
      case "keep": text(keep)
      case "widths": widths.map(String.init).joined(separator: " ")
      case "means": means
      case "repaired": text(repaired)
      case "deviation": text(deviation)
      case "loss": text(loss)
      case "parameters": text(parameters)
      case "runs": text(runs)
      case "diverged": text(diverged)
      case "seconds": text(seconds)
      default: text(accuracy ?? rmse)
      }
    }
  }

  /// Several widths stand in one cell with blanks between them.
  var csv: String {
    let columns = [
      "keep", "widths", "means", "repaired", metric, "deviation", "loss", "parameters", "runs", "diverged",
      "seconds",
    ]
    return csvText(columns, [whole] + results) { $0.cell($1) }
  }
}
