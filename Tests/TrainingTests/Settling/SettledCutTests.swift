import Experiment
import Testing

/// What is known of a width after it was cut.
struct SettledCutTests {
  /// A width that was measured is known with its interval; one that it was cut to since is not. An undo brings it back.
  @Test(arguments: [nil, 16]) func aWidthThatIsCutIsNoLongerSettled(roundTo: Int?) async throws {
    let configuration = SettlingRunTests.configuration { if let roundTo { $0.network.roundTo = roundTo } }
    let session = Session(configuration, SettlingRunTests.dataset, first: [])
    await session.wait { $0.snapshot.state == .finished }
    let (need, width) = (session.snapshot.layers[0].need, session.snapshot.layers[0].width)
    try #require(need != nil && session.snapshot.settling?.isSettled == true && width > 3)
    await session.send(.truncate(layer: 0, width: 3))
    let cut = session.snapshot
    #expect(cut.settling?.isSettled == false && cut.settling?.isChanged == true)
    #expect(cut.layers[0].width == 3 && cut.layers[0].need == nil)
    await session.send(.undo)
    #expect(session.snapshot.layers[0].need == need && session.snapshot.settling?.isSettled == true)
    await session.send(.redo)
    let outcome = await session.stop()
    #expect(outcome.widthIntervals == [nil] && outcome.settling?.isSettled == false)
  }

  /// An undo of the last measurement's move leaves a width that only an earlier measurement gave: it is not settled, and
  /// can be measured again at any price.
  @Test func aWidthWhoseLastMeasurementIsUndoneIsNotSettled() async throws {
    let session = Session(SettlingRunTests.configuration(), SettlingRunTests.dataset, first: [])
    await session.wait { $0.snapshot.state == .finished }
    let (settled, price) = (session.snapshot.layers[0].width, session.snapshot.settling?.price ?? 0)
    await session.send(.undo)
    let undone = session.snapshot
    try #require(undone.layers[0].width > settled)
    #expect(undone.settling?.isSettled == false && undone.settling?.isChanged == true)
    #expect(undone.layers[0].need == nil)
    await session.send(.setPrice(price: price / 2))
    #expect(session.snapshot.settling?.price == price / 2 && session.snapshot.settling?.isSettled == true)
    #expect(session.snapshot.layers[0].width < undone.layers[0].width)
    _ = await session.stop()
  }

  /// Between two measurements a layer has more room than it needs, which is no cut.
  @Test func roomForTheNextMeasurementIsNoChange() async throws {
    let session = Session(SettlingRunTests.configuration(), SettlingRunTests.dataset, first: [.pause])
    await session.step(400)
    let layer = session.snapshot.layers[0]
    #expect(try #require(layer.need).width < layer.width && layer.width < 512)
    #expect(session.snapshot.settling?.isChanged == false)
    await session.send(.truncate(layer: 0, width: 2))
    #expect(session.snapshot.layers[0].need == nil)
    _ = await session.stop()
  }
}
