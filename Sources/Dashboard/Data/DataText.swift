import Canvas
import Experiment
import PlainText

/// A data report in words: what `awn-tui data` prints and the data page shows.
package struct DataText {
  package struct Fact: Equatable, Sendable {
    package var label: String
    package var text: String
  }

  /// File, format, split, inputs and target.
  package let facts: [Fact]
  /// One for each column, in their order; empty: the data have none.
  package let columns: [Column]
  /// Guesses and omissions made in reading the file.
  package let notes: [String]
  /// Properties of the data that may spoil a result.
  package let warnings: [String]

  /// A column of the file in words.
  package struct Column: Equatable, Sendable {
    package var name: String
    package var kind: String
    /// Its range or its most frequent categories, or why it is left out.
    package var values: String
    package var missing: String
    /// The features that the network gets from it.
    package var features: String
    package var isLeftOut: Bool
  }

  package init(_ report: DataReport) {
    facts = Self.facts(report)
    columns = report.columns.map { Column($0, in: report) }
    // Each is sanitized where it is made.
    (notes, warnings) = (report.notes, report.warnings)
  }

  /// For a terminal or a file: lines of any length.
  package var text: String {
    let width = facts.map(\.label.count).max() ?? 0
    var lines = facts.map { fact in
      fact.label + String(repeating: " ", count: width - fact.label.count + 2) + fact.text
    }
    if !columns.isEmpty {
      lines += [""] + TextTable.lines([Self.headings] + columns.map(\.cells), width: .max).joined()
    }
    if !notes.isEmpty { lines += [""] + notes.map { "note: \($0)" } }
    if !warnings.isEmpty { lines += [""] + warnings.map { "warning: \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }

  static let headings = ["column", "kind", "values", "missing", "features"]

  private static func facts(_ report: DataReport) -> [Fact] {
    var facts = [
      Fact(
        label: "data", text: "\(sanitized(report.name)): \(NumberText.grouped(report.rows)) \(report.kind)")
    ]
    if let file = report.file { facts.append(Fact(label: "file", text: sanitized(file, limit: 300))) }
    if let reading = report.reading {
      facts.append(
        Fact(
          label: "read as",
          text: "\(reading.header ? "with" : "without") a header, cells separated by "
            + "\(delimiter(reading.delimiter)), \(reading.encoding.rawValue)"))
    }
    facts.append(
      Fact(
        label: "split",
        text: "train \(NumberText.grouped(report.training)), held out \(NumberText.grouped(report.heldOut)), "
          + "test \(NumberText.grouped(report.test))"))
    facts.append(Fact(label: "inputs", text: inputs(report)))
    if let sizes = report.sizes {
      let range =
        sizes.smallest < sizes.largest
        ? "\(NumberText.grouped(sizes.smallest)) … \(NumberText.grouped(sizes.largest)) \(sanitized(sizes.unit)) "
          + "each, \(NumberText.significant(sizes.mean)) on average"
        : "\(NumberText.grouped(sizes.largest)) \(sanitized(sizes.unit)) each"
      facts.append(Fact(label: "sizes", text: range))
    }
    facts.append(Fact(label: "target", text: target(report.target)))
    if let majority = report.target.majority {
      facts.append(
        Fact(
          label: "to beat",
          text: "majority-class baseline: accuracy \(NumberLabel.fixed(100 * majority, decimals: 2)) %"))
    } else if let deviation = report.target.deviation {
      facts.append(Fact(label: "to beat", text: "baseline of the mean: RMSE \(number(deviation))"))
    }
    return facts
  }

  private static func delimiter(_ text: String) -> String {
    switch text {
    case "tab": "tabs"
    case "space": "blanks"
    default: "'\(sanitized(text))'"
    }
  }

  private static func inputs(_ report: DataReport) -> String {
    let features = "\(NumberText.grouped(report.features)) feature\(report.features == 1 ? "" : "s")"
    if let shape = report.shape { return report.features == 0 ? shape : "\(features): \(shape)" }
    if report.columns.isEmpty { return features }
    let used = report.columns.count { $0.features > 0 }
    let leftOut = report.columns.count { $0.kind.isLeftOut }
    return "\(counted(used, "column")) → \(features)" + (leftOut > 0 ? "; \(leftOut) left out" : "")
  }

  /// Five significant digits, as in a file: no prefix stands for a factor of thousand.
  private static func number(_ value: Double) -> String {
    let magnitude = abs(value)
    guard magnitude >= 1e-3, magnitude < 1e9 else { return NumberLabel.short(value, digits: 5) }
    var (decimals, bound) = (4, 10.0)
    while decimals > 0, magnitude >= bound { (decimals, bound) = (decimals - 1, bound * 10) }
    return NumberLabel.fixed(value, decimals: magnitude < 1 ? 5 : decimals, trimmed: true)
  }

  /// Classes that are named at most.
  private static let maxClasses = 60

  private static func target(_ target: DataReport.Target) -> String {
    let name = sanitized(target.name)
    if let classes = target.classes {
      let counts = classes.prefix(maxClasses).map {
        "\(sanitized($0.name, limit: 30)) \($0.rows)"
      }
      let more = classes.count > maxClasses ? ", … " : ""
      return "\(name), \(NumberText.grouped(classes.count)) class\(classes.count == 1 ? "" : "es"): "
        + counts.joined(separator: ", ") + more
    }
    guard let mean = target.mean else { return "\(name), a text" }
    var text = "\(name), a number: "
    if let smallest = target.smallest, let largest = target.largest {
      text += "\(number(smallest)) … \(number(largest)), "
    }
    return text + "mean \(number(mean))"
  }
}

extension DataText.Column {
  init(_ column: ColumnSummary, in report: DataReport) {
    name = sanitized(column.name, limit: 60)
    kind = column.kind.rawValue
    values = Self.values(column)
    // Columns of sequences are counted in steps, of which the report does not know the number.
    let isCounted = report.kind != DataKind.sequences.name && report.rows > 0
    missing =
      column.missing == 0
      ? ""
      : NumberText.grouped(column.missing)
        + (isCounted ? " (\(NumberText.percent(Double(column.missing) / Double(report.rows))))" : "")
    features = Self.features(column)
    isLeftOut = column.kind.isLeftOut
  }

  var cells: [String] { [name, kind, values, missing, features] }

  /// For screens with no room for all of the cells: the last three in one.
  var fewCells: [String] {
    let made = features.isEmpty ? "" : "features: \(features)"
    let missed = missing.isEmpty ? "" : "missing: \(missing)"
    return [name, kind, [values, missed, made].filter { !$0.isEmpty }.joined(separator: "; ")]
  }

  private static func values(_ column: ColumnSummary) -> String {
    if let reason = column.reason { return sanitized(reason, limit: 120) }
    if column.kind == .target { return "what is predicted" }
    if let smallest = column.smallest, let largest = column.largest {
      return sanitized("\(smallest) … \(largest)")
    }
    guard let count = column.categories else { return "" }
    let names = column.commonest.map { "\(sanitized($0.name, limit: 16)) \($0.rows)" }
    return "\(NumberText.grouped(count)): \(names.joined(separator: ", "))\(count > names.count ? ", …" : "")"
  }

  private static func features(_ column: ColumnSummary) -> String {
    guard column.features > 0 else { return "" }
    let count = NumberText.grouped(column.features)
    switch column.kind {
    case .number: return column.features == 1 ? "1, standardized" : count
    case .category:
      return "\(count), one-hot" + (column.features > (column.categories ?? .max) ? " with missing" : "")
    case .date:
      return "\(count): days" + (column.parts ?? []).map { ", \(sanitized($0))" }.joined()
    case .target, .text, .rowNumber, .sequenceID, .time, .leftOut: return count
    }
  }
}

extension ColumnSummary.Kind {
  /// Whether no network here reads such a column.
  var isLeftOut: Bool { [.leftOut, .rowNumber, .text].contains(self) }
}
