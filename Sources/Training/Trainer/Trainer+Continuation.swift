import AdaptiveWidth

extension Trainer {
  /// Goes on from a network that is trained already, instead of from new weights. Before `run`.
  ///
  /// - Parameter more: epochs to train on before the run is done; none for a run that only carries out commands.
  package func begin(from state: LearningState, epochs more: Int) {
    learning = state
    history = History(layers: state.network.adaptiveBlocks.count)
    epochs = Int(state.epoch.rounded(.up)) + more
    stepLimit = nil
    lastGood = present
    // Nothing is trained but what a command asks for.
    phase = isDone ? .finished : .running
  }
}
