/// What a network makes of held-out rows, row by row or class by class, beside what is true of them. Measured only on
/// request.
public struct HeldOutPredictions: Codable, Equatable, Sendable {
  /// The step of the network that was measured.
  public var step: Int
  /// Held-out observations it was measured on.
  public var rows: Int
  /// Held-out observations there are.
  public var allRows: Int
  public var result: Result

  /// In the form that suits what is predicted.
  public enum Result: Codable, Equatable, Sendable {
    case classes(ConfusionMatrix)
    case values(ParityValues)
  }

  public init(step: Int, rows: Int, allRows: Int, _ result: Result) {
    (self.step, self.rows, self.allRows, self.result) = (step, rows, allRows, result)
  }
}

/// How often each class was taken for each.
public struct ConfusionMatrix: Codable, Equatable, Sendable {
  /// In the order of their indices.
  public var names: [String]
  /// [true class][predicted class], in rows.
  public var counts: [[Int]]

  /// - Parameter counts: as many rows and columns as names.
  public init(names: [String], counts: [[Int]]) {
    (self.names, self.counts) = (names, counts)
  }

  /// Two classes, of which one was taken for the other.
  public struct Confusion: Equatable, Sendable {
    /// Indices of classes.
    public var actual: Int
    public var predicted: Int
    public var rows: Int
    /// The fraction of the true class's rows.
    public var fraction: Double
  }

  /// Whether it has a row and a column for each class, and counts whose sums are numbers: what comes from outside may
  /// be anything.
  public var isWellFormed: Bool {
    names.count <= 4_096 && counts.count == names.count
      && counts.allSatisfy { row in
        row.count == names.count && row.allSatisfy { (0...1 << 38).contains($0) }
      }
  }

  public var rows: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// Rows of the true class.
  public func rows(of actual: Int) -> Int { counts[actual].reduce(0, +) }

  /// The fraction of all rows that were predicted right; `nil` without rows.
  public var accuracy: Double? { Self.fraction(counts.indices.reduce(0) { $0 + counts[$1][$1] }, of: rows) }

  /// The fraction of a class's rows that were predicted as it; `nil`: it has none.
  public func recall(of actual: Int) -> Double? {
    Self.fraction(counts[actual][actual], of: rows(of: actual))
  }

  /// The fraction of the rows predicted as a class that are of it; `nil`: there are none.
  public func precision(of predicted: Int) -> Double? {
    Self.fraction(counts[predicted][predicted], of: counts.reduce(0) { $0 + $1[predicted] })
  }

  /// All pairs that were confused, the most frequent first; of equally frequent ones, the greater fraction first.
  public var confusions: [Confusion] {
    var found: [Confusion] = []
    for actual in counts.indices {
      let all = max(1, rows(of: actual))
      for (predicted, rows) in counts[actual].enumerated() where rows > 0 && predicted != actual {
        found.append(
          Confusion(
            actual: actual, predicted: predicted, rows: rows, fraction: Double(rows) / Double(all)))
      }
    }
    return found.sorted {
      ($1.rows, $1.fraction, $0.actual, $0.predicted) < ($0.rows, $0.fraction, $1.actual, $1.predicted)
    }
  }

  private static func fraction(_ part: Int, of all: Int) -> Double? {
    all > 0 ? Double(part) / Double(all) : nil
  }
}

/// Predicted and true values, in the target's own unit.
public struct ParityValues: Codable, Equatable, Sendable {
  /// The name of the column predicted.
  public var target: String
  /// Some of the rows, drawn from all of them.
  public var values: [PredictedValue]
  /// Over all rows that were measured.
  public var rmse: Double
  /// 1 − the squared errors' sum over that of the deviations from the mean; `nil`: the true values are all the same.
  public var r2: Double?

  public init(target: String, values: [PredictedValue], rmse: Double, r2: Double?) {
    (self.target, self.values, self.rmse, self.r2) = (target, values, rmse, r2)
  }

  /// - Parameters:
  ///   - all: every row that was measured.
  ///   - limit: rows that are kept, evenly from all of them.
  public init(target: String, of all: [PredictedValue], limit: Int = .max) {
    var (errors, count, mean, squares) = (0.0, 0.0, 0.0, 0.0)
    for value in all {
      let (actual, error) = (Double(value.actual), Double(value.predicted) - Double(value.actual))
      errors += error * error
      count += 1
      let difference = actual - mean
      mean += difference / count
      squares += difference * (actual - mean)
    }
    let step = max(1, (all.count - 1) / max(1, limit) + 1)
    self.init(
      target: target,
      values: step == 1 ? all : stride(from: 0, to: all.count, by: step).map { all[$0] },
      rmse: (errors / max(1, count)).squareRoot(), r2: squares > 0 ? 1 - errors / squares : nil)
  }
}
