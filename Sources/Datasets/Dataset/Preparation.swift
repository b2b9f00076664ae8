import Experiment

/// How the cells of a file become features and targets, decided once, on training rows.
///
/// A checkpoint keeps it, so that a trained network can be given other files.
public struct Preparation: Equatable, Sendable {
  /// The origin of the features.
  public var inputs: Inputs
  /// The column predicted; `label` for images.
  public var targetName: String
  /// How its cells are read.
  public var target: Target
  /// How the numbers of the target are printed; `nil`: plainly.
  public var targetFormat: NumberFormat?
  /// One entry per feature. Columns of numbers have mean 0 and variance 1 over the training rows. Images have one mean
  /// and one scale per channel, over all their training pixels, which lie in 0 … 1. Category features, 0 or 1, and the
  /// coordinates of built-in tasks stay as they are.
  public var featureScaling: Scaling
  /// Set if an observation is a sequence of rows or of pixels, and a feature belongs to each of its steps.
  public var sequence: SequenceLayout?
  /// How the text of the training file was read; `nil`: it was no text with cells, or the version that read it did not
  /// keep it.
  public var reading: TableReading?
  /// What the pixels of NumPy's arrays were; `nil`: the data were in another format, or the version that read them did
  /// not keep it.
  public var pixelRange: PixelRange?
  /// The largest number of tokens that are read of a text; `nil`: the default.
  public var maxLength: Int?

  /// What features are made of.
  public enum Inputs: Equatable, Sendable {
    /// Columns of a table, in the order of their features. `width`: all its columns, the target too.
    /// `targetPosition`: 0-based.
    case columns([InputColumn], width: Int, targetPosition: Int, hasHeader: Bool)
    /// One feature per pixel and channel, row by row.
    case image(ImageShape)
    /// The tokens of the texts of a column.
    case text(Vocabulary, column: String)
    /// The tokens of a language, and of the language that it is translated into.
    case translation(Vocabulary, source: String, target: String)
    /// Features of the nodes of graphs.
    case graphs(GraphInputs)
  }

  /// What is predicted.
  public enum Target: Equatable, Sendable {
    /// The names of the classes, in the order of their indices.
    case classes([String])
    case value(Scaling)
    /// The next token of a translation.
    case tokens
  }

  /// Parts that must fit together: a scale for every feature of the inputs.
  public init(
    inputs: Inputs, targetName: String, target: Target, featureScaling: Scaling,
    sequence: SequenceLayout? = nil, reading: TableReading? = nil, targetFormat: NumberFormat? = nil,
    pixelRange: PixelRange? = nil
  ) {
    self.inputs = inputs
    self.sequence = sequence
    self.reading = reading
    self.targetFormat = targetFormat
    self.pixelRange = pixelRange
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

  /// What the kind of data knows about its rows.
  package var domain: any Domain {
    guard let domain = inputs.domain(sequence) else { preconditionFailure("only rows and pixels are steps") }
    return domain
  }

  /// The kind of data that can be prepared.
  public var kind: DataKind { domain.kind }

  /// Columns of numbers have the name of the file, those of categories `column=category`, pixels their row and column.
  public var featureNames: [String] { domain.featureNames }

  /// What a network must take in.
  public var inputShape: InputShape { domain.inputShape(features: featureCount) }

  /// `nil` unless the rows are images that are not read as sequences.
  public var image: ImageShape? { domain.image }

  /// The shape of images, of those that are read as sequences, too; `nil`: the rows are no images.
  var imageShape: ImageShape? { if case .image(let shape) = inputs { shape } else { nil } }

  /// The largest number of tokens that are read of a text; what follows is cut off.
  public var longestText: Int { maxLength ?? SentenceRows.longestSentence }

  /// `nil` unless the rows are texts.
  public var vocabulary: Vocabulary? { domain.vocabulary }

  /// Whether the arguments of the initializer fit together.
  package static func isConsistent(
    _ inputs: Inputs, _ target: Target, _ featureScaling: Scaling, _ sequence: SequenceLayout? = nil
  ) -> Bool {
    guard featureScaling.isUsable, let domain = inputs.domain(sequence) else { return false }
    return domain.fits(target, features: featureScaling.means.count)
  }
}

/// A column of a table and the features made of it.
public struct InputColumn: Equatable, Sendable {
  /// The name in the header, or `x` and the position.
  public var name: String
  /// 0-based, in the training file.
  public var position: Int
  /// How its cells are read.
  public var kind: Kind
  /// How numbers are printed; `nil`: plainly.
  public var format: NumberFormat?

  /// What a column holds.
  public enum Kind: Equatable, Sendable {
    /// One feature; a missing number becomes the mean.
    case number
    /// One feature per category, 1 in the rows that have it; then one for missing cells, if some training row had one.
    /// An unseen category has 0 in all of them.
    case categories([String], hasMissing: Bool)
    /// Days since 1970, and two features for each of the parts that come again; a missing date is the mean.
    case date(DateOrder, [DatePart])
  }

  /// A column at a 0-based position.
  public init(name: String, position: Int, kind: Kind, format: NumberFormat? = nil) {
    self.name = name
    self.position = position
    self.kind = kind
    self.format = format
  }

  package var featureCount: Int {
    switch kind {
    case .number: 1
    case .categories(let names, let hasMissing): names.count + (hasMissing ? 1 : 0)
    case .date(_, let parts): 1 + 2 * parts.count
    }
  }

  var featureNames: [String] {
    switch kind {
    case .number: [name]
    case .categories(let names, let hasMissing):
      names.map { "\(name)=\($0)" } + (hasMissing ? ["\(name) missing"] : [])
    case .date(_, let parts):
      ["\(name) days"] + parts.flatMap { ["\(name) \($0.name) sin", "\(name) \($0.name) cos"] }
    }
  }
}
