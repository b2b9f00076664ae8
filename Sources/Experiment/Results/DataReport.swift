/// What was read of a file and what becomes of it, before anything is trained. A run's folder keeps it as `data.json`.
public struct DataReport: Codable, Equatable, Sendable {
  public var name: String
  /// The path as it was given; `nil`: the points of a built-in task, or the version that wrote the report did not say.
  public var file: String?
  /// "rows of a table".
  public var kind: String
  /// Observations that have a target.
  public var rows: Int
  public var training: Int
  public var heldOut: Int
  public var test: Int
  /// Numbers that a network gets for an observation, or for a step or node of one.
  public var features: Int
  /// What an observation is made of where that is not columns: "28 × 28 pixels".
  public var shape: String?
  /// How large observations are that consist of steps, nodes or tokens; `nil`: all are alike.
  public var sizes: Sizes?
  public var reading: Reading?
  public var target: Target
  public var columns: [ColumnSummary]
  public var notes: [String]
  public var warnings: [String]

  /// Over all observations that have a target.
  public struct Sizes: Codable, Equatable, Sendable {
    /// "nodes".
    public var unit: String
    public var smallest: Int
    public var largest: Int
    public var mean: Double

    public init(unit: String, smallest: Int, largest: Int, mean: Double) {
      (self.unit, self.smallest, self.largest, self.mean) = (unit, smallest, largest, mean)
    }
  }

  /// How the file's text was read.
  public struct Reading: Codable, Equatable, Sendable {
    public var header: Bool
    public var delimiter: String
    public var encoding: TextEncoding

    public init(header: Bool, delimiter: String, encoding: TextEncoding) {
      (self.header, self.delimiter, self.encoding) = (header, delimiter, encoding)
    }
  }

  public struct Target: Codable, Equatable, Sendable {
    public var name: String
    /// `nil` where texts are predicted.
    public var problem: Problem?
    /// In the order of their indices, with all their rows.
    public var classes: [ColumnSummary.Count]?
    /// The fraction of the rows in the majority class: the accuracy of the majority-class baseline.
    public var majority: Double?
    /// The mean of the training rows' values, and their standard deviation: the RMSE of always naming the mean.
    public var mean: Double?
    public var deviation: Double?
    /// The least and the greatest value of all rows.
    public var smallest: Double?
    public var largest: Double?

    public init(name: String, problem: Problem? = nil) { (self.name, self.problem) = (name, problem) }
  }

  public init(
    name: String, file: String? = nil, kind: String, rows: Int, training: Int, heldOut: Int, test: Int,
    features: Int, reading: Reading? = nil, target: Target, columns: [ColumnSummary] = [],
    notes: [String] = [], warnings: [String] = []
  ) {
    (self.name, self.file, self.kind) = (name, file, kind)
    (self.rows, self.training, self.heldOut, self.test) = (rows, training, heldOut, test)
    (self.features, self.reading, self.target) = (features, reading, target)
    (self.columns, self.notes, self.warnings) = (columns, notes, warnings)
  }
}
