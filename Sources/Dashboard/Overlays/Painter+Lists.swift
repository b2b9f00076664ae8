import Canvas

/// The lists over the panes.
extension Painter {
  mutating func paintHelp(top: Int, search: State.Search?) {
    let title = search.map { "help: \($0.text)\($0.isTyping ? "_" : "")" } ?? "help"
    paintList(title: title, lines: state.listLines, first: min(top, state.lastListTop))
  }

  mutating func paintLog(back: Int) {
    let lines = state.listLines
    let inside = paintList(title: "messages", lines: lines, first: max(0, state.lastListTop - back))
    if lines.isEmpty { paintSentence("No messages yet.", in: inside) }
  }

  mutating func paintData(top: Int) {
    paintList(title: "data", lines: state.listLines, first: min(top, state.lastListTop))
  }

  @discardableResult
  private mutating func paintList(title: String, lines: [ListLine], first: Int) -> Rect {
    let last = min(lines.count, first + state.listHeight)
    let isWhole = first == 0 && last == lines.count
    let inside = frame.box(
      layout.body, title: title, trailing: isWhole ? "" : "lines \(first + 1)–\(last) of \(lines.count)",
      style: styles.focus, titleStyle: styles.title, trailingStyle: styles.text, glyphs: glyphs,
      isFocused: true)
    let labels = state.listLabelWidth
    for (row, line) in lines[first..<last].enumerated() {
      let y = inside.y + row
      switch line.kind {
      case .heading: write(line.text, x: inside.x + 1, y: y, width: inside.width - 2, style: styles.title)
      case .note: write(line.text, x: inside.x + 1, y: y, width: inside.width - 2, style: styles.dim)
      case .plain: write(line.text, x: inside.x + 1, y: y, width: inside.width - 2, style: styles.text)
      case .warning: write(line.text, x: inside.x + 1, y: y, width: inside.width - 2, style: styles.warning)
      case .fact: paint(line, y: y, labels: labels, labelStyle: styles.dim, style: styles.text, in: inside)
      case .command: paint(line, y: y, labels: labels, labelStyle: styles.key, style: styles.text, in: inside)
      case .unavailable:
        paint(line, y: y, labels: labels, labelStyle: styles.dim, style: styles.dim, in: inside)
      case .message(let tone):
        paint(line, y: y, labels: labels, labelStyle: styles.dim, style: styles.style(of: tone), in: inside)
      }
    }
    return inside
  }

  private mutating func paint(
    _ line: ListLine, y: Int, labels: Int, labelStyle: Style, style: Style, in rect: Rect
  ) {
    write(line.label, x: rect.x + 1, y: y, width: labels, style: labelStyle)
    write(line.text, x: rect.x + labels + 3, y: y, width: rect.width - labels - 3, style: style)
  }
}
