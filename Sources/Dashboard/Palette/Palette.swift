import Canvas

/// The list in which commands are found by typing.
package struct Palette: Equatable, Sendable {
  package var query = ""
  /// Among the entries.
  package var selection = 0

  /// Longer ones fit no command.
  static let longestQuery = 400

  /// One line of the list.
  package struct Entry: Equatable, Sendable {
    /// "truncate-all", "theme dark".
    package var id: String
    /// What can or must follow: "N|N%".
    package var argument = ""
    /// The keys of the command without a value.
    package var keys: String
    package var text: String
    package var status: Status
    package var run: Run

    package enum Status: Equatable, Sendable {
      case available
      /// A sentence that says why not.
      case unavailable(String)
      /// A value is missing, or is none: what it should look like.
      case expects(String)
    }

    package enum Run: Equatable, Sendable {
      case command(KeyMap.Position)
      case value(of: String, String)
      /// It needs a value: this is the beginning of it.
      case completion
    }
  }

  /// What fits the query, best first.
  package func entries(in state: State) -> [Entry] {
    let wanted = Matching.normalized(query)
    let scored = Self.commands(in: state).enumerated().compactMap { index, command in
      Matching.score(wanted, names: command.names, text: command.text).map {
        (entry: command.entry, score: $0, index: index)
      }
    }
    let ranked = scored.sorted { ($1.score, $0.index) < ($0.score, $1.index) }
    if let best = ranked.first, best.score == Matching.exact {
      return [Self.asking(best.entry, state)] + ranked.dropFirst().map(\.entry)
    }
    let (begun, others) = (
      ranked.filter { $0.score >= Matching.beginning }, ranked.filter { $0.score < Matching.beginning }
    )
    let values = values(in: state)
    // What was meant for a command must not run another that only resembles it.
    return values.filter { !$0.isMistake } + begun.map(\.entry) + values.filter(\.isMistake)
      + others.map(\.entry)
  }

  /// The entry that `Enter` runs.
  package func selected(in state: State) -> Entry? {
    let entries = entries(in: state)
    return entries.isEmpty ? nil : entries[min(selection, entries.count - 1)]
  }

  /// Commands with the value that was typed. Where the words of two begin the line, as those of "truncate" and
  /// "truncate all", the longer are meant.
  private func values(in state: State) -> [Entry] {
    let given = ArgumentCommand.all.compactMap { command in
      Matching.argument(of: command.id, in: query).map { (command: command, value: $0) }
    }
    let words = given.map { $0.command.id.split(separator: "-").count }.max()
    return given.filter { $0.command.id.split(separator: "-").count == words }.map { command, value in
      var entry = Entry(
        id: "\(command.id) \(value)", keys: "", text: command.description, status: .available,
        run: .value(of: command.id, value))
      switch command.availability(state) {
      case .unavailable(let reason): entry.status = .unavailable(reason)
      case .available where command.parse(value, state) == nil:
        entry.status = .expects(command.expected(state))
      case .available: break
      }
      return entry
    }
  }

  /// A command that needs a value says which.
  private static func asking(_ entry: Entry, _ state: State) -> Entry {
    var entry = entry
    guard entry.run == .completion, entry.status == .available,
      let command = ArgumentCommand.all.first(where: { $0.id == entry.id })
    else { return entry }
    entry.status = .expects(command.expected(state))
    return entry
  }
}

extension Palette.Entry {
  fileprivate var isMistake: Bool {
    if case .expects = status { true } else { false }
  }

  fileprivate init(_ availability: KeyBinding.Availability, id: String, keys: String, text: String, run: Run)
  {
    let status: Status =
      switch availability {
      case .available: .available
      case .unavailable(let reason): .unavailable(reason)
      }
    self.init(id: id, keys: keys, text: text, status: status, run: run)
  }
}

/// The list without a query.
extension Palette {
  fileprivate struct Command {
    var entry: Entry
    /// Normalized, to compare with the query.
    var names: [String]
    var text: String

    init(_ entry: Entry, name: String, of texts: Texts) {
      self.entry = entry
      names = [texts.id, Matching.normalized(name)]
      text = texts.text
    }
  }

  /// What does not change while the dashboard runs, normalized once.
  fileprivate struct Texts {
    var id: String
    var text: String

    init(_ id: String, _ description: String, _ group: KeyBinding.Group) {
      self.id = Matching.normalized(id)
      text = Matching.normalized("\(description) \(group.rawValue)")
    }
  }

  private static let textsOfCommands = KeyBinding.all.map { binding in
    binding.commands.map { Texts($0.id, $0.description, binding.group) }
  }

  fileprivate static func commands(in state: State) -> [Command] {
    var commands: [Command] = []
    for group in KeyBinding.Group.allCases {
      for (index, binding) in KeyBinding.all.enumerated() where binding.group == group {
        // Numbers are typed instead: "layer 2".
        if binding.keyRange == nil { commands += self.commands(binding, index, state) }
      }
      for command in ArgumentCommand.all where command.group == group {
        commands += self.commands(command, state)
      }
    }
    return commands
  }

  private static func commands(_ binding: KeyBinding, _ index: Int, _ state: State) -> [Command] {
    let now = binding.name(in: state)
    return binding.commands.enumerated().map { position, command in
      let isNews = now != binding.name && now != command.id
      var entry = Entry(
        binding.availability(in: state), id: command.id, keys: state.keyNames(of: command.id),
        text: isNews ? "\(now): \(command.description)" : command.description,
        run: .command(KeyMap.Position(binding: index, command: position)))
      entry.argument =
        ArgumentCommand.all.first { $0.id == command.id }.map { "[\($0.argument)]" } ?? ""
      return Command(entry, name: now, of: textsOfCommands[index][position])
    }
  }

  private static func commands(_ command: ArgumentCommand, _ state: State) -> [Command] {
    let choices = command.choices(state).map { choice in
      let entry = Entry(
        command.availability(state), id: "\(command.id) \(choice)", keys: "", text: command.description,
        run: .value(of: command.id, choice))
      return Command(entry, name: entry.id, of: Texts(entry.id, command.description, command.group))
    }
    let isKnown = KeyBinding.all.contains { $0.commands.contains { $0.id == command.id } }
    guard choices.isEmpty && !isKnown else { return choices }
    var entry = Entry(
      command.availability(state), id: command.id, keys: "", text: command.description, run: .completion)
    entry.argument = command.argument
    return [Command(entry, name: entry.id, of: Texts(entry.id, command.description, command.group))]
  }
}

extension State {
  package var palette: Palette? {
    if case .palette(let palette) = view.overlay { palette } else { nil }
  }

  /// The theme in use, or the one selected in the palette, to see what it would be like.
  package var shownTheme: Theme {
    guard case .value("theme", let name)? = palette?.selected(in: self)?.run else { return theme }
    return themes.first { $0.name == name } ?? theme
  }

  func keyNames(of id: String) -> String {
    keys.keys(of: id).map { $0.name(in: glyphs) }.joined(separator: " ")
  }
}
