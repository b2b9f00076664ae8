extension Metrics {
  /// One kind of number that says how good a network is. A further one is a value here, its property in `Metrics`, and
  /// its place in `all`.
  public struct Measure: Sendable {
    /// In files: "rmse".
    public let key: String
    /// On screen: "RMSE".
    public let name: String
    /// Whether a larger number is better.
    public let isBetterHigher: Bool
    public let format: Format
    /// Its number among metrics; `nil`: it was not measured, or does not exist for what is predicted.
    public let value: @Sendable (Metrics) -> Double?

    /// How its numbers are written.
    public enum Format: Sendable {
      /// A fraction, shown in per cent; changes are in points.
      case percent
      /// A number in a unit of its own; changes are relative to it, in per cent.
      case number
      /// A fraction without a unit, with three decimals.
      case coefficient
    }

    /// The fraction of rows whose largest logit is their class; of classifications.
    public static let accuracy = Measure(
      key: "accuracy", name: "accuracy", isBetterHigher: true, format: .percent, value: \.accuracy)
    /// In the target's own unit; of regressions.
    public static let rmse = Measure(
      key: "rmse", name: "RMSE", isBetterHigher: false, format: .number, value: \.rmse)
    /// The fraction of the target's variance that is explained; of regressions.
    public static let r2 = Measure(
      key: "r2", name: "R²", isBetterHigher: true, format: .coefficient, value: \.r2)
    /// Mean negative log-likelihood a row; of everything.
    public static let loss = Measure(
      key: "loss", name: "loss", isBetterHigher: false, format: .number, value: { $0.loss })

    public static let balancedAccuracy = Measure(
      key: "balanced_accuracy", name: "balanced accuracy", isBetterHigher: true, format: .percent,
      value: \.balancedAccuracy)
    public static let macroF1 = Measure(
      key: "macro_f1", name: "macro F1", isBetterHigher: true, format: .coefficient, value: \.macroF1)
    public static let auc = Measure(
      key: "auc", name: "ROC AUC", isBetterHigher: true, format: .coefficient, value: \.auc)
    public static let mae = Measure(
      key: "mae", name: "MAE", isBetterHigher: false, format: .number, value: \.mae)

    /// Every measure.
    public static let all = [accuracy, rmse, r2, loss, balancedAccuracy, macroF1, auc, mae]

    /// Those that networks are compared by, the decisive one first.
    public static let decisive = [accuracy, rmse, loss]

    /// What a user judges networks for a kind of problem by.
    public static func main(for problem: Problem) -> Measure {
      switch problem {
      case .classification: accuracy
      case .regression: rmse
      }
    }

    /// Whether a value is better than another. Any number is better than none: metrics of an overflown network may
    /// not stay the best for good.
    public func isBetter(_ value: Double, than other: Double) -> Bool {
      (isBetterHigher ? value > other : value < other) || other.isNaN && !value.isNaN
    }
  }

  /// The first decisive measure that these metrics have: the number a user judges the network by.
  public var main: Measure { Measure.decisive.first { $0.value(self) != nil } ?? .loss }

  /// The number of the main measure.
  public var mainValue: Double { main.value(self) ?? .nan }

  /// Whether these are the better ones, by the first decisive measure in which both differ.
  public func isBetter(than other: Metrics) -> Bool {
    for measure in Measure.decisive {
      guard let value = measure.value(self), let theirs = measure.value(other), value != theirs else {
        continue
      }
      return measure.isBetter(value, than: theirs)
    }
    return false
  }

  /// Whether the first decisive measure that both have is better: the number a user looks at, alone.
  public func hasBetterMetric(than other: Metrics) -> Bool {
    for measure in Measure.decisive {
      guard let value = measure.value(self), let theirs = measure.value(other) else { continue }
      return measure.isBetter(value, than: theirs)
    }
    return false
  }
}

extension Metrics.Measure: Hashable {
  public static func == (left: Self, right: Self) -> Bool { left.key == right.key }

  public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
