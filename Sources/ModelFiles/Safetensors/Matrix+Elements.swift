import LinearAlgebra

extension Matrix {
  /// Calls `body` with the elements in row-major order, a contiguous run at a time: all of them at once, or row by row
  /// if there are spare columns between rows.
  func forEachRun(_ body: (UnsafeBufferPointer<Float>) -> Void) {
    if stride == columns {
      body(UnsafeBufferPointer(start: base, count: rows * columns))
    } else {
      for row in 0..<rows { body(UnsafeBufferPointer(start: base + row * stride, count: columns)) }
    }
    withExtendedLifetime(self) {}
  }

  /// From as many elements as it has, in row-major order.
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
