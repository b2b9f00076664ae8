import Experiment
import PlainText

/// What was read of a file and what becomes of it, before anything is trained.
public struct DataReport: Encodable, Sendable {
  public var name: String
  /// "rows of a table".
  public var kind: String
  /// Observations that have a target.
  public var rows: Int
  public var training: Int
  public var heldOut: Int
  public var test: Int
  /// Numbers that a network gets for an observation, or for a step or node of one.
  public var features: Int
  public var reading: Reading?
  public var target: Target
  public var columns: [ColumnSummary]
  public var notes: [String]
  public var warnings: [String]

  /// How the file's text was read.
  public struct Reading: Encodable, Sendable {
    public var header: Bool
    public var delimiter: String
    public var encoding: TextEncoding
  }

  public struct Target: Encodable, Sendable {
    public var name: String
    /// `nil` where texts are predicted.
    public var problem: Problem?
    /// In the order of their indices, with all their rows.
    public var classes: [ColumnSummary.Count]?
    /// The fraction of the rows that the commonest class has: the accuracy of always naming it.
    public var majority: Double?
    /// Of the training rows' values, with their standard deviation: the RMSE of always naming the mean.
    public var mean: Double?
    public var deviation: Double?
  }

  public init(_ dataset: Dataset) {
    name = dataset.name
    kind = dataset.preparation.kind.name
    training = dataset.training.rows
    heldOut = dataset.validation.rows
    test = dataset.test?.rows ?? 0
    rows = training + heldOut + test
    features = dataset.preparation.featureCount
    if dataset.preparation.kind != .translations, let reading = dataset.preparation.reading {
      var hasHeader = true
      if case .columns(_, _, _, let header) = dataset.preparation.inputs { hasHeader = header }
      self.reading = Reading(header: hasHeader, delimiter: reading.delimiter, encoding: reading.encoding)
    }
    target = Self.target(dataset)
    columns = dataset.columns
    notes = dataset.notes
    warnings = dataset.warnings
    addWarnings()
  }

  private static func target(_ dataset: Dataset) -> Target {
    var target = Target(name: dataset.targetName)
    switch dataset.preparation.target {
    case .classes(let names):
      target.problem = .classification
      var counts = [Int](repeating: 0, count: names.count)
      for part in [dataset.training, dataset.validation] + (dataset.test.map { [$0] } ?? []) {
        if case .classes(let classes) = part.targets { for label in classes { counts[Int(label)] += 1 } }
      }
      target.classes = zip(names, counts).map { ColumnSummary.Count(name: $0, rows: $1) }
      let all = counts.reduce(0, +)
      target.majority = all > 0 ? Double(counts.max() ?? 0) / Double(all) : nil
    case .value(let scaling):
      target.problem = .regression
      (target.mean, target.deviation) = (scaling.means[0], scaling.scales[0])
    case .tokens: break
    }
    return target
  }

  private mutating func addWarnings() {
    if features > 20 * training {
      warnings.append(
        "\(features) features for \(counted(training, "training row")): few rows to learn so much from")
    }
    if let classes = target.classes, rows > 0 {
      let rare = classes.filter { 100 * $0.rows < rows }
      if !rare.isEmpty {
        warnings.append(
          "\(counted(rare.count, "class")) of less than 1 % of the rows: \(listed(rare.map(\.name)))")
      }
    }
    if heldOut > 0, heldOut < 100, target.problem == .classification {
      warnings.append(
        "\(counted(heldOut, "held-out row")): one of them is \(Self.percent(1 / Double(heldOut))) of the accuracy "
          + "(--folds measures on all rows)")
    }
  }

  private static func percent(_ fraction: Double) -> String {
    let tenths = Int((1000 * fraction).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
