import Experiment
import SyntheticData
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct CompressionTests {
  private static let compressible = Configuration.small {
    $0.training.epochs = 4_000
    $0.training.learningRate = 0.02
  }

  @Test func compressionReachesItsTarget() async throws {
    let session = Session(Self.compressible)
    await session.step(1)
    let from = session.snapshot.layers[0].width
    let answer = await session.send(.compress(layer: 0, width: 8))
    #expect(answer.kind == .compressing(layer: 0, from: from, target: 8))
    #expect(session.snapshot.layers[0].compressionTarget == 8)
    await session.step(1)
    #expect(session.snapshot.layers[0].ratePrior != nil)
    // More than it takes, and fewer than there are: it is paused again whenever it is asked.
    await session.step(4_000)
    let isEnded = { (event: Event) -> Bool in
      if case .compressed = event.kind { true } else { false }
    }
    let end = try #require(session.events.first(where: isEnded))
    guard case .compressed(layer: 0, from: from, let to, target: 8) = end.kind else {
      Issue.record("\(end.kind)")
      return
    }
    #expect(to <= 8 && end.command == nil && end.after != nil)
    let layer = session.snapshot.layers[0]
    #expect(layer.policy == .cap && layer.width <= to && layer.ceiling == to)
    #expect(layer.ratePrior == nil && layer.compressionTarget == nil)
    #expect(await session.send(.undo).kind == .undone(to: 1))
    #expect(session.snapshot.layers[0].width == from && session.snapshot.layers[0].compressionTarget == nil)
    _ = await session.stop()
  }

  @Test func compressionIsStoppedWhereItStands() async {
    let session = Session(Self.compressible)
    await session.send(.compress(layer: 0, width: 2))
    await session.step(20)
    // So slow that it is still at it when it is asked.
    await session.send([.setPace(1e-3), .resume])
    #expect(session.snapshot.state == .compressing)
    await session.send(.pause)
    let answer = await session.send(.stopCompressing)
    let width = session.snapshot.layers[0].width
    #expect(answer.kind == .compressed(layer: 0, from: 47, to: width, target: 2))
    #expect(width > 2 && session.snapshot.layers[0].policy == .cap)
    #expect(session.snapshot.layers[0].ratePrior == nil)
    _ = await session.stop()
  }

  @Test func compressionKeepsTheConfiguredPrior() async {
    let prior = NormalPrior(mean: 0.1, scale: 2)
    let session = Session(.small { $0.prior.rate = prior })
    #expect(await session.send([.compress(layer: 0, width: 2), .step]).last?.kind == .stepped)
    await session.wait { $0.snapshot.step == 1 && $0.snapshot.layers[0].ratePrior != prior }
    await session.send(.stopCompressing)
    #expect(session.snapshot.layers[0].ratePrior == prior)
    _ = await session.stop()
  }

  @Test func aHeldLayerIsCompressedToo() async {
    let session = Session(Self.compressible)
    await session.send([.setPolicy(layer: 0, .hold), .compress(layer: 0, width: 10), .resume])
    await session.wait { $0.events.contains { if case .compressed = $0.kind { true } else { false } } }
    #expect(await session.stop().widths[0] <= 10)
  }

  /// Neither the last epoch nor lost patience ends a run that is getting smaller.
  @Test(arguments: [true, false])
  func aCompressionIsSeenToItsEnd(isImpatient: Bool) async {
    let session = Session(
      .small {
        $0.training.learningRate = 0.02
        $0.training.epochs = isImpatient ? 4_000 : 4
        $0.training.patience = isImpatient ? 1 : nil
        $0.training.finalNetwork = .last
      }, first: [.compress(layer: 0, width: 10)])
    await session.wait { $0.snapshot.state == .finished }
    let kinds = session.events.map(\.kind).suffix(2)
    if case .compressed? = kinds.first {} else { Issue.record("\(kinds)") }
    let outcome = await session.stop()
    #expect(outcome.widths[0] <= 10 && outcome.steps > 12)
    #expect(outcome.validation == session.evaluations.last?.validation)
  }
}
