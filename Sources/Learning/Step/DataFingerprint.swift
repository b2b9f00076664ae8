import Datasets

/// What distinguishes the data of a run from other data: the prepared rows for training and validation.
package struct DataFingerprint: Codable, Equatable, Sendable {
  /// Training rows.
  package var rows: Int
  package var columns: Int
  package var validationRows: Int
  /// The checksum of the features and targets of both.
  var crc32: UInt32

  private enum CodingKeys: String, CodingKey {
    case rows, columns, crc32
    case validationRows = "validation_rows"
  }

  package init(_ dataset: Dataset) {
    rows = dataset.training.rows
    columns = dataset.training.columns
    validationRows = dataset.validation.rows
    crc32 = [dataset.training, dataset.validation].reduce(0) { sum, examples in
      let inputs = examples.structure.checksum(after: Self.checksum(examples.features, after: sum))
      return switch examples.targets {
      case .classes(let labels): Self.checksum(labels, after: inputs)
      case .values(let values, _): Self.checksum(values, after: inputs)
      case .none: inputs
      }
    }
  }

  /// Continues a checksum with the bytes of numbers.
  static func checksum<Number: BitwiseCopyable>(_ numbers: [Number], after sum: UInt32) -> UInt32 {
    numbers.withUnsafeBytes { Checksum.of($0, after: sum) }
  }
}
