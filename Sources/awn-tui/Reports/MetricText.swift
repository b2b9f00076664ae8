import Experiment
import Foundation
import JSONText

/// Metrics in the words of the commands about models.
enum MetricText {
  /// The metric that matters, with its name.
  static func main(_ metrics: Metrics) -> (name: String, value: String) {
    let measure = metrics.main
    let value = metrics.mainValue
    return (measure.name, measure.format == .percent ? percent(value) : number(value))
  }

  /// "accuracy 99.80 %, loss 0.0114" or "RMSE 2.31, R² 0.987, loss 0.0065".
  static func all(_ metrics: Metrics) -> String {
    let (name, value) = main(metrics)
    let r2 = metrics.r2.map { ", R² \(number($0))" } ?? ""
    return "\(name) \(value)\(r2), loss \(number(metrics.loss))"
  }

  static func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }

  static func number(_ value: Double?) -> String { value.map { String(format: "%.5g", $0) } ?? "unknown" }

  /// "−22.6"
  static func change(_ percents: Double) -> String {
    String(format: "%+.1f", percents).replacingOccurrences(of: "-", with: "−")
  }

  /// "58, 12"
  static func widths(_ widths: [Int]) -> String { widths.map(String.init).joined(separator: ", ") }
}

/// Metrics on some rows, as the commands about models write them in JSON. What is not a number is left out.
struct MeasuredRows: Encodable {
  var rows: Int
  var accuracy: Double?
  var rmse: Double?
  var r2: Double?
  var loss: Double?
  /// The accuracy of the majority-class baseline on the rows, or the RMSE of predicting their mean.
  var baseline: Double?
  var balancedAccuracy: Double?
  var macroF1: Double?
  var auc: Double?
  var mae: Double?
  var medianAbsoluteError: Double?
  var classes: [ClassMetrics]?
  var confusion: [[Int]]?

  init(_ metrics: Metrics, rows: Int, _ details: DetailedMetrics?) {
    self.init(metrics, rows: rows)
    guard let details else { return }
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    baseline = finite(details.baseline)
    (balancedAccuracy, macroF1, auc) = (details.balancedAccuracy, details.macroF1, details.auc)
    (mae, medianAbsoluteError) = (finite(details.mae), finite(details.medianError))
    if !details.classes.isEmpty { (classes, confusion) = (details.classes, details.confusion) }
  }

  init(_ metrics: Metrics, rows: Int) {
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    self.rows = rows
    accuracy = finite(metrics.accuracy)
    rmse = finite(metrics.rmse)
    r2 = finite(metrics.r2)
    loss = finite(metrics.loss)
  }
}

/// A value as one line of JSON, with keys in snake case.
func jsonLine(_ value: some Encodable) throws -> String {
  try JSONFormat.line(value, convertsKeysToSnakeCase: true) + "\n"
}
