import LinearAlgebra

/// y = γ (x − μ) / √(σ² + 1e-5) + β for each column, cut off below zero where it is rectified (Ioffe & Szegedy 2015).
///
/// In training μ and σ² are the mean and variance of the minibatch's rows, otherwise running ones, which each step moves
/// towards the minibatch's mean and its unbiased variance. Shapes: x and y [rows, columns]; γ and β, the
/// parameters, and the running mean and variance, the buffers, [1, columns].
public struct BatchNorm: Block {
  public private(set) var scale: Parameter
  public private(set) var shift: Parameter
  public var buffers: [Matrix]
  public let isRectified: Bool

  /// ε
  public static let epsilon = 1e-5

  /// γ = 1, β = 0, running mean 0 and variance 1.
  public init(columns: Int, isRectified: Bool) {
    var ones = Matrix(rows: 1, columns: columns)
    ones.fill(1)
    let zeros = Matrix(rows: 1, columns: columns)
    self.init(scale: ones, shift: zeros, isRectified: isRectified)
  }

  /// With given γ and β, [1, columns].
  public init(scale: Matrix, shift: Matrix, isRectified: Bool) {
    precondition(
      scale.rows == 1 && shift.rows == 1 && scale.columns == shift.columns && scale.columns > 0
        && !scale.isElastic, "shapes do not fit")
    self.scale = Parameter(scale)
    self.shift = Parameter(shift)
    self.isRectified = isRectified
    var variances = scale
    variances.fill(1)
    buffers = [Matrix(rows: 1, columns: scale.columns), variances]
  }

  public var inputs: Int { scale.value.columns }
  public var outputs: Int { inputs }
  public var parameterMatrices: Int { 2 }
  public func parameterCount(inputs: Int, width: Int) -> Int { 2 * inputs }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { inputs }
  public var sumOfSquares: Double { scale.value.sumOfSquares + shift.value.sumOfSquares }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    body(&scale, 0)
    body(&shift, 1)
  }

  public var inferenceCopy: BatchNorm {
    var copy = self
    copy.scale = scale.withoutMoments
    copy.shift = shift.withoutMoments
    return copy
  }
}

// MARK: Forward and backward

extension BatchNorm {
  /// Its scratch holds a pass's means and variances, [2, columns].
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 2, isElastic: false, scratch: 1)
  }

  public func forward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    let input = flow.input()
    stage.scratch[0].reshape(rows: 2, columns: inputs)
    if flow.isTraining {
      let (means, variances) = ChannelNormalization.moments(input, channels: inputs)
      for column in 0..<inputs {
        stage.scratch[0][0, column] = Float(means[column])
        stage.scratch[0][1, column] = Float(variances[column])
      }
    } else {
      for column in 0..<inputs {
        stage.scratch[0][0, column] = buffers[0][0, column]
        stage.scratch[0][1, column] = buffers[1][0, column]
      }
    }
    let scales = scales(stage)
    let shifts = (0..<inputs).map { shift.value[0, $0] - stage.scratch[0][0, $0] * scales[$0] }
    ChannelNormalization.apply(
      input, scale: scales, shift: shifts, shortcut: nil, isRectified: isRectified, to: &stage.output)
  }

  /// γ / √(σ² + ε) of a pass.
  private func scales(_ stage: BlockBuffers) -> [Float] {
    (0..<inputs).map { scale.value[0, $0] * Self.inverse(stage.scratch[0][1, $0]) }
  }

  /// 1 / √(σ² + ε)
  private static func inverse(_ variance: Float) -> Float {
    Float(1 / (Double(variance) + epsilon).squareRoot())
  }

  /// With g = ∂L/∂y behind the rectifier, n rows and x̂ = (x − μ)/√(σ² + ε): ∂L/∂β = Σ g, ∂L/∂γ = Σ g x̂, and
  /// ∂L/∂x = γ/√(σ² + ε) · (g − Σ g / n − x̂ Σ g x̂ / n).
  public func backward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    let input = flow.input()
    for index in 0..<2 { stage.gradients[index].reshape(rows: 1, columns: inputs) }
    let (sums, products) = ChannelNormalization.gradientSums(
      &stage.outputGradient, value: input, means: (0..<inputs).map { stage.scratch[0][0, $0] },
      result: stage.output, isRectified: isRectified)
    let rows = Float(max(input.rows, 1))
    let scales = scales(stage)
    var (slopes, offsets) = (scales, scales)
    for column in 0..<inputs {
      let inverse = Self.inverse(stage.scratch[0][1, column])
      let (sum, product) = (Float(sums[column]), Float(products[column]))
      stage.gradients[0][0, column] = product * inverse
      stage.gradients[1][0, column] = sum
      slopes[column] = -scales[column] * inverse * inverse * product / rows
      offsets[column] = -scales[column] * sum / rows - slopes[column] * stage.scratch[0][0, column]
    }
    guard let gradient = flow.inputGradient() else { return }
    ChannelNormalization.combine(&stage.outputGradient, input, a: scales, b: slopes, c: offsets)
    // Of the same shape, and nobody reads it any more.
    swap(&gradient.pointee, &stage.outputGradient)
  }

  public mutating func learnStatistics(from stage: BlockBuffers, share: Double) {
    let rows = Double(stage.output.rows)
    if rows == 0 { return }
    let share = Float(share)
    for column in 0..<inputs {
      let unbiased = Double(stage.scratch[0][1, column]) * rows / max(rows - 1, 1)
      buffers[0][0, column] += share * (stage.scratch[0][0, column] - buffers[0][0, column])
      buffers[1][0, column] += share * (Float(unbiased) - buffers[1][0, column])
    }
  }
}
