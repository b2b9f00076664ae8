import Datasets
import Experiment
import Foundation
import PlainText

/// A data report for people.
enum DataText {
  static func text(_ report: DataReport) -> String {
    var lines = ["\(sanitized(report.name)): \(report.rows) \(report.kind)"]
    lines.append("  train \(report.training), held out \(report.heldOut), test \(report.test)")
    if let reading = report.reading {
      lines.append(
        "  \(reading.header ? "with" : "without") a header; cells separated by \(delimiter(reading.delimiter)); "
          + reading.encoding.rawValue)
    }
    lines += ["", target(report.target, rows: report.rows)]
    if !report.columns.isEmpty { lines += [""] + table(report.columns) }
    lines += ["", "features: \(report.features)"]
    if !report.notes.isEmpty { lines += [""] + report.notes.map { "note: \($0)" } }
    if !report.warnings.isEmpty { lines += [""] + report.warnings.map { "look twice: \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func delimiter(_ text: String) -> String {
    switch text {
    case "tab": "tabs"
    case "space": "blanks"
    default: "'\(text)'"
    }
  }

  private static func target(_ target: DataReport.Target, rows: Int) -> String {
    let name = "target: \(sanitized(target.name))"
    if let classes = target.classes {
      let counts = classes.prefix(12).map { "\(sanitized($0.name, limit: 30)) \($0.rows)" }
      let more = classes.count > 12 ? ", … " : ""
      let majority =
        target.majority.map { "; always the commonest: accuracy \(MetricText.percent($0))" } ?? ""
      return "\(name), \(counted(classes.count, "class").replacing("classs", with: "classes")): "
        + "\(counts.joined(separator: ", "))\(more)\(majority)"
    }
    if let mean = target.mean, let deviation = target.deviation {
      return
        "\(name), a number: mean \(MetricText.number(mean)); always the mean: RMSE \(MetricText.number(deviation))"
    }
    return "\(name), a text"
  }

  private static func table(_ columns: [ColumnSummary]) -> [String] {
    let rows =
      [["column", "kind", "values", "missing", "features"]]
      + columns.map { column in
        [
          sanitized(column.name, limit: 30), column.kind.rawValue, values(column),
          column.missing == 0 ? "" : "\(column.missing)", column.features == 0 ? "" : "\(column.features)",
        ]
      }
    let widths = (0..<5).map { index in rows.map { $0[index].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private static func values(_ column: ColumnSummary) -> String {
    if let reason = column.reason { return sanitized(reason, limit: 60) }
    if let smallest = column.smallest, let largest = column.largest { return "\(smallest) … \(largest)" }
    guard let count = column.categories else { return "" }
    let names = column.commonest.prefix(3).map { "\(sanitized($0.name, limit: 16)) \($0.rows)" }
    return "\(count): \(names.joined(separator: ", "))\(count > 3 ? ", …" : "")"
  }
}
