import Experiment
import Glibc

/// The factor of the learning rate at each step of a run.
package struct LearningRateCourse: Sendable {
  private let schedule: LearningRateSchedule
  private let warmupSteps: Int?
  private let epochs: Int
  private let steps: Int?

  /// The least factor while compressing, and in epochs added after a schedule's end.
  package static let latestFactor = 0.2
  /// The factor at which it begins anew once the widths have settled, to fall to the end of the run as a cosine does: the
  /// network that is left, and the rows that were held back for the measurements, have learning of their own to do.
  /// Of 0.3, 0.6 and 1, 0.6 did best on fourteen tables, MNIST and NCI1 (docs/results.md).
  static let factorOfSettled = 0.6

  package init(_ training: TrainingOptions) {
    schedule = training.schedule
    warmupSteps = training.warmupSteps
    epochs = training.epochs
    steps = training.steps
  }

  /// - Parameter isSettled: whether the last measurement of the widths is over.
  package func factor(step: Int, batchesPerEpoch: Int, isCompressing: Bool, isSettled: Bool) -> Double {
    let end = min(Self.steps(of: epochs, batchesPerEpoch: batchesPerEpoch), steps ?? .max)
    var factor = schedule.factor(step: step, of: end, warmupSteps: warmupSteps)
    if isSettled {
      let start = Settling.lastFraction * Double(end)
      let progress = min(1, max(0, (Double(step) - start) / max(1, Double(end) - start)))
      factor = max(factor, Self.factorOfSettled * (1 + cos(.pi * progress)) / 2)
    }
    // At the end of a schedule nothing moves any more: neither a width nor what is left after a cut.
    return isCompressing || step >= end ? max(factor, Self.latestFactor) : factor
  }

  /// The steps of so many epochs; the largest number if there are more.
  package static func steps(of epochs: Int, batchesPerEpoch: Int) -> Int {
    let (steps, overflows) = epochs.multipliedReportingOverflow(by: batchesPerEpoch)
    return overflows ? .max : steps
  }
}
