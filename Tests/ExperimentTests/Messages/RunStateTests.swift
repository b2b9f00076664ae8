import Experiment
import Testing

/// What a run's events say of how it stands.
@Suite struct RunStateTests {
  @Test(
    arguments: [
      ([], .running), ([.started], .running), ([.started, .paused], .paused),
      ([.started, .paused, .resumed], .running), ([.started, .stopped], .stopped),
      ([.started, .finished, .stopped], .finished), ([.started, .stoppedEarly], .finished),
      ([.started, .diverged, .stopped], .diverged), ([.started, .stopped, .resumed], .running),
      // Nothing is left to train, before the cut as after it.
      ([.started, .finished, .undone(to: 9)], .finished),
      ([.started, .finished, .undone(to: 9), .redone(to: 9)], .finished),
      ([.started, .finished, .undone(to: 5)], .paused), ([.started, .undone(to: 5)], .running),
      ([.started, .stoppedEarly, .undone(to: 9)], .paused),
    ] as [([Event.Kind], RunState)])
  func eventsSayHowARunStands(kinds: [Event.Kind], state: RunState) {
    #expect(kinds.map { Event(step: 9, epoch: 1, kind: $0) }.stateAfter == state)
  }
}
