import Dashboard
import Experiment
import Testing

/// A layer that shrinks under the user's hands.
@Suite struct ShrinkingTests {
  @Test func aCutOutlivesTheShrinkingBelowIt() {
    var state = Fixtures.spiralState()
    let width = state.snapshot.layers[0].width
    state.press(.left, .left)
    #expect(state.kept(of: 0) == width - 2)
    state.take { $0.layers[0].width = width - 10 }
    #expect(state.kept(of: 0) == width - 11)
    #expect(state.press("t") == [.discardTypeAhead])
    state.press(.escape)
    // Only the user takes the cut away.
    state.press(.end)
    #expect(state.kept(of: 0) == width - 10)
  }

  @Test func theRateShownIsTheScheduledOne() {
    var state = Fixtures.spiralState()
    state.take {
      $0.learningRate = 0.02
      $0.learningRateFactor = 0.25
    }
    #expect(StatusText.header(state).contains { $0.text == "lr 0.005" })
  }

  @Test func anEditedRunIsNotLeftWithoutAQuestion() {
    var state = Fixtures.spiralState()
    state.take { $0.state = .finished }
    #expect(state.press("q") == [.quit])
    _ = update(
      &state, .event(Event(step: 1, epoch: 1, command: 1, kind: .truncated(layer: 0, from: 9, to: 5))))
    #expect(state.press("q") == [.discardTypeAhead])
    #expect(state.previewText.contains("not kept"))
  }
}
