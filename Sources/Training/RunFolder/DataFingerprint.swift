import Datasets
import ModelFiles

/// What tells the data of a run from any other: the prepared rows that are learned from and measured on.
package struct DataFingerprint: Codable, Equatable, Sendable {
  /// Of the training rows.
  var rows: Int
  var columns: Int
  var validationRows: Int
  /// Of the features and targets of both.
  var crc32: UInt32

  private enum CodingKeys: String, CodingKey {
    case rows, columns, crc32
    case validationRows = "validation_rows"
  }

  package init(_ dataset: Dataset) {
    rows = dataset.training.rows
    columns = dataset.training.columns
    validationRows = dataset.validation.rows
    crc32 = [dataset.training, dataset.validation].reduce(0) { sum, table in
      let features = Self.checksum(table.structure, after: Self.checksum(table.features, after: sum))
      return switch table.targets {
      case .classes(let labels): Self.checksum(labels, after: features)
      case .values(let values, _): Self.checksum(values, after: features)
      case .none: features
      }
    }
  }

  private static func checksum(_ structure: TableStructure, after sum: UInt32) -> UInt32 {
    switch structure {
    case .rows: return sum
    case .sequences(let offsets): return checksum(offsets, after: sum)
    case .pixels(let pixels): return checksum(pixels.bytes, after: sum)
    case .graphs(let graphs):
      let indices = [graphs.nodeOffsets, graphs.neighbourStarts, graphs.neighbours, graphs.marks]
      return indices.reduce(checksum(graphs.attributes, after: sum)) { checksum($1, after: $0) }
    case .sentences(let sentences):
      return checksum(sentences.targetTokens, after: checksum(sentences.tokens, after: sum))
    }
  }

  private static func checksum<Element>(_ elements: [Element], after sum: UInt32) -> UInt32 {
    elements.withUnsafeBytes { Checksum.of($0, after: sum) }
  }
}
