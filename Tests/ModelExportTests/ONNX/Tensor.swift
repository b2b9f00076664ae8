import Foundation
import ModelExport

/// A value of the graph under evaluation, [rows, columns]; constants of fewer dimensions count as one row.
struct Tensor: Equatable {
  var rows: Int
  var columns: Int
  /// Row by row; empty if the tensor holds texts.
  var numbers: [Double] = []
  var texts: [String] = []

  init(rows: Int, columns: Int, numbers: [Double]) {
    (self.rows, self.columns, self.numbers) = (rows, columns, numbers)
  }

  init(rows: Int, columns: Int, texts: [String]) {
    (self.rows, self.columns, self.texts) = (rows, columns, texts)
  }

  init(_ proto: Onnx_TensorProto) {
    let shape = proto.dims.map { Int($0) }
    (rows, columns) = (shape.count == 2 ? shape[0] : 1, shape.last ?? 1)
    switch Onnx_TensorProto.DataType(rawValue: Int(proto.dataType)) {
    case .float: numbers = Self.values(proto.rawData, Float.self).map { Double($0) }
    case .double: numbers = Self.values(proto.rawData, Double.self)
    case .int64: numbers = Self.values(proto.rawData, Int64.self).map { Double($0) }
    case .string: texts = proto.stringData.map { String(decoding: $0, as: UTF8.self) }
    default: preconditionFailure("a constant of no known type")
    }
    precondition(max(numbers.count, texts.count) == rows * columns, "a constant's shape is not its size")
  }

  private static func values<Value: BitwiseCopyable>(_ bytes: Data, _ type: Value.Type) -> [Value] {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / MemoryLayout<Value>.size).map {
        buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self)
      }
    }
  }

  /// One row or column stands for all.
  subscript(row: Int, column: Int) -> Double {
    numbers[(rows == 1 ? 0 : row) * columns + (columns == 1 ? 0 : column)]
  }

  func map(_ body: (Double) -> Double) -> Tensor {
    Tensor(rows: rows, columns: columns, numbers: numbers.map(body))
  }

  func combined(_ other: Tensor, _ body: (Double, Double) -> Double) -> Tensor {
    .filled(rows: max(rows, other.rows), columns: max(columns, other.columns)) {
      body(self[$0, $1], other[$0, $1])
    }
  }

  static func filled(rows: Int, columns: Int, _ body: (Int, Int) -> Double) -> Tensor {
    Tensor(
      rows: rows, columns: columns,
      numbers: (0..<rows).flatMap { row in (0..<columns).map { body(row, $0) } })
  }
}
