import Experiment
import Foundation
import JSONText

/// Metrics in the words of the commands about models.
package enum MetricText {
  /// The metric that matters, with its name.
  package static func main(_ metrics: Metrics) -> (name: String, value: String) {
    let measure = metrics.main
    let value = metrics.mainValue
    return (measure.name, measure.format == .percent ? percent(value) : number(value))
  }

  /// "accuracy 99.80 %, loss 0.0114" or "RMSE 2.31, R² 0.987, loss 0.0065".
  package static func all(_ metrics: Metrics) -> String {
    let (name, value) = main(metrics)
    let r2 = metrics.r2.map { ", R² \(number($0))" } ?? ""
    return "\(name) \(value)\(r2), loss \(number(metrics.loss))"
  }

  package static func percent(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }

  package static func number(_ value: Double?) -> String {
    value.map { String(format: "%.5g", $0) } ?? "unknown"
  }

  /// "−22.6"
  package static func change(_ percents: Double) -> String {
    String(format: "%+.1f", percents).replacingOccurrences(of: "-", with: "−")
  }

  /// "58, 12"
  package static func widths(_ widths: [Int]) -> String { widths.map(String.init).joined(separator: ", ") }
}

/// Metrics on some rows, as the commands about models write them in JSON. What is not a number is left out.
package struct MeasuredRows: Encodable {
  package var rows: Int
  package var accuracy: Double?
  package var rmse: Double?
  package var r2: Double?
  package var loss: Double?
  /// The accuracy of the majority-class baseline on the rows, or the RMSE of predicting their mean.
  package var baseline: Double?
  package var balancedAccuracy: Double?
  package var macroF1: Double?
  package var auc: Double?
  package var mae: Double?
  var medianAbsoluteError: Double?
  package var classes: [ClassMetrics]?
  package var confusion: [[Int]]?

  package init(_ metrics: Metrics, rows: Int, _ details: DetailedMetrics?) {
    self.init(metrics, rows: rows)
    guard let details else { return }
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    baseline = finite(details.baseline)
    (balancedAccuracy, macroF1, auc) = (details.balancedAccuracy, details.macroF1, details.auc)
    (mae, medianAbsoluteError) = (finite(details.mae), finite(details.medianError))
    if !details.classes.isEmpty { (classes, confusion) = (details.classes, details.confusion) }
  }

  package init(_ metrics: Metrics, rows: Int) {
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    self.rows = rows
    accuracy = finite(metrics.accuracy)
    rmse = finite(metrics.rmse)
    r2 = finite(metrics.r2)
    loss = finite(metrics.loss)
  }
}

/// A value as one line of JSON, with keys in snake case.
package func jsonLine(_ value: some Encodable) throws -> String {
  try JSONFormat.line(value, convertsKeysToSnakeCase: true) + "\n"
}
