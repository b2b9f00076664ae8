import AdaptiveWidth
import LinearAlgebra

/// Networks that see images: values are [N, channels, height, width] between convolutions, as ONNX has them, and
/// [N, features] before and behind.
extension ONNXExporter {
  /// A convolution or a pool; `nil`: a block of another kind.
  func addImageLayer(
    _ index: Int, _ sources: [GraphValue], name: String, to builder: inout GraphBuilder
  ) -> GraphValue? {
    switch network.blocks[index] {
    case let block as ConvolutionBlock: return add(block, sources, name: name, to: &builder)
    case let pool as MaxPool:
      let image = channelsFirst(sources[0], pool.image, name: name, to: &builder)
      let pooled = builder.node(
        "MaxPool", image, name: name, [.integers("kernel_shape", [2, 2]), .integers("strides", [2, 2])])
      let extent = ImageExtent(
        height: pool.image.height / 2, width: pool.image.width / 2, channels: pool.image.channels)
      return GraphValue(name: pooled, form: .image(extent))
    case is GlobalAveragePool:
      let mean = builder.node("GlobalAveragePool", sources[0].name, name: "\(name) mean")
      return GraphValue(name: builder.node("Flatten", mean, name: name))
    default: return nil
    }
  }

  private func add(
    _ block: ConvolutionBlock, _ sources: [GraphValue], name: String, to builder: inout GraphBuilder
  ) -> GraphValue {
    let convolution = block.convolution
    let extent = ImageExtent(
      height: convolution.height, width: convolution.width, channels: convolution.inputs)
    let image = channelsFirst(sources[0], extent, name: name, to: &builder)
    let folded = FoldedConvolution(block)
    let shape = [convolution.outputs, convolution.inputs, convolution.kernel, convolution.kernel]
    let weights = builder.constant(folded.weights, shape: shape, name: "\(name) weights")
    let bias = builder.constant(folded.bias, shape: [convolution.outputs], name: "\(name) bias")
    let border = convolution.kernel / 2
    var sum = builder.node(
      "Conv", image, weights, bias, name: "\(name) sum",
      [
        .integers("kernel_shape", [convolution.kernel, convolution.kernel]),
        .integers("pads", [border, border, border, border]),
        .integers("strides", [convolution.stride, convolution.stride]),
      ])
    if let shortcut = block.shortcut {
      let beside = channelsFirst(sources[1], shortcut, name: "\(name) shortcut", to: &builder)
      let fitted = fit(beside, shortcut, to: convolution, name: name, in: &builder)
      sum = builder.node("Add", sum, fitted, name: "\(name) with shortcut")
    }
    let made = ImageExtent(
      height: convolution.outputHeight, width: convolution.outputWidth, channels: convolution.outputs)
    return GraphValue(name: builder.node("Relu", sum, name: name), form: .image(made))
  }

  /// Every second (third, …) pixel, with channels of zeros on both sides.
  private func fit(
    _ value: String, _ shortcut: ImageExtent, to convolution: Convolution, name: String,
    in builder: inout GraphBuilder
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

  private func channelsFirst(
    _ value: GraphValue, _ image: ImageExtent, name: String, to builder: inout GraphBuilder
  ) -> String {
    if case .image = value.form { return value.name }
    let extents = [-1, image.height, image.width, image.channels].map(Int64.init)
    let shape = builder.constant(extents, shape: [4], name: "\(name) shape")
    let images = builder.node("Reshape", value.name, shape, name: "\(name) images")
    return builder.node(
      "Transpose", images, name: "\(name) channels first", [.integers("perm", [0, 3, 1, 2])])
  }

  /// A value as [N, features] if it is an image, and otherwise as it is.
  func rows(_ value: GraphValue, name: String, to builder: inout GraphBuilder) -> GraphValue {
    guard case .image = value.form else { return value }
    let images = builder.node(
      "Transpose", value.name, name: "\(name) channels last", [.integers("perm", [0, 2, 3, 1])])
    return GraphValue(name: builder.node("Flatten", images, name: "\(name) features"))
  }
}

/// A convolution and the normalization behind it as one: γ W/√(σ² + ε) and β − μ γ/√(σ² + ε), with running statistics.
struct FoldedConvolution {
  /// [outputs, inputs, kernel, kernel]
  let weights: [Float]
  /// [outputs]
  let bias: [Float]

  init(_ block: ConvolutionBlock) {
    let convolution = block.convolution
    let (means, variances) = (block.buffers[0], block.buffers[1])
    let factors = (0..<convolution.outputs).map {
      Double(block.scale.value[0, $0]) / (Double(variances[0, $0]) + ConvolutionBlock.epsilon).squareRoot()
    }
    bias = (0..<convolution.outputs).map {
      Float(Double(block.shift.value[0, $0]) - Double(means[0, $0]) * factors[$0])
    }
    let size = convolution.patchSize
    weights = block.channelsFirstWeights.enumerated().map { Float(Double($1) * factors[$0 / size]) }
  }
}
