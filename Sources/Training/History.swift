import AdaptiveWidth
import Experiment

/// The course of a run so far, for charts and for the record.
struct History: Sendable {
  var trainLoss = Series()
  var smoothedTrainLoss = Series()
  var validationLoss = Series()
  var validationMetric = Series()
  var widths: [Series]
  var validation: Metrics?
  var abandonedLoss: [Series] = []
  var grown = 0
  var shrunk = 0
  /// Sum of the losses of the epoch under way.
  private var epochLoss = 0.0
  private var epochSteps = 0
  /// Mean loss of the last whole epoch.
  private(set) var lastEpochLoss = Double.nan
  private var average = 0.0
  private var averageWeight = 0.0

  /// Steps over which the moving average forgets.
  private static let memory = 100.0

  init(layers: Int) {
    widths = (0..<layers).map { _ in Series() }
  }

  mutating func append(loss: Double, widths newWidths: Network, at step: Int) {
    trainLoss.append(Float(loss), at: step)
    let share = 1 / Self.memory
    // A weighted mean over the steps there were, so that the average is not biased towards zero at first.
    average += share * (loss - average)
    averageWeight += share * (1 - averageWeight)
    smoothedTrainLoss.append(Float(average / averageWeight), at: step)
    for (layer, block) in newWidths.adaptiveBlocks.enumerated() {
      widths[layer].append(Float(newWidths.blocks[block].outputs), at: step)
    }
    epochLoss += loss
    epochSteps += 1
  }

  mutating func endEpoch() {
    lastEpochLoss = epochLoss / Double(max(1, epochSteps))
    (epochLoss, epochSteps) = (0, 0)
  }

  /// Mean loss of the last epoch, or of what there is of the first.
  var meanLoss: Double {
    lastEpochLoss.isNaN && epochSteps > 0 ? epochLoss / Double(epochSteps) : lastEpochLoss
  }

  mutating func append(validation metrics: Metrics, at step: Int) {
    validation = metrics
    validationLoss.append(Float(metrics.loss), at: step)
    if let value = metrics.accuracy ?? metrics.rmse { validationMetric.append(Float(value), at: step) }
  }

  /// What an undo to `step` takes back from the charts, kept to be shown dimmed.
  mutating func goBack(to earlier: History, at step: Int) {
    var stretch = trainLoss
    stretch = stretch.removeAll(after: step)
    let kept = abandonedLoss + (stretch.isEmpty ? [] : [stretch])
    self = earlier
    abandonedLoss = Array(kept.suffix(8))
  }
}
