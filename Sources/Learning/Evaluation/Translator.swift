import AdaptiveWidth
import Datasets
import Experiment

/// Texts of a dataset through a network that translates.
package struct Translator: Sendable {
  private let vocabulary: Vocabulary
  /// Tokens of a translation at most.
  private let limit: Int

  /// - Returns: `nil` unless translations are what is prepared.
  package init?(_ preparation: Preparation) {
    guard case .translation(let vocabulary, _, _) = preparation.inputs else { return nil }
    self.vocabulary = vocabulary
    limit = preparation.longestText
  }

  package init?(_ dataset: Dataset) { self.init(dataset.preparation) }

  /// What the network says of some rows' sources.
  package func translations(
    of table: Examples, rows: Range<Int>, by network: Network, _ workspace: inout Workspace
  ) -> [String] {
    guard case .sentences(let sentences) = table.structure else { return [] }
    return network.translations(
      of: rows.map { Array(sentences.source($0)) }, begin: Vocabulary.begin, end: Vocabulary.end,
      limit: min(limit, 2 * (rows.map { sentences.source($0).count }.max() ?? 0) + 10), &workspace
    ).map { vocabulary.decode($0) }
  }

  /// The translation that is given of a row; `nil`: there is none.
  package func reference(of table: Examples, row: Int) -> String? {
    guard case .sentences(let sentences) = table.structure, !sentences.targetTokens.isEmpty else {
      return nil
    }
    return vocabulary.decode(sentences.target(row))
  }

  /// The first rows beside their references.
  package func translations(
    of table: Examples, by network: Network, count: Int = 4, _ workspace: inout Workspace
  ) -> [SampleTranslation] {
    guard case .sentences(let sentences) = table.structure else { return [] }
    let rows = 0..<min(count, table.rows)
    return zip(rows, translations(of: table, rows: rows, by: network, &workspace)).map { row, prediction in
      SampleTranslation(
        source: vocabulary.decode(sentences.source(row)), prediction: prediction,
        reference: vocabulary.decode(sentences.target(row)))
    }
  }
}
