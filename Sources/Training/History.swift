import AdaptiveWidth
import Experiment

/// The course of a run so far, for charts and for the record.
struct History: Sendable {
  var trainLoss = Series()
  var smoothedTrainLoss = Series()
  var validationLoss = Series()
  var validationMetric = Series()
  var widths: [Series]
  private(set) var validation: Metrics?
  /// The step of the network that `validation` is of.
  private(set) var validationStep: Int?
  var abandonedLoss: [Series] = []
  var grown = 0
  var shrunk = 0
  /// Sum of the losses of the rows of the epoch under way.
  private var epochLoss = 0.0
  private var epochRows = 0
  /// Mean loss of the last whole epoch.
  private(set) var lastEpochLoss = Double.nan
  private var average = 0.0
  private var averageWeight = 0.0

  /// Steps over which the moving average forgets.
  private static let memory = 100.0

  init(layers: Int) {
    widths = (0..<layers).map { _ in Series() }
  }

  /// - Parameter rows: in the minibatch that `loss` is the mean of.
  mutating func append(loss: Double, rows: Int, network: Network, at step: Int) {
    trainLoss.append(Float(loss), at: step)
    let share = 1 / Self.memory
    // A weighted mean over the steps there were, so that the average is not biased towards zero at first.
    average += share * (loss - average)
    averageWeight += share * (1 - averageWeight)
    smoothedTrainLoss.append(Float(average / averageWeight), at: step)
    for (layer, block) in network.adaptiveBlocks.enumerated() {
      widths[layer].append(Float(network.blocks[block].outputs), at: step)
    }
    epochLoss += loss * Double(rows)
    epochRows += rows
  }

  mutating func endEpoch() {
    lastEpochLoss = epochLoss / Double(max(1, epochRows))
    (epochLoss, epochRows) = (0, 0)
  }

  /// Mean loss of the last epoch, or of what there is of the first.
  var meanLoss: Double {
    lastEpochLoss.isNaN && epochRows > 0 ? epochLoss / Double(epochRows) : lastEpochLoss
  }

  mutating func append(validation metrics: Metrics, at step: Int) {
    replaceValidation(metrics, at: step)
    validationLoss.append(Float(metrics.loss), at: step)
    if let value = metrics.accuracy ?? metrics.rmse { validationMetric.append(Float(value), at: step) }
  }

  /// An edit changed the network between evaluations: the curves have no point for that.
  mutating func replaceValidation(_ metrics: Metrics?, at step: Int) {
    (validation, validationStep) = (metrics, step)
  }

  /// What going back to `step` took from the charts, kept to be shown dimmed.
  mutating func keepAbandoned(of later: History, after step: Int) {
    var loss = later.trainLoss
    let stretch = loss.removeAll(after: step)
    abandonedLoss = Array((later.abandonedLoss + (stretch.isEmpty ? [] : [stretch])).suffix(8))
  }
}
