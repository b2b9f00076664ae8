import Canvas

/// Header, preview line, footer, and the screen that is too small for them.
extension Painter {
  mutating func paintHeader() {
    let rect = layout.header
    let left = StatusText.fit(
      StatusText.header(state), separator: " · ", width: rect.width - 2, glyphs: glyphs)
    let room = rect.width - Text.columns(left, glyphs: glyphs) - 4
    write(left, x: 1, y: rect.y, width: rect.width - 2, style: styles.title)
    if let right = StatusText.headerRight(state).first(where: { Text.columns($0, glyphs: glyphs) <= room }) {
      let width = Text.columns(right, glyphs: glyphs)
      write(right, x: rect.maxX - width - 1, y: rect.y, width: width, style: styles.text)
    }
  }

  mutating func paintPreview() {
    let rect = layout.preview
    let (pieces, tone) = StatusText.preview(state)
    let unread = state.messages.unread
    let note =
      unread > 0 && state.question == nil
      ? "\(unread) new \(unread == 1 ? "message" : "messages"): \(state.hint("messages"))" : ""
    let noteWidth = note.isEmpty ? 0 : Text.columns(note, glyphs: glyphs) + 2
    let isQuestion = state.question != nil
    if isQuestion { frame.fill(rect, Cell(" ", styles.question)) }
    var rest = pieces.filter { !$0.text.isEmpty }
    for row in 0..<rect.height where !rest.isEmpty {
      let isLast = row == rect.height - 1
      if !isLast { rest = StatusText.broken(rest, width: rect.width - 2, glyphs: glyphs) }
      // The note gives way to what ranks first, as the price of a cut does.
      let foremost = rest.count == 1 ? rest : rest.filter { $0.rank <= 1 }
      let besideNote = rect.width - 2 - noteWidth
      let leavesRoom =
        isLast && StatusText.flows(foremost, rows: 1, width: besideNote, glyphs: glyphs)
      let room = leavesRoom ? besideNote : rect.width - 2
      let count = isLast ? rest.count : StatusText.leading(rest, width: room, glyphs: glyphs)
      let line = StatusText.fit(
        Array(rest.prefix(count)), separator: Wording.clauseSeparator, width: room, glyphs: glyphs)
      write(
        line, x: 1, y: rect.y + row, width: room, style: isQuestion ? styles.question : styles.style(of: tone)
      )
      rest.removeFirst(count)
    }
    let lastRow = rect.maxY - 1
    let start = rect.maxX - noteWidth
    guard noteWidth > 0, start > 0, (start - 2..<rect.maxX).allSatisfy({ frame[$0, lastRow].scalar == " " })
    else {
      return
    }
    write(note, x: start, y: lastRow, width: noteWidth, style: styles.warning)
  }

  mutating func paintFooter() {
    let rect = layout.footer
    var x = 1
    for (key, name) in StatusText.footer(state) {
      // Half a name helps nobody, and what comes after it may be shorter.
      guard x + Text.columns("\(key) \(name)", glyphs: glyphs) <= rect.maxX else { continue }
      x += write(key, x: x, y: rect.y, width: rect.maxX - x, style: styles.key) + 1
      x += write(name, x: x, y: rect.y, width: rect.maxX - x, style: styles.dim) + 2
    }
  }

  mutating func paintTooSmall() {
    let lines =
      state.question == nil
      ? [
        "\(state.width)×\(state.height) is too small",
        "needs \(Layout.minimumWidth)×\(Layout.minimumHeight); \(state.hint("quit")) quits",
      ] : ["quit and lose this run?", "enter quits"]
    let top = max(0, (state.height - lines.count) / 2)
    for (index, line) in lines.enumerated() {
      let start = max(0, (state.width - Text.columns(line, glyphs: glyphs)) / 2)
      write(line, x: start, y: top + index, width: state.width - start, style: styles.text)
    }
  }
}
