import Experiment
import LinearAlgebra

extension Network {
  /// Two convolutions and dense layers.
  static func convolutional(_ plan: NetworkPlan) -> Network? {
    images(plan) { $0.addConvolutionNetwork($1, plan, random: &$2) }
  }

  /// A ResNet-20.
  static func residual(_ plan: NetworkPlan) -> Network? {
    images(plan) { $0.addResidualNetwork($1, plan, random: &$2) }
  }

  private static func images(
    _ plan: NetworkPlan, _ add: (inout NetworkBuilder, ImageExtent, inout RandomStream) -> Void
  ) -> Network? {
    guard let image = ImageExtent(plan.inputs) else { return nil }
    var random = RandomStream(seed: plan.seed, purpose: "initial weights")
    var builder = NetworkBuilder()
    add(&builder, image, &random)
    return Network(nodes: builder.nodes, problem: plan.problem)
  }
}

extension ImageExtent {
  /// The extent of images; `nil` if the inputs are of another shape.
  fileprivate init?(_ shape: InputShape) {
    guard case .image(let width, let height, let channels) = shape else { return nil }
    self.init(height: height, width: width, channels: channels)
  }
}

extension NetworkBuilder {
  /// ResNet-20 (He et al., arXiv 1512.03385, §4.2): nine residual blocks of two 3×3 convolutions, with 16, 32 and 64
  /// channels, and shortcuts without parameters; its head has a hidden layer of learned width. The channels between the
  /// two convolutions of a block, its inner ones, can have a learned width, too.
  mutating func addResidualNetwork(
    _ image: ImageExtent, _ plan: NetworkPlan, random: inout RandomStream
  ) {
    let adaptsInner = !plan.options.learnedInnerWidths.isEmpty
    // Given widths of an ordinary network are those of the same layers.
    var given = plan.options.adapt == .inner ? plan.options.fixedWidths?[...] : nil
    var at = addConvolution(image, channels: 16, random: &random)
    for (channels, stride) in [(16, 1), (32, 2), (64, 2)] {
      for block in 0..<3 {
        let (start, from) = (last, at)
        let inner =
          adaptsInner
          ? Adaptation(options: plan.options, prior: plan.ratePrior, width: channels) : nil
        at = addConvolution(
          at, channels: given?.popFirst() ?? channels, stride: block == 0 ? stride : 1, adaptation: inner,
          random: &random)
        at = addConvolution(
          at, channels: channels, shortcut: (start, from), behind: inner, random: &random)
      }
    }
    add(GlobalAveragePool(pixels: at.height * at.width, channels: at.channels))
    addHead(plan, fixedWidths: given.map(Array.init), inputs: at.channels, random: &random)
  }

  /// Two 3×3 convolutions, of 32 and 64 channels, each followed by a pool; and dense layers of learned width. The
  /// numbers of channels are learned as well if the plan says so.
  mutating func addConvolutionNetwork(
    _ image: ImageExtent, _ plan: NetworkPlan, random: inout RandomStream
  ) {
    var at = image
    let adaptsInner = !plan.options.learnedInnerWidths.isEmpty
    var given = plan.options.adapt == .inner ? plan.options.fixedWidths?[...] : nil
    var inner: Adaptation?
    for usual in [32, 64] {
      let channels = given?.popFirst() ?? usual
      let before = inner
      inner =
        adaptsInner ? Adaptation(options: plan.options, prior: plan.ratePrior, width: channels) : nil
      at = addConvolution(at, channels: channels, adaptation: inner, behind: before, random: &random)
      guard at.height >= 2, at.width >= 2 else { continue }
      add(MaxPool(at))
      at = ImageExtent(height: at.height / 2, width: at.width / 2, channels: channels)
    }
    addHead(
      plan, fixedWidths: given.map(Array.init), inputs: at.size,
      variance: inner.map { heVariance(behind: at.channels, $0) / Double(at.height * at.width) },
      random: &random)
  }

  /// - Parameters:
  ///   - adaptation: of its channels, behind which the activation is bounded; `nil`: their number is fixed.
  ///   - importances: of the channels that it reads, which shrink what it sees.
  /// - Returns: the extent of the images that it puts out.
  private mutating func addConvolution(
    _ image: ImageExtent, channels: Int, stride: Int = 1, shortcut: (node: Int, image: ImageExtent)? = nil,
    adaptation: Adaptation? = nil, behind importances: Adaptation? = nil, random: inout RandomStream
  ) -> ImageExtent {
    let convolution = Convolution(
      height: image.height, width: image.width, inputs: image.channels, outputs: channels, stride: stride)
    let taps = Double(convolution.kernel * convolution.kernel)
    let block = ConvolutionBlock(
      convolution, shortcut: shortcut?.image, function: adaptation == nil ? .relu : .relu6,
      adaptation: adaptation,
      variance: importances.map { heVariance(behind: image.channels, $0) / taps }, random: &random)
    if let shortcut { add(block, last, shortcut.node) } else { add(block) }
    return ImageExtent(
      height: convolution.outputHeight, width: convolution.outputWidth, channels: channels)
  }

  /// Dense layers of learned or fixed width, and an affine one, as in an MLP that reads what was added last.
  ///
  /// - Parameters:
  ///   - fixedWidths: instead of the options'; `nil`: theirs.
  ///   - variance: of the weights that read what was added last; by default 2/inputs.
  private mutating func addHead(
    _ plan: NetworkPlan, fixedWidths: [Int]? = nil, inputs: Int, variance: Double? = nil,
    random: inout RandomStream
  ) {
    var options = plan.options
    options.fixedWidths = fixedWidths ?? options.fixedWidths
    let layers = Network.denseLayers(
      options: options, ratePrior: plan.ratePrior, inputs: inputs, outputs: plan.outputs,
      variance: variance, random: &random)
    for layer in layers { add(layer) }
  }
}
