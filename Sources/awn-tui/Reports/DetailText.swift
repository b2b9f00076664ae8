import Experiment
import Foundation
import Learning
import PlainText
import UserInterface

/// Detailed metrics for people.
enum DetailText {
  private static let maxClasses = 30
  private static let widestConfusion = 12

  /// A line of numbers, then for classes a table and the confusion matrix.
  static func text(_ details: DetailedMetrics) -> String {
    guard let balanced = details.balancedAccuracy else {
      return
        "  MAE \(MetricText.number(details.mae)), median absolute error \(MetricText.number(details.medianError)); "
        + "baseline of the mean: RMSE \(MetricText.number(details.baseline))\n"
    }
    var lines = [
      "  balanced accuracy \(MetricText.percent(balanced)), macro F1 \(fraction(details.macroF1)), "
        + "ROC AUC \(fraction(details.auc)); majority-class baseline: accuracy "
        + MetricText.percent(details.baseline)
    ]
    if details.classes.count <= maxClasses { lines += classes(details.classes) }
    if details.classes.count <= widestConfusion { lines += confusion(details) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A line of CSV for each pair of a true and a predicted class.
  ///
  /// - Parameter rows: what was measured, in the first column.
  static func confusion(_ details: DetailedMetrics, of rows: String) -> String {
    let names = details.classes.map { PredictionWriter.cell($0.name) }
    return zip(names, details.confusion).map { actual, counts in
      zip(names, counts).map { "\(PredictionWriter.cell(rows)),\(actual),\($0),\($1)\n" }.joined()
    }.joined()
  }

  private static func fraction(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }

  private static func classes(_ classes: [ClassMetrics]) -> [String] {
    aligned(
      [["class", "rows", "precision", "recall", "F1", "ROC AUC"]]
        + classes.map {
          [
            sanitized($0.name, limit: 24), "\($0.rows)", fraction($0.precision), fraction($0.recall),
            fraction($0.f1), fraction($0.auc),
          ]
        })
  }

  private static func confusion(_ details: DetailedMetrics) -> [String] {
    let names = details.classes.map { sanitized($0.name, limit: 12) }
    return aligned(
      [["true \\ predicted"] + names]
        + zip(names, details.confusion).map { name, row in [name] + row.map(String.init) })
  }

  /// The first column to the left, the others to the right.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + blanks : blanks + cell
      }
      return "    " + cells.joined(separator: "  ")
    }
  }
}
