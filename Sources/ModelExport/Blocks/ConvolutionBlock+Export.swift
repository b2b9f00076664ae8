import AdaptiveWidth
import LinearAlgebra
import ModelFiles

extension ConvolutionBlock: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts(
      "convolution",
      formula: function == .relu6
        ? "min(6, max(0, normalization(convolution(x))))"
        : "max(0, normalization(convolution(x))), with y added before max if there is a shortcut: every "
          + "second (third, ...) pixel of it, zeros as further channels on both sides, the odd one at the end"
    )
    if function != .relu { facts.function = function.exportName }
    facts.epsilon = Self.epsilon
    facts.image = inputExtent
    facts.shortcut = shortcut
    (facts.kernel, facts.stride) = (convolution.kernel, convolution.stride)
    facts.padding = convolution.kernel / 2
    return facts
  }

  /// The spelling `normalisation` belongs to the format.
  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] {
    [
      "convolution.weight": Safetensors.Tensor(
        shape: weightShape, .f32(channelsFirstWeights(behind: importances))),
      "normalisation.weight": scale.value.exportedRow, "normalisation.bias": shift.value.exportedRow,
      "normalisation.running_mean": runningStatistics[0].exportedRow,
      "normalisation.running_var": runningStatistics[1].exportedRow,
    ]
  }

  /// The normalization, and the importances of what it reads, are multiplied into the convolution: γ W f/√(σ² + ε) and
  /// β − μ γ/√(σ² + ε).
  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let name = context.name
    let image = try builder.image(0, of: context, inputExtent, name: name)
    let folded = FoldedNormalization(
      scale: scale.value, shift: shift.value, means: runningStatistics[0], variances: runningStatistics[1],
      epsilon: Self.epsilon)
    let kernels = channelsFirstWeights(behind: context.importances).enumerated().map {
      Float(Double($1) * folded.factors[$0 / convolution.patchSize])
    }
    let weights = builder.constant(kernels, shape: weightShape, name: "\(name) weights")
    let bias = builder.constant(folded.shifts, shape: [convolution.outputs], name: "\(name) bias")
    let border = convolution.kernel / 2
    var sum = builder.node(
      "Conv", image, weights, bias, name: "\(name) sum",
      [
        .integers("kernel_shape", [convolution.kernel, convolution.kernel]),
        .integers("pads", [border, border, border, border]),
        .integers("strides", [convolution.stride, convolution.stride]),
      ])
    if let shortcut {
      let beside = try builder.image(1, of: context, shortcut, name: "\(name) shortcut")
      let fitted = addFittedShortcut(beside, shortcut, name: name, to: &builder)
      sum = builder.node("Add", sum, fitted, name: "\(name) with shortcut")
    }
    let extent = ImageExtent(
      height: convolution.outputHeight, width: convolution.outputWidth, channels: convolution.outputs)
    guard function == .relu6 else {
      return GraphValue(name: builder.node("Relu", sum, name: name), form: .image(extent))
    }
    let lowest = builder.constant([Float(0)], shape: [], name: "\(name) lowest")
    let highest = builder.constant([Float(6)], shape: [], name: "\(name) highest")
    return GraphValue(
      name: builder.node("Clip", sum, lowest, highest, name: name), form: .image(extent))
  }

  /// Every second (third, …) pixel, with channels of zeros on both sides.
  private func addFittedShortcut(
    _ value: String, _ shortcut: ImageExtent, name: String, to builder: inout GraphBuilder
  ) -> String {
    var value = value
    let step = (shortcut.height - 1) / convolution.outputHeight + 1
    if step > 1 {
      // The largest of one pixel is that pixel.
      value = builder.node(
        "MaxPool", value, name: "\(name) chosen pixels",
        [.integers("kernel_shape", [1, 1]), .integers("strides", [step, step])])
    }
    let missing = convolution.outputs - shortcut.channels
    guard missing > 0 else { return value }
    let borders = [0, missing / 2, 0, 0, 0, missing - missing / 2, 0, 0].map(Int64.init)
    let pads = builder.constant(borders, shape: [8], name: "\(name) added channels")
    return builder.node("Pad", value, pads, name: "\(name) fitted shortcut")
  }

  private var inputExtent: ImageExtent {
    ImageExtent(height: convolution.height, width: convolution.width, channels: convolution.inputs)
  }

  private var weightShape: [Int] {
    [convolution.outputs, convolution.inputs, convolution.kernel, convolution.kernel]
  }

  /// [outputs, inputs, kernel, kernel], row-major, with the importances of its inputs multiplied into them.
  private func channelsFirstWeights(behind importances: [Float]?) -> [Float] {
    let taps = convolution.kernel * convolution.kernel
    return (0..<convolution.outputs).flatMap { output in
      (0..<convolution.inputs).flatMap { input in
        (0..<taps).map { tap in
          let weight = weights.value[tap * convolution.inputs + input, output]
          return importances.map { weight * $0[input] } ?? weight
        }
      }
    }
  }
}
