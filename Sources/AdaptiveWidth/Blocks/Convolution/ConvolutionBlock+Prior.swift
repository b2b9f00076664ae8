import LinearAlgebra

/// Normalization makes the scale of W meaningless, and with it a prior on W. In a block that reads learned channels the
/// prior is on what leaves a channel in the normalized network, ‖γ W_n/σ‖² with σ held: its gradient is γ²/σ² W for W, and
/// ‖W_c‖²/σ² γ for γ.
extension ConvolutionBlock: FoldedPriorBlock {
  public mutating func updatePriorFactors() {
    let outputs = convolution.outputs
    if priorFactors.count != 3 || priorFactors[0].columns != outputs {
      let row = Matrix(rows: 1, columns: outputs)
      priorFactors = [row, row, Matrix()]
    }
    for column in 0..<outputs {
      let inverse = 1 / (variances[0, column] + Float(Self.epsilon))
      priorFactors[0][0, column] = scale.value[0, column] * scale.value[0, column] * inverse
      priorFactors[1][0, column] = Float(squaredNorm(ofColumn: column)) * inverse
    }
  }

  public var foldedSumOfSquares: Double {
    var sum = shift.value.sumOfSquares
    for column in 0..<convolution.outputs {
      let factor = Double(scale.value[0, column])
      sum +=
        squaredNorm(ofColumn: column) * factor * factor / (Double(variances[0, column]) + Self.epsilon)
    }
    return sum
  }

  private func squaredNorm(ofColumn column: Int) -> Double {
    let (base, stride) = (weights.value.base, weights.value.stride)
    var sum = 0.0
    for row in 0..<weights.value.rows {
      let weight = Double(base[row * stride + column])
      sum += weight * weight
    }
    return sum
  }
}
