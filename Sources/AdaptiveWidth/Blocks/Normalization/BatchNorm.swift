import LinearAlgebra

/// y = γ (x − μ) / √(σ² + 1e-5) + β for each column, cut off below zero where it is rectified (Ioffe & Szegedy 2015).
///
/// In training, μ and σ² are the mean and variance of the minibatch's rows. Otherwise they are running ones, which each
/// step moves towards the minibatch's mean and its unbiased variance. On several threads each part of the minibatch is
/// normalized by its own moments, but the running statistics learn those of the whole minibatch. Shapes: x and y [rows,
/// columns]; γ and β, the parameters, and the running mean and variance, [1, columns].
public struct BatchNorm: NormalizingBlock {
  public private(set) var scale: Parameter
  public private(set) var shift: Parameter
  /// Running means μ and variances σ².
  private var means: Matrix
  private var variances: Matrix
  public let isRectified: Bool

  /// ε
  public static let epsilon = BatchNormalization.epsilon

  /// γ = 1, β = 0, running mean 0 and variance 1.
  public init(columns: Int, isRectified: Bool) {
    var ones = Matrix(rows: 1, columns: columns)
    ones.fill(1)
    let zeros = Matrix(rows: 1, columns: columns)
    self.init(scale: ones, shift: zeros, isRectified: isRectified)
  }

  /// A normalization with given γ and β, [1, columns].
  public init(scale: Matrix, shift: Matrix, isRectified: Bool) {
    precondition(
      scale.rows == 1 && shift.rows == 1 && scale.columns == shift.columns && scale.columns > 0
        && !scale.isElastic, "shapes do not fit")
    self.scale = Parameter(scale)
    self.shift = Parameter(shift)
    self.isRectified = isRectified
    means = Matrix(rows: 1, columns: scale.columns)
    variances = scale
    variances.fill(1)
  }

  public var inputs: Int { scale.value.columns }
  public var outputs: Int { inputs }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { inputs }

  /// Running means and variances, [1, columns] each.
  public var runningStatistics: [Matrix] {
    get { [means, variances] }
    set {
      precondition(
        newValue.count == 2 && newValue.allSatisfy { $0.rows == 1 && $0.columns == inputs },
        "means and variances of every column")
      (means, variances) = (newValue[0], newValue[1])
    }
  }

  public func isWeight(_ index: Int) -> Bool { false }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    body(&scale, 0)
    body(&shift, 1)
  }
}

// MARK: Forward and backward

extension BatchNorm {
  /// Scratch: the means and variances of a pass, [2, columns].
  public func makeBuffers() -> BlockBuffers {
    var buffers = BlockBuffers(parameterMatrices: 2, isElastic: false, scratch: 1)
    buffers.channels.resize(channels: inputs)
    return buffers
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let input = context.input()
    buffers.scratch[0].reshape(rows: 2, columns: inputs)
    if context.isTraining {
      BatchNormalization.moments(input, &buffers.channels)
      for column in 0..<inputs {
        buffers.scratch[0][0, column] = Float(buffers.channels.means[column])
        buffers.scratch[0][1, column] = Float(buffers.channels.variances[column])
      }
    } else {
      for column in 0..<inputs {
        buffers.scratch[0][0, column] = means[0, column]
        buffers.scratch[0][1, column] = variances[0, column]
      }
    }
    for column in 0..<inputs {
      let factor = factor(column, buffers)
      buffers.channels.a[column] = factor
      buffers.channels.b[column] = shift.value[0, column] - buffers.scratch[0][0, column] * factor
    }
    BatchNormalization.apply(
      input, buffers.channels, shortcut: nil, isRectified: isRectified, to: &buffers.output)
  }

  /// γ / √(σ² + ε) of a pass.
  private func factor(_ column: Int, _ buffers: BlockBuffers) -> Float {
    scale.value[0, column] * Self.inverse(buffers.scratch[0][1, column])
  }

  /// 1 / √(σ² + ε)
  private static func inverse(_ variance: Float) -> Float {
    Float(1 / (Double(variance) + epsilon).squareRoot())
  }

  /// For g = ∂L/∂y behind the rectifier, n rows and x̂ = (x − μ)/√(σ² + ε): ∂L/∂β = Σ g, ∂L/∂γ = Σ g x̂, and ∂L/∂x =
  /// γ/√(σ² + ε) · (g − Σ g / n − x̂ Σ g x̂ / n).
  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let input = context.input()
    for index in 0..<2 { buffers.gradients[index].reshape(rows: 1, columns: inputs) }
    BatchNormalization.gradientSums(
      &buffers.outputGradient, value: input, means: buffers.scratch[0], result: buffers.output,
      isRectified: isRectified, &buffers.channels)
    let rows = Float(max(input.rows, 1))
    for column in 0..<inputs {
      let factor = factor(column, buffers)
      let inverse = Self.inverse(buffers.scratch[0][1, column])
      let (sum, product) = (
        Float(buffers.channels.sums[column]), Float(buffers.channels.products[column])
      )
      buffers.gradients[0][0, column] = product * inverse
      buffers.gradients[1][0, column] = sum
      let slope = -factor * inverse * inverse * product / rows
      buffers.channels.a[column] = factor
      buffers.channels.b[column] = slope
      buffers.channels.c[column] = -factor * sum / rows - slope * buffers.scratch[0][0, column]
    }
    guard let gradient = context.inputGradient() else { return }
    BatchNormalization.combine(&buffers.outputGradient, input, buffers.channels)
    // Of the same shape, and not needed any more.
    swap(&gradient.pointee, &buffers.outputGradient)
  }

  public mutating func learnStatistics(from buffers: BlockBuffers, share: Double) {
    let moments = buffers.channels
    if moments.count == 0 { return }
    let rows = Double(moments.count)
    let share = Float(share)
    for column in 0..<inputs {
      let unbiased = Double(Float(moments.variances[column])) * rows / max(rows - 1, 1)
      means[0, column] += share * (Float(moments.means[column]) - means[0, column])
      variances[0, column] += share * (Float(unbiased) - variances[0, column])
    }
  }
}
