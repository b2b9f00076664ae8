import Foundation
import ModelExport

/// A value of the graph under evaluation: numbers of any type as doubles, or texts, in row-major order.
struct Tensor: Equatable {
  var shape: [Int]
  /// Empty if the tensor holds texts.
  var numbers: [Double] = []
  var texts: [String] = []

  init(_ shape: [Int], _ numbers: [Double]) {
    precondition(shape.reduce(1, *) == numbers.count, "\(numbers.count) numbers for \(shape)")
    (self.shape, self.numbers) = (shape, numbers)
  }

  init(rows: Int, columns: Int, numbers: [Double]) { self.init([rows, columns], numbers) }

  init(rows: Int, columns: Int, texts: [String]) {
    (shape, self.texts) = ([rows, columns], texts)
  }

  init(_ proto: Onnx_TensorProto) {
    shape = proto.dims.map { Int($0) }
    switch Onnx_TensorProto.DataType(rawValue: Int(proto.dataType)) {
    case .float: numbers = Self.values(proto.rawData, Float.self).map { Double($0) }
    case .double: numbers = Self.values(proto.rawData, Double.self)
    case .int64: numbers = Self.values(proto.rawData, Int64.self).map { Double($0) }
    case .string: texts = proto.stringData.map { String(decoding: $0, as: UTF8.self) }
    default: preconditionFailure("a constant of no known type")
    }
    precondition(max(numbers.count, texts.count) == count, "a constant's shape is not its size")
  }

  private static func values<Value: BitwiseCopyable>(_ bytes: Data, _ type: Value.Type) -> [Value] {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / MemoryLayout<Value>.size).map {
        buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self)
      }
    }
  }

  /// Elements.
  var count: Int { shape.reduce(1, *) }
  var rank: Int { shape.count }
  /// Of a matrix; a tensor of fewer axes counts as one row.
  var rows: Int { rank == 2 ? shape[0] : 1 }
  var columns: Int { shape.last ?? 1 }

  subscript(row: Int, column: Int) -> Double { self[[row, column]] }

  /// As ONNX broadcasts: axes are counted from the last, and an extent of 1 stands for all.
  subscript(index: [Int]) -> Double { numbers[offset(index)] }

  func offset(_ index: [Int]) -> Int {
    let skipped = index.count - rank
    return shape.indices.reduce(0) { $0 * shape[$1] + (shape[$1] == 1 ? 0 : index[skipped + $1]) }
  }

  /// Each element by its index.
  static func tabulate(_ shape: [Int], _ body: ([Int]) -> Double) -> Tensor {
    var index = shape.map { _ in 0 }
    let numbers = (0..<shape.reduce(1, *)).map { _ -> Double in
      defer {
        for axis in shape.indices.reversed() {
          index[axis] += 1
          if index[axis] < shape[axis] { break }
          index[axis] = 0
        }
      }
      return body(index)
    }
    return Tensor(shape, numbers)
  }

  static func filled(rows: Int, columns: Int, _ body: (Int, Int) -> Double) -> Tensor {
    tabulate([rows, columns]) { body($0[0], $0[1]) }
  }

  func map(_ body: (Double) -> Double) -> Tensor { Tensor(shape, numbers.map(body)) }

  func combined(_ other: Tensor, _ body: (Double, Double) -> Double) -> Tensor {
    .tabulate(Self.broadcast([shape, other.shape])) { body(self[$0], other[$0]) }
  }

  static func broadcast(_ shapes: [[Int]]) -> [Int] {
    let rank = shapes.map(\.count).max() ?? 0
    return (0..<rank).map { axis in
      let extents = shapes.compactMap { shape in
        let own = axis - (rank - shape.count)
        return own < 0 ? nil : shape[own]
      }
      let extent = extents.first { $0 != 1 } ?? 1
      precondition(extents.allSatisfy { $0 == 1 || $0 == extent }, "\(shapes) cannot be broadcast")
      return extent
    }
  }

  /// The elements in another shape.
  func reshaped(_ shape: [Int]) -> Tensor { Tensor(shape, numbers) }

  /// One or all of an axis' places combined; the axis stays with an extent of 1, or goes.
  func reduced(_ axes: [Int], keeps: Bool, _ body: ([Double]) -> Double) -> Tensor {
    let axes = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    var groups = [[Double]](repeating: [], count: kept.reduce(1, *))
    let place = Tensor(kept, groups.map { _ in 0 })
    _ = Tensor.tabulate(shape) { index in
      groups[place.offset(index)].append(self[index])
      return 0
    }
    let remaining = shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
    return Tensor(keeps ? kept : remaining, groups.map(body))
  }
}
