import Canvas
import Experiment

/// The page on which a user chooses a built-in task or a file for a new run.
public struct FileChoice: Equatable, Sendable {
  /// `nil`: the first page, with the built-in tasks.
  package var folder: String?
  package var entries: [Entry]
  package var selection = 0
  /// The preview of the selected file, or of the file that was selected before.
  package var preview: Preview?

  public struct Entry: Equatable, Sendable {
    public var name: String
    public var isFolder: Bool

    public init(name: String, isFolder: Bool) { (self.name, self.isFolder) = (name, isFolder) }

    /// The folder whose entries these are, as data: images of each class, graphs, line-aligned texts.
    public static let wholeFolder = Entry(name: ".", isFolder: false)
  }

  public enum Subject: Equatable, Sendable {
    case task(String)
    /// Data, or an experiment ending in .toml.
    case file(String)
  }

  /// The preview of a data file or of an experiment.
  public struct Preview: Equatable, Sendable {
    public var path: String
    public var content: Content
    /// The configuration of a run that begins with the file; `nil` if the file cannot be read.
    public var configuration: Configuration?

    public enum Content: Equatable, Sendable {
      case read(DataReport)
      /// A sentence.
      case absent(String)
    }

    public init(path: String, _ content: Content, _ configuration: Configuration? = nil) {
      (self.path, self.content, self.configuration) = (path, content, configuration)
    }
  }

  /// The last line of the first page.
  package static let browse = "a file…"

  package static let first = FileChoice(
    entries: (BuiltInTask.allCases.map(\.rawValue) + [browse]).map { Entry(name: $0, isFolder: false) })

  /// The selected file; `nil`: something else is selected.
  var file: String? {
    guard let folder, entries.indices.contains(selection) else { return nil }
    let entry = entries[selection]
    if entry == .wholeFolder { return folder }
    return entry.isFolder ? nil : "\(folder)/\(entry.name)"
  }
}

extension Home {
  mutating func press(_ key: Key, in choice: FileChoice) -> [Effect] {
    var choice = choice
    switch key {
    case .escape, .character("q"):
      mode = .runs
      return []
    case .enter, .right: return choose(in: choice)
    case .left, .backspace: return choice.folder.map { [.list($0 + "/..")] } ?? []
    case .character(let letter):
      // The next name that begins so.
      let names = choice.entries.map { $0.name.lowercased() }
      let order = names.indices.map { (choice.selection + 1 + $0) % max(1, names.count) }
      if let found = order.first(where: { names[$0].hasPrefix(letter.lowercased()) }) {
        choice.selection = found
      }
    default:
      guard let step = Self.lines(key, page: page()) else { return [] }
      choice.selection = max(0, min(choice.selection + step, choice.entries.count - 1))
    }
    mode = .new(choice)
    return previewing(choice)
  }

  private mutating func choose(in choice: FileChoice) -> [Effect] {
    guard choice.entries.indices.contains(choice.selection) else { return [] }
    let entry = choice.entries[choice.selection]
    guard let folder = choice.folder else {
      if entry.name == FileChoice.browse { return [.list(".")] }
      mode = .form(SettingsForm(.task(entry.name), from: choice))
      return []
    }
    guard let file = choice.file else { return [.list("\(folder)/\(entry.name)")] }
    mode = .form(SettingsForm(.file(file), from: choice))
    return []
  }

  /// Asks for what the selected file holds, if that is not there.
  func previewing(_ choice: FileChoice) -> [Effect] {
    guard let file = choice.file, choice.preview?.path != file else { return [] }
    return [.preview(file)]
  }

  mutating func take(_ preview: FileChoice.Preview) {
    switch mode {
    case .new(var choice):
      choice.preview = preview
      mode = .new(choice)
    case .form(var form):
      form.choice.preview = preview
      mode = .form(form)
    case .runs, .deleting, .comparing: break
    }
  }

