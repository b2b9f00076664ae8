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
  /// two convolutions of a block, its inner ones, can have a learned width, and so can the stream of a stage, which all
  /// of its blocks read and add to. A shortcut adds a stream of learned width to the first channels of the next stage.
  fileprivate mutating func addResidualNetwork(
    _ image: ImageExtent, _ plan: NetworkPlan, random: inout RandomStream
  ) {
    var channels = ChannelWidths(plan)
    var stream = channels.next(.stream)
    var at = addConvolution(image, to: stream, .stream, random: &random)
    for stage in 0..<3 {
      for block in 0..<3 {
        let (start, from, before) = (last, at, stream.adaptation)
        let inner = channels.next(.inner)
        at = addConvolution(
          at, to: inner, .inner, stride: block == 0 && stage > 0 ? 2 : 1, behind: before, random: &random)
        if block == 0 && stage > 0 { stream = channels.next(.stream) }
        let shortcut =
          plan.options.adapts(.stream)
          ? Shortcut(from, targets: (0..<from.channels).map { $0 < stream.width ? $0 : nil })
          : Shortcut(from, inTheMiddleOf: stream.width)
        at = addConvolution(
          at, to: stream, .stream, shortcut: (start, shortcut), behind: inner.adaptation, random: &random)
      }
    }
    add(GlobalAveragePool(pixels: at.height * at.width, channels: at.channels))
    addHead(
      plan, fixedWidths: channels.rest, inputs: at.channels,
      variance: stream.adaptation.map { heVariance(behind: at.channels, $0) }, random: &random)
  }

  /// Two 3×3 convolutions, of 32 and 64 channels, each followed by a pool; and dense layers of learned width. The
  /// numbers of channels are learned as well if the plan says so.
  fileprivate mutating func addConvolutionNetwork(
    _ image: ImageExtent, _ plan: NetworkPlan, random: inout RandomStream
  ) {
    var (at, channels) = (image, ChannelWidths(plan))
    var inner: LayerWidth = (image.channels, nil)
    for _ in 0..<2 {
      let before = inner.adaptation
      inner = channels.next(.inner)
      at = addConvolution(at, to: inner, .inner, behind: before, random: &random)
      guard at.height >= 2, at.width >= 2 else { continue }
      add(MaxPool(at))
      at = ImageExtent(height: at.height / 2, width: at.width / 2, channels: inner.width)
    }
    addHead(
      plan, fixedWidths: channels.rest, inputs: at.size,
      variance: inner.adaptation.map { heVariance(behind: at.channels, $0) / Double(at.height * at.width) },
      random: &random)
  }

  /// - Parameters:
  ///   - width: of its channels: inner ones of learned width are bounded.
  ///   - importances: of the channels that it reads, which shrink what it sees.
  /// - Returns: the extent of the images that it puts out.
  private mutating func addConvolution(
    _ image: ImageExtent, to width: LayerWidth, _ place: Architecture.ChannelLayer.Place, stride: Int = 1,
    shortcut: (node: Int, Shortcut)? = nil, behind importances: Adaptation? = nil, random: inout RandomStream
  ) -> ImageExtent {
    let convolution = Convolution(
      height: image.height, width: image.width, inputs: image.channels, outputs: width.width, stride: stride)
    let taps = Double(convolution.kernel * convolution.kernel)
    let block = ConvolutionBlock(
      convolution, shortcut: shortcut?.1,
      function: place == .inner && width.adaptation != nil ? .relu6 : .relu, adaptation: width.adaptation,
      variance: importances.map { heVariance(behind: image.channels, $0) / taps }, random: &random)
    if let shortcut { add(block, last, shortcut.node) } else { add(block) }
    return ImageExtent(
      height: convolution.outputHeight, width: convolution.outputWidth, channels: width.width)
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

/// Numbers of channels, layer by layer: usual, learned or given ones.
private struct ChannelWidths {
  private let plan: NetworkPlan
  /// The architecture's layers that are not taken yet.
  private var layers: ArraySlice<Architecture.ChannelLayer>
  /// Given widths that are not taken yet; `nil`: they are not given, or the head's alone.
  private var given: ArraySlice<Int>?

  init(_ plan: NetworkPlan) {
    self.plan = plan
    layers = plan.options.channelLayers[...]
    let ofChannels = plan.options.adapts(.inner) || plan.options.adapts(.stream)
    given = ofChannels ? plan.options.fixedWidths?[...] : nil
  }

  /// The next layer's width. Given widths of an ordinary network are those of the same layers.
  ///
  /// - Precondition: the architecture's next layer has this place.
  mutating func next(_ place: Architecture.ChannelLayer.Place) -> LayerWidth {
    let layer = layers.removeFirst()
    precondition(layer.place == place, "layers in the architecture's order")
    let usual = layer.width
    guard plan.options.adapts(place) else { return (usual, nil) }
    if plan.options.fixedWidths != nil { return (given?.popFirst() ?? usual, nil) }
    let adaptation = Adaptation(
      options: plan.options, prior: plan.ratePrior, width: usual, isOfStream: place == .stream)
    return (usual, adaptation)
  }

  /// Given widths that the head is left with.
  var rest: [Int]? { given.map(Array.init) }
}
