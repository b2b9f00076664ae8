import CKernels

/// Rows of doubles without gaps.
struct DoubleRows {
  var elements: [Double]
  let columns: Int

  /// Passes the rows to `body` as an operand of products that sum over the rows.
  func withOperand(_ body: (awn_doubles) -> Void) {
    elements.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      body(awn_doubles(base: base, outer_step: 1, inner_step: columns))
    }
  }

  /// sums += the sum of squares of each column from the `first` on.
  func addColumnSquares(from first: Int, to sums: inout [Double]) {
    guard first < columns else { return }
    for start in stride(from: 0, to: elements.count, by: columns) {
      for column in first..<columns {
        sums[column - first] += elements[start + column] * elements[start + column]
      }
    }
  }

  /// sums += the sum of each column, of rows multiplied by factors; `nil`: by 1.
  func addColumnSums(of factors: [Double]? = nil, to sums: inout [Double]) {
    for (row, start) in stride(from: 0, to: elements.count, by: max(1, columns)).enumerated() {
      let factor = factors?[row] ?? 1
      for column in 0..<columns { sums[column] += factor * elements[start + column] }
    }
  }

  mutating func multiplyRows(by factors: [Double]) {
    for (row, factor) in factors.enumerated() {
      for index in row * columns..<(row + 1) * columns { elements[index] *= factor }
    }
  }
}

extension awn_doubles {
  /// The operand without its first columns.
  func columns(from first: Int) -> awn_doubles {
    awn_doubles(base: base + first * outer_step, outer_step: outer_step, inner_step: inner_step)
  }
}

extension Matrix {
  /// The mean of each column.
  var columnMeans: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    subtracting(row: sums).addColumnSums(to: &sums)
    return sums.map { $0 / Double(max(1, rows)) }
  }

  /// Subtracts a row from every row, in double precision.
  func subtracting(row origin: [Double]) -> DoubleRows {
    precondition(origin.count == columns, "a number for each column")
    let elements = [Double](unsafeUninitializedCapacity: rows * columns) { target, count in
      for row in 0..<rows {
        let (source, start) = (base + row * stride, row * columns)
        for column in 0..<columns { target[start + column] = Double(source[column]) - origin[column] }
      }
      count = rows * columns
    }
    return DoubleRows(elements: elements, columns: columns)
  }
}
