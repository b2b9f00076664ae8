import LinearAlgebra

/// Layer normalization: y = (x − mean) / √(variance + 1e-5) · g + b, over the columns of each row.
///
/// Shapes: x and y [rows, columns], g and b [1, columns].
public struct LayerNorm: Block {
  public private(set) var gain: Parameter
  public private(set) var bias: Parameter

  /// ε, which the kernel adds to the variance.
  public static let epsilon = Matrix.layerNormEpsilon

  /// A normalization with gains of 1 and biases of 0.
  public init(columns: Int) {
    var gain = Matrix(rows: 1, columns: columns)
    gain.fill(1)
    self.init(gain: gain, bias: Matrix(rows: 1, columns: columns))
  }

  /// A normalization with given gains and biases, [1, columns].
  public init(gain: Matrix, bias: Matrix) {
    precondition(gain.rows == 1 && bias.rows == 1 && gain.columns == bias.columns, "shapes do not fit")
    self.gain = Parameter(gain)
    self.bias = Parameter(bias)
  }

  public var inputs: Int { gain.value.columns }
  public var outputs: Int { gain.value.columns }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { 2 * width }

  /// The mean and the inverse standard deviation of each row lie in the scratch, [rows, 2].
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 2, isElastic: false, scratch: 1)
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    buffers.output.setLayerNorm(
      context.input(), gain: gain.value, bias: bias.value, statistics: &buffers.scratch[0])
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    buffers.gradients[0].reshape(like: gain.value)
    buffers.gradients[1].reshape(like: bias.value)
    buffers.gradients.withUnsafeMutableBufferPointer {
      buffers.outputGradient.layerNormBackward(
        context.input(), gain: gain.value, statistics: buffers.scratch[0],
        inputGradient: context.inputGradient(),
        gainGradient: &$0[0], biasGradient: &$0[1])
    }
  }

  public func isWeight(_ index: Int) -> Bool { false }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    body(&gain, 0)
    body(&bias, 1)
  }
}
