import AdaptiveWidth
import Experiment
import Messaging

/// The course of a run so far, for charts and for the record.
package struct History: Sendable {
  var trainLoss = Series()
  var smoothedTrainLoss = Series()
  var validationLoss = Series()
  var validationMetric = Series()
  var widths: [Series]
  var abandonedLoss: [Series] = []
  /// The losses of the last epoch's steps, for what the screen shows.
  private var recent = RecentLoss()
  private(set) var totals = Totals()

  /// All but the charts: what later losses and metrics are added to.
  package struct Totals: Codable, Equatable, Sendable {
    package var validation: Metrics?
    /// The step of the network that `validation` is of.
    var validationStep: Int?
    var grown = 0
    var shrunk = 0
    /// Sum of the losses of the predictions of the epoch under way, and their number.
    package var epochLoss = 0.0
    package var epochRows = 0
    /// Mean loss of the last whole epoch.
    package var lastEpochLoss = Double.nan
    var average = 0.0
    var averageWeight = 0.0

    package init() {}

    private enum CodingKeys: String, CodingKey {
      case validation, grown, shrunk, average
      case validationStep = "validation_step"
      case epochLoss = "epoch_loss"
      case epochRows = "epoch_rows"
      case lastEpochLoss = "last_epoch_loss"
      case averageWeight = "average_weight"
    }
  }

  /// Steps over which the moving average forgets.
  private static let memory = 100.0

  init(layers: Int) {
    widths = (0..<layers).map { _ in Series() }
  }

  /// That of a run that is taken up again: the charts have a point an evaluation.
  init(layers: Int, totals: Totals, evaluations: [Evaluation]) {
    self.init(layers: layers)
    for evaluation in evaluations { chart(evaluation) }
    self.totals = totals
  }

  private mutating func chart(_ evaluation: Evaluation) {
    let step = evaluation.step
    // After an undo, steps come a second time.
    if let last = validationLoss.lastStep, last >= step { cutCharts(before: step) }
    trainLoss.append(Float(evaluation.trainLoss), at: step)
    smoothedTrainLoss.append(Float(evaluation.trainLoss), at: step)
    append(validation: evaluation.validation, at: step)
    for (layer, width) in zip(widths.indices, evaluation.widths) {
      widths[layer].append(Float(width), at: step)
    }
  }

  private mutating func cutCharts(before step: Int) {
    for chart in [\History.trainLoss, \.smoothedTrainLoss, \.validationLoss, \.validationMetric] {
      _ = self[keyPath: chart].removeAll(after: step - 1)
    }
    for layer in widths.indices { _ = widths[layer].removeAll(after: step - 1) }
  }

  var validation: Metrics? { totals.validation }
  var validationStep: Int? { totals.validationStep }

  mutating func count(_ adjustment: Network.Adjustment) {
    totals.grown += adjustment.grown
    totals.shrunk += adjustment.shrunk
  }

  /// - Parameters:
  ///   - predictions: of the minibatch, that `loss` is the mean over.
  ///   - widths: of the adaptive layers.
  mutating func append(loss: Double, predictions: Int, widths: [Int], at step: Int, batchesPerEpoch: Int) {
    trainLoss.append(Float(loss), at: step)
    // In a small table, a hundred steps are many epochs.
    let share = 1 / min(Self.memory, Double(max(1, batchesPerEpoch)))
    recent.append(loss: loss, predictions: predictions, at: step, of: batchesPerEpoch, after: totals)
    // A weighted mean over the steps there were, so that the average is not biased towards zero at first.
    totals.average += share * (loss - totals.average)
    totals.averageWeight += share * (1 - totals.averageWeight)
    smoothedTrainLoss.append(Float(totals.average / totals.averageWeight), at: step)
    for (layer, width) in widths.enumerated() { self.widths[layer].append(Float(width), at: step) }
    totals.epochLoss += loss * Double(predictions)
    totals.epochRows += predictions
  }

  mutating func endEpoch() {
    totals.lastEpochLoss = totals.epochLoss / Double(max(1, totals.epochRows))
    (totals.epochLoss, totals.epochRows) = (0, 0)
  }

  /// Mean loss of the last so many steps as an epoch has, or of all there were: at the end of an epoch, `meanLoss`.
  /// After a resume, the steps of the epoch before count as its mean.
  var recentLoss: Double? { recent.mean ?? (totals.lastEpochLoss.isNaN ? nil : totals.lastEpochLoss) }

  /// Mean loss of the last epoch, or of what there is of the first.
  var meanLoss: Double {
    totals.lastEpochLoss.isNaN && totals.epochRows > 0
      ? totals.epochLoss / Double(totals.epochRows) : totals.lastEpochLoss
  }

  mutating func append(validation metrics: Metrics, at step: Int) {
    replaceValidation(metrics, at: step)
    validationLoss.append(Float(metrics.loss), at: step)
    if metrics.main != .loss { validationMetric.append(Float(metrics.mainValue), at: step) }
  }

  /// An edit changed the network between evaluations: the curves have no point for that.
  mutating func replaceValidation(_ metrics: Metrics?, at step: Int) {
    (totals.validation, totals.validationStep) = (metrics, step)
  }

  /// What going back to `step` took from the charts, kept to be shown dimmed.
  mutating func keepAbandoned(of later: History, after step: Int) {
    var loss = later.trainLoss
    let stretch = loss.removeAll(after: step)
    abandonedLoss = Array((later.abandonedLoss + (stretch.isEmpty ? [] : [stretch])).suffix(8))
  }
}
