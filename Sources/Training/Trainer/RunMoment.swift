import AdaptiveWidth
import Experiment
import Learning
import LinearAlgebra

/// A moment between two steps: everything that decides how training continues, and the charts up to there.
///
/// Undo, redo, a divergence, a failed trial of a compression and a checkpoint all return to such a moment. A new
/// piece of state that training depends on belongs here, and into `MomentRecord` for files.
package struct RunMoment: Sendable {
  package var learning: LearningState
  var history: History
  var patience: EarlyStopping
  var limits: RunLimits
  /// The other network of a run that ends with its best one; `nil`: there is none yet, or the network is edited.
  var bestOrLast: BestOrLastNetwork?

  /// Widths, minibatch, gradients, update, and the step's point in the charts.
  ///
  /// Everything of a step happens here, because each access to a property of the trainer costs a small network more
  /// than one of its products.
  ///
  /// - Returns: the rows of the minibatch, and whether loss and rates are finite.
  mutating func step(
    _ workers: inout Workers, learningRate: LearningRateCourse, isSearching: Bool
  ) -> (rows: Int, isFinite: Bool) {
    let step = learning.beginStep(&workers)
    history.count(step.adjustment)
    history.append(
      loss: step.loss, predictions: step.predictions, widths: learning.network.widths, at: learning.step + 1,
      batchesPerEpoch: learning.cursor.batchesPerEpoch)
    guard step.loss.isFinite else { return (step.rows, false) }
    let factor = learning.factor(of: learningRate, at: learning.step, isSearching: isSearching)
    return (step.rows, learning.endStep(&workers, learningRateFactor: factor))
  }

  /// An upper bound of its memory: parts that it shares with other moments are counted too.
  package var bytes: Int { learning.bytes + history.bytes + (bestOrLast?.network.bytes ?? 0) }
}

/// When a run is finished: as soon as one of the limits is reached.
struct RunLimits: Equatable, Sendable {
  var epochs: Int
  /// Optimizer steps, whatever the epoch; `nil`: no such limit.
  var steps: Int?
}

/// Where a run stands beyond its moment: what an undo does not take back.
struct RunProgress: Sendable {
  var phase = RunPhase.running(nil)
  /// Training rows used so far, with repetition.
  var samples = 0
  /// Seconds of training alone.
  var seconds = 0.0
  /// The widths of the adaptive layers of a model that the run began with; `nil`: it began with new weights.
  var givenWidths: [Int]?
  /// Measured beside training; its result is entered one evaluation later, at a fixed step.
  var pendingEvaluation: PendingEvaluation?
}

extension LearningState {
  fileprivate var bytes: Int {
    network.bytes
      + (distillation?.teacher.parameters.reduce(0) { $0 + $1.value.bytes } ?? 0)
      + cursor.order.count * MemoryLayout<Int32>.stride
  }
}

extension Network {
  /// With the optimizer's moments.
  fileprivate var bytes: Int {
    parameters.reduce(0) { $0 + $1.value.bytes + $1.first.bytes + $1.second.bytes }
  }
}

extension History {
  fileprivate var bytes: Int {
    let series = [trainLoss, smoothedTrainLoss, validationLoss, validationMetric] + widths + abandonedLoss
    return series.reduce(0) { $0 + $1.bucketCount } * MemoryLayout<Series.Bucket>.stride
  }
}
