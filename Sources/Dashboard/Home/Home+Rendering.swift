import Canvas
import Experiment
import PlainText

extension Home {
  /// The screen, of exactly its size.
  public var frame: Frame {
    let styles = Styles(theme)
    var frame = Frame(width: width, height: height, filledWith: Cell(" ", styles.text))
    guard width >= 20, height >= 5 else {
      frame.draw("too small", x: 0, y: 0, style: styles.text, maxWidth: width, glyphs: glyphs)
      return frame
    }
    draw(header, y: 0, style: styles.title, on: &frame)
    let said = said
    let body = body
    switch mode {
    case .new(let choice): draw(choice, in: body, styles, on: &frame)
    case .form(let form): draw(form, in: body, styles, on: &frame)
    case .comparing(let view): draw(view, in: body, styles, on: &frame)
    case .runs, .deleting: drawRuns(in: body, styles, on: &frame)
    }
    let isQuestion = if case .deleting = mode { true } else { false }
    if isQuestion {
      frame.fill(
        Rect(x: 0, y: body.maxY, width: width, height: said.count), Cell(" ", styles.question))
    }
    for (line, text) in said.enumerated() {
      draw(text, y: body.maxY + line, style: isQuestion ? styles.question : styles.text, on: &frame)
    }
    drawFooter(styles, on: &frame)
    return frame
  }

  /// What the header, the lines above the keys, and these leave.
  private var body: Rect { Rect(x: 0, y: 1, width: width, height: height - 2 - said.count) }

  /// Lines of a list in a box, as many as are on the screen at once.
  ///
  /// - Parameter headings: lines above them.
  func page(below headings: Int = 0) -> Int { max(1, body.height - 2 - headings) }

  /// The settings that differ, as many as are on the screen at once.
  func page(of view: ComparisonView) -> Int { max(1, heights(view, in: body.height).settings - 3) }

  private func draw(_ text: String, y: Int, style: Style, on frame: inout Frame) {
    let shown = Text.fit(text, width: width - 2, truncation: .wholeNumbers, glyphs: glyphs)
    frame.draw(shown, x: 1, y: y, style: style, maxWidth: width - 2, glyphs: glyphs)
  }

  // MARK: Lines

  private var header: String {
    guard let entries else { return "awn-tui · reading runs…" }
    let live = entries.count { $0.condition == .live && $0.outcome == nil }
    let count = "\(NumberText.grouped(entries.count)) \(entries.count == 1 ? "run" : "runs")"
    if case .comparing(let view) = mode { return "awn-tui · \(view.comparison.runs.count) runs compared" }
    return "awn-tui · \(count)" + (live > 0 ? " · \(live) live" : "") + " · by \(order.rawValue)"
      + (marked.isEmpty ? "" : " · \(marked.count) marked")
  }

  /// Above the keys, a line or more: what is asked or said, which takes as many as it needs and the screen has, or more
  /// of the selected run, as much as fits on one.
  private var said: [String] {
    if let sentence {
      let lines = Wrapping.lines(sentence, width: width - 2, glyphs: glyphs)
      return lines.isEmpty ? [""] : Array(lines.prefix(max(1, height - 4)))
    }
    let texts = aboutSelection
    return [texts.first { Text.columns($0, glyphs: glyphs) <= width - 2 } ?? texts.last ?? ""]
  }

  /// In full and in short.
  private var aboutSelection: [String] {
    let runs = shown
    guard runs.indices.contains(selection) else { return [] }
    let run = runs[selection]
    guard let metrics = run.best else { return ["\(run.path)   not evaluated yet", "not evaluated yet"] }
    let best = "best held-out \(Wording.quality(metrics))"
    let baseline = baseline(run)
    let compared = best + (baseline.isEmpty ? "" : ", \(baseline) to beat")
    return ["\(run.path)   \(compared)", compared, best]
  }

  /// The question or message of the present page; `nil` if there is none.
  private var sentence: String? {
    if case .deleting(let path) = mode { return "move \(path) to the trash?" }
    if let message { return message }
    switch mode {
    case .new(let choice): return choice.folder ?? "what to train on"
    case .form(let form): return line(of: form)
    case .comparing(let view):
      let missing = view.missing
      if !missing.isEmpty { return missing.joined(separator: "; ") }
      return view.comparison.differences.isEmpty ? "all settings are the same" : ""
    case .runs where isFiltering || !filter.isEmpty: return "filter: \(filter)\(isFiltering ? "_" : "")"
    case .runs, .deleting: return nil
    }
  }

  private func drawFooter(_ styles: Styles, on frame: inout Frame) {
    var x = 1
    for (key, name) in keys where !key.isEmpty {
      guard x + Text.columns("\(key) \(name)", glyphs: glyphs) < width else { continue }
      x += frame.draw(key, x: x, y: height - 1, style: styles.key, glyphs: glyphs) + 1
      x += frame.draw(name, x: x, y: height - 1, style: styles.dim, glyphs: glyphs) + 2
    }
  }

