import AdaptiveWidth
import Experiment
import Messaging

/// An evaluation under way, with what is true of the network it measures.
struct PendingEvaluation: Sendable {
  var step: Int
  var seconds: Double
  var trainLoss: Double
  var rates: [Double]
  var widths: [Int]
  var parameters: Int
  var learningRate: Double?
  /// The importances of each adaptive layer's neurons, if a log wants them.
  var importances: [[Float]] = []
  var task: Task<Metrics?, Never>

  /// Its result; `nil` without held-out rows.
  func evaluation(batchesPerEpoch: Int) async -> Evaluation? {
    await task.value.map {
      Evaluation(
        step: step, epoch: Double(step) / Double(batchesPerEpoch), seconds: seconds, trainLoss: trainLoss,
        validation: $0, rates: rates, widths: widths, parameters: parameters)
    }
  }
}

extension PendingEvaluation {
  /// One that was under way when a checkpoint was saved.
  init(_ evaluation: Evaluation) {
    self.init(
      step: evaluation.step, seconds: evaluation.seconds, trainLoss: evaluation.trainLoss,
      rates: evaluation.rates, widths: evaluation.widths, parameters: evaluation.parameters ?? 0,
      task: Task { evaluation.validation })
  }
}
