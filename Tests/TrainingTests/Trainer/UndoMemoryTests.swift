import Experiment
import Messaging
import SyntheticData
import Testing
import Training

/// How far back undo reaches, and what it may take.
@Suite(.timeLimit(.minutes(15))) struct UndoMemoryTests {
  private func entry() async -> RunMoment {
    await Trainer(
      configuration: .small(), dataset: Synthetic.plane(), channels: RunChannels(), isWatched: false
    ).moment
  }

  @Test func theOldestEditsAreForgottenFirst() async {
    let entry = await entry()
    #expect(entry.bytes > 3 * 4 * 47 * 5)
    var stack = UndoStack(bytes: 10 * entry.bytes, maxBytes: 100 * entry.bytes)
    for _ in 0..<10 { stack.push(entry) }
    #expect(stack.undoDepth == 10 && stack.forgotten == 0)
    stack.push(entry)
    #expect(stack.undoDepth == 10 && stack.forgotten == 1)
    #expect(stack.reasonForNothingToUndo.contains("older edits were dropped"))
  }

  /// Eight are kept beyond the usual bound, but not beyond all bounds.
  @Test func largeNetworksKeepEightUnlessTheyAreHuge() async {
    let entry = await entry()
    var large = UndoStack(bytes: entry.bytes, maxBytes: 100 * entry.bytes)
    for _ in 0..<20 { large.push(entry) }
    #expect(large.undoDepth == UndoStack.minDepth && large.forgotten == 12)
    var huge = UndoStack(bytes: entry.bytes, maxBytes: 3 * entry.bytes)
    for _ in 0..<20 { huge.push(entry) }
    #expect(huge.undoDepth == 3)
    var impossible = UndoStack(bytes: 0, maxBytes: 0)
    for _ in 0..<5 { impossible.push(entry) }
    #expect(impossible.undoDepth == 1)
  }

  @Test func manySmallOnesAreBoundedInNumber() async {
    let entry = await entry()
    var stack = UndoStack()
    for _ in 0..<UndoStack.maxDepth + 5 { stack.push(entry) }
    #expect(stack.undoDepth == UndoStack.maxDepth && stack.forgotten == 5)
  }

  /// All the way back and forth again, every step of the way to the bit.
  @Test func twelveEditsAreUndoneAndRedone() async {
    let session = Session(.small { $0.training.epochs = 100 })
    var bits: [Bits] = []
    for width in stride(from: 40, to: 4, by: -3) {
      await session.step(2)
      bits.append(await session.bits)
      let answer = await session.send(.truncate(layer: 0, width: width))
      #expect(!answer.isRejection)
    }
    #expect(bits.count == 12)
    let last = await session.bits
    for moment in bits.reversed() {
      let answer = await session.send(.undo)
      #expect(answer.before != nil && answer.after != nil)
      #expect(await session.bits == moment)
    }
    let exhausted = await session.send(.undo)
    #expect(exhausted.isRejection)
    for _ in bits { await session.send(.redo) }
    #expect(await session.bits == last)
    _ = await session.stop()
  }
}
