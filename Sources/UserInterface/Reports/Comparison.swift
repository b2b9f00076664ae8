import Canvas
import Dashboard
import Foundation
import PlainText

/// Runs side by side, as text.
package struct Comparison {
  private let records: [RunRecord]
  private let labels: [String]

  package init(_ records: [RunRecord]) {
    self.records = records
    let names = records.map { URL(filePath: $0.folder).lastPathComponent }
    labels = zip(records, names).map { record, name in
      let isUnique = names.count { $0 == name } == 1
      return sanitized(isUnique ? name : record.folder, limit: 48)
    }
  }

  /// Where the text goes.
  package struct Medium {
    package var width: Int
    package var glyphs: GlyphSet
    var usesColor: Bool

    /// Standard output: colors for a terminal alone, and none where NO_COLOR is set.
    package static var standard: Medium {
      let environment = ProcessInfo.processInfo.environment
      var size = winsize()
      let isTerminal = isatty(STDOUT_FILENO) == 1
      let hasSize = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
      let isUnicode = locale.map { $0.uppercased().replacing("-", with: "").contains("UTF8") } ?? false
      let term = environment["TERM"] ?? ""
      return Medium(
        width: hasSize ? min(max(40, Int(size.ws_col)), 160) : 80,
        glyphs: .suiting(isUnicode: isUnicode, terminal: term),
        usesColor: isTerminal && term != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty)
    }
  }

  package func text(on medium: Medium) -> String {
    let plots = RunRecord.Measure.allCases.compactMap { plot(of: $0, on: medium) }
    let tables = [table(medium.glyphs), differences(medium.glyphs)].compactMap { $0 }
    return (tables + plots).joined(separator: "\n\n")
  }

  // MARK: Examples

  private func table(_ glyphs: GlyphSet) -> String {
    let head = ["run", "held-out", "final", "best", "widths", "parameters", "epochs", "steps", "seconds"]
    let rows =
      [head]
      + zip(labels, records).map { label, record in
        let (last, measure) = (record.last, record.measure)
        return [
          Text.fit(label, width: 48, truncation: .middle, glyphs: glyphs), measure.label,
          Self.number(measure.shown(record.final), measure), Self.number(measure.shown(record.best), measure),
          record.widths.map(String.init).joined(separator: ","),
          record.final.parameters.map { grouped($0) } ?? "-",
          shownEpochs(last.epoch), grouped(last.step), String(format: "%.2f", last.seconds),
        ]
      }
    return Self.aligned(rows, wordColumns: 2, glyphs)
  }

  /// The settings in which the runs differ, a column a run, numbered as in the table; `nil`: they are the same.
  private func differences(_ glyphs: GlyphSet) -> String? {
    let runs = zip(labels, records).map { label, record in
      RunComparison.Run(
        name: label, evaluations: [], settings: RunComparer.settings(of: record.configuration))
    }
    let differences = RunComparison(runs: runs).differences
    guard !differences.isEmpty else { return nil }
    let rows = differences.map { difference in
      [difference.name]
        + difference.values.map {
          Text.fit(sanitized($0), width: 24, truncation: .middle, glyphs: glyphs)
        }
    }
    return "settings that differ\n"
      + Self.aligned(
        [["setting"] + labels.map { Text.fit($0, width: 24, truncation: .middle, glyphs: glyphs) }] + rows,
        wordColumns: 1, glyphs)
  }

  /// - Parameter wordColumns: the first columns, of words; the others are numbers.
  private static func aligned(_ rows: [[String]], wordColumns: Int, _ glyphs: GlyphSet) -> String {
    let widths = rows[0].indices.map { column in
      rows.map { Text.columns($0[column], glyphs: glyphs) }.max() ?? 0
    }
    return rows.map { row in
      row.indices.map { column in
        let cell = row[column]
        let space = String(repeating: " ", count: widths[column] - Text.columns(cell, glyphs: glyphs))
        return column < wordColumns ? cell + space : space + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func number(_ value: Double, _ measure: RunRecord.Measure) -> String {
    String(format: measure == .accuracy ? "%.2f" : "%.5g", value)
  }

  // MARK: Plot

  /// The runs with this metric over their epochs; `nil` if there are none.
  private func plot(of measure: RunRecord.Measure, on medium: Medium) -> String? {
    let chosen = zip(labels, records).filter { $0.1.measure == measure }
    guard !chosen.isEmpty else { return nil }
    let theme = Theme.builtIn[0]
    let strokes: [LinePlot.Stroke] = [.solid, .dashed, .dotted]
    let series = chosen.enumerated().map { index, run in
      LinePlot.Series(
        name: "", style: theme.series(index),
        samples: run.1.evaluations.map { Sample(x: $0.epoch, y: measure.shown($0)) },
        stroke: strokes[index % strokes.count], showsExtremes: false)
    }
    var plot = LinePlot(series: series)
    plot.xLabel = "epochs"
    var frame = Frame(width: medium.width, height: 18)
    plot.draw(in: frame.bounds, on: &frame, glyphs: medium.glyphs)
    return ["held-out \(measure.label)", PrintedFrame.text(frame, usesColor: medium.usesColor)]
      .joined(separator: "\n") + "\n" + legend(chosen.map(\.0), series, on: medium)
  }

  /// A line a run, with a piece of its curve: names may be long.
  private func legend(_ names: [String], _ series: [LinePlot.Series], on medium: Medium) -> String {
    zip(names, series).enumerated().map { index, run in
      let (name, series) = run
      var frame = Frame(width: medium.width, height: 1)
      // In ASCII, a curve's marks tell its place among the others.
      var flat = Array(repeating: LinePlot.Series(name: "", style: .plain, samples: []), count: index + 1)
      flat[index] = series
      flat[index].samples = [Sample(x: 0, y: 0), Sample(x: 1, y: 0)]
      var piece = LinePlot(series: flat)
      piece.showsAxes = false
      piece.draw(in: Rect(x: 2, y: 0, width: 6, height: 1), on: &frame, glyphs: medium.glyphs)
      frame.draw(
        Text.fit(name, width: medium.width - 10, truncation: .middle, glyphs: medium.glyphs), x: 10, y: 0,
        style: .plain, maxWidth: medium.width - 10, glyphs: medium.glyphs)
      return PrintedFrame.text(frame, usesColor: medium.usesColor)
    }.joined(separator: "\n")
  }
}

/// Frames outside of the dashboard.
enum PrintedFrame {
  /// Lines without trailing blanks, in the 256 colors that any terminal with colors has.
  static func text(_ frame: Frame, usesColor: Bool) -> String {
    guard usesColor else { return frame.text }
    return (0..<frame.height).map { y in
      let end = (0..<frame.width).last { frame[$0, y].scalar != " " }.map { $0 + 1 } ?? 0
      var line = ""
      var current = Color.terminal
      for x in 0..<end {
        let cell = frame[x, y]
        if cell.style.foreground != current {
          current = cell.style.foreground
          line += escape(current)
        }
        line += cell.text
      }
      return current == .terminal ? line : line + escape(.terminal)
    }.joined(separator: "\n")
  }

  private static func escape(_ color: Color) -> String {
    guard case .palette(let index) = color.reduced(to: .ansi256) else { return "\u{1B}[39m" }
    return "\u{1B}[38;5;\(index)m"
  }
}
