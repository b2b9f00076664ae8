import Experiment

/// How long compressions take, which scales with how long the problem takes to learn.
package struct CompressionTimes: Equatable, Sendable {
  /// Optimizer steps in which a layer comes down to a width, if these are enough to get there.
  var steps: Int
  /// Epochs in which a network settles after it.
  var settlingEpochs: Int

  package init(settlingEpochs: Int, batchesPerEpoch: Int) {
    (steps, self.settlingEpochs) = (settlingEpochs * batchesPerEpoch, settlingEpochs)
  }

  /// A twentieth of the run for each.
  init(_ training: TrainingOptions, batchesPerEpoch: Int) {
    let (steps, overflows) = training.epochs.multipliedReportingOverflow(by: batchesPerEpoch)
    (self.steps, settlingEpochs) = ((overflows ? .max : steps) / 20, training.settlingEpochs)
  }
}
