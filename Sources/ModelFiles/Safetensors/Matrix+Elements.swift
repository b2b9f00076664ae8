import LinearAlgebra

extension Matrix {
  /// As a tensor, [rows, columns].
  var tensor: Safetensors.Tensor {
    let elements = [Float](unsafeUninitializedCapacity: rows * columns) { target, initialized in
      for row in 0..<rows {
        for column in 0..<columns { target[row * columns + column] = base[row * stride + column] }
      }
      initialized = rows * columns
    }
    return Safetensors.Tensor(shape: [rows, columns], .f32(elements))
  }

  /// From a tensor's elements, which are as many.
  init(rows: Int, columns: Int, elements: [Float], isElastic: Bool) {
    precondition(elements.count == rows * columns, "as many elements as the matrix has")
    self.init(rows: rows, columns: columns, isElastic: isElastic)
    let (base, stride) = (mutableBase, stride)
    elements.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      for row in 0..<rows { (base + row * stride).update(from: start + row * columns, count: columns) }
    }
  }
}