  private var keys: [(String, String)] {
    switch mode {
    case .deleting: return [("enter", "moves it to the trash"), ("any other key", "cancels")]
    case .new(let choice):
      return [("↑ ↓", "choose"), ("enter", "settings"), ("esc", "back")]
        + (choice.folder == nil ? [] : [("←", "folder above"), ("a…z", "next name")])
    case .form(let form):
      return [("enter", "start"), ("↑ ↓", "choose")]
        + (form.selected == nil ? [] : [("a…z 0…9", "type a value")])
        + [("esc", "back")]
    case .comparing(let view):
      return [
        ("tab", "next chart"), ("t", "\(view.axis.rawValue): change"), ("↑ ↓", "settings"), ("esc", "back"),
      ]
    case .runs where isFiltering:
      return [("enter", "keep the filter"), ("esc", "all runs"), ("↑ ↓", "choose")]
    case .runs:
      return [
        ("enter", "open"), ("n", "new run"), ("q", "quit"), ("r", "replay"),
        ("space", "mark"), (marked.count < 2 ? "" : "c", marked.count < 2 ? "" : "compare"), ("/", "filter"),
        ("s", "sort"),
        ("N", "new like it"), ("d", "delete"),
        ("↑ ↓", "choose"),
      ]
    }
  }

  // MARK: The list

  private func drawRuns(in rect: Rect, _ styles: Styles, on frame: inout Frame) {
    let inside = frame.box(
      rect, title: "runs", style: styles.focus, titleStyle: styles.title, glyphs: glyphs, isFocused: true)
    guard !inside.isEmpty else { return }
    let runs = shown
    guard !runs.isEmpty else {
      let text =
        entries == nil
        ? "reading runs…" : filter.isEmpty ? "No run yet: n starts one." : "No run matches the filter."
      let y = inside.y + inside.height / 2
      frame.draw(text, x: inside.x + 1, y: y, style: styles.dim, maxWidth: inside.width - 1, glyphs: glyphs)
      return
    }
    let rows = runs.map { row($0) }
    let headings = Self.headings
    var widths = headings.indices.map { column in
      ([headings] + rows).map { Text.columns($0[column], glyphs: glyphs) }.max() ?? 0
    }
    widths[0] = min(widths[0], max(12, inside.width / 3))
    widths[1] = min(widths[1], 18)
    let filled = headings.indices.filter { $0 != Self.toBeat || rows.contains { !$0[Self.toBeat].isEmpty } }
    let columns = columns(filled, widths, room: inside.width - 2)
    draw(headings, widths, columns, y: inside.y, style: styles.title, in: inside, on: &frame)
    let height = inside.height - 1
    let top = max(0, min(selection - height / 2, rows.count - height))
    for (index, run) in runs.dropFirst(top).prefix(max(0, height)).enumerated() {
      let y = inside.y + 1 + index
      let isSelected = top + index == selection
      let condition = run.outcome ?? run.condition
      let style =
        isSelected
        ? styles.question
        : condition == .live
          ? styles.good
          : condition == .diverged || condition == .unreadable ? styles.warning : styles.text
      if isSelected {
        frame.fill(Rect(x: inside.x, y: y, width: inside.width, height: 1), Cell(" ", style))
        frame.draw("▸", x: inside.x, y: y, style: style, glyphs: glyphs)
      }
      if marked.contains(run.path) { frame.draw("*", x: inside.x + 1, y: y, style: style, glyphs: glyphs) }
      draw(rows[top + index], widths, columns, y: y, style: style, in: inside, on: &frame)
    }
  }

  private static let headings = [
    "name", "data", "state", "epochs", "best held-out", "to beat", "widths", "parameters", "age",
  ]
  /// In which order columns give way, the first one first.
  private static let leastImportant = [7, toBeat, 1, widthsColumn, 8, 3]
  private static let toBeat = 5
  private static let widthsColumn = 6

  private func columns(_ filled: [Int], _ widths: [Int], room: Int) -> [Int] {
    var shown = filled
    for column in Self.leastImportant {
      if shown.reduce(0, { $0 + widths[$1] + 2 }) - 2 <= room { break }
      shown.removeAll { $0 == column }
    }
    return shown
  }

  private func row(_ run: RunEntry) -> [String] {
    let widths =
      run.widths.count > 3 ? Wording.list(Array(run.widths.prefix(3))) + ", …" : Wording.list(run.widths)
    return [
      run.name, run.data, run.stateText, run.progressText,
      run.best.map { Wording.value($0) } ?? "", baseline(run), widths, parameters(run),
      run.secondsLeft.map { "\(NumberText.duration($0)) left" } ?? NumberText.age(run.age),
    ]
  }

  /// The baseline as text, in the unit of the best metric; empty if it is not known.
  private func baseline(_ run: RunEntry) -> String {
    guard let baseline = run.baseline, let best = run.best else { return "" }
    return NumberText.value(baseline, of: best.main)
  }

  /// "337", or before and after its cuts: "1,162 → 337".
  private func parameters(_ run: RunEntry) -> String {
    guard let now = run.parameters else { return "" }
    guard let first = run.firstParameters, first != now else { return NumberText.grouped(now) }
    return "\(NumberText.grouped(first)) → \(NumberText.grouped(now))"
  }

  private func draw(
    _ cells: [String], _ widths: [Int], _ columns: [Int], y: Int, style: Style, in rect: Rect,
    on frame: inout Frame
  ) {
    var x = rect.x + 2
    for column in columns {
      let room = min(widths[column], rect.maxX - x)
      let text = Text.fit(
        cells[column], width: room, truncation: column == 0 ? .middle : .end, glyphs: glyphs)
      // Numbers stand at the right of their column.
      let isNumber = column >= 3 && column != Self.widthsColumn
      let start = isNumber ? x + room - Text.columns(text, glyphs: glyphs) : x
      frame.draw(text, x: start, y: y, style: style, maxWidth: room, glyphs: glyphs)
      x += widths[column] + 2
    }
  }
}
