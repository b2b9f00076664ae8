import LinearAlgebra

/// A dense layer of inputs x that mostly have one value c, as the pixels of digits do.
///
/// With s = x − c, which is mostly zero, x W + b = s W + (b + c 1ᵀW), and ∂L/∂W = sᵀ g + c 1 gᵀ1, where the sum of the
/// gradient g over rows is that of the bias. Products with a matrix of zeros skip them. What is computed for a row does
/// not depend on the others.
extension Dense {
  /// Places in the buffers' scratch.
  enum Background {
    /// s, [rows, inputs]; from the forward to the backward pass.
    static let differences = 0
    /// c 1ᵀ, [1, inputs]
    static let row = 1
    /// b + c 1ᵀW, [1, outputs]
    static let bias = 2
    static let matrices = 3
  }

  /// c; `nil`: no value is known that most inputs have, or the layer has kernels of its own.
  @inline(__always) func background(_ context: PassContext) -> Float? {
    let value = context.background
    return value == 0 || Matrix.isNarrow(inputs) ? nil : value
  }

  func forward(_ input: Matrix, on background: Float, _ buffers: inout BlockBuffers) {
    buffers.scratch[Background.differences].reshape(rows: input.rows, columns: inputs)
    buffers.scratch[Background.differences].setDifference(input, background)
    buffers.scratch[Background.row].reshape(rows: 1, columns: inputs)
    buffers.scratch[Background.row].fill(background)
    buffers.scratch[Background.bias].reshape(like: bias.value)
    buffers.scratch[Background.bias].assign(bias.value)
    buffers.scratch.withUnsafeMutableBufferPointer { scratch in
      scratch[Background.bias].addProduct(scratch[Background.row], weights.value, fromRow: 0)
    }
    buffers.output.reshape(rows: input.rows, columns: outputs)
    buffers.output.setProduct(buffers.scratch[Background.differences], weights.value)
    activate(&buffers.output, bias: buffers.scratch[Background.bias])
  }

  /// `buffers.outputGradient` → the layer's gradients.
  func backwardOnBackground(_ buffers: inout BlockBuffers) {
    reshapeGradients(&buffers)
    activateBackward(&buffers)
    buffers.gradients.withUnsafeMutableBufferPointer { gradients in
      gradients[0].setProduct(transposed: buffers.scratch[Background.row], gradients[1])
      gradients[0].addProduct(
        transposed: buffers.scratch[Background.differences], from: 0, buffers.outputGradient, from: 0,
        count: buffers.outputGradient.rows)
    }
  }
}
