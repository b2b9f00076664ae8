extension Sequence<Event> {
  /// The state of a run after all its events. A compression is no state here: what ends it may not be an event.
  public var stateAfter: RunState {
    var state = RunState.running
    /// Those at which all epochs were done.
    var lastSteps: Set<Int> = []
    for event in self {
      switch event.kind {
      case .started, .resumed: state = .running
      case .paused: state = .paused
      case .finished:
        state = .finished
        lastSteps.insert(event.step)
      case .stoppedEarly: state = .finished
      case .diverged: state = .diverged
      // An edit at the end can be undone without a step to train; otherwise a run that had ended is open again.
      case .undone(let step), .redone(let step):
        state = lastSteps.contains(step) ? .finished : state.isFinal ? .paused : state
      // A dashboard that is left after the last epoch stops the run, too.
      case .stopped: if !state.isFinal { state = .stopped }
      default: break
      }
    }
    return state
  }
}
