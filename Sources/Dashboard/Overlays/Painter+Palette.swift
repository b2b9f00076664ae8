import Canvas

extension Painter {
  mutating func paint(_ palette: Palette) {
    let entries = palette.entries(in: state)
    let inside = frame.box(
      layout.body, title: "commands", trailing: "\(entries.count)", style: styles.focus,
      titleStyle: styles.title,
      trailingStyle: styles.text, glyphs: glyphs, isFocused: true)
    guard !inside.isEmpty else { return }
    // The end of a long line is where it is being typed.
    let room = inside.width - 3
    let line = Text.fit(palette.query, width: .max, glyphs: glyphs) + "_"
    let typed = String(line.unicodeScalars.suffix(max(0, room)))
    write(": ", x: inside.x + 1, y: inside.y, width: room, style: styles.key)
    write(typed, x: inside.x + 3, y: inside.y, width: room, style: styles.text)
    let list = Rect(x: inside.x, y: inside.y + 1, width: inside.width, height: inside.height - 1)
    if entries.isEmpty { return paintSentence("No command fits: backspace edits, esc closes.", in: list) }
    let selection = min(palette.selection, entries.count - 1)
    let top = max(0, min(selection - list.height / 2, entries.count - list.height))
    let columns = columns(of: entries, width: list.width)
    for (row, entry) in entries[top...].prefix(list.height).enumerated() {
      paint(entry, isSelected: top + row == selection, y: list.y + row, columns: columns, in: list)
    }
  }

  /// Those of the names and of the keys.
  private func columns(of entries: [Palette.Entry], width: Int) -> (names: Int, keys: Int) {
    func widest(_ texts: [String]) -> Int { texts.map { Text.columns($0, glyphs: glyphs) }.max() ?? 0 }
    return (
      min(widest(entries.map(\.title)), max(12, width / 2)), min(widest(entries.map(\.keys)), width / 5)
    )
  }

  private mutating func paint(
    _ entry: Palette.Entry, isSelected: Bool, y: Int, columns: (names: Int, keys: Int), in rect: Rect
  ) {
    var (name, key, text) = (styles.text, styles.key, styles.text)
    if case .unavailable = entry.status { (name, key, text) = (styles.dim, styles.dim, styles.dim) }
    if case .expects = entry.status { text = styles.warning }
    if isSelected {
      (name, key, text) = (styles.question, styles.question, styles.question)
      frame.fill(Rect(x: rect.x, y: y, width: rect.width, height: 1), Cell(" ", styles.question))
      write("▸", x: rect.x, y: y, width: 1, style: styles.question)
    }
    var x = rect.x + 2
    write(entry.title, x: x, y: y, width: columns.names, style: name)
    x += columns.names + 2
    if columns.keys > 0 {
      write(entry.keys, x: x, y: y, width: columns.keys, style: key)
      x += columns.keys + 2
    }
    write(entry.sentence, x: x, y: y, width: rect.maxX - x, style: text)
  }
}

extension Palette.Entry {
  /// "truncate [N|N%]"
  fileprivate var title: String { argument.isEmpty ? id : "\(id) \(argument)" }

  /// What it does, why not now, or what is missing.
  package var sentence: String {
    switch status {
    case .available: text
    case .unavailable(let reason): "not now: \(reason)"
    case .expects(let value): "expects \(value)"
    }
  }
}

extension Palette {
  /// For the line below the panes, where there is room for a whole sentence.
  package func preview(in state: State) -> [StatusText.Piece] {
    guard let entry = selected(in: state) else { return [] }
    return [StatusText.Piece("\(entry.id): \(entry.sentence)", 0)]
  }
}
