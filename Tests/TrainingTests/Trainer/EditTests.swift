import AdaptiveWidth
import Experiment
import Foundation
import JSONText
import Messaging
import SyntheticData
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct EditTests {
  @Test func aCutKeepsTheFirstNeuronsUnderACap() async throws {
    let session = Session(.small { $0.training.learningRate = 0.05 })
    await session.step(4)
    let before = await session.trainer.learning.network
    let answer = await session.send(.truncate(layer: 0, width: 20))
    #expect(answer.kind == .truncated(layer: 0, from: before.widths[0], to: 20, method: .repaired))
    #expect(answer.step == 4 && answer.isStructural)
    #expect(answer.before?.accuracy != nil && answer.after?.accuracy != nil)
    #expect(answer.before != answer.after)
    #expect(session.snapshot.validation == answer.after)
    let layer = try #require(session.snapshot.layers.first)
    #expect(layer.width == 20 && layer.policy == .cap && layer.ceiling == 20)
    #expect(session.snapshot.shape == [2, 20, 2] && session.snapshot.parameters == 3 * 20 + 21 * 2)
    #expect(session.snapshot.undoDepth == 1 && session.snapshot.redoDepth == 0)
    let weights = (before.parameters[0].value, await session.trainer.learning.network.parameters[0].value)
    for neuron in 0..<20 { #expect(weights.0[0, neuron] == weights.1[0, neuron]) }
    _ = await session.stop()
  }

  /// Data that ask for more neurons do not get them under a cap, but do when it is lifted.
  @Test func aCapHoldsAndAdaptLetsGrow() async throws {
    let session = Session(
      .small {
        $0.network.initialRate = 0.4
        $0.training.learningRate = 0.05
        $0.training.epochs = 10_000
      })
    #expect(await session.send(.truncate(layer: 0, width: 3)).isRejection == false)
    for _ in 0..<60 {
      await session.step(1)
      #expect(session.snapshot.layers[0].width <= 3)
    }
    #expect(await session.send(.setPolicy(layer: 0, .adapt)).kind == .policyChanged(layer: 0, .adapt))
    #expect(session.snapshot.layers[0].policy == .adapt && session.snapshot.layers[0].ceiling == nil)
    await session.step(150)
    #expect(session.snapshot.layers[0].width > 3)
    let width = session.snapshot.layers[0].width
    #expect(await session.send(.setPolicy(layer: 0, .hold)).kind == .policyChanged(layer: 0, .hold))
    let importances = session.snapshot.layers[0].importances
    await session.step(30)
    #expect(session.snapshot.layers[0].width == width && session.snapshot.layers[0].ceiling == width)
    #expect(session.snapshot.layers[0].importances == importances)
    _ = await session.stop()
  }

  @Test func aPolicyChangesNoOutput() async {
    let session = Session()
    await session.step(5)
    for policy in [WidthPolicy.cap, .hold, .adapt, .hold, .cap] {
      let answer = await session.send(.setPolicy(layer: 0, policy))
      #expect(answer.before?.accuracy == answer.after?.accuracy)
      #expect(abs((answer.before?.loss ?? 0) - (answer.after?.loss ?? 1)) < 1e-5)
    }
    _ = await session.stop()
  }

  @Test(arguments: [0.5, 0.01, 0.9])
  func allLayersAreCutByTheSameFraction(keep: Double) async {
    let session = Session(.small { $0.network.hiddenLayers = 3 })
    await session.step(2)
    let from = session.snapshot.layers.map(\.width)
    let to = from.map { max(1, Int((keep * Double($0)).rounded())) }
    let answer = await session.send(.truncateAll(keep: keep))
    #expect(answer.kind == .truncatedAll(from: from, to: to, method: .repaired))
    #expect(session.snapshot.layers.map(\.width) == to)
    #expect(session.snapshot.layers.allSatisfy { $0.policy == .cap })
    await session.step(10)
    #expect(zip(session.snapshot.layers, to).allSatisfy { $0.width <= $1 })
    _ = await session.stop()
  }

  private static let changes: [@Sendable (inout Configuration) -> Void] = [
    { $0.training.learningRate = 0.05 },
    { $0.network.hiddenLayers = 2 },
    {
      $0.training.optimizer = .sgd
      $0.training.learningRate = 0.3
    },
    {
      $0.network.importance = .powerLaw
      $0.network.initialRate = 2 * ImportanceFamily.powerLaw.defaultInitialRate()
    },
  ]

  /// Step by step, to the bit: an undone cut leaves no trace in how the run goes on.
  @Test(arguments: changes.indices)
  func anUndoLeavesNoTrace(change: Int) async {
    let configuration = Configuration.small {
      $0.training.epochs = 100
      Self.changes[change](&$0)
    }
    let session = Session(configuration)
    await session.step(7)
    let bits = await session.bits
    await session.send([.truncate(layer: 0, width: 5), .setLearningRate(0.2)])
    await session.step(5)
    let answer = await session.send(.undo)
    #expect(answer.kind == .undone(to: 7) && answer.step == 7)
    #expect(await session.bits == bits)
    #expect(session.snapshot.undoDepth == 0 && session.snapshot.redoDepth == 1)
    #expect(session.snapshot.abandonedLoss.map { $0.buckets.map(\.firstStep) } == [[8, 9, 10, 11, 12]])
    await session.step(9)

    let plain = Session(configuration)
    await plain.step(16)
    #expect(await session.bits == (await plain.bits))
    #expect(session.snapshot.trainLoss == plain.snapshot.trainLoss)
    #expect(session.snapshot.smoothedTrainLoss == plain.snapshot.smoothedTrainLoss)
    #expect(session.snapshot.validationLoss == plain.snapshot.validationLoss)
    #expect(session.snapshot.layers == plain.snapshot.layers)
    #expect(await session.stop().validation == (await plain.stop()).validation)
  }

  @Test(arguments: changes.indices)
  func aRedoLeavesNoTrace(change: Int) async {
    let configuration = Configuration.small {
      $0.training.epochs = 100
      Self.changes[change](&$0)
    }
    let session = Session(configuration)
    await session.step(7)
    await session.send(.truncate(layer: 0, width: 5))
    await session.step(5)
    let bits = await session.bits
    await session.send(.undo)
    await session.step(2)
    let answer = await session.send(.redo)
    #expect(answer.kind == .redone(to: 12))
    #expect(await session.bits == bits)
    #expect(session.snapshot.undoDepth == 1 && session.snapshot.redoDepth == 0)
    #expect(session.snapshot.abandonedLoss.isEmpty)
    await session.step(6)

    let plain = Session(configuration)
    await plain.step(7)
    await plain.send(.truncate(layer: 0, width: 5))
    await plain.step(11)
    #expect(await session.bits == (await plain.bits))
    #expect(session.snapshot.trainLoss == plain.snapshot.trainLoss)
    #expect(session.snapshot.validationLoss == plain.snapshot.validationLoss)
    #expect(await session.stop().validation == (await plain.stop()).validation)
  }

  @Test func anUndoneStretchDoesNotTryThePatience() async {
    func configuration(_ configuration: inout Configuration) {
      configuration.training.optimizer = .sgd
      configuration.training.learningRate = 1e-30
      configuration.training.epochs = 1_000
      configuration.training.patience = 5
    }
    let plain = Session(.small(configuration), first: [])
    await plain.wait { $0.snapshot.state == .finished }
    let end = await plain.stop().steps

    let session = Session(.small(configuration))
    await session.step(3)
    await session.send(.truncate(layer: 0, width: 40))
    await session.step(30)
    await session.send([.undo, .resume])
    await session.wait { $0.count(.stoppedEarly) == 1 }
    #expect(await session.stop().steps == end)
  }

  @Test func manyEditsAreUndoneInTurn() async {
    let session = Session()
    for width in stride(from: 46, to: 20, by: -1) { await session.send(.truncate(layer: 0, width: width)) }
    let depth = session.snapshot.undoDepth
    #expect(depth >= 8 && depth <= 26)
    for undone in 1...depth {
      #expect(await session.send(.undo).kind == .undone(to: 0))
      #expect(session.snapshot.layers[0].width == 21 + undone)
    }
    #expect(await session.send(.undo).isRejection)
    #expect(session.snapshot.redoDepth == depth)
    await session.send(.truncate(layer: 0, width: 2))
    #expect(session.snapshot.redoDepth == 0)
    #expect(await session.send(.redo).isRejection)
    _ = await session.stop()
  }

  @Test func aCutAfterTheEndIsPartOfTheResult() async {
    let session = Session(first: [])
    await session.wait { $0.snapshot.state == .finished }
    let answer = await session.send(.truncate(layer: 0, width: 2))
    #expect(session.snapshot.state == .finished)
    let outcome = await session.stop()
    #expect(outcome.widths == [2] && outcome.validation == answer.after && !outcome.isStopped)
  }

  /// Whoever reads the run's folder is told of the network that is there, although nothing is trained after the edit.
  @Test func editsAfterTheEndAreEvaluations() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let session = Session(
      first: [], recorder: { _ in try? RunRecorder(folder: folder, experiment: "") { _ in } })
    await session.wait { $0.snapshot.state == .finished }
    let cut = await session.send(.truncate(layer: 0, width: 2))
    await session.send(.undo)
    await session.send(.redo)
    _ = await session.stop()
    let lines = try String(contentsOfFile: "\(folder)/metrics.jsonl", encoding: .utf8).split(separator: "\n")
    let last = try lines.suffix(4).map {
      try JSONFormat.decoder().decode(Evaluation.self, from: Data($0.utf8))
    }
    #expect(Set(last.map(\.step)).count == 1)
    #expect(last[1].widths == [2] && last[1].validation == cut.after)
    #expect(last[2].widths == last[0].widths && last[2].validation == cut.before)
    #expect(last[3].widths == [2] && last[3].parameters == last[1].parameters)
  }

  /// A redo while it trains brings back the evaluations of the stretch, and takes those after the undo.
  @Test func evaluationsOfARedoneStretchAreInForce() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let session = Session(
      first: [.pause], recorder: { _ in try? RunRecorder(folder: folder, experiment: "") { _ in } })
    await session.step(4)
    await session.send(.truncate(layer: 0, width: 12))
    await session.step(4)
    await session.send([.undo, .step, .step, .step, .redo, .resume])
    await session.wait { $0.snapshot.state == .finished }
    _ = await session.stop()
    let lines = try String(contentsOfFile: "\(folder)/metrics.jsonl", encoding: .utf8).split(separator: "\n")
    let all = try lines.map { try JSONFormat.decoder().decode(Evaluation.self, from: Data($0.utf8)) }
    let inForce = all.inForce
    #expect(inForce.map(\.step) == inForce.map(\.step).sorted() && inForce.count < all.count)
    let after = inForce.filter { $0.step > 4 }
    #expect(
      after.count >= 3 && after.allSatisfy { $0.widths[0] <= 12 }, "\(all.map { ($0.step, $0.widths) })")
  }

  /// An undo after the end leaves a run that can be trained on for as long as any finished one.
  @Test func anUndoAfterTheEndCanGoOn() async {
    let session = Session(.small { $0.training.epochs = 20 }, first: [])
    await session.wait { $0.snapshot.state == .finished }
    await session.send([.truncate(layer: 0, width: 2), .undo, .resume])
    await session.wait { $0.count(.finished) == 2 }
    await session.wait { $0.snapshot.step == 66 }
    _ = await session.stop()
  }
}
