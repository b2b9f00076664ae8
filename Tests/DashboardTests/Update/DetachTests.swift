import Dashboard
import Experiment
import Testing

@Suite struct DetachTests {
  private func driver(_ link: Link) -> Driver { Driver(Fixtures.spiralState()).with { $0.run.link = link } }

  @Test func aRunIsLeftOrDetachedFrom() {
    #expect(driver(.own(refusal: nil)).press("d").effects == [.detach])
    #expect(driver(.attached).press("d").effects == [.quit])
    #expect(driver(.attached).press("q").effects == [.quit])
    let refused = driver(.own(refusal: "nothing keeps it")).press("d")
    #expect(refused.effects.isEmpty && refused.line == "detach: nothing keeps it")
  }

  @Test func aRefusalOfTheProgramIsShown() {
    let refused = driver(.own(refusal: nil)).press("d").receives(.refusal("detach: its folder is gone"))
    #expect(refused.effects.isEmpty && refused.line == "detach: its folder is gone")
    #expect(refused.state.messages.current?.tone == .warning)
  }

  @Test func theHeaderSaysHowItIsShown() {
    #expect(driver(.attached).rows[0].contains("attached"))
    #expect(driver(.attached).at(200, 36).receives(changing: { $0.viewers = 3 }).rows[0].contains("3 watch"))
    #expect(!driver(.own(refusal: nil)).receives(changing: { $0.viewers = 1 }).rows[0].contains("watch"))
  }

  @Test func aLostRunKeepsItsScreenAndTakesNoCommands() {
    let lost = driver(.attached).press("t").receives(.disconnected("the process that trained it is gone"))
    #expect(lost.line.contains("the process that trained it is gone"))
    #expect(lost.state.question == nil)
    #expect(lost.press(" ").effects.isEmpty)
    #expect(lost.press(" ").line.contains("is gone"))
    #expect(lost.press(.left).line.contains("keep "))
    #expect(lost.press("q").effects == [.quit])
  }

  @Test func aRecordingMovesAndTrainsNothing() {
    var snapshot = Fixtures.spiralState().snapshot
    snapshot.step = 1_000
    let event = Event(step: 500, epoch: 4, kind: .truncated(layer: 0, from: 80, to: 67))
    let recorded = driver(.own(refusal: nil)).receives(
      .recorded(playback: "paused 3/9", events: [event], snapshot))
    #expect(recorded.rows[0].contains("recording paused 3/9") && !recorded.rows[0].contains(" lr "))
    #expect(recorded.press(" ").effects == [.replay(.playOrPause)])
    #expect(recorded.press(".").effects == [.replay(.move(by: 1))])
    #expect(recorded.press("]").effects == [.replay(.edit(isNext: true))])
    #expect(recorded.press("<").effects == [.replay(.slower)])
    #expect(recorded.press("u").effects.isEmpty && recorded.press("d").effects.isEmpty)
    #expect(recorded.state.run.markers.count == 1)
    // Going back forgets what came later.
    let earlier = recorded.receives(.recorded(playback: "paused 1/9", events: [], snapshot))
    #expect(earlier.state.run.markers.isEmpty && earlier.state.messages.log.isEmpty)
    #expect(driver(.attached).press("]").effects.isEmpty)
    let ended = driver(.attached).press("E").expects(question: .stop).press(.enter)
    ended.expects(sent: .stop)
  }
}
