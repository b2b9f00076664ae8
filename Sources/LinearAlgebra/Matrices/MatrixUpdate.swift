import CKernels

/// The memory of one parameter matrix, its moments and its gradients: what one update touches, so that several threads
/// can each update rows of their own.
///
/// Holds addresses: valid while the matrices it was made from live and are not copied, reshaped or assigned.
public struct MatrixUpdate {
  public let rows: Int
  private let columns: Int
  private let stride: Int
  /// Floats from one row of the gradient to the next.
  public let gradientStride: Int
  private let value: UnsafeMutablePointer<Float>?
  private let first: UnsafeMutablePointer<Float>?
  private let second: UnsafeMutablePointer<Float>?
  private let gradient: UnsafeMutablePointer<Float>
  /// Columns of the gradient, without spare ones.
  private let gradientColumns: Int
  /// Whether weight decay shrinks the parameter: weights, but no biases and no scales of a normalization.
  public let isDecayed: Bool
  /// What `decay` is multiplied by in each column; `nil`: 1.
  private let decayFactors: UnsafePointer<Float>?

  /// - Parameters:
  ///   - decayFactors: what the weight prior is multiplied by in each column, [1, columns]; `nil` or empty: 1.
  ///   - first: Adam's first moment, or the velocity; the stride of `value`.
  ///   - second: Adam's second moment.
  ///   - isDecayed: whether weight decay shrinks the parameter.
  public init(
    value: inout Matrix, first: inout Matrix, second: UnsafeMutablePointer<Matrix>?,
    gradient: UnsafePointer<Matrix>, decayFactors: UnsafePointer<Matrix>? = nil, isDecayed: Bool = true
  ) {
    if let decayFactors, decayFactors.pointee.columns > 0 {
      precondition(decayFactors.pointee.columns == value.columns, "a factor for each column")
      self.decayFactors = decayFactors.pointee.base
    } else {
      self.decayFactors = nil
    }
    self.isDecayed = isDecayed
    precondition(
      gradient.pointee.rows == value.rows && gradient.pointee.columns == value.columns
        && first.stride == value.stride && (second.map { $0.pointee.stride == first.stride } ?? true),
      "shapes do not fit")
    rows = value.rows
    (stride, gradientStride) = (value.stride, gradient.pointee.stride)
    gradientColumns = gradient.pointee.columns
    // Whole vectors where both have room: see `Matrix.wholeColumns`.
    columns = min(value.wholeColumns, gradient.pointee.wholeColumns)
    self.value = value.mutableBase
    self.first = first.mutableBase
    self.second = second?.pointee.mutableBase
    // The matrix is the caller's, who lets nobody else read it meanwhile.
    self.gradient = UnsafeMutablePointer(mutating: gradient.pointee.base)
  }

  /// Σ g² of some rows of the gradient.
  public func sumOfSquares(rows: Range<Int>) -> Double {
    awn_sum_of_squares(
      rows.count, gradientColumns, gradientStride, gradient + rows.lowerBound * gradientStride)
  }

  /// Multiplies some rows of the gradient.
  public func scaleGradient(by factor: Float, rows: Range<Int>) {
    for row in rows {
      let start = gradient + row * gradientStride
      for column in 0..<gradientColumns { start[column] *= factor }
    }
  }

  /// Multiplies some rows of the value.
  public func scaleValue(by factor: Float, rows: Range<Int>) {
    guard let value else { return }
    awn_scale(rows.count * stride, factor, value + rows.lowerBound * stride)
  }

  /// Adds the decay to the gradient if the columns have factors of their own.
  ///
  /// - Returns: the decay that is left to the update.
  private func addingDecay(_ decay: Double, _ rows: Range<Int>) -> Double {
    guard let decayFactors, let value else { return decay }
    for row in rows {
      let (g, v) = (gradient + row * gradientStride, value + row * stride)
      for column in 0..<gradientColumns { g[column] += Float(decay) * decayFactors[column] * v[column] }
    }
    return 0
  }

  /// Adam, g = gradient + `decay` · value: first ← β₁ first + (1−β₁) g, second ← β₂ second + (1−β₂) g²,
  /// value −= step · first / (√second · root + ε).
  public func byAdam(_ adam: AdamStep, decay: Double, rows: Range<Int>) {
    guard let value, let first, let second, !rows.isEmpty else { return }
    let decay = addingDecay(decay, rows)
    var options = awn_adam_options(
      step: Float(adam.step), root: Float(adam.root), beta1: Float(AdamStep.beta1),
      beta2: Float(AdamStep.beta2), epsilon: Float(AdamStep.epsilon), decay: Float(decay))
    let start = rows.lowerBound * stride
    awn_adam(
      &options, rows.count, columns, stride, gradientStride, value + start,
      gradient + rows.lowerBound * gradientStride, first + start, second + start)
  }

  /// velocity ← momentum · velocity + gradient + `decay` · value; value −= rate · velocity.
  public func byMomentum(_ momentum: Double, learningRate: Double, decay: Double, rows: Range<Int>) {
    guard let value, let first, !rows.isEmpty else { return }
    let (start, decay) = (rows.lowerBound * stride, addingDecay(decay, rows))
    awn_momentum(
      Float(learningRate), Float(momentum), Float(decay), rows.count, columns, stride, gradientStride,
      value + start, gradient + rows.lowerBound * gradientStride, first + start)
  }
}

extension Matrix {
  /// self += other, of the same shape.
  public mutating func add(_ other: Matrix) {
    precondition(other.rows == rows && other.columns == columns, "shapes do not fit")
    let target = mutableBase
    if stride == columns && other.stride == columns {
      Self.add(other.base, to: target, count: rows * columns)
    } else {
      for row in 0..<rows {
        Self.add(other.base + row * other.stride, to: target + row * stride, count: columns)
      }
    }
  }

  /// self −= other, of the same shape.
  public mutating func subtract(_ other: Matrix) {
    precondition(other.rows == rows && other.columns == columns, "shapes do not fit")
    let target = mutableBase
    for row in 0..<rows {
      for column in 0..<columns {
        target[row * stride + column] -= other.base[row * other.stride + column]
      }
    }
  }

  /// self ← other − value, of the same shape.
  public mutating func setDifference(_ other: Matrix, _ value: Float) {
    precondition(other.rows == rows && other.columns == columns, "shapes do not fit")
    awn_subtract(rows, columns, other.stride, stride, value, other.base, mutableBase)
  }

  /// target += source, of `count` floats.
  public static func add(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    awn_add(1, count, count, source, target)
  }
}
