import Experiment
import Testing

@Suite struct CommandSpecificationTests {
  private let running = Command.Context(state: .running, widths: [9, 1])

  @Test func whatFitsIsNotRefused() {
    let actions: [Command.Action] = [
      .pause, .stop, .truncate(layer: 0, width: 8), .truncateAll(keep: 0.5), .truncateTo(widths: [9, 1, 1]),
      .compress(layer: 0, width: 1), .compressUntil(layers: [0, 1], tolerance: 0),
      .setPolicy(layer: 1, .hold),
      .setPace(nil), .setPace(2), .setLearningRate(0.1), .undo, .redo, .evaluateTest,
    ]
    let refused = actions.filter { $0.refusal(in: running) != nil }
    #expect(refused == [.truncateTo(widths: [9, 1, 1])])
  }

  @Test func refusalsNameTheReason() {
    func refusal(_ action: Command.Action, _ context: Command.Context? = nil) -> String? {
      action.refusal(in: context ?? running)
    }
    #expect(refusal(.resume) == "training is running already")
    #expect(refusal(.step) == "a single step needs a paused run")
    #expect(refusal(.pause, Command.Context(state: .finished, widths: [])) == "training is not running")
    #expect(refusal(.truncate(layer: 0, width: 9)) == "layer 1 has 9 neurons: a cut keeps 1 to 8")
    let single = Command.Context(state: .running, widths: [1])
    #expect(
      Command.Action.truncate(layer: 0, width: 1).refusal(in: single)
        == "layer 1 has one neuron: there is nothing to take away")
    #expect(refusal(.truncate(layer: 2, width: 9)) == "there is no adaptive layer 3")
    #expect(refusal(.truncateTo(widths: [9, 1])) == "no layer would lose a neuron")
    #expect(refusal(.compressUntil(layers: [1], tolerance: 0)) == "no neuron is left to lose")
    #expect(refusal(.setPace(0)) != nil && refusal(.setLearningRate(.nan)) != nil)
    #expect(refusal(.stopCompressing) == "no compression is under way")
    let compressing = Command.Context(state: .compressing, widths: [9, 5], compression: .layer(1))
    #expect(refusal(.compress(layer: 0, width: 2), compressing) == "a compression is under way")
    #expect(refusal(.setPolicy(layer: 0, .cap), compressing) == nil)
    #expect(
      refusal(.setPolicy(layer: 1, .cap), compressing) == "layer 2 is being compressed: stop that first")
    #expect(refusal(.pause, compressing) == nil && refusal(.stopCompressing, compressing) == nil)
  }

  @Test func effectsNameTheirLayers() {
    #expect(Command.Action.truncate(layer: 3, width: 1).effect == .structure(layers: [3]))
    #expect(Command.Action.undo.effect == .structure(layers: nil))
    #expect(Command.Action.setPace(nil).effect == .pace(nil))
    #expect(Command.Action.pause.effect == .running(false))
  }
}
