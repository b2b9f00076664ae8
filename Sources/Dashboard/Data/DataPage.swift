import Canvas
import Experiment

/// The page of what was read of the data.
extension State {
  /// Columns of the labels of its facts.
  var dataLabelWidth: Int {
    let labels = run.data.map { DataText($0).facts.map(\.label) } ?? ["loading"]
    return labels.map { Text.columns($0, glyphs: glyphs) }.max() ?? 0
  }

  var dataLines: [ListLine] {
    guard let report = run.data else { return linesWhileLoading }
    let text = DataText(report)
    var lines = text.facts.flatMap { list(.fact, label: $0.label, $0.text) }
    lines += table(of: text.columns)
    lines += section(text.notes, under: "notes", .plain)
    lines += section(text.warnings, under: "warnings", .warning)
    return lines
  }

  /// The file and the steps of loading so far.
  private var linesWhileLoading: [ListLine] {
    guard case .loading(let what) = run.phase else {
      let sentence =
        "The run's folder does not say what was read of the data: the version that trained it wrote no "
        + "data.json. awn-tui data FILE reads a file again."
      return paragraph(sentence, .note)
    }
    var lines = run.dataFile.map { list(.fact, label: "file", $0) } ?? []
    let steps = run.loadingSteps.isEmpty ? [what.isEmpty ? run.name : what] : run.loadingSteps
    for (index, step) in steps.enumerated() {
      lines += list(.fact, label: index == 0 ? "loading" : "", step)
    }
    return lines
  }

  /// The table of the columns, or nothing.
  private func table(of columns: [DataText.Column]) -> [ListLine] {
    guard !columns.isEmpty else { return [] }
    let width = layout.body.width - 4
    let isWide = width >= 76
    let headings =
      isWide ? DataText.headings : Array(DataText.headings.prefix(2)) + ["what it holds and becomes"]
    let rows = TextTable.lines(
      [headings] + columns.map { isWide ? $0.cells : $0.fewCells }, width: width, glyphs: glyphs)
    var lines = [ListLine(kind: .note, text: "")] + rows[0].map { ListLine(kind: .heading, text: $0) }
    for (column, row) in zip(columns, rows.dropFirst()) {
      lines += row.map { ListLine(kind: column.isLeftOut ? .note : .plain, text: $0) }
    }
    return lines
  }

  /// Sentences under a heading, or nothing.
  private func section(_ sentences: [String], under heading: String, _ kind: ListLine.Kind) -> [ListLine] {
    guard !sentences.isEmpty else { return [] }
    return [ListLine(kind: .note, text: ""), ListLine(kind: .heading, text: heading)]
      + sentences.flatMap { sentence in
        Wrapping.lines(sentence, width: layout.body.width - 6, glyphs: glyphs).enumerated().map {
          ListLine(kind: kind, text: ($0 == 0 ? "• " : "  ") + $1)
        }
      }
  }

  private func paragraph(_ text: String, _ kind: ListLine.Kind) -> [ListLine] {
    Wrapping.lines(text, width: layout.body.width - 4, glyphs: glyphs).map { ListLine(kind: kind, text: $0) }
  }

  /// Something is being done while the data load. A count takes the place of the count before it.
  mutating func take(loading what: String) {
    run.phase = .loading(what)
    guard !what.isEmpty else { return }
    if what.first?.isNumber == true, run.loadingSteps.last?.first?.isNumber == true {
      run.loadingSteps.removeLast()
    }
    run.loadingSteps.append(what)
  }
}
