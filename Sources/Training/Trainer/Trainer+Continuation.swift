import AdaptiveWidth
import Learning

extension Trainer {
  /// Continues from a network that is trained already, instead of from new weights. Call it before `run`.
  ///
  /// - Parameters:
  ///   - more: epochs to train before the run is done; 0 for a run that only carries out commands.
  ///   - compression: how long compressions take; `nil`: as the configuration's epochs suggest.
  package func begin(from state: LearningState, epochs more: Int, compression: CompressionTimes? = nil) {
    moment.learning = state
    moment.history = History(layers: state.network.adaptiveBlocks.count)
    moment.forgetBest()
    extend(by: more)
    if let compression { compressionTimes = compression }
    lastGood = moment
    progress.phase = isDone ? .finished : .running(nil)
  }
}
