import AdaptiveWidth
import LinearAlgebra
import ModelFiles

extension ExportedBlock {
  /// - Parameter importances: of the adaptive layer that it reads, if that is what it does.
  init(_ layer: Dense, _ sources: [Int], behind importances: [Float]?) {
    facts = BlockFacts("dense", layer, sources, formula: "function(x weightᵀ + bias)")
    facts.function = layer.function.exportName
    tensors = PlainLayer(layer, behind: importances).tensors(prefix: "")
  }

  init(_ cell: Recurrence, _ sources: [Int]) {
    facts = BlockFacts(
      "recurrence", cell, sources,
      formula: "the last of h_t = tanh(x_t + function(h_(t-1) hidden.weightᵀ + hidden.bias) output.weightᵀ + "
        + "output.bias), where h_0 = 0")
    facts.function = cell.hidden.function.exportName
    facts.width = cell.width
    let output = PlainLayer(cell.output, behind: cell.adaptation?.importances.elements)
    tensors = PlainLayer(cell.hidden, behind: nil).tensors(prefix: "hidden.")
    tensors.merge(output.tensors(prefix: "output.")) { $1 }
  }

  init(_ block: ConvolutionBlock, _ sources: [Int]) {
    let convolution = block.convolution
    facts = BlockFacts(
      "convolution", block, sources,
      formula: "max(0, normalization(convolution(x))), with y added before max if there is a shortcut: every "
        + "second (third, ...) pixel of it, zeros as further channels on both sides, the odd one at the end")
    facts.epsilon = ConvolutionBlock.epsilon
    facts.image = ImageExtent(
      height: convolution.height, width: convolution.width, channels: convolution.inputs)
    facts.shortcut = block.shortcut
    (facts.kernel, facts.stride) = (convolution.kernel, convolution.stride)
    facts.padding = convolution.kernel / 2
    tensors = [
      "convolution.weight": Safetensors.Tensor(
        shape: [convolution.outputs, convolution.inputs, convolution.kernel, convolution.kernel],
        .f32(block.channelsFirstWeights)),
      "normalization.weight": block.scale.value.exportedRow,
      "normalization.bias": block.shift.value.exportedRow,
      "normalization.running_mean": block.buffers[0].exportedRow,
      "normalization.running_var": block.buffers[1].exportedRow,
    ]
  }
}

extension ConvolutionBlock {
  /// [outputs, inputs, kernel, kernel], row-major.
  var channelsFirstWeights: [Float] {
    let taps = convolution.kernel * convolution.kernel
    return (0..<convolution.outputs).flatMap { output in
      (0..<convolution.inputs).flatMap { input in
        (0..<taps).map { weights.value[$0 * convolution.inputs + input, output] }
      }
    }
  }
}

extension PlainLayer {
  /// `weight` [outputs, inputs] and `bias` [outputs], as of a `torch.nn.Linear`.
  func tensors(prefix: String) -> [String: Safetensors.Tensor] {
    [
      "\(prefix)weight": Safetensors.Tensor(shape: [outputs, inputs], .f32(transposedWeights)),
      "\(prefix)bias": Safetensors.Tensor(shape: [outputs], .f32(bias)),
    ]
  }

  /// [outputs, inputs], row-major.
  private var transposedWeights: [Float] {
    (0..<outputs).flatMap { output in (0..<inputs).map { weights[$0 * outputs + output] } }
  }
}

extension Matrix {
  /// [rows, columns]
  var exported: Safetensors.Tensor { Safetensors.Tensor(shape: [rows, columns], .f32(elements)) }
  /// [columns], of a matrix of one row.
  var exportedRow: Safetensors.Tensor { Safetensors.Tensor(shape: [columns], .f32(elements)) }
}
