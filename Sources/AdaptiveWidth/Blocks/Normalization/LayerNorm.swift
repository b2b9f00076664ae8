import LinearAlgebra

/// Layer normalization: y = (x − mean) / √(variance + 1e-5) · g + b, over the columns of each row.
///
/// Shapes: x and y [rows, columns], g and b [1, columns].
public struct LayerNorm: Block {
  public private(set) var gain: Parameter
  public private(set) var bias: Parameter

  /// What the kernel adds to the variance.
  public static let epsilon = 1e-5

  /// With gains of 1 and biases of 0.
  public init(columns: Int) {
    var gain = Matrix(rows: 1, columns: columns)
    gain.fill(1)
    self.init(gain: gain, bias: Matrix(rows: 1, columns: columns))
  }

  /// With given gains and biases [1, columns].
  public init(gain: Matrix, bias: Matrix) {
    precondition(gain.rows == 1 && bias.rows == 1 && gain.columns == bias.columns, "shapes do not fit")
    self.gain = Parameter(gain)
    self.bias = Parameter(bias)
  }

  public var inputs: Int { gain.value.columns }
  public var outputs: Int { gain.value.columns }
  public var parameterMatrices: Int { 2 }
  public func parameterCount(inputs: Int, width: Int) -> Int { 2 * width }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { 2 * width }
  public var sumOfSquares: Double { gain.value.sumOfSquares + bias.value.sumOfSquares }

  /// Means and deviations lie in the scratch.
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 2, isElastic: false, scratch: 1)
  }

  public func forward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    stage.output.setLayerNorm(
      flow.input(), gain: gain.value, bias: bias.value, statistics: &stage.scratch[0])
  }

  public func backward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    stage.gradients[0].reshape(like: gain.value)
    stage.gradients[1].reshape(like: bias.value)
    stage.gradients.withUnsafeMutableBufferPointer {
      stage.outputGradient.layerNormBackward(
        flow.input(), gain: gain.value, statistics: stage.scratch[0], inputGradient: flow.inputGradient(),
        gainGradient: &$0[0], biasGradient: &$0[1])
    }
  }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    body(&gain, 0)
    body(&bias, 1)
  }

  public var inferenceCopy: LayerNorm {
    var copy = self
    copy.gain = gain.withoutMoments
    copy.bias = bias.withoutMoments
    return copy
  }
}
