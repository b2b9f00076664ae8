import Experiment
import LinearAlgebra

extension Network {
  /// Of convolutions: a ResNet-20 or a plain one.
  init(
    seeing image: ImageExtent, options: NetworkOptions, ratePrior: NormalPrior?, outputs: Int,
    problem: Problem,
    seed: UInt64
  ) {
    var random = RandomStream(seed: seed, purpose: "initial weights")
    var builder = NetworkBuilder()
    if options.kind == .resnet20 {
      builder.addResidualNetwork(
        image, options: options, prior: ratePrior, outputs: outputs, random: &random)
    } else {
      builder.addConvolutionNetwork(
        image, options: options, prior: ratePrior, outputs: outputs, random: &random)
    }
    self.init(nodes: builder.nodes, problem: problem)
  }
}

extension NetworkBuilder {
  /// ResNet-20 (He et al., arXiv 1512.03385, §4.2): nine residual blocks of two 3×3 convolutions, with 16, 32 and 64
  /// channels, and shortcuts without parameters; its head has a hidden layer of learned width.
  mutating func addResidualNetwork(
    _ image: ImageExtent, options: NetworkOptions, prior: NormalPrior?, outputs: Int,
    random: inout RandomStream
  ) {
    var at = addConvolution(image, channels: 16, random: &random)
    for (channels, stride) in [(16, 1), (32, 2), (64, 2)] {
      for block in 0..<3 {
        let (start, from) = (last, at)
        at = addConvolution(at, channels: channels, stride: block == 0 ? stride : 1, random: &random)
        at = addConvolution(at, channels: channels, shortcut: (start, from), random: &random)
      }
    }
    add(GlobalAveragePool(pixels: at.height * at.width, channels: at.channels))
    addHead(options: options, prior: prior, inputs: at.channels, outputs: outputs, random: &random)
  }

  /// Two 3×3 convolutions, of 32 and 64 channels, each followed by a pool; and dense layers of learned width.
  mutating func addConvolutionNetwork(
    _ image: ImageExtent, options: NetworkOptions, prior: NormalPrior?, outputs: Int,
    random: inout RandomStream
  ) {
    var at = image
    for channels in [32, 64] {
      at = addConvolution(at, channels: channels, random: &random)
      guard at.height >= 2, at.width >= 2 else { continue }
      add(MaxPool(at))
      at = ImageExtent(height: at.height / 2, width: at.width / 2, channels: channels)
    }
    addHead(options: options, prior: prior, inputs: at.size, outputs: outputs, random: &random)
  }

  /// - Returns: what it makes.
  private mutating func addConvolution(
    _ image: ImageExtent, channels: Int, stride: Int = 1, shortcut: (node: Int, image: ImageExtent)? = nil,
    random: inout RandomStream
  ) -> ImageExtent {
    let convolution = Convolution(
      height: image.height, width: image.width, inputs: image.channels, outputs: channels, stride: stride)
    let block = ConvolutionBlock(convolution, shortcut: shortcut?.image, random: &random)
    if let shortcut { add(block, last, shortcut.node) } else { add(block) }
    return ImageExtent(
      height: convolution.outputHeight, width: convolution.outputWidth, channels: channels)
  }

  /// Dense layers of learned or fixed width, and an affine one, as in an MLP that reads what was added last.
  private mutating func addHead(
    options: NetworkOptions, prior: NormalPrior?, inputs: Int, outputs: Int, random: inout RandomStream
  ) {
    let layers = Network.denseLayers(
      options: options, ratePrior: prior, inputs: inputs, outputs: outputs, random: &random)
    for layer in layers { add(layer) }
  }
}
