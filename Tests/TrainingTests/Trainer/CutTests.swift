import AdaptiveWidth
import Experiment
import SyntheticData
import Testing
import Training

/// What a cut leaves alone.
@Suite struct CutTests {
  @Test func aHeldLayerStaysHeld() async {
    let session = Session()
    await session.send([.setPolicy(layer: 0, .hold), .truncate(layer: 0, width: 5)])
    #expect(session.snapshot.layers[0].policy == .hold && session.snapshot.layers[0].width == 5)
    await session.send([.resume, .pause])
    #expect(session.snapshot.layers[0].width == 5)
    _ = await session.stop()
  }

  /// What every method promises, what it does, and that an undo returns to the very numbers.
  @Test(arguments: CutMethod.allCases) func aCutIsMadeAsAskedAndUndone(method: CutMethod) async throws {
    let session = Session(.small { $0.network.hiddenLayers = 2 })
    await session.step(5)
    let (bits, network) = (await session.bits, await session.trainer.learning.network)
    let from = network.widths
    let cut = await session.send(.truncate(layer: 1, width: from[1] / 2, method))
    #expect(cut.kind == .truncated(layer: 1, from: from[1], to: from[1] / 2, method: method))
    await session.step(3)
    #expect(await session.send(.undo).kind == .undone(to: 5))
    #expect(await session.bits == bits)
    let all = await session.send(.truncateAll(keep: 0.5, method))
    #expect(all.kind == .truncatedAll(from: from, to: network.widths(keeping: 0.5), method: method))
    #expect(await session.send(.undo).kind == .undone(to: 5))
    #expect(await session.bits == bits)
    _ = await session.stop()
  }

  /// The order changes no output, only which neurons a cut keeps.
  @Test func theBestOrderIsAnEditLikeOthers() async throws {
    let session = Session()
    await session.step(5)
    let bits = await session.bits
    let answer = await session.send(.reorder(layer: 0))
    #expect(answer.kind == .reordered(layer: 0) && answer.isStructural)
    let (before, after) = (try #require(answer.before), try #require(answer.after))
    #expect(abs(before.loss - after.loss) < 1e-4 && before.accuracy == after.accuracy)
    #expect(await session.bits.parameters != bits.parameters)
    #expect(session.snapshot.layers[0].policy == .adapt && session.snapshot.undoDepth == 1)
    await session.step(2)
    await session.send(.undo)
    #expect(await session.bits == bits)
    #expect(await session.send(.reorder(layer: 1)).isRejection)
    await session.send(.compress(layer: 0, width: 3))
    #expect(await session.send(.reorder(layer: 0)).isRejection)
    _ = await session.stop()
  }

  /// Its running statistics are measured anew, in the curve as in the cut.
  @Test func aCutBeforeABatchNormCostsWhatTheCurveSaid() async throws {
    let session = Session(
      .small {
        $0.network.kind = .gin
        ($0.network.depth, $0.network.channels) = (2, 4)
      }, Synthetic.graphs())
    await session.step(6)
    // Each curve is handed over once it is measured: until then there is one of an earlier step.
    await session.wait { snapshot in
      snapshot.inspection.map { $0.step == 6 && $0.curves.allSatisfy { $0.step == 6 } } ?? false
    }
    let curves = try #require(session.inspection).curves
    for (layer, curve) in curves.enumerated() {
      let promised = try #require(curve.points.dropLast().last { $0.width <= 12 })
      await session.send(.truncate(layer: layer, width: promised.width))
      let after = try #require(session.events.last { $0.after != nil }?.after)
      #expect(abs(after.loss - promised.metrics.loss) < 1e-3 * max(1, after.loss))
      let before = try #require(session.events.last { $0.before != nil }?.before)
      await session.send(.undo)
      #expect(session.events.last { $0.after != nil }?.after == before)
    }
    _ = await session.stop()
  }

  @Test func aLayerThatLosesNothingKeepsItsPolicyAndRate() async {
    let session = Session(.small { $0.network.hiddenLayers = 2 })
    await session.send([.truncate(layer: 1, width: 1), .setPolicy(layer: 1, .adapt)])
    let before = session.snapshot.layers[1]
    await session.send([.truncateAll(keep: 0.5)])
    #expect(session.snapshot.layers[0].policy == .cap)
    #expect(session.snapshot.layers[1].policy == .adapt && session.snapshot.layers[1].rate == before.rate)
    _ = await session.stop()
  }

  @Test func aCutEndsACompressionWithItsEvent() async {
    let session = Session(.small { $0.network.hiddenLayers = 2 })
    await session.send([.compress(layer: 0, width: 2), .truncate(layer: 1, width: 3)])
    let kinds = session.events.map(\.kind)
    let ended = kinds.firstIndex {
      if case .compressed(layer: 0, _, _, target: 2) = $0 { true } else { false }
    }
    let cut = kinds.firstIndex { if case .truncated(layer: 1, _, 3, _) = $0 { true } else { false } }
    #expect(ended != nil && cut != nil && ended! < cut!)
    #expect(session.snapshot.layers[0].compressionTarget == nil)
    _ = await session.stop()
  }

  /// Adam moves a parameter by no more than its learning rate a step: the time must follow from that.
  @Test func aSlowLearningRateStillReachesTheTarget() async {
    let session = Session(
      .small {
        $0.training.learningRate = 0.002
        $0.training.schedule = .cosine
      })
    let target = max(1, session.snapshot.layers.first.map { $0.width / 4 } ?? 5)
    await session.send([.compress(layer: 0, width: target), .resume])
    await session.wait { $0.events.contains { if case .compressed = $0.kind { true } else { false } } }
    #expect(await session.stop().widths[0] <= target)
  }
}

/// The goal of a run is part of what an undo returns to.
@Suite struct GoalTests {
  @Test func anUndoOfTheLastCutIsFinishedAgain() async {
    let session = Session()
    await session.send([.resume])
    await session.wait { $0.snapshot.state == .finished }
    let epochs = session.snapshot.epochs
    await session.send([.truncate(layer: 0, width: 3), .resume])
    #expect(session.snapshot.epochs > epochs)
    await session.send([.undo])
    #expect(session.snapshot.state == .finished && session.snapshot.epochs == epochs)
    _ = await session.stop()
  }
}
