import Experiment

/// Texts to be classified.
struct TextDomain: Domain {
  let tokens: Vocabulary
  /// The column of texts.
  let column: String

  var kind: DataKind { .texts }
  var vocabulary: Vocabulary? { tokens }
  var featureNames: [String] { [] }

  func inputShape(features: Int) -> InputShape { .tokens(vocabulary: tokens.size) }

  func fits(_ target: Preparation.Target, features: Int) -> Bool {
    if case .classes = target { features == 0 } else { false }
  }

  func chooseReading(_ options: inout DataOptions) { options.text = column }
}

/// Texts to be translated.
struct TranslationDomain: Domain {
  let tokens: Vocabulary
  let source: String
  let target: String

  var kind: DataKind { .translations }
  var vocabulary: Vocabulary? { tokens }
  var featureNames: [String] { [] }

  func inputShape(features: Int) -> InputShape { .translation(vocabulary: tokens.size) }

  func fits(_ target: Preparation.Target, features: Int) -> Bool { target == .tokens && features == 0 }

  func chooseReading(_ options: inout DataOptions) { (options.source, options.target) = (source, target) }
}
