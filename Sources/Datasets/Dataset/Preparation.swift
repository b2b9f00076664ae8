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
  /// Set if an observation is a sequence of rows or of pixels, and a feature belongs to each of its steps.
  public var sequence: SequenceLayout?

  /// What features are made of.
  public enum Inputs: Codable, Equatable, Sendable {
    /// Columns of a table, in the order of their features. `width`: all its columns, the target too.
    /// `targetPosition`: 0-based.
    case columns([InputColumn], width: Int, targetPosition: Int, hasHeader: Bool)
    /// One feature a pixel and channel, row by row.
    case image(ImageShape)
    /// Tokens of the texts of a column.
    case text(Vocabulary, column: String)
    /// Tokens of a language, and of the one that it is translated into.
    case translation(Vocabulary, source: String, target: String)
    /// Features of the nodes of graphs.
    case graphs(GraphInputs)
  }

  /// What is predicted.
  public enum Target: Codable, Equatable, Sendable {
    /// In order of their indices.
    case classes([String])
    case value(Scaling)
    /// The next token of a translation.
    case tokens
  }

  /// Parts that must fit together: a scale for every feature of the inputs.
  public init(
    inputs: Inputs, targetName: String, target: Target, featureScaling: Scaling,
    sequence: SequenceLayout? = nil
  ) {
    self.inputs = inputs
    self.sequence = sequence
    self.targetName = targetName
    self.target = target
    self.featureScaling = featureScaling
    precondition(
      Self.isConsistent(inputs, target, featureScaling, sequence),
      "a preparation has a scale for every feature")
  }

  /// Whether classes or values are predicted.
  public var problem: Problem {
    switch target {
    case .classes, .tokens: .classification
    case .value: .regression
    }
  }

  /// What a network must give out: classes, values, or tokens.
  public var outputs: Int {
    switch target {
    case .classes(let names): names.count
    case .value(let scaling): scaling.means.count
    case .tokens: vocabulary?.size ?? 0
    }
  }

  /// Empty for regression and translation.
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
    case .image where sequence != nil: ["pixel"]
    case .image(let shape):
      (0..<shape.height * shape.width * shape.channels).map { Self.pixelName($0, of: shape) }
    case .text, .translation: []
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
    if sequence != nil { return .steps(features: featureCount) }
    return switch inputs {
    case .columns: .features(featureCount)
    case .image(let shape): .image(width: shape.width, height: shape.height, channels: shape.channels)
    case .text(let vocabulary, _): .tokens(vocabulary: vocabulary.size)
    case .translation(let vocabulary, _, _): .translation(vocabulary: vocabulary.size)
    case .graphs: .nodes(features: featureCount)
    }
  }

  /// `nil` unless the rows are images, and seen as such.
  public var image: ImageShape? {
    if case .image(let shape) = inputs, sequence == nil { shape } else { nil }
  }

  /// Whether they fit together: what the initialiser asks of its arguments.
  package static func isConsistent(
    _ inputs: Inputs, _ target: Target, _ featureScaling: Scaling, _ sequence: SequenceLayout? = nil
  ) -> Bool {
    let featureCount = featureScaling.means.count
    guard featureScaling.isUsable else { return false }
    switch (inputs, target) {
    case (.text, .classes), (.translation, .tokens): return featureCount == 0 && sequence == nil
    case (.text, _), (.translation, _), (_, .tokens): return false
    default: if featureCount == 0 { return false }
    }
    if case .value(let scaling) = target, !scaling.isUsable || scaling.means.count != 1 { return false }
    switch inputs {
    case .columns(let columns, let width, let target, _):
      let isColumn = { (position: Int) in position >= 0 && position < width }
      if case .pixels = sequence { return false }
      return columns.reduce(0) { $0 + $1.featureCount } == featureCount && isColumn(target)
        && columns.allSatisfy { isColumn($0.position) }
        && (sequence?.keys.allSatisfy { isColumn($0.position) } ?? true)
    case .image(let shape):
      if case .columns = sequence { return false }
      return sequence == nil ? shape.size == featureCount : shape.size != nil && featureCount == 1
    case .text, .translation: return sequence == nil
    case .graphs(let inputs):
      return sequence == nil && inputs.isUsable && inputs.featureCount == featureCount
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
  private enum CodingKeys: String, CodingKey { case inputs, targetName, target, featureScaling, sequence }

  /// Throws `DecodingError` if the parts do not fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    inputs = try container.decode(Inputs.self, forKey: .inputs)
    targetName = try container.decode(String.self, forKey: .targetName)
    target = try container.decode(Target.self, forKey: .target)
    featureScaling = try container.decode(Scaling.self, forKey: .featureScaling)
    sequence = try container.decodeIfPresent(SequenceLayout.self, forKey: .sequence)
    guard Self.isConsistent(inputs, target, featureScaling, sequence) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: container.codingPath, debugDescription: "its parts do not fit together"))
    }
  }
}
