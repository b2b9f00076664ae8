import Canvas
import Experiment

/// The settings of a new run, as it is about to start: those that are changed become flags.
package struct SettingsForm: Equatable, Sendable {
  /// Where `esc` leads.
  package var choice: FileChoice
  package var subject: FileChoice.Subject
  /// What was typed, by the setting's flag.
  package var texts: [String: String] = [:]
  /// 0: start; then the settings.
  package var selection = 0

  package init(_ subject: FileChoice.Subject, from choice: FileChoice) {
    (self.subject, self.choice) = (subject, choice)
  }

  /// Those that can mean something, the most used sections first.
  package var settings: [Setting] {
    let sections: [Setting.Section] = [.training, .network, .data, .prior]
    let all = Setting.all.filter { setting in
      guard setting.isFlagOfRuns, !setting.is(\.data.path) else { return false }
      if case .task = subject {
        return setting.networks.contains(.mlp) && setting.data.contains(.table) && setting.section != .data
          || setting.is(\.data.validation) || setting.is(\.data.test)
      }
      return true
    }
    return sections.flatMap { section in all.filter { $0.section == section } }
  }

  package var selected: Setting? { selection == 0 ? nil : settings[min(selection, settings.count) - 1] }

  /// What stands for a setting: what was typed, or the default in parentheses.
  func value(of setting: Setting) -> (text: String, isTyped: Bool) {
    if let text = setting.flag.flatMap({ texts[$0] }) { return (text, true) }
    let defaults: Configuration? =
      switch subject {
      case .task(let name): BuiltInTask(rawValue: name).map { .defaults(for: $0) }
      case .file(let file):
        choice.preview?.path == file && choice.preview?.configuration != nil
          ? choice.preview?.configuration
          : file.hasSuffix(".toml")
            ? nil : .defaults(forData: DataOptions(path: file), name: "", kind: .table)
      }
    return (defaults.map { setting.text(in: $0) } ?? "as in the file", false)
  }

  /// Why what was typed is no value, a sentence; `nil`: it is one, or nothing was typed.
  package func refusal(of setting: Setting) -> String? {
    guard let text = setting.flag.flatMap({ texts[$0] }) else { return nil }
    if setting.type == Bool.self {
      return ["yes", "no"].contains(text) ? nil : "\(setting.name) must be yes or no"
    }
    guard let value = setting.type.reading(text) else {
      return "\(setting.name) must be \(setting.type.flagForm)"
    }
    return setting.refusal(of: value).map { "\(setting.name) \($0)" }
  }

  /// The flags of what was typed.
  package var arguments: [String] {
    settings.compactMap { setting in
      guard let flag = setting.flag, let text = texts[flag] else { return nil }
      if setting.type == Bool.self { return text == "no" ? "--no-\(flag)" : "--\(flag)" }
      return "--\(flag)=\(text)"
    }
  }

  /// The place of the first setting whose text is no value.
  package var firstMistake: Int? { settings.firstIndex { refusal(of: $0) != nil }.map { $0 + 1 } }

  mutating func move(by lines: Int) { selection = max(0, min(selection + lines, settings.count)) }

  mutating func edit(_ key: Key) {
    guard let flag = selected?.flag else { return }
    var text = texts[flag] ?? ""
    switch key {
    case .character(let letter): if text.count < 200 { text.append(letter) }
    case .backspace: _ = text.popLast()
    case .control("u"): text = ""
    default: return
    }
    texts[flag] = text.isEmpty ? nil : text
  }
}

extension Home {
  mutating func press(_ key: Key, in form: SettingsForm) -> [Effect] {
    var form = form
    switch key {
    case .escape: mode = .new(form.choice)
    case .enter:
      if let mistake = form.firstMistake {
        form.selection = mistake
        mode = .form(form)
      } else {
        mode = .runs
        return [.start(form.subject, arguments: form.arguments)]
      }
    default:
      if let lines = Self.lines(key, page: page()) {
        form.move(by: lines)
      } else {
        form.edit(key)
      }
      mode = .form(form)
    }
    return []
  }

  /// Below the settings: what the selected one means, or why what was typed is none.
  func line(of form: SettingsForm) -> String {
    guard let setting = form.selected else { return "enter starts with these settings" }
    return form.refusal(of: setting) ?? setting.help
  }

  func draw(_ form: SettingsForm, in rect: Rect, _ styles: Styles, on frame: inout Frame) {
    let name =
      switch form.subject {
      case .task(let name): name
      case .file(let path): path.split(separator: "/").last.map(String.init) ?? path
      }
    let inside = frame.box(
      rect, title: "new run: \(name)", style: styles.focus, titleStyle: styles.title, glyphs: glyphs,
      isFocused: true)
    guard !inside.isEmpty else { return }
    let settings = form.settings
    let nameWidth = min(inside.width / 2, (settings.map { ($0.flag ?? "").count }.max() ?? 0) + 2)
    let top = max(0, min(form.selection - inside.height / 2, settings.count + 1 - inside.height))
    for line in top..<min(settings.count + 1, top + inside.height) {
      let y = inside.y + line - top
      let isSelected = line == form.selection
      if isSelected {
        frame.fill(Rect(x: inside.x, y: y, width: inside.width, height: 1), Cell(" ", styles.question))
      }
      let plain = isSelected ? styles.question : styles.text
      guard line > 0 else {
        frame.draw("start", x: inside.x + 1, y: y, style: isSelected ? plain : styles.key, glyphs: glyphs)
        continue
      }
      let setting = settings[line - 1]
      let (text, isTyped) = form.value(of: setting)
      let isWrong = form.refusal(of: setting) != nil
      let name = Text.fit((setting.flag ?? "").replacing("-", with: " "), width: nameWidth, glyphs: glyphs)
      frame.draw(name, x: inside.x + 1, y: y, style: plain, glyphs: glyphs)
      let room = max(0, inside.width - nameWidth - 3)
      let value = Text.fit(
        isTyped ? text + (isSelected ? "_" : "") : "(\(text))", width: room, glyphs: glyphs)
      let style = isSelected ? plain : isWrong ? styles.warning : isTyped ? styles.key : styles.dim
      frame.draw(value, x: inside.x + nameWidth + 2, y: y, style: style, maxWidth: room, glyphs: glyphs)
    }
  }
}
