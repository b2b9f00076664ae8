import AdaptiveWidth
import LinearAlgebra
import ModelFiles

extension BatchNorm: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts(
      "batch_norm",
      formula: "(x - running_mean) / sqrt(running_var + epsilon) * weight + bias, then max(0, .) if rectified"
    )
    (facts.epsilon, facts.isRectified) = (Self.epsilon, isRectified)
    return facts
  }

  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] {
    [
      "weight": scale.value.exportedRow, "bias": shift.value.exportedRow,
      "running_mean": runningStatistics[0].exportedRow, "running_var": runningStatistics[1].exportedRow,
    ]
  }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let (name, value) = (context.name, builder.rows(context.sources[0], name: context.name))
    let folded = FoldedNormalization(
      scale: scale.value, shift: shift.value, means: runningStatistics[0], variances: runningStatistics[1],
      epsilon: Self.epsilon)
    let scale = builder.constant(folded.factors.map { Float($0) }, shape: [outputs], name: "\(name) scale")
    let shift = builder.constant(folded.shifts, shape: [outputs], name: "\(name) shift")
    let scaled = builder.node("Mul", value.name, scale, name: "\(name) scaled")
    let sum = builder.node("Add", scaled, shift, name: "\(name) sum")
    let output = isRectified ? builder.node("Relu", sum, name: name) : sum
    return GraphValue(name: output, form: value.form)
  }
}

/// Normalization by running statistics as one product and one sum: y = factor · x + shift, column by column.
struct FoldedNormalization {
  /// γ/√(σ² + ε), [columns]
  let factors: [Double]
  /// β − μ γ/√(σ² + ε), [columns]
  let shifts: [Float]

  /// All matrices are [1, columns].
  init(scale: Matrix, shift: Matrix, means: Matrix, variances: Matrix, epsilon: Double) {
    let factors = (0..<scale.columns).map {
      Double(scale[0, $0]) / (Double(variances[0, $0]) + epsilon).squareRoot()
    }
    shifts = factors.enumerated().map { Float(Double(shift[0, $0]) - Double(means[0, $0]) * $1) }
    self.factors = factors
  }
}
