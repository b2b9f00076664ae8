import Experiment

extension KeyBinding {
  static let runBindings: [KeyBinding] = [
    KeyBinding(
      "pause", [.character(" ")], "pause / resume",
      "pause training, or let it go on, after its last epoch too",
      group: .run, footer: 4,
      now: { state in
        state.snapshot.state.isFinal && state.willStandStill
          ? "train on" : state.willStandStill ? "resume" : "pause"
      }, when: Availability.commanded
    ) { state, _ in [state.send(state.willStandStill ? .resume : .pause)] },
    KeyBinding(
      "step", [.character(".")], "one step", "do one optimiser step while paused", group: .run,
      changesModel: true,
      footer: 13,
      when: { state in
        Availability.training(state).and {
          state.willBePaused
            ? .available : .unavailable("single steps are for a paused run: \(state.hint("pause")) pauses")
        }
      }
    ) { state, _ in [state.send(.step)] },
    KeyBinding(
      [
        Way("pace-slower", [.character("<")], "go slower, down to 0.1 epochs a second"),
        Way("pace-faster", [.character(">")], "go faster, up to unlimited"),
      ], "pace", "slower, faster: epochs a second, up to unlimited",
      group: .run,
      footer: 11, when: Availability.commanded, perform: changePace),
    KeyBinding(
      [
        Way("learning-rate-lower", [.character("-")], "multiply the learning rate by 0.8"),
        Way(
          "learning-rate-raise", [.character("+"), .character("=")], "multiply the learning rate by 1.25"),
      ], "learning rate",
      "multiply the learning rate by 0.8, 1.25",
      group: .run, changesModel: true, footer: 12, when: Availability.commanded
    ) { state, way in
      let factor = way == 0 ? 0.8 : 1.25
      return [state.send(.setLearningRate(state.requestedLearningRate * factor))]
    },
    KeyBinding(
      "evaluate", [.character("e")], "test", "evaluate on the test rows, which nothing else touches",
      group: .run,
      footer: 14, when: Availability.commanded
    ) { state, _ in [state.send(.evaluateTest)] },
  ]

  /// Epochs a second that the pace keys step through; beyond the last it is unlimited.
  package static let paces: [Double] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500]

  private static func changePace(_ state: inout State, _ way: Int) -> [Effect] {
    let current = state.requestedPace
    if way == 1 {
      guard let current else { return state.say("the pace is unlimited already") }
      return [state.send(.setPace(paces.first { $0 > current }))]
    }
    // From unlimited, the first pace that is felt is the one below the speed it runs at.
    let measured = state.snapshot.epochsPerSecond
    let bound = current ?? (measured > paces[0] ? measured : .infinity)
    guard let pace = paces.last(where: { $0 < bound }) else {
      return state.say("\(Wording.pace(current)) is the slowest pace: \(state.hint("pause")) pauses")
    }
    return [state.send(.setPace(pace))]
  }
}
