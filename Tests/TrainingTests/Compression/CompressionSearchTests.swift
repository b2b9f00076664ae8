import Experiment
import Messaging
import SyntheticData
import Testing
import Training

/// Compression until the metric degrades.
@Suite(.timeLimit(.minutes(15))) struct CompressionSearchTests {
  private static let compressible = Configuration.small {
    $0.training.epochs = 400
    $0.training.learningRate = 0.02
  }

  private static func isEnd(_ event: Event) -> Bool {
    if case .compressedUntil = event.kind { true } else { false }
  }

  private static func steps(_ session: Session) -> [(from: Int, to: Int, isKept: Bool, metrics: Metrics?)] {
    session.events.compactMap { event in
      guard case .compressionStep(_, let from, let to, let verdict, _) = event.kind else { return nil }
      return (from, to, verdict == .kept, event.after)
    }
  }

  /// The cut that a search began with.
  private static func cut(
    _ session: Session
  ) -> (from: Int, to: Int, method: CutMethod?, metrics: Metrics?)? {
    session.events.lazy.compactMap { event in
      guard case .truncated(layer: 0, let from, let to, let method) = event.kind, event.command == nil else {
        return nil
      }
      return (from, to, method, event.after)
    }.first
  }

  @Test func itEndsAtTheLastNetworkThatWasGoodEnough() async throws {
    let session = Session(Self.compressible)
    await session.step(300)
    let from = session.snapshot.layers[0].width
    let answer = await session.send(.compressUntil(layers: [0], tolerance: 0.1))
    #expect(answer.kind == .compressingUntil(layers: [0], tolerance: 0.1))
    let reference = try #require(answer.before?.accuracy)
    // What needs no training comes first.
    let cut = try #require(Self.cut(session))
    #expect(cut.from == from && cut.to < from && cut.method == .repaired)
    #expect(try #require(cut.metrics?.accuracy) >= reference - 0.1 - 1e-12)
    let status = try #require(session.snapshot.compression)
    #expect(status.reference == answer.before && status.tolerance == 0.1 && status.accepted == [cut.to])
    #expect(status.target == max(1, min(cut.to - 1, cut.to * 4 / 5)))
    await session.send(.resume)
    await session.wait { $0.events.contains(where: Self.isEnd) }
    await session.send(.pause)
    let end = try #require(session.events.first(where: Self.isEnd))
    let steps = Self.steps(session)
    for step in steps where step.isKept {
      #expect(step.to < step.from && (step.metrics?.accuracy ?? 0) >= reference - 0.1 - 1e-12)
    }
    let kept = steps.last { $0.isKept }.map { ($0.to, $0.metrics) } ?? (cut.to, cut.metrics)
    #expect(end.kind == .compressedUntil(from: [from], to: [kept.0], isStopped: false))
    #expect(end.after == kept.1 && end.before == answer.before)
    // It tried to go on, unless nothing was left to lose.
    #expect(kept.0 == 1 || steps.last?.isKept == false)
    // It may have come to the last epoch before the pause.
    await session.wait {
      [.paused, .finished].contains($0.snapshot.state) && $0.snapshot.compression == nil
    }
    #expect(session.snapshot.layers[0].policy == .hold && session.snapshot.layers[0].width == kept.0)
    #expect(await session.send(.undo).kind == .undone(to: 300))
    #expect(session.snapshot.layers[0].width == from && session.snapshot.compression == nil)
    _ = await session.stop()
  }

  /// From cut and trials, every width is a multiple; one that is typed is not rounded.
  @Test(arguments: [WidthMethod.paper, .settle])
  func roundedWidthsAreTriedAlone(method: WidthMethod) async throws {
    var configuration = Self.compressible
    configuration.network.roundTo = 4
    configuration.network.method = method
    configuration.network.settle = .off
    let session = Session(configuration)
    await session.step(300)
    let from = session.snapshot.layers[0].width
    await session.send(.compressUntil(layers: [0], tolerance: 0.1))
    await session.send(.resume)
    await session.wait { $0.events.contains(where: Self.isEnd) }
    await session.send(.pause)
    let cut = try #require(Self.cut(session))
    #expect(cut.to % 4 == 0)
    for step in Self.steps(session) {
      #expect(step.from % 4 == 0 || step.from == from)
      if step.isKept { #expect(step.to % 4 == 0 && step.to < step.from) }
    }
    await session.wait {
      [.paused, .finished].contains($0.snapshot.state) && $0.snapshot.compression == nil
    }
    let width = session.snapshot.layers[0].width
    #expect(width % 4 == 0 && session.snapshot.layers[0].policy == .hold)
    await session.send(.undo)
    await session.send(.truncate(layer: 0, width: 7))
    #expect(session.snapshot.layers[0].width == 7)
    _ = await session.stop()
  }

  /// Rungs that fail, here because the loss stops being finite, lead back to the bits they began with, but for what the
  /// user set meanwhile; charts and totals know nothing of what was given up.
  @Test func aFailureLeadsBackToTheVeryNumbers() async throws {
    let session = Session(Self.compressible)
    await session.step(402)
    let width = session.snapshot.layers[0].width
    await session.send(.compressUntil(layers: [0], tolerance: 0))
    // After the cut that the search begins with, if there is one.
    let (before, validation) = (await session.bits, session.snapshot.validation)
    await session.send([.setLearningRate(1e30), .resume])
    // After the search, what is left of the run diverges too.
    await session.wait { $0.snapshot.state == .diverged }
    let verdicts = session.events.compactMap { event -> CompressionVerdict? in
      guard case .compressionStep(layer: 0, _, _, let verdict, backTo: 402) = event.kind else { return nil }
      #expect(event.before != nil)
      return verdict
    }
    // Of few neurons there are fewer steps that can be tried.
    #expect((1...3).contains(verdicts.count) && verdicts.allSatisfy { $0 == .diverged })
    let end = try #require(session.events.first(where: Self.isEnd))
    #expect(end.kind == .compressedUntil(from: [width], to: before.widths, isStopped: false))
    #expect(end.step == 402 && session.snapshot.learningRate == 1e30)
    let after = await session.bits
    #expect(after.parameters == before.parameters && after.widths == before.widths)
    #expect(after.step == 402 && after.cursor == before.cursor && after.growth == before.growth)
    #expect(session.snapshot.validation?.accuracy == validation?.accuracy)
    let steps = session.snapshot.validationLoss.buckets.map(\.lastStep)
    #expect(steps == steps.sorted() && (steps.last ?? 0) <= 402)
    _ = await session.stop()
  }

  /// What the end of a search leads back to may be narrower, or wider, than what a cut was asked of.
  @Test func aCutThatEndsASearchIsOfWhatTheSearchLeaves() async throws {
    let session = Session(Self.compressible)
    await session.step(300)
    await session.send([.compressUntil(layers: [0], tolerance: 0), .setLearningRate(1e-30)])
    await session.step(2)
    let width = session.snapshot.layers[0].width
    let cut = await session.send(.truncate(layer: 0, width: 5))
    #expect(cut.kind == .truncated(layer: 0, from: width, to: 5, method: .repaired))
    await session.send(.compressUntil(layers: [0], tolerance: 0))
    let refused = await session.send(.truncateTo(widths: [9]))
    #expect(refused.isRejection && session.snapshot.compression != nil)
    _ = await session.stop()
  }

  @Test func stoppingKeepsAGoodNetworkAndNoOther() async throws {
    for tolerance in [0, 0.02] {
      let session = Session(Self.compressible)
      await session.step(300)
      let answer = await session.send(.compressUntil(layers: [0], tolerance: tolerance))
      await session.send(Array(repeating: .step, count: 60))
      // So slow that it is still at it when it is asked.
      await session.send([.setPace(1e-3), .resume])
      #expect(session.snapshot.state == .compressing)
      await session.send(.pause)
      let end = await session.send(.stopCompressing)
      guard case .compressedUntil(let from, let to, isStopped: true) = end.kind else {
        Issue.record("\(end.kind)")
        continue
      }
      #expect(session.snapshot.layers[0].width == to[0] && session.snapshot.layers[0].policy == .hold)
      let reference = try #require(answer.before?.accuracy)
      #expect(try #require(end.after?.accuracy) >= reference - tolerance)
      if tolerance > 0 { #expect(to[0] < from[0]) }
      #expect(await session.send(.stopCompressing).isRejection)
      _ = await session.stop()
    }
  }

  /// Beyond the last epoch too: a layer at which large steps failed is led by smaller ones before it is given up.
  /// With many layers it takes minutes to find the cut that a search begins with.
  @Test(arguments: [Command.Action.stop, .stopCompressing])
  func theSearchForAFirstCutEndsWhereItIsStopped(_ action: Command.Action) async {
    let channels = RunChannels()
    let configuration = Configuration.small { $0.training.epochs = 2 }
    let trainer = Trainer(
      configuration: configuration, dataset: Synthetic.classes(), channels: channels,
      log: SearchLog(channels: channels, action: action), isWatched: true)
    _ = await trainer.run(measuringTest: false)
    let events = channels.takeUpdate().events
    #expect(events.contains { if case .compressingUntil = $0.kind { true } else { false } })
    #expect(!events.contains { if case .truncated = $0.kind { true } else { false } })
  }

  @Test func whereLargeStepsFailSmallerOnesAreTried() async throws {
    let session = Session(
      .small {
        $0.training.epochs = 100
        $0.training.learningRate = 0.02
      }, first: [])
    await session.wait { $0.snapshot.state == .finished }
    await session.send(.compressUntil(layers: [0], tolerance: 0))
    await session.wait { $0.events.contains(where: Self.isEnd) && $0.snapshot.state == .finished }
    let steps = Self.steps(session)
    #expect(steps.last?.isKept == false || session.snapshot.layers[0].width == 1)
    let first = try #require(steps.firstIndex { !$0.isKept })
    #expect(steps.count > first + 1 || steps[first].from < 10)
    #expect(session.snapshot.layers[0].policy == .hold && session.snapshot.compression == nil)
    guard
      case .compressedUntil(let from, let to, isStopped: false)? = session.events.first(where: Self.isEnd)?
        .kind
    else {
      Issue.record("no end")
      return
    }
    #expect(to[0] <= from[0] && session.snapshot.layers[0].width == to[0])
    _ = await session.stop()
  }

  @Test func layersTakeTurns() async throws {
    let session = Session(
      .small {
        $0.training.epochs = 40
        $0.training.learningRate = 0.02
        $0.network.hiddenLayers = 2
      })
    await session.step(60)
    // Of all layers, so that they are cut together first.
    await session.send([.compressUntil(layers: [0, 1], tolerance: 0), .resume])
    await session.wait { session in
      session.events.count { if case .compressionStep = $0.kind { true } else { false } } >= 2
        || session.events.contains(where: Self.isEnd)
    }
    let layers = session.events.compactMap { event in
      if case .compressionStep(let layer, _, _, _, _) = event.kind { layer } else { nil }
    }
    #expect(Array(layers.prefix(2)) == [0, 1])
    // Another edit ends it first.
    await session.send(.truncateTo(widths: [1, 1]))
    #expect(session.events.contains(where: Self.isEnd) && session.snapshot.compression == nil)
    #expect(session.snapshot.layers.allSatisfy { $0.width == 1 })
    _ = await session.stop()
  }

  @Test func whatCanNotBeDoneIsRefused() async {
    let session = Session(Self.compressible)
    await session.step(300)
    for action: Command.Action in [
      .compressUntil(layers: [], tolerance: 0.1), .compressUntil(layers: [1], tolerance: 0.1),
      .compressUntil(layers: [0], tolerance: -1), .compressUntil(layers: [0], tolerance: .nan),
    ] { #expect(await session.send(action).isRejection) }
    await session.send(.compressUntil(layers: [0], tolerance: 0))
    #expect(await session.send(.compressUntil(layers: [0], tolerance: 0.1)).isRejection)
    #expect(await session.send(.compress(layer: 0, width: 3)).isRejection)
    #expect(await session.send(.setPolicy(layer: 0, .adapt)).isRejection)
    _ = await session.stop()
    let blind = Session(.small(), Synthetic.plane(validation: 0))
    #expect(await blind.send(.compressUntil(layers: [0], tolerance: 0.1)).isRejection)
    _ = await blind.stop()
  }
}

/// Begins a search at the end of a run, ends it as soon as it has begun, and then the run.
private struct SearchLog: RunObserver {
  let channels: RunChannels
  let action: Command.Action

  func record(_ event: Event) {
    switch event.kind {
    case .finished:
      channels.commands.send(.unattended(.compressUntil(layers: [0], tolerance: 0.5)))
    case .compressingUntil:
      channels.commands.send(contentsOf: [action, .stop].map(Command.unattended))
    default: break
    }
  }

  func record(_ measurement: Measurement) {}
  func close() async {}
}
