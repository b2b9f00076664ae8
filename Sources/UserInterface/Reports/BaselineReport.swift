import Experiment

extension BaselineReport {
  /// Columns are the keys of the JSON. Several widths stand in one cell with blanks between them.
  package var csv: String {
    let columns = [
      "keep", "widths", "means", "repaired", metric, "deviation", "loss", "parameters", "runs", "diverged",
      "seconds",
    ]
    return csvText(columns, [whole] + results) { $0.cell($1) }
  }
}

extension Baseline {
  fileprivate func cell(_ column: String) -> String {
    func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "" }
    return switch column {
    case "keep": text(keep)
    case "widths": widths.map(String.init).joined(separator: " ")
    case "means": means.rawValue
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
