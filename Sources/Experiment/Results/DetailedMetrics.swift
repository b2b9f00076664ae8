/// What a network makes of some rows beyond the metrics that are measured all the time: class by class, and beside what
/// needs no network.
public struct DetailedMetrics: Codable, Equatable, Sendable {
  /// Classification: the fraction of the rows in the majority class. Regression: the RMSE of predicting the rows' mean.
  public var baseline: Double
  /// The mean of the classes' recalls.
  public var balancedAccuracy: Double?
  /// The mean of the classes' F1.
  public var macroF1: Double?
  /// The area under the ROC curve; of more than two classes, the mean of each against all others.
  public var auc: Double?
  /// Mean absolute error, in the target's own unit.
  public var mae: Double?
  /// Median of the absolute errors, in the target's own unit.
  public var medianError: Double?
  /// One a class that occurs among the rows or the predictions.
  public var classes: [ClassMetrics] = []
  /// Rows of a true class (first index) that were predicted as a class (second).
  public var confusion: [[Int]] = []

  public init(baseline: Double) { self.baseline = baseline }
}

/// How one class is found.
public struct ClassMetrics: Codable, Equatable, Sendable {
  public var name: String
  /// Rows of this class.
  public var rows: Int
  /// The fraction of the rows predicted as this class that are of it; `nil`: there are none.
  public var precision: Double?
  /// The fraction of this class's rows that are predicted as it; `nil`: there are none.
  public var recall: Double?
  /// Harmonic mean of both; 0 if no row was found.
  public var f1: Double?
  /// The area under the ROC curve of this class against all others; `nil` if one of the sides has no row.
  public var auc: Double?
}

extension DetailedMetrics {
  /// The metrics of predicted classes.
  ///
  /// - Parameters:
  ///   - confusion: rows of a true class (first index) predicted as a class (second).
  ///   - aucs: one per class; `nil` where it is not known.
  public init(confusion: [[Int]], names: [String], aucs: [Double?]) {
    let rows = confusion.map { $0.reduce(0, +) }
    let predicted = confusion.indices.map { column in confusion.reduce(0) { $0 + $1[column] } }
    let all = rows.reduce(0, +)
    self.init(baseline: all > 0 ? Double(rows.max() ?? 0) / Double(all) : .nan)
    self.confusion = confusion
    var (recalls, scores) = ([Double](), [Double]())
    for (index, name) in names.enumerated() {
      let hits = Double(confusion[index][index])
      var metrics = ClassMetrics(name: name, rows: rows[index])
      if predicted[index] > 0 { metrics.precision = hits / Double(predicted[index]) }
      if rows[index] > 0 { metrics.recall = hits / Double(rows[index]) }
      if rows[index] + predicted[index] > 0 {
        metrics.f1 = 2 * hits / Double(rows[index] + predicted[index])
        scores.append(metrics.f1 ?? 0)
      }
      metrics.auc = aucs[index]
      if let recall = metrics.recall { recalls.append(recall) }
      classes.append(metrics)
    }
    balancedAccuracy = recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
    macroF1 = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    let known = aucs.compactMap { $0 }
    auc = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  /// The metrics of predicted values, in their own unit.
  public init(errors: [Double], deviation: Double) {
    self.init(baseline: deviation)
    guard !errors.isEmpty else { return }
    let sizes = errors.map { abs($0) }.sorted()
    mae = sizes.reduce(0, +) / Double(sizes.count)
    let middle = sizes.count / 2
    medianError = sizes.count % 2 == 1 ? sizes[middle] : (sizes[middle - 1] + sizes[middle]) / 2
  }

  /// The probability that a row of the class has a higher score than one of the others, equal scores counted half.
  ///
  /// - Returns: `nil` if one of the sides has no row.
  public static func auc(scores: [Float], isOfClass: (Int) -> Bool) -> Double? {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var (ranks, members, start) = (0.0, 0, 0)
    while start < order.count {
      var end = start + 1
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      // Equal scores share the mean of their ranks, counted from 1.
      let rank = Double(start + end + 1) / 2
      for index in start..<end where isOfClass(order[index]) {
        ranks += rank
        members += 1
      }
      start = end
    }
    let others = scores.count - members
    guard members > 0, others > 0 else { return nil }
    return (ranks - Double(members) * Double(members + 1) / 2) / (Double(members) * Double(others))
  }
}
