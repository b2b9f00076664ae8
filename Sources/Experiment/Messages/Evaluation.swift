/// One evaluation on held-out rows: a line of `metrics.jsonl`.
///
/// These readers depend on its keys: `RunFolder.evaluations` (the charts of a resumed run), `RunRecord` (comparisons),
/// `RunScanner` (the list of runs), and `ProgressRecord.pending`, which is part of checkpoints.
public struct Evaluation: Equatable, Sendable {
  public var step: Int
  /// Epochs done.
  public var epoch: Double
  /// The seconds of training alone, so far.
  public var seconds: Double
  /// Mean NLL of the last epoch.
  public var trainLoss: Double
  public var validation: Metrics
  /// ν of each adaptive layer.
  public var rates: [Double]
  /// The widths of the adaptive layers.
  public var widths: [Int]
  /// Weights and biases of the whole network; `nil` in runs of older versions.
  public var parameters: Int?

  package init(
    step: Int, epoch: Double, seconds: Double, trainLoss: Double, validation: Metrics, rates: [Double],
    widths: [Int], parameters: Int?
  ) {
    self.step = step
    self.epoch = epoch
    self.seconds = seconds
    self.trainLoss = trainLoss
    self.validation = validation
    self.rates = rates
    self.widths = widths
    self.parameters = parameters
  }
}

extension Evaluation: Codable {
  private enum Key: String, CodingKey {
    case step, epoch, seconds, rates, widths, parameters
    case trainLoss = "train_loss"
    case validationLoss = "validation_loss"
    case validationAccuracy = "validation_accuracy"
    case validationRMSE = "validation_rmse"
    case validationR2 = "validation_r2"
    case validationBalancedAccuracy = "validation_balanced_accuracy"
    case validationMacroF1 = "validation_macro_f1"
    case validationAUC = "validation_auc"
    case validationMAE = "validation_mae"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(step, forKey: .step)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(trainLoss, forKey: .trainLoss)
    try container.encode(validation.loss, forKey: .validationLoss)
    try container.encodeIfPresent(validation.accuracy, forKey: .validationAccuracy)
    try container.encodeIfPresent(validation.rmse, forKey: .validationRMSE)
    try container.encodeIfPresent(validation.r2, forKey: .validationR2)
    try container.encodeIfPresent(validation.balancedAccuracy, forKey: .validationBalancedAccuracy)
    try container.encodeIfPresent(validation.macroF1, forKey: .validationMacroF1)
    try container.encodeIfPresent(validation.auc, forKey: .validationAUC)
    try container.encodeIfPresent(validation.mae, forKey: .validationMAE)
    try container.encode(rates, forKey: .rates)
    try container.encode(widths, forKey: .widths)
    try container.encodeIfPresent(parameters, forKey: .parameters)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    step = try container.decode(Int.self, forKey: .step)
    epoch = try container.decode(Double.self, forKey: .epoch)
    seconds = try container.decode(Double.self, forKey: .seconds)
    trainLoss = try container.decode(Double.self, forKey: .trainLoss)
    validation = Metrics(
      loss: try container.decode(Double.self, forKey: .validationLoss),
      accuracy: try container.decodeIfPresent(Double.self, forKey: .validationAccuracy),
      rmse: try container.decodeIfPresent(Double.self, forKey: .validationRMSE),
      r2: try container.decodeIfPresent(Double.self, forKey: .validationR2))
    validation.balancedAccuracy = try container.decodeIfPresent(
      Double.self, forKey: .validationBalancedAccuracy)
    validation.macroF1 = try container.decodeIfPresent(Double.self, forKey: .validationMacroF1)
    validation.auc = try container.decodeIfPresent(Double.self, forKey: .validationAUC)
    validation.mae = try container.decodeIfPresent(Double.self, forKey: .validationMAE)
    rates = try container.decode([Double].self, forKey: .rates)
    widths = try container.decode([Int].self, forKey: .widths)
    parameters = try container.decodeIfPresent(Int.self, forKey: .parameters)
  }
}
