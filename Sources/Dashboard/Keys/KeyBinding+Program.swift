import Canvas

extension KeyBinding {
  static let programBindings: [KeyBinding] = [
    KeyBinding(
      "messages", [.character("o")], "messages", "every message and event so far", group: .program
    ) { state in
      state.messages.unread = 0
      state.view.overlay = .log(back: 0)
      return []
    },
    KeyBinding(
      "save", [.character("s")], "save", "write the checkpoint now; with a name, the model as it is",
      group: .program,
      when: Availability.commanded
    ) { state in [state.send(.save)] },
    KeyBinding(
      "picture", [.character("x")], "picture", "write a picture of the screen to a file", group: .program
    ) { _ in
      [.export]
    },
    KeyBinding(
      "palette", [.character(":")], "command", "any command by its name, with a value too", group: .program
    ) { state in
      state.view.overlay = .palette(Palette())
      return []
    },
    KeyBinding(
      "help", [.character("?")], "help", "all keys and what they do now", group: .program
    ) { state in
      state.view.overlay = .help(top: 0)
      return []
    },
    KeyBinding(
      "detach", [.character("d")], "detach",
      "leave; training goes on without this screen, and attach shows it again", group: .program,
      when: Availability.detachable
    ) { state in
      if case .own = state.run.link { return [.detach] }
      return [.quit]
    },
    KeyBinding(
      "quit", [.character("q"), KeyMap.lastResort], "quit", "leave; asks only if the run would be lost",
      group: .program
    ) { $0.leave() },
  ]
}
