import Canvas

/// Keys while a list lies over the panes.
extension State {
  /// What a list makes of a key; `nil`: nothing, it means what it means without the list, which is closed.
  mutating func pressInList(_ key: Key) -> [Effect]? {
    if key == KeyMap.lastResort {
      view.overlay = nil
      return nil
    }
    switch view.overlay {
    case .palette(let palette): return press(key, in: palette)
    case .priceList(let list): return press(key, in: list)
    case .help(_, let search): if take(key, searching: search) { return [] }
    case .log, .data: break
    case nil: return nil
    }
    if scroll(key) { return [] }
    view.overlay = nil
    if key == .escape || key == .enter { return [] }
    // The same key closes what it opened; any other is obeyed, so that help can be acted on.
    return ["quit", "help", "messages", "data"].contains(keys.command(on: key)) ? [] : nil
  }

  // MARK: Palette

  private mutating func press(_ key: Key, in palette: Palette) -> [Effect] {
    if scroll(key) { return [] }
    var palette = palette
    switch key {
    case .escape:
      view.overlay = nil
      return []
    case .enter: return run(palette)
    case .tab: if let entry = palette.selected(in: self) { palette.type(entry) }
    default: palette.edit(key)
    }
    view.overlay = .palette(palette)
    return []
  }

  private mutating func run(_ palette: Palette) -> [Effect] {
    guard let entry = palette.selected(in: self) else { return [] }
    if case .unavailable = entry.status { return [] }
    if entry.run == .completion {
      var palette = palette
      palette.type(entry)
      view.overlay = .palette(palette)
    }
    guard entry.status == .available else { return [] }
    switch entry.run {
    case .completion: return []
    case .command(let position):
      view.overlay = nil
      return KeyBinding.command(at: position).perform(&self)
    case .value(let id, let value):
      guard let run = ArgumentCommand.all.first(where: { $0.id == id })?.parse(value, self) else { return [] }
      view.overlay = nil
      return run(&self)
    }
  }

  // MARK: Help

  /// Whether the key is a letter of what is searched for, or begins or ends the search.
  private mutating func take(_ key: Key, searching search: Search?) -> Bool {
    guard var search, search.isTyping else {
      if key == .character("/") {
        view.overlay = .help(top: 0, search: Search(text: search?.text ?? ""))
        return true
      }
      guard search != nil, key == .escape else { return false }
      view.overlay = .help(top: 0)
      return true
    }
    switch key {
    case .escape:
      view.overlay = .help(top: 0)
      return true
    case .enter: search.isTyping = false
    case .backspace where search.text.isEmpty:
      view.overlay = .help(top: 0)
      return true
    case .backspace: search.text.removeLast()
    case .character(let letter): if search.text.count < Palette.longestQuery { search.text.append(letter) }
    default: return !Self.scrollingKeys.contains(key)
    }
    view.overlay = .help(top: 0, search: search.text.isEmpty && !search.isTyping ? nil : search)
    return true
  }

  // MARK: Scrolling

  private static let scrollingKeys: Set<Key> = [.up, .down, .pageUp, .pageDown, .home, .end]

  /// Moves the open list, or the selection in it; whether the key is for that.
  mutating func scroll(_ key: Key) -> Bool {
    // As many as are seen at once, so that none is passed over.
    let page: Int = if case .palette = view.overlay { Palette.room(in: self) } else { max(1, listHeight) }
    let lines: Int
    switch key {
    case .up: lines = -1
    case .down: lines = 1
    case .pageUp: lines = -page
    case .pageDown: lines = page
    case .home: lines = -1_000_000
    case .end: lines = 1_000_000
    default: return false
    }
    switch view.overlay {
    case .help(let top, let search):
      view.overlay = .help(top: max(0, min(top + lines, lastListTop)), search: search)
    case .log(let back): view.overlay = .log(back: max(0, min(back - lines, lastListTop)))
    case .data(let top): view.overlay = .data(top: max(0, min(top + lines, lastListTop)))
    case .palette(var palette):
      palette.move(by: lines, in: self)
      view.overlay = .palette(palette)
    case .priceList, nil: return false
    }
    return true
  }
}

extension Palette {
  /// The entries that are on the screen at once, below the line that is typed.
  static func room(in state: State) -> Int { max(1, state.listHeight - 1) }

  fileprivate mutating func move(by lines: Int, in state: State) {
    let last = max(0, entries(in: state).count - 1)
    selection = max(0, min(min(selection, last) + lines, last))
  }

  /// The entry's own words in place of the query.
  fileprivate mutating func type(_ entry: Entry) {
    query = entry.id + (entry.argument.isEmpty ? "" : " ")
    selection = 0
  }

  fileprivate mutating func edit(_ key: Key) {
    switch key {
    case .character(let letter): if query.count < Self.longestQuery { query.append(letter) }
    case .backspace: _ = query.popLast()
    case .control("u"): query = ""
    default: return
    }
    selection = 0
  }
}