  func draw(_ choice: FileChoice, in rect: Rect, _ styles: Styles, on frame: inout Frame) {
    var list = rect
    if choice.folder != nil, rect.width >= 72 {
      list.width = max(28, rect.width / 3)
      drawPreview(
        of: choice,
        in: Rect(x: list.maxX, y: rect.y, width: rect.width - list.width, height: rect.height), styles,
        on: &frame)
    }
    let inside = frame.box(
      list, title: "new run", style: styles.focus, titleStyle: styles.title, glyphs: glyphs, isFocused: true)
    guard !inside.isEmpty else { return }
    if choice.entries.isEmpty {
      frame.draw(
        "There are no data or experiments here.", x: inside.x + 1, y: inside.y, style: styles.dim,
        maxWidth: inside.width - 1, glyphs: glyphs)
    }
    let top = max(0, min(choice.selection - inside.height / 2, choice.entries.count - inside.height))
    for (index, entry) in choice.entries.dropFirst(top).prefix(inside.height).enumerated() {
      let (y, isSelected) = (inside.y + index, top + index == choice.selection)
      let style = isSelected ? styles.question : entry.isFolder ? styles.key : styles.text
      if isSelected { frame.fill(Rect(x: inside.x, y: y, width: inside.width, height: 1), Cell(" ", style)) }
      let name = entry == .wholeFolder ? "this folder as a whole" : entry.name + (entry.isFolder ? "/" : "")
      let text = Text.fit(name, width: inside.width - 2, truncation: .middle, glyphs: glyphs)
      frame.draw(text, x: inside.x + 1, y: y, style: style, glyphs: glyphs)
    }
  }

  /// Beside the names, what is read of the selected one.
  private func drawPreview(
    of choice: FileChoice, in rect: Rect, _ styles: Styles, on frame: inout Frame
  ) {
    let inside = frame.box(
      rect, title: "what is read", style: styles.border, titleStyle: styles.title, glyphs: glyphs)
    guard !inside.isEmpty else { return }
    for (row, line) in previewLines(choice, width: inside.width - 2).prefix(inside.height).enumerated() {
      let style = line.isFaint ? styles.dim : styles.text
      frame.draw(
        line.text, x: inside.x + 1, y: inside.y + row, style: style, maxWidth: inside.width - 1,
        glyphs: glyphs)
    }
  }

  private func previewLines(_ choice: FileChoice, width: Int) -> [(text: String, isFaint: Bool)] {
    func paragraph(_ text: String) -> [(text: String, isFaint: Bool)] {
      Wrapping.lines(text, width: width, glyphs: glyphs).map { ($0, true) }
    }
    guard let file = choice.file else { return paragraph("A folder: enter opens it.") }
    guard let preview = choice.preview, preview.path == file else { return paragraph("reading…") }
    switch preview.content {
    case .absent(let sentence): return paragraph(sentence)
    case .read(let report):
      let text = DataText(report)
      var lines: [(text: String, isFaint: Bool)] = []
      let labels = text.facts.map { Text.columns($0.label, glyphs: glyphs) }.max() ?? 0
      for fact in text.facts where fact.label != "file" {
        let parts = Wrapping.lines(fact.text, width: width - labels - 2, glyphs: glyphs)
        for (index, part) in parts.enumerated() {
          let label = index == 0 ? fact.label : ""
          let gap = String(repeating: " ", count: labels - Text.columns(label, glyphs: glyphs) + 2)
          lines.append((label + gap + part, false))
        }
      }
      for warning in text.warnings { lines += paragraph("warning: \(warning)").map { ($0.text, false) } }
      if !text.columns.isEmpty {
        let table = TextTable.lines(
          [["column", "kind", "what it holds and becomes"]] + text.columns.map(\.fewCells), width: width,
          glyphs: glyphs)
        lines.append(("", true))
        for (index, row) in table.enumerated() {
          lines += row.map { ($0, index == 0 || text.columns[index - 1].isLeftOut) }
        }
      }
      for note in text.notes { lines += paragraph("note: \(note)") }
      return lines
    }
  }
}
