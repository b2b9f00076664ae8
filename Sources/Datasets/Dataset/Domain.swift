import Experiment

/// What one kind of data knows about its prepared rows. A kind of data is one conformance, in the folder of its files.
package protocol Domain: Sendable {
  var kind: DataKind { get }

  /// The names of the features of a row, a step or a node.
  var featureNames: [String] { get }

  /// What a network must take in.
  ///
  /// - Parameter features: of a row, a step or a node.
  func inputShape(features: Int) -> InputShape

  /// Whether a preparation can have this target and number of features.
  func fits(_ target: Preparation.Target, features: Int) -> Bool

  /// Names the columns or languages that make other files be read as the training file was.
  func chooseReading(_ options: inout DataOptions)

  /// `nil` unless a row is an image.
  var image: ImageShape? { get }

  /// `nil` unless a row is a text.
  var vocabulary: Vocabulary? { get }
}

extension Domain {
  package func chooseReading(_ options: inout DataOptions) {}
  package var image: ImageShape? { nil }
  package var vocabulary: Vocabulary? { nil }
}

extension Preparation.Inputs {
  /// The domain of these inputs; `nil` if they cannot be sequences of this layout.
  func domain(_ sequence: SequenceLayout?) -> (any Domain)? {
    switch (self, sequence) {
    case (.columns(let columns, let width, let target, let hasHeader), let sequence):
      let table = TableDomain(columns: columns, width: width, target: target, hasHeader: hasHeader)
      switch sequence {
      case nil: return table
      case .columns: return sequence.map { SequenceDomain(table: table, keys: $0.keys) }
      case .pixels: return nil
      }
    case (.image(let shape), nil): return ImageDomain(shape: shape)
    case (.image(let shape), .pixels): return PixelSequenceDomain(shape: shape)
    case (.text(let vocabulary, let column), nil): return TextDomain(tokens: vocabulary, column: column)
    case (.translation(let vocabulary, let source, let target), nil):
      return TranslationDomain(tokens: vocabulary, source: source, target: target)
    case (.graphs(let inputs), nil): return GraphDomain(inputs: inputs)
    case (.image, _), (.text, _), (.translation, _), (.graphs, _): return nil
    }
  }
}

extension Preparation.Target {
  /// Whether one class or one value is predicted for each row.
  var isOneAnObservation: Bool {
    switch self {
    case .classes: true
    case .value(let scaling): scaling.isUsable && scaling.means.count == 1
    case .tokens: false
    }
  }
}
