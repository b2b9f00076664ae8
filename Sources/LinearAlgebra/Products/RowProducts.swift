import CKernels

/// Products of some rows of matrices, as the steps of a sequence need them.
extension Matrix {
  /// Columns of a product: whole vectors where every row of both matrices has room for them.
  private static func width(_ a: Matrix, _ b: Matrix) -> Int { min(a.wholeColumns, b.wholeColumns) }

  /// self[first + r] ← a[firstA + r] · b for r < count, or += when `adding`.
  ///
  /// Shapes: self [≥ first + count, columns], a [≥ firstA + count, inner], b [inner, columns].
  package mutating func setRows(
    from first: Int, count: Int, toProduct a: Matrix, from firstA: Int, _ b: Matrix, adding: Bool = false
  ) {
    precondition(
      first + count <= rows && firstA + count <= a.rows && b.rows == a.columns && b.columns == columns,
      "shapes do not fit")
    guard count > 0 else { return }
    Gemm.multiply(
      rows: count, columns: columns, inner: a.columns, room: Self.width(self, b), a.operand(from: firstA),
      b.operand(), to: mutableBase + first * stride, stride: stride, adds: adding)
  }

  /// self += Σ_r a[firstA + r]ᵀ · b[firstB + r] over r < count.
  ///
  /// Shapes: self [inner, columns], a [≥ firstA + count, inner], b [≥ firstB + count, columns].
  package mutating func addProduct(
    transposed a: Matrix, from firstA: Int, _ b: Matrix, from firstB: Int, count: Int
  ) {
    precondition(
      firstA + count <= a.rows && firstB + count <= b.rows && a.columns == rows && b.columns == columns,
      "shapes do not fit")
    guard count > 0 else { return }
    Gemm.multiply(
      rows: rows, columns: columns, inner: count, room: Self.width(self, b),
      a.operand(from: firstA, isTransposed: true), b.operand(from: firstB), to: mutableBase, stride: stride,
      adds: true)
  }

  /// self[first + r] ← φ(self[first + r] + bias) for r < count.
  package mutating func activateRows(from first: Int, count: Int, _ function: ElementFunction, bias: Matrix) {
    precondition(first + count <= rows && bias.columns == columns, "shapes do not fit")
    awn_activate(
      function.kernel, count, Self.width(self, bias), bias.base, nil, mutableBase + first * stride, stride)
  }

  /// Back through `activateRows`: self[first + r], ∂L/∂output, becomes ∂L/∂(pre-activation) for r < count;
  /// biasGradient its sum over these rows.
  ///
  /// - Parameter output: what `activateRows` left, in the rows from `firstOutput` on.
  package mutating func activateRowsBackward(
    from first: Int, count: Int, _ function: ElementFunction, output: Matrix, from firstOutput: Int,
    biasGradient: inout Matrix
  ) {
    precondition(
      first + count <= rows && firstOutput + count <= output.rows && output.columns == columns
        && biasGradient.columns == columns, "shapes do not fit")
    let width = min(Self.width(self, output), biasGradient.wholeColumns)
    awn_activate_backward(
      function.kernel, count, width, nil, output.base + firstOutput * output.stride, output.stride,
      mutableBase + first * stride, stride, nil, biasGradient.mutableBase)
  }

  /// self[first + r] ← other[firstOther + r] for r < count.
  package mutating func copyRows(from first: Int, count: Int, of other: Matrix, from firstOther: Int) {
    precondition(
      first + count <= rows && firstOther + count <= other.rows && other.columns == columns,
      "shapes do not fit")
    let (target, source) = (mutableBase + first * stride, other.base + firstOther * other.stride)
    for row in 0..<count {
      (target + row * stride).update(from: source + row * other.stride, count: columns)
    }
  }

  /// self[first + r] ← 0 for r < count.
  package mutating func clearRows(from first: Int, count: Int) {
    precondition(first + count <= rows, "no such rows")
    let target = mutableBase + first * stride
    for row in 0..<count { (target + row * stride).update(repeating: 0, count: columns) }
  }

  /// self[n] ← other[n] · scale[n], row by row. Shapes: other of self's, scale [1, rows].
  package mutating func setRows(of other: Matrix, times scale: Matrix) {
    reshape(rows: other.rows, columns: other.columns)
    precondition(scale.columns == rows, "shapes do not fit")
    let (target, source, factor) = (mutableBase, other.base, scale.base)
    for row in 0..<rows {
      for column in 0..<columns {
        target[row * stride + column] = source[row * other.stride + column] * factor[row]
      }
    }
  }

  /// Multiplies each column by a factor. Shape: scale [1, columns].
  package mutating func scaleColumns(by scale: Matrix) {
    precondition(scale.columns == columns, "shapes do not fit")
    let (target, factor) = (mutableBase, scale.base)
    for row in 0..<rows {
      for column in 0..<columns { target[row * stride + column] *= factor[column] }
    }
  }

  /// self[n] ← Σ_c a[n, c] · b[n, c]. Shapes: self [1, rows], a and b [rows, columns].
  package mutating func setRowDots(_ a: Matrix, _ b: Matrix) {
    precondition(a.rows == b.rows && a.columns == b.columns, "shapes do not fit")
    reshape(rows: 1, columns: a.rows)
    let (target, left, right) = (mutableBase, a.base, b.base)
    for row in 0..<a.rows {
      var sum: Float = 0
      for column in 0..<a.columns { sum += left[row * a.stride + column] * right[row * b.stride + column] }
      target[row] = sum
    }
  }

  /// self ← aᵀ. Shapes: self [columns, rows] of a.
  package mutating func setTransposed(_ a: Matrix) {
    reshape(rows: a.columns, columns: a.rows)
    awn_transpose(a.rows, a.columns, a.base, a.stride, mutableBase, stride)
  }
}
