/// The metrics that a run can go by.
public enum MetricName: String, Codable, CaseIterable, Sendable {
  case accuracy
  case balancedAccuracy = "balanced_accuracy"
  case macroF1 = "macro_f1"
  case auc
  case rmse
  case mae
  case r2
  case loss

  public var measure: Metrics.Measure {
    switch self {
    case .accuracy: .accuracy
    case .balancedAccuracy: .balancedAccuracy
    case .macroF1: .macroF1
    case .auc: .auc
    case .rmse: .rmse
    case .mae: .mae
    case .r2: .r2
    case .loss: .loss
    }
  }

  /// What it can be measured of.
  public var problems: [Problem] {
    switch self {
    case .accuracy, .balancedAccuracy, .macroF1, .auc: [.classification]
    case .rmse, .mae, .r2: [.regression]
    case .loss: [.classification, .regression]
    }
  }

  /// Whether it takes more than the metrics that are measured anyway.
  public var needsDetails: Bool {
    switch self {
    case .balancedAccuracy, .macroF1, .auc, .mae: true
    case .accuracy, .rmse, .r2, .loss: false
    }
  }
}

extension MetricName: SettingValue {}

extension Metrics {
  /// Adds what only details have.
  public mutating func add(_ details: DetailedMetrics) {
    (balancedAccuracy, macroF1) = (details.balancedAccuracy, details.macroF1)
    (auc, mae) = (details.auc, details.mae)
  }
}
