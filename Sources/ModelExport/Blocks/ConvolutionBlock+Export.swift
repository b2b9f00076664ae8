import AdaptiveWidth
import LinearAlgebra
import ModelFiles

extension ConvolutionBlock: ExportableBlock {
  var facts: BlockFacts {
    if convolution.isRowwise {
      var facts = BlockFacts("dense_normalisation", formula: "function(normalization(x weightᵀ))")
      (facts.function, facts.epsilon) = (function.exportName, Self.epsilon)
      return facts
    }
    var facts = BlockFacts(
      "convolution",
      formula: function == .relu6
        ? "min(6, max(0, normalization(convolution(x))))"
        : "max(0, normalization(convolution(x))), with y added before max if there is a shortcut: every "
          + "second (third, ...) pixel of it, and each of its channels to the one that shortcut_targets says (-1: to none), "
          + "or zeros as further channels on both sides, the odd one at the end")
    if function != .relu { facts.function = function.exportName }
    facts.epsilon = Self.epsilon
    facts.image = inputExtent
    facts.shortcut = shortcut?.image
    if let shortcut, shortcut != Shortcut(shortcut.image, inTheMiddleOf: convolution.outputs) {
      facts.shortcutTargets = shortcut.targets.map { $0 ?? -1 }
    }
    (facts.kernel, facts.stride) = (convolution.kernel, convolution.stride)
    facts.padding = convolution.kernel / 2
    return facts
  }

  /// γ and β, both times the importances of what the block writes to a stream: so much of them that no reader has to.
  private var written: (scale: Matrix, shift: Matrix) {
    guard writesStream, let importances = adaptation?.importances else { return (scale.value, shift.value) }
    var (scale, shift) = (scale.value, shift.value)
    for channel in 0..<convolution.outputs {
      scale[0, channel] *= importances[0, channel]
      shift[0, channel] *= importances[0, channel]
    }
    return (scale, shift)
  }

  /// The spelling `normalisation` belongs to the format.
  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] {
    if convolution.isRowwise {
      let weights = Safetensors.Tensor(
        shape: [convolution.outputs, convolution.inputs], .f32(channelsFirstWeights(behind: importances)))
      return normalizationTensors.merging(["weight": weights]) { $1 }
    }
    return normalizationTensors.merging([
      "convolution.weight": Safetensors.Tensor(
        shape: weightShape, .f32(channelsFirstWeights(behind: importances)))
    ]) { $1 }
  }

  private var normalizationTensors: [String: Safetensors.Tensor] {
    [
      "normalisation.weight": written.scale.exportedRow, "normalisation.bias": written.shift.exportedRow,
      "normalisation.running_mean": runningStatistics[0].exportedRow,
      "normalisation.running_var": runningStatistics[1].exportedRow,
    ]
  }

  /// The normalization, and the importances of what it reads, are multiplied into the convolution: γ W f/√(σ² + ε) and
  /// β − μ γ/√(σ² + ε).
  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    if convolution.isRowwise { return addRowwiseNodes(context, to: &builder) }
    let name = context.name
    let image = try builder.image(0, of: context, inputExtent, name: name)
    let folded = FoldedNormalization(
      scale: written.scale, shift: written.shift, means: runningStatistics[0],
      variances: runningStatistics[1],
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
      let beside = try builder.image(1, of: context, shortcut.image, name: "\(name) shortcut")
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

  private var foldedNormalization: FoldedNormalization {
    FoldedNormalization(
      scale: written.scale, shift: written.shift, means: runningStatistics[0],
      variances: runningStatistics[1],
      epsilon: Self.epsilon)
  }

  /// The same for images of one pixel, which are rows of whatever kind: a dense layer.
  private func addRowwiseNodes(_ context: NodeContext, to builder: inout GraphBuilder) -> GraphValue {
    let folded = foldedNormalization
    var (weights, bias) = (
      Matrix(rows: convolution.inputs, columns: convolution.outputs),
      Matrix(rows: 1, columns: convolution.outputs)
    )
    for column in 0..<convolution.outputs {
      for row in 0..<convolution.inputs {
        weights[row, column] = Float(Double(self.weights.value[row, column]) * folded.factors[column])
      }
      bias[0, column] = folded.shifts[column]
    }
    let layer = PlainLayer(
      Dense(weights: weights, bias: bias, function: function), behind: context.importances)
    return layer.addNodes(
      on: builder.rows(context.sources[0], name: context.name), name: context.name, to: &builder)
  }

  /// Every second (third, …) pixel, each channel in its place among zeros.
  private func addFittedShortcut(
    _ value: String, _ shortcut: Shortcut, name: String, to builder: inout GraphBuilder
  ) -> String {
    let step = shortcut.step(to: convolution)
    guard let first = shortcut.firstTarget else {
      return addChosenChannels(value, shortcut, step, name: name, to: &builder)
    }
    var value = value
    if step > 1 {
      // The largest of one pixel is that pixel.
      value = builder.node(
        "MaxPool", value, name: "\(name) chosen pixels",
        [.integers("kernel_shape", [1, 1]), .integers("strides", [step, step])])
    }
    let missing = convolution.outputs - shortcut.image.channels
    guard missing > 0 else { return value }
    let borders = [0, first, 0, 0, 0, missing - first, 0, 0].map(Int64.init)
    let pads = builder.constant(borders, shape: [8], name: "\(name) added channels")
    return builder.node("Pad", value, pads, name: "\(name) fitted shortcut")
  }

  /// The same for channels that do not follow one another: a convolution whose weights are zeros and ones.
  private func addChosenChannels(
    _ value: String, _ shortcut: Shortcut, _ step: Int, name: String, to builder: inout GraphBuilder
  ) -> String {
    let (outputs, inputs) = (convolution.outputs, shortcut.image.channels)
    var weights = [Float](repeating: 0, count: outputs * inputs)
    for (input, target) in shortcut.targets.enumerated() {
      if let target { weights[target * inputs + input] = 1 }
    }
    let choice = builder.constant(
      weights, shape: [outputs, inputs, 1, 1], name: "\(name) chosen channels")
    return builder.node(
      "Conv", value, choice, name: "\(name) fitted shortcut",
      [.integers("kernel_shape", [1, 1]), .integers("strides", [step, step])])
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
