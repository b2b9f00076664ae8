import Canvas
import Experiment

extension KeyBinding {
  static let runBindings: [KeyBinding] = [
    KeyBinding(
      "pause", [.character(" ")], "pause / resume",
      "pause training, or let it go on, after its last epoch too",
      group: .run,
      now: { state in
        if state.isRecording { return "play / pause" }
        return state.snapshot.state.isFinal && state.willNeedResume
          ? "train on" : state.willNeedResume ? "resume" : "pause"
      }, when: Availability.playable
    ) { state in
      if state.isRecording { return [.replay(.playOrPause)] }
      // Pressed to pause a run that has just ended, it would train on.
      if state.snapshot.state == .finished && state.willNeedResume { return state.ask(.trainOn) }
      return [state.send(state.willNeedResume ? .resume : .pause)]
    },
    KeyBinding(
      "step", [.character(".")], "one step", "do one optimizer step while paused", group: .run,
      changesModel: true,
      when: { state in
        if state.isRecording { return .available }
        return Availability.training(state).and {
          state.willBePaused
            ? .available : .unavailable("single steps are for a paused run: \(state.hint("pause")) pauses")
        }
      }
    ) { state in state.isRecording ? [.replay(.move(by: 1))] : [state.send(.step)] },
    KeyBinding(
      [
        KeyCommand("pace-slower", [.character("<")], "go slower, down to 0.1 epochs per second") {
          $0.goSlower()
        },
        KeyCommand("pace-faster", [.character(">")], "go faster, up to unlimited") { $0.goFaster() },
      ], "pace", "slower, faster: epochs per second, up to unlimited", group: .run,
      when: Availability.playable),
    KeyBinding(
      [
        KeyCommand("learning-rate-lower", [.character("-")], "multiply the learning rate by 0.8") {
          $0.changeLearningRate(by: 0.8)
        },
        KeyCommand(
          "learning-rate-raise", [.character("+"), .character("=")], "multiply the learning rate by 1.25"
        ) { $0.changeLearningRate(by: 1.25) },
      ], "learning rate", "multiply the learning rate by 0.8, 1.25", group: .run, changesModel: true,
      when: Availability.commanded),
    KeyBinding(
      [
        KeyCommand(
          "price-lower", [.character("p")], "halve the price of width: wider layers, until they have settled"
        ) {
          $0.changePrice(by: 0.5)
        },
        KeyCommand("price-raise", [.character("P")], "double the price of width: narrower layers") {
          $0.changePrice(by: 2)
        },
      ], "price", "halve, double the price of width, in nats for e times as many neurons", group: .run,
      changesModel: true,
      when: { state in
        Availability.commanded(state).and {
          state.snapshot.settling == nil
            ? .unavailable("no price is asked: the widths of this run are not measured") : .available
        }
      }),
    KeyBinding(
      "evaluate", [.character("e")], "test", "evaluate on the test rows, which nothing else touches",
      group: .run, when: Availability.commanded
    ) { state in [state.send(.evaluateTest)] },
    KeyBinding(
      "stop", [.character("E")], "end the run",
      "end the run for all who watch; it is kept in its folder, and resume goes on", group: .run,
      when: Availability.commanded
    ) { state in state.ask(.stop) },
    KeyBinding(
      "replay-back", [.character(",")], "back", "in a recording: one evaluation back", group: .run,
      when: recorded
    ) { _ in [.replay(.move(by: -1))] },
    KeyBinding(
      [
        KeyCommand("replay-tenth-back", [.character("(")], "in a recording: a tenth back") { _ in
          [.replay(.tenths(-1))]
        },
        KeyCommand("replay-tenth-on", [.character(")")], "in a recording: a tenth on") { _ in
          [.replay(.tenths(1))]
        },
      ], "tenth", "in a recording: a tenth back, on", group: .run, when: recorded),
    KeyBinding(
      [
        KeyCommand("replay-edit-last", [.character("[")], "in a recording: to the last edit") { _ in
          [.replay(.edit(isNext: false))]
        },
        KeyCommand("replay-edit-next", [.character("]")], "in a recording: to the next edit") { _ in
          [.replay(.edit(isNext: true))]
        },
      ], "edit", "in a recording: to the last edit, the next", group: .run, when: recorded),
  ]

  private static let recorded: @Sendable (State) -> Availability = { state in
    state.isRecording ? .available : .unavailable("it is for recordings: awn-tui replay shows one")
  }

  /// Epochs a second that the pace keys step through; beyond the last it is unlimited.
  package static let paces: [Double] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500]
}

extension State {
  fileprivate mutating func goFaster() -> [Effect] {
    if isRecording { return [.replay(.faster)] }
    guard let current = requestedPace else { return say("the pace is unlimited already") }
    return [send(.setPace(KeyBinding.paces.first { $0 > current }))]
  }

  fileprivate mutating func goSlower() -> [Effect] {
    if isRecording { return [.replay(.slower)] }
    let (current, paces) = (requestedPace, KeyBinding.paces)
    // From unlimited, the first pace that is felt is the one below the speed it runs at.
    let measured = snapshot.epochsPerSecond
    let bound = current ?? (measured > paces[0] ? measured : .infinity)
    guard let pace = paces.last(where: { $0 < bound }) else {
      return say("\(Wording.pace(current)) is the slowest pace: \(hint("pause")) pauses")
    }
    return [send(.setPace(pace))]
  }

  fileprivate mutating func changePrice(by factor: Double) -> [Effect] {
    let pending = latestPending { command -> Double? in
      if case .setPrice(let price) = command.action { price } else { nil }
    }
    guard let price = pending ?? snapshot.settling?.price else { return [] }
    return [send(.setPrice(price * factor))]
  }

  fileprivate mutating func changeLearningRate(by factor: Double) -> [Effect] {
    [send(.setLearningRate(requestedLearningRate * factor))]
  }
}
