import Experiment

/// How the cells of a file become features and targets, decided once, on training rows.
///
/// A checkpoint keeps it, so that a trained network can be given other files.
public struct Preparation: Equatable, Sendable {
  /// Where features come from.
  public var inputs: Inputs
  /// The column predicted; `label` for images.
  public var targetName: String
  /// How its cells are read.
  public var target: Target
  /// One entry a feature. Columns of numbers have mean 0 and variance 1 over the training rows. Images have
  /// one mean and scale a channel, over all their training pixels, which lie in 0 … 1. Category features, 0 or 1, and
  /// the coordinates of built-in tasks stay as they are.
  public var featureScaling: Scaling

  /// What features are made of.
  public enum Inputs: Codable, Equatable, Sendable {
    /// Columns of a table, in the order of their features. `width`: all its columns, the target too.
    /// `targetPosition`: 0-based.
    case columns([InputColumn], width: Int, targetPosition: Int, hasHeader: Bool)
    /// One feature a pixel and channel, row by row.
    case image(ImageShape)
    /// Features of the nodes of graphs.
    case graphs(GraphInputs)
  }

  /// What is predicted.
  public enum Target: Codable, Equatable, Sendable {
    /// In order of their indices.
    case classes([String])
    case value(Scaling)
  }

  /// Parts that must fit together: a scale for every feature of the inputs.
  public init(inputs: Inputs, targetName: String, target: Target, featureScaling: Scaling) {
    self.inputs = inputs
    self.targetName = targetName
    self.target = target
    self.featureScaling = featureScaling
    precondition(
      Self.isConsistent(inputs, target, featureScaling), "a preparation has a scale for every feature")
  }

  /// Whether classes or values are predicted.
  public var problem: Problem {
    switch target {
    case .classes: .classification
    case .value: .regression
    }
  }

  /// Empty for regression.
  public var classNames: [String] {
    if case .classes(let names) = target { names } else { [] }
  }

  /// `nil` for classification.
  public var targetScaling: Scaling? {
    if case .value(let scaling) = target { scaling } else { nil }
  }

  /// Number of features.
  public var featureCount: Int { featureScaling.means.count }

  /// Columns of numbers are called as in the file, those of categories `column=category`, pixels by their row
  /// and column.
  public var featureNames: [String] {
    switch inputs {
    case .columns(let columns, _, _, _): columns.flatMap(\.featureNames)
    case .image(let shape):
      (0..<shape.height * shape.width * shape.channels).map { Self.pixelName($0, of: shape) }
    case .graphs(let inputs): inputs.featureNames
    }
  }

  private static func pixelName(_ index: Int, of shape: ImageShape) -> String {
    let (pixel, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
    let name = "pixel \(pixel / shape.width),\(pixel % shape.width)"
    return switch shape.channels {
    case 1: name
    case 3: "\(name) \(["red", "green", "blue"][channel])"
    default: "\(name) channel \(channel)"
    }
  }

  /// What a network must take in.
  public var inputShape: InputShape {
    switch inputs {
    case .columns: .features(featureCount)
    case .image(let shape): .image(width: shape.width, height: shape.height, channels: shape.channels)
    case .graphs: .nodes(features: featureCount)
    }
  }

  /// `nil` unless the rows are images.
  public var image: ImageShape? {
    if case .image(let shape) = inputs { shape } else { nil }
  }

  /// Whether they fit together: what the initialiser asks of its arguments.
  package static func isConsistent(_ inputs: Inputs, _ target: Target, _ featureScaling: Scaling) -> Bool {
    let featureCount = featureScaling.means.count
    guard featureScaling.isUsable, featureCount > 0 else { return false }
    if case .value(let scaling) = target, !scaling.isUsable || scaling.means.count != 1 { return false }
    switch inputs {
    case .columns(let columns, let width, let target, _):
      let isColumn = { (position: Int) in position >= 0 && position < width }
      return columns.reduce(0) { $0 + $1.featureCount } == featureCount && isColumn(target)
        && columns.allSatisfy { isColumn($0.position) }
    case .image(let shape):
      return shape.size == featureCount
    case .graphs(let inputs): return inputs.isUsable && inputs.featureCount == featureCount
    }
  }
}

/// A column of a table and the features made of it.
public struct InputColumn: Codable, Equatable, Sendable {
  /// As in the header, or `x` and its position.
  public var name: String
  /// 0-based, in the training file.
  public var position: Int
  /// How its cells are read.
  public var kind: Kind

  /// What a column holds.
  public enum Kind: Codable, Equatable, Sendable {
    /// One feature; a missing number is the mean.
    case number
    /// One feature for each, 1 in the rows that have it; then one for missing cells, if some training row had
    /// one. A category unseen in training has 0 in all.
    case categories([String], hasMissing: Bool)
  }

  /// A column at a 0-based position.
  public init(name: String, position: Int, kind: Kind) {
    self.name = name
    self.position = position
    self.kind = kind
  }

  package var featureCount: Int {
    switch kind {
    case .number: 1
    case .categories(let names, let hasMissing): names.count + (hasMissing ? 1 : 0)
    }
  }

  var featureNames: [String] {
    switch kind {
    case .number: [name]
    case .categories(let names, let hasMissing):
      names.map { "\(name)=\($0)" } + (hasMissing ? ["\(name) missing"] : [])
    }
  }
}

extension Preparation: Codable {
  private enum CodingKeys: String, CodingKey { case inputs, targetName, target, featureScaling }

  /// Throws `DecodingError` if the parts do not fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    inputs = try container.decode(Inputs.self, forKey: .inputs)
    targetName = try container.decode(String.self, forKey: .targetName)
    target = try container.decode(Target.self, forKey: .target)
    featureScaling = try container.decode(Scaling.self, forKey: .featureScaling)
    guard Self.isConsistent(inputs, target, featureScaling) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: container.codingPath, debugDescription: "its parts do not fit together"))
    }
  }
}
