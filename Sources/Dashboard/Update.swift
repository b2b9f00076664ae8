import Canvas
import Experiment

/// Takes in what happened, and returns what is to be done about it.
public func update(_ state: inout State, _ action: Action) -> [Effect] {
  switch action {
  case .key(let key): return state.press(key)
  case .mouse(let event): return state.take(event)
  case .resized(let width, let height):
    state.width = max(0, width)
    state.height = max(0, height)
  case .snapshot(let snapshot): state.take(snapshot)
  case .inspection(let inspection): state.run.inspection = inspection
  case .event(let event): state.take(event)
  case .log(let text):
    state.log(Message(tone: .plain, text: text), isShown: false)
    state.messages.unread += 1
  case .notice(let text): state.log(Message(tone: .plain, text: text), isShown: true)
  case .loading(let what): state.run.phase = .loading(what)
  case .theme(let theme): state.take(theme)
  }
  return []
}

extension State {
  mutating func take(_ theme: Theme) {
    if let index = themes.firstIndex(where: { $0.name == theme.name }) {
      themes[index] = theme
    } else {
      themes.append(theme)
    }
    if self.theme.name == theme.name { self.theme = theme }
  }

  mutating func press(_ key: Key) -> [Effect] {
    if let question { return answer(question, key) }
    // With nothing to confirm, it must not wipe out why there is nothing.
    if view.overlay == nil && key == .enter { return [] }
    messages.current = nil
    if view.overlay != nil {
      if scroll(key) { return [] }
      view.overlay = nil
      if key == .escape || key == .character("q") || key == .enter { return [] }
      // The same key closes what it opened; any other is obeyed, so that help can be acted on.
      if key == .character("?") || key == .character("o") { return [] }
    }
    guard let binding = KeyBinding.byKey[key] else {
      return say("\(key.name) does nothing here: ? shows the keys", tone: .warning)
    }
    // What cannot be seen is not asked or changed.
    if layout.kind == .tooSmall && binding.keys.first != .character("q") { return [] }
    switch binding.availability(in: self) {
    case .available: return binding.perform(&self, key)
    case .unavailable(let reason): return say("\(binding.name): \(reason)", tone: .warning)
    }
  }

  mutating func say(_ text: String, tone: Message.Tone = .plain) -> [Effect] {
    messages.current = Message(tone: tone, text: text)
    return []
  }

  mutating func log(_ message: Message, isShown: Bool) {
    messages.log.append(message)
    if messages.log.count > Messages.capacity {
      messages.log.removeFirst(messages.log.count - Messages.capacity)
    }
    if isShown { messages.current = message }
  }

  mutating func send(_ action: Command.Action) -> Effect {
    let command = Command(id: commands.nextID, action: action)
    commands.nextID += 1
    commands.pending[command.id] = action
    return .send(command)
  }

  mutating func ask(_ question: Question) -> [Effect] {
    self.question = question
    return [.discardTypeAhead]
  }

  private mutating func answer(_ question: Question, _ key: Key) -> [Effect] {
    if case .compress(let layer, var entry) = question, entry.edit(key) {
      self.question = .compress(layer: layer, entry)
      return []
    }
    if question == .quit, key == .enter || key == .control("c") { return [.quit] }
    guard key == .enter else {
      self.question = nil
      return say("cancelled: nothing was changed")
    }
    guard let command = question.command(in: self) else { return [] }
    self.question = nil
    messages.current = nil
    return [send(command)]
  }

  /// Whether the open list took the key.
  mutating func scroll(_ key: Key) -> Bool {
    let page = max(1, height - 6)
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
    case .help(let top): view.overlay = .help(top: clamp(top + lines, 0, lastListTop))
    case .log(let back): view.overlay = .log(back: clamp(back - lines, 0, lastListTop))
    case nil: return false
    }
    return true
  }

  private func clamp(_ value: Int, _ low: Int, _ high: Int) -> Int { max(low, min(value, high)) }
}
