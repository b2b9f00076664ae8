import AdaptiveWidth
import Experiment
import Learning
import SyntheticData
import Testing
import Training

@Suite("The uncut network teaches the cut one", .timeLimit(.minutes(15)))
struct DistillationTests {
  private func distillation(_ session: Session) async -> Distillation? {
    await session.trainer.learning.distillation
  }

  @Test func forSoManyEpochs() async throws {
    let session = Session(.small { $0.training.teacher = .epochs(2) })
    await session.step(4)
    let uncut = await session.trainer.learning.network
    _ = await session.send(.truncate(layer: 0, width: 8, isTaught: true))
    #expect(session.events.last?.kind == .teaching(.epochs(2)))
    let teacher = try #require(await distillation(session)?.teacher)
    #expect(teacher.parameters.map(\.value) == uncut.parameters.map(\.value))
    #expect(session.snapshot.teaching == TeachingStatus(widths: uncut.widths, lastStep: 10, reference: nil))
    await session.step(5)
    #expect(session.snapshot.teaching != nil)
    await session.step(1)
    #expect(session.snapshot.teaching == nil && session.snapshot.step == 10)
    #expect(session.events.last { !$0.kind.isStep }?.kind == .taught(hasCaughtUp: false))
    _ = await session.stop()
  }

  /// What the network learns is another thing with a teacher than without.
  @Test func itChangesWhatIsLearned() async {
    var bits: [Bits] = []
    for isTaught in [false, true] {
      let session = Session()
      await session.step(4)
      _ = await session.send(.truncate(layer: 0, width: 8, isTaught: isTaught))
      await session.step(3)
      bits.append(await session.bits)
      _ = await session.stop()
    }
    #expect(bits[0] != bits[1])
  }

  /// A cut that costs nothing has caught up at once: at the end of the first whole epoch after it.
  @Test func untilTheCutNetworkIsAsGood() async {
    let session = Session(.small { $0.training.epochs = 40 })
    await session.step(31)
    let before = session.snapshot
    _ = await session.send(
      .truncate(layer: 0, width: before.layers[0].width - 1, .best, isTaught: true))
    #expect(session.events.last?.kind == .teaching(.untilCaughtUp))
    #expect(session.snapshot.teaching?.reference != nil)
    // A fifth of the epochs at the most.
    #expect(session.snapshot.teaching?.lastStep == 31 + 8 * 3)
    await session.step(26)
    #expect(session.snapshot.teaching == nil)
    #expect(session.events.contains { if case .taught = $0.kind { true } else { false } })
    _ = await session.stop()
  }

  @Test func anUndoTakesTheTeacherBack() async {
    let session = Session()
    await session.step(4)
    let bits = await session.bits
    _ = await session.send(.truncate(layer: 0, width: 8, isTaught: true))
    await session.step(2)
    _ = await session.send(.undo)
    #expect(await distillation(session) == nil && session.snapshot.teaching == nil)
    #expect(await session.bits == bits)
    _ = await session.send(.redo)
    #expect(await distillation(session) != nil)
    _ = await session.stop()
  }

  /// Of several cuts in a row the network before the first one teaches.
  @Test func aTeacherStaysUntilItIsDone() async throws {
    let session = Session()
    await session.step(4)
    let width = session.snapshot.layers[0].width
    _ = await session.send(.truncate(layer: 0, width: 8, isTaught: true))
    _ = await session.send(.truncate(layer: 0, width: 5, isTaught: true))
    #expect(await distillation(session)?.teacher.widths == [width])
    #expect(session.snapshot.teaching?.widths == [width])
    // A cut that does not ask for it trains as any other.
    _ = await session.send(.truncate(layer: 0, width: 4))
    #expect(session.snapshot.teaching == nil)
    _ = await session.stop()
  }

  /// A run that had ended trains on for its teacher.
  @Test func afterTheEndOfARun() async {
    let session = Session(.small { $0.training.teacher = .epochs(2) }, first: [])
    await session.wait { $0.snapshot.state == .finished }
    let epochs = session.snapshot.epochs
    _ = await session.send(.truncate(layer: 0, width: 8, isTaught: true))
    await session.wait { $0.snapshot.state == .finished && $0.snapshot.step > epochs * 3 }
    #expect(session.snapshot.epochs == epochs + 2 && session.snapshot.teaching == nil)
    _ = await session.stop()
  }

  /// Settling cuts by itself; with `--teacher` the network before its last cut teaches.
  @Test func theLastCutOfSettlingHasATeacherToo() async {
    func run(_ teacher: TeacherDuration?) async -> [Event] {
      let session = Session(
        .small {
          $0.network.method = .settle
          $0.training.epochs = 60
          $0.training.learningRate = 0.02
          $0.training.teacher = teacher
        }, isWatched: false, first: [])
      _ = await session.outcome()
      return session.events
    }
    func isTeaching(_ event: Event) -> Bool { if case .teaching = event.kind { true } else { false } }
    #expect(await run(.epochs(1)).contains(where: isTeaching))
    #expect(await !run(nil).contains(where: isTeaching))
  }
}

extension Event.Kind {
  fileprivate var isStep: Bool { self == .stepped }
}
