import Experiment

/// What rows are to be predicted as.
public enum Targets: Equatable, Sendable {
  /// An index into the class names for each row.
  case classes([Int32])
  /// Standardized, [rows, outputs].
  case values([Float], outputs: Int)
  /// Not known: rows to be predicted.
  case none
}

/// Observations ready for the network, in the order of their file.
public struct Examples: Equatable, Sendable {
  /// What an observation is made of.
  public enum Structure: Equatable, Sendable {
    /// An observation is a row of features.
    case rows
    /// Texts to be classified, or translations.
    case sentences(SentenceRows)
    /// Images as bytes, of which features are made when they are needed; there are none in the table.
    case pixels(PixelRows)
    case graphs(GraphRows)
    /// An observation is a sequence of rows, its steps. The values are the first row of each, and one past the last;
    /// observations + 1.
    case sequences([Int32])
  }

  /// The number of observations; may be 0.
  public var rows: Int
  /// The number of features of an observation, or of one of the steps or nodes that it consists of.
  public var columns: Int
  /// Standardized features, [rows, columns], with one row per observation, step or node, as the structure says.
  public var features: [Float]
  /// One target per observation.
  public var targets: Targets
  public var structure = Structure.rows
  /// The value that most features have, a black or white background's of images: layers need to multiply only what
  /// differs from it. 0: no such value is known.
  public var background: Float = 0
  /// The names of the observations in their file: the identifiers of sequences; `nil`: they have no names.
  public var names: [String]?
  /// The line of each observation in its file, counted from 1, while rows are being read; `nil` in a dataset, which keeps
  /// them in `places`, and where the file has no lines.
  var lines: [Int]?

  /// Rows of features.
  ///
  /// - Parameter features: [rows, columns]
  public init(rows: Int, columns: Int, features: [Float], targets: Targets) {
    precondition(features.count == rows * columns, "features must be [rows, columns]")
    self.init(rows: rows, columns: columns, features: features, targets: targets, structure: .rows)
  }

  /// Observations of any structure, whose parts fit together.
  public init(
    rows: Int, columns: Int, features: [Float], targets: Targets, structure: Structure
  ) {
    self.rows = rows
    self.columns = columns
    self.features = features
    self.targets = targets
    self.structure = structure
  }
}

extension Examples.Structure {
  /// Whether every observation has the same number of features, and nothing else.
  public var isOfEqualRows: Bool {
    switch self {
    case .rows, .pixels: true
    case .sentences, .graphs, .sequences: false
    }
  }
}

extension Examples {
  /// A table of sequences.
  ///
  /// - Parameters:
  ///   - features: [steps of all sequences, columns]
  ///   - offsets: first step of each sequence, and one past the last.
  ///   - names: their identifiers; `nil`: they have none.
  public init(
    columns: Int, features: [Float], targets: Targets, offsets: [Int32], names: [String]? = nil
  ) {
    precondition(
      !offsets.isEmpty && Int(offsets[offsets.count - 1]) * columns == features.count,
      "offsets must lead through the features")
    self.init(
      rows: offsets.count - 1, columns: columns, features: features, targets: targets,
      structure: .sequences(offsets))
    self.names = names
  }
}

/// A linear map of each of a number of values to mean 0 and variance 1, and back.
public struct Scaling: Equatable, Sendable {
  /// The mean of each value, in the value's own unit.
  public var means: [Double]
  /// The standard deviation (of the population) of each value; 1 for a value that did not vary.
  public var scales: [Double]

  /// - Parameter scales: as many as means.
  public init(means: [Double], scales: [Double]) {
    precondition(means.count == scales.count, "a scaling has as many means as scales")
    self.means = means
    self.scales = scales
  }

  /// The scaling that changes nothing.
  public static func identity(_ count: Int) -> Scaling {
    Scaling(means: [Double](repeating: 0, count: count), scales: [Double](repeating: 1, count: count))
  }

  /// (value − mean) / scale, kept finite.
  public func standardized(_ value: Double, at index: Int) -> Float {
    let limit = Double(Float.greatestFiniteMagnitude)
    return Float(min(max((value - means[index]) / scales[index], -limit), limit))
  }

  /// mean + scale · value: in the value's own unit again.
  public func restored(_ value: Float, at index: Int) -> Double {
    means[index] + scales[index] * Double(value)
  }

  var isUsable: Bool {
    means.count == scales.count && means.allSatisfy { $0.isFinite }
      && scales.allSatisfy { $0.isFinite && $0 > 0 }
  }
}

/// What is trained on, divided into rows to learn from, rows for the live metric, and rows nothing touches
/// before the final metric.
public struct Dataset: Equatable, Sendable {
  /// The name of the built-in task, or of the file without its extensions.
  public var name: String
  /// The training rows: at least two, and at least one of every class.
  public var training: Examples
  /// The held-out rows of the live metric; none if the validation fraction is 0.
  public var validation: Examples
  /// `nil`: no test rows.
  public var test: Examples?
  /// The preparation of such rows from a file, fitted on the training rows alone.
  public var preparation: Preparation
  /// Changes to the rows that the user may not expect, a sentence each, without a full stop.
  public var notes: [String]
  /// The columns of a table as they were read; empty for other data.
  public var columns: [ColumnSummary] = []
  /// Warnings about the data, a sentence each, without a full stop.
  public var warnings: [String] = []
  /// The place of each observation in its file; `nil` if observations have names, or come from a built-in task.
  public var places: RowPlaces?

  /// Parts that share one preparation.
  public init(
    name: String, training: Examples, validation: Examples, test: Examples?, preparation: Preparation,
    notes: [String] = []
  ) {
    self.name = name
    self.training = training
    self.validation = validation
    self.test = test
    self.preparation = preparation
    self.notes = notes
  }

  /// Whether classes or values are predicted.
  public var problem: Problem { preparation.problem }
  /// Empty for regression.
  public var classNames: [String] { preparation.classNames }
  /// The name of each feature column.
  public var featureNames: [String] { preparation.featureNames }
  /// The column predicted; `class` in built-in tasks, `label` for images.
  public var targetName: String { preparation.targetName }
  /// The scaling that leads back from the features to the values in the file.
  public var featureScaling: Scaling { preparation.featureScaling }
  /// `nil` for classification.
  public var targetScaling: Scaling? { preparation.targetScaling }
  /// `nil` unless the rows are images.
  public var image: ImageShape? { preparation.image }
}
