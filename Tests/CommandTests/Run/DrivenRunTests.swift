import AdaptiveWidth
import Canvas
import Dashboard
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Messaging
import Testing
import Training

/// A real trainer under a real dashboard, driven by random keys and window sizes: cuts, undos, compressions, budgets
/// and pauses in any order leave a consistent network and a sane screen.
///
/// `AWN_DRIVER_ACTIONS` makes it longer: 200,000 take about a minute.
@Suite(.timeLimit(.minutes(15))) struct DrivenRunTests {
  private static let actions =
    ProcessInfo.processInfo.environment["AWN_DRIVER_ACTIONS"].flatMap(Int.init) ?? 6_000

  @Test(arguments: [1, 2, 3] as [UInt64], [1, 2])
  func anyOrderOfEditsLeavesASoundRun(seed: UInt64, layers: Int) async throws {
    var random = RandomStream(seed: seed, purpose: "keys")
    let driven = try DrivenRun(layers: layers, seed: seed)
    for number in 0..<Self.actions / 6 {
      driven.act(&random)
      driven.check()
      // Once in a while everything asked for is seen done, so that edits follow one another and not only each other's
      // refusals.
      if number % 5 == 4 {
        await driven.settle()
        try await driven.checkNetwork()
      }
    }
    try await driven.undoAll()
    await driven.end()
  }
}

/// What the run loop is to a terminal, for a driver.
private final class DrivenRun {
  private var state: State
  private let channels: RunChannels
  private let trainer: Trainer
  private let run: Task<Outcome, Never>
  private let wakes: AsyncStream<Void>
  private let rows: EvaluationRows
  private var edits: [Event] = []

  init(layers: Int, seed: UInt64) throws {
    var configuration = Configuration.defaults(for: .doubleMoon)
    configuration.network.hiddenLayers = layers
    configuration.network.initialRate = 0.05
    configuration.training.seed = seed
    configuration.training.epochs = 4
    configuration.training.batchSize = 256
    let dataset = try Dataset.load(configuration.data, seed: seed)
    let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.wakes = wakes
    channels = RunChannels { wake.yield() }
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: channels, isWatched: true)
    self.trainer = trainer
    rows = EvaluationRows(dataset.validation, targetScaling: nil)
    state = State(
      name: "driven", width: 120, height: 36, glyphs: .braille, theme: Theme.builtIn[0], isSavedOnQuit: true)
    run = Task.detached { await trainer.run(measuringTest: false) }
  }

  /// Letters that edit, move, choose and answer, the ones that edit more often than others.
  private static let keys: [Key] =
    "tttTcccuuUUwbbjv  ...123z0589ptae%-+<>lmoi:?".map { .character($0) } + [
      .enter, .enter, .enter, .enter, .left, .left, .shiftLeft, .shiftLeft, .right, .up, .down, .home, .end,
      .tab, .escape, .escape, .backspace, .pageUp, .pageDown,
    ]

  func act(_ random: inout RandomStream) {
    takeNews()
    if Int.random(in: 0..<20, using: &random) == 0 {
      // Mostly large enough for something to be seen.
      let least = Int.random(in: 0..<4, using: &random) == 0 ? (1, 1) : (40, 10)
      perform(
        .resized(
          width: Int.random(in: least.0...200, using: &random),
          height: Int.random(in: least.1...60, using: &random)))
    } else if state.question != nil && Bool.random(using: &random) {
      perform(.key(.enter))
    } else if let key = Self.keys.randomElement(using: &random) {
      perform(.key(key))
    }
  }

  private func takeNews() {
    let update = channels.takeUpdate()
    for event in update.events {
      if event.isStructural { edits.append(event) }
      perform(.event(event))
    }
    if let snapshot = update.snapshot { perform(.snapshot(snapshot)) }
    if let inspection = channels.inspections.take() { perform(.inspection(inspection)) }
    if let frontier = channels.frontiers.take() { perform(.frontier(frontier)) }
    if let price = channels.prices.take() { perform(.price(price)) }
    _ = channels.evaluations.drain()
  }

  private func perform(_ action: Action) {
    let effects = update(&state, action)
    if channels.wish != state.wish { channels.wish = state.wish }
    for effect in effects {
      switch effect {
      case .send(let command): channels.commands.send(command)
      case .quit, .detach, .replay, .export, .discardTypeAhead, .setMouse: break
      }
    }
  }

  /// A whole screen, and a state that agrees with itself.
  func check() {
    let frame = render(state)
    #expect(frame.width == state.width && frame.height == state.height)
    #expect(frame.cells.count == state.width * state.height)
    let layers = state.snapshot.layers
    for layer in layers.indices {
      #expect((1...max(1, layers[layer].width)).contains(state.kept(of: layer)))
    }
  }

  /// Returns when every command is answered and shown.
  func settle() async {
    while true {
      takeNews()
      if state.isReady && state.commands.pending.isEmpty { return }
      for await _ in wakes { break }
    }
  }

  func checkNetwork() async throws {
    let network = await trainer.learning.network
    #expect(network.isFinite)
    for (block, next) in zip(network.blocks, network.blocks.dropFirst()) {
      #expect(block.outputs == next.inputs)
      if let adaptation = block.adaptation {
        #expect(adaptation.width == block.outputs && adaptation.importances.columns == block.outputs)
        #expect(adaptation.ceiling.map { block.outputs <= $0 } ?? true)
      }
    }
    var workspace = Workspace()
    #expect(network.evaluate(rows, &workspace).loss.isFinite)
  }

  /// Every edit is in the log with its metrics, and undone one after the other leads to the beginning.
  func undoAll() async throws {
    perform(.resized(width: 120, height: 36))
    for _ in 0..<4 { perform(.key(.escape)) }
    await settle()
    #expect(edits.count >= 5)
    #expect(edits.allSatisfy { $0.before != nil && $0.after != nil })
    let depth = state.snapshot.undoDepth
    for _ in 0..<depth {
      perform(.key(.character("u")))
      await settle()
      try await checkNetwork()
    }
    await waitForSnapshot { $0.undoDepth == 0 && $0.redoDepth >= depth }
    check()
  }

  private func waitForSnapshot(_ condition: (Snapshot) -> Bool) async {
    while true {
      takeNews()
      if condition(state.snapshot) { return }
      for await _ in wakes { break }
    }
  }

  func end() async {
    channels.commands.send(Command(id: 1_000_000_000, action: .stop))
    _ = await run.value
  }
}
