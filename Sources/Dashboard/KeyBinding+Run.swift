import Experiment

extension KeyBinding {
  static let runBindings: [KeyBinding] = [
    KeyBinding(
      [.character(" ")], "pause / resume", "pause training, or let it go on, after its last epoch too",
      group: .run, footer: 4,
      now: { state in
        state.snapshot.state.isFinal && state.willStandStill
          ? "train on" : state.willStandStill ? "resume" : "pause"
      }, when: Availability.commanded
    ) { state, _ in [state.send(state.willStandStill ? .resume : .pause)] },
    KeyBinding(
      [.character(".")], "one step", "do one optimiser step while paused", group: .run, changesModel: true,
      footer: 13,
      when: { state in
        Availability.training(state).and {
          state.willBePaused ? .available : .unavailable("single steps are for a paused run: space pauses")
        }
      }
    ) { state, _ in [state.send(.step)] },
    KeyBinding(
      [.character("<"), .character(">")], "pace", "slower, faster: epochs a second, up to unlimited",
      group: .run,
      footer: 11, when: Availability.commanded, perform: changePace),
    KeyBinding(
      [.character("-"), .character("+"), .character("=")], "learning rate",
      "multiply the learning rate by 0.8, 1.25",
      group: .run, changesModel: true, footer: 12, when: Availability.commanded
    ) { state, key in
      let factor = key == .character("-") ? 0.8 : 1.25
      return [state.send(.setLearningRate(state.requestedLearningRate * factor))]
    },
    KeyBinding(
      [.character("e")], "test", "evaluate on the test rows, which nothing else touches", group: .run,
      footer: 14, when: Availability.commanded
    ) { state, _ in [state.send(.evaluateTest)] },
  ]

  /// Epochs a second that the pace keys step through; beyond the last it is unlimited.
  package static let paces: [Double] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500]

  private static func changePace(_ state: inout State, _ key: Key) -> [Effect] {
    let current = state.requestedPace
    if key == .character(">") {
      guard let current else { return state.say("the pace is unlimited already") }
      return [state.send(.setPace(paces.first { $0 > current }))]
    }
    // From unlimited, the first pace that is felt is the one below the speed it runs at.
    let measured = state.snapshot.epochsPerSecond
    let bound = current ?? (measured > paces[0] ? measured : .infinity)
    guard let pace = paces.last(where: { $0 < bound }) else {
      return state.say("\(Wording.pace(current)) is the slowest pace: space pauses")
    }
    return [state.send(.setPace(pace))]
  }
}
