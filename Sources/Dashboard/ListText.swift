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
    case message(Message.Tone)
  }
}

extension State {
  /// Lines inside the box of a list.
  package var listHeight: Int { max(0, layout.body.height - 2) }

  /// Columns of the left column of a list.
  package var listLabelWidth: Int {
    switch view.overlay {
    case .help: KeyBinding.all.map { Text.columns($0.keyNames(in: glyphs), glyphs: glyphs) }.max() ?? 0
    case .log: layout.body.width >= 60 ? 14 : 9
    case nil: 0
    }
  }

  /// Columns right of it.
  package var listTextWidth: Int { max(1, layout.body.width - 2 - listLabelWidth - 4) }

  package var listLines: [ListLine] {
    switch view.overlay {
    case .help: helpLines
    case .log: logLines
    case nil: []
    }
  }

  /// The line at the top of the box when the end is in view.
  package var lastListTop: Int { max(0, listLines.count - listHeight) }

  package var scrollKeys: String { "\(Key.up.name(in: glyphs)) \(Key.down.name(in: glyphs))" }

  private var helpLines: [ListLine] {
    var lines = [ListLine(kind: .note, text: "press a key to use it; \(scrollKeys) scroll; esc closes")]
    for group in KeyBinding.Group.allCases {
      lines.append(ListLine(kind: .note, text: ""))
      lines.append(ListLine(kind: .heading, text: group.rawValue))
      for binding in KeyBinding.all where binding.group == group {
        let text = binding.description + (binding.changesModel ? " *" : "")
        switch binding.availability(in: self) {
        case .available: lines += list(.command, label: binding.keyNames(in: glyphs), text)
        case .unavailable(let reason):
          lines += list(.unavailable, label: binding.keyNames(in: glyphs), "\(text) (not now: \(reason))")
        }
      }
    }
    lines.append(ListLine(kind: .note, text: ""))
    let note =
      "* changes the network or how it learns; cuts, compression and policy are previewed first, done when"
      + " you press enter, and undone by u"
    lines += Wrapping.lines(note, width: layout.body.width - 4, glyphs: glyphs).map {
      ListLine(kind: .note, text: $0)
    }
    return lines
  }

  private var logLines: [ListLine] {
    messages.log.flatMap { message in
      let step = message.step.map(NumberText.grouped) ?? ""
      let label = step.isEmpty || layout.body.width < 60 ? step : "step " + step
      return list(.message(message.tone), label: label, message.text)
    }
  }

  private func list(_ kind: ListLine.Kind, label: String, _ text: String) -> [ListLine] {
    Wrapping.lines(text, width: listTextWidth, glyphs: glyphs).enumerated().map { index, line in
      ListLine(kind: kind, label: index == 0 ? label : "", text: line)
    }
  }
}
