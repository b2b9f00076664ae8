import Canvas
import Experiment

/// Takes in what happened, and returns what is to be done about it.
public func update(_ state: inout State, _ action: Action) -> [Effect] {
  state.perform(action)
}

extension State {
  fileprivate mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .key(let key): return press(key)
    case .mouse(let event): return take(event)
    case .resized(let width, let height):
      self.width = max(0, width)
      self.height = max(0, height)
      // What cannot be seen is not asked; only quitting is, in a few words.
      if layout.kind == .tooSmall, question != nil, question != .quit {
        question = nil
        return say("canceled: nothing was changed")
      }
    case .snapshot(let snapshot): take(snapshot)
    case .inspection(let inspection): take(inspection)
    case .frontier(let frontier): take(frontier)
    case .price(let price): run.price = price
    case .event(let event): take(event)
    case .log(let text):
      log(Message(tone: .plain, text: text), isShown: false)
      messages.unread += 1
    case .notice(let text): log(Message(tone: .plain, text: text), isShown: true)
    case .refusal(let text): return say(text, tone: .warning)
    case .messageSeen: messages.current = nil
    case .disconnected(let reason): disconnect(reason)
    case .silence(let seconds): take(silence: seconds)
    case .recorded(let playback, let events, let snapshot, let inspection):
      show(playback, events, snapshot)
      (run.inspection, run.outdated) = (inspection, [])
    case .history(let events): take(history: events)
    case .baselines(let baselines): run.baselines = baselines
    case .loading(let what): take(loading: what)
    case .data(let report): run.data = report
    case .theme(let theme): take(theme)
    }
    return []
  }

  mutating func take(_ theme: Theme) {
    if let index = themes.firstIndex(where: { $0.name == theme.name }) {
      themes[index] = theme
    } else {
      themes.append(theme)
    }
    if self.theme.name == theme.name { self.theme = theme }
  }

  mutating func take(_ inspection: Inspection) {
    if run.inspection == nil { run.inspection = inspection } else { run.inspection?.merge(inspection) }
    run.outdated.subtract(inspection.parts)
    if priceList != nil, case .unavailable(let reason) = KeyBinding.Availability.priced(self) {
      view.overlay = nil
      _ = say(reason, tone: .warning)
    }
  }

  mutating func press(_ key: Key) -> [Effect] {
    if let question { return answer(question, key) }
    // With nothing to confirm, it must not wipe out why there is nothing.
    if view.overlay == nil && key == .enter { return [] }
    let isDismissed = messages.current != nil
    messages.current = nil
    // A message is dismissed alone where more would end the dashboard.
    if isDismissed, view.overlay == nil, leadsHome, keys.command(on: key) == "back" { return [] }
    // What cannot be seen is neither asked, changed nor chosen from.
    let isTooSmall = layout.kind == .tooSmall
    if isTooSmall { view.overlay = nil }
    if view.overlay != nil, let effects = pressInList(key) { return effects }
    guard let position = keys.position(of: key) else {
      return say("\(key.name(in: glyphs)) does nothing here: \(hint("help")) shows the keys", tone: .warning)
    }
    let binding = KeyBinding.all[position.binding]
    if isTooSmall && KeyBinding.command(at: position).id != "quit" { return [] }
    switch binding.availability(in: self) {
    case .available: return KeyBinding.command(at: position).perform(&self)
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

  mutating func ask(_ question: Question) -> [Effect] {
    self.question = question
    return [.discardTypeAhead]
  }

  private mutating func answer(_ question: Question, _ key: Key) -> [Effect] {
    if let edited = question.content.edited(by: key, in: self) {
      self.question = edited
      return []
    }
    if question == .quit, key == .enter || key == KeyMap.lastResort { return [.quit] }
    guard key == .enter else {
      self.question = nil
      return say("canceled: nothing was changed")
    }
    // A cut is not made before its price is known: the question says that it is being measured.
    guard question.content.isPriced(in: self), let command = question.content.command(in: self) else {
      return []
    }
    self.question = nil
    messages.current = nil
    return [send(command)]
  }
}
