import Canvas

/// One line of a list over the panes.
package struct ListLine: Equatable, Sendable {
  package var kind: Kind
  /// In the left column.
  package var label = ""
  package var text: String

  package enum Kind: Equatable, Sendable {
    case heading
    case command
    case unavailable
    case note
    /// A label, and what is true of it.
    case fact
    case plain
    case warning
    case message(Message.Tone)
  }
}

extension State {
  /// Lines inside the box of a list.
  package var listHeight: Int { max(0, layout.body.height - 2) }

  /// Columns of the left column of a list.
  package var listLabelWidth: Int {
    switch view.overlay {
    case .help:
      min(
        max(22, layout.body.width / 3),
        KeyBinding.all.map { Text.columns(keys.names(of: $0, in: glyphs), glyphs: glyphs) }.max() ?? 0)
    case .log: layout.body.width >= 60 ? 14 : 9
    case .data: dataLabelWidth
    case .palette, .priceList, nil: 0
    }
  }

  /// Columns right of it.
  package var listTextWidth: Int { max(1, layout.body.width - 2 - listLabelWidth - 4) }

  package var listLines: [ListLine] {
    switch view.overlay {
    case .help(_, let search): helpLines(matching: search?.text ?? "")
    case .log: logLines
    case .data: dataLines
    case .palette, .priceList, nil: []
    }
  }

  /// The line at the top of the box when the end is in view.
  package var lastListTop: Int { max(0, listLines.count - listHeight) }

  package var scrollKeys: String { "\(Key.up.name(in: glyphs)) \(Key.down.name(in: glyphs))" }

  /// What the keys do; only what fits a search, if there is one.
  private func helpLines(matching search: String) -> [ListLine] {
    let query = Matching.normalized(search)
    let first = notes("press a key to use it; \(scrollKeys) scroll; / searches; esc closes")
    var lines = first
    for group in KeyBinding.Group.allCases {
      let shown = KeyBinding.all.filter { $0.group == group && fits($0, query) }
      if shown.isEmpty { continue }
      lines.append(ListLine(kind: .note, text: ""))
      lines.append(ListLine(kind: .heading, text: group.rawValue))
      for binding in shown { lines += help(binding) }
    }
    if lines.count == first.count {
      return [ListLine(kind: .note, text: "no command fits: esc shows all of them")]
    }
    lines.append(ListLine(kind: .note, text: ""))
    let note =
      "* changes the network or how it learns; cuts, compression and policy are previewed first, done when"
      + " you press enter, and undone by \(hint("undo"))"
    lines += notes(note)
    return lines
  }

  private func notes(_ text: String) -> [ListLine] {
    Wrapping.lines(text, width: layout.body.width - 4, glyphs: glyphs).map { ListLine(kind: .note, text: $0) }
  }

  private func fits(_ binding: KeyBinding, _ query: String) -> Bool {
    let names = (binding.commands.map(\.id) + [binding.name, binding.name(in: self)]).map(Matching.normalized)
    let text = Matching.normalized("\(binding.description) \(binding.group.rawValue)")
    return Matching.score(query, names: names, text: text) != nil
  }

  private func help(_ binding: KeyBinding) -> [ListLine] {
    let text = binding.description + (binding.changesModel ? " *" : "")
    let names = keys.names(of: binding, in: glyphs)
    // Without a key there is still the palette.
    let label = names.isEmpty ? "(no key)" : names
    return switch binding.availability(in: self) {
    case .available: list(.command, label: label, text)
    case .unavailable(let reason): list(.unavailable, label: label, "\(text) (not now: \(reason))")
    }
  }

  private var logLines: [ListLine] {
    messages.log.flatMap { message in
      let step = message.step.map(NumberText.grouped) ?? ""
      let label = step.isEmpty || layout.body.width < 60 ? step : "step " + step
      let text = message.text.replacing(Wording.clauseSeparator, with: "; ")
      return list(.message(message.tone), label: label, text)
    }
  }

  func list(_ kind: ListLine.Kind, label: String, _ text: String) -> [ListLine] {
    Wrapping.lines(text, width: listTextWidth, glyphs: glyphs).enumerated().map { index, line in
      ListLine(kind: kind, label: index == 0 ? label : "", text: line)
    }
  }
}
