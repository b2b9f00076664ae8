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
      var features = Self.checksum(table.features, after: sum)
      if case .pixels(let pixels) = table.structure {
        features = Self.checksum(pixels.bytes, after: features)
      }
      if case .sentences(let sentences) = table.structure {
        features = Self.checksum(sentences.tokens, after: features)
        features = Self.checksum(sentences.targetTokens, after: features)
      }
      return switch table.targets {
      case .classes(let labels): Self.checksum(labels, after: features)
      case .values(let values, _): Self.checksum(values, after: features)
      case .none: features
      }
    }
  }

  private static func checksum<Element>(_ elements: [Element], after sum: UInt32) -> UInt32 {
    elements.withUnsafeBytes { Checksum.of($0, after: sum) }
  }
}
