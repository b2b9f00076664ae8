import AdaptiveWidth
import Experiment
import LinearAlgebra

/// A small residual network whose inner channels have learned widths, with images.
///
/// Two residual blocks, the second of which halves the image and adds channels, and an adaptive head.
struct ChannelCase {
  static let classes = 3
  var network: Network
  let batch: Batch

  /// - Parameters:
  ///   - width: of the channels inside the first block; the second has two more.
  ///   - learnsStreams: whether the streams have learned widths, too, four and seven.
  ///   - trained: minibatches after which running statistics are those of the network.
  init(
    width: Int = 6, learnsStreams: Bool = false, images: Int = 12, size: Int = 6, trained: Int = 0,
    seed: UInt64 = 1
  ) {
    var random = RandomStream(seed: seed, purpose: "channels")
    var builder = NetworkBuilder()
    func image(_ size: Int, _ channels: Int) -> ImageExtent {
      ImageExtent(height: size, width: size, channels: channels)
    }
    func add(
      _ from: ImageExtent, _ channels: Int, stride: Int = 1, shortcut: (Int, ImageExtent)? = nil,
      inner: Adaptation? = nil
    ) -> Int {
      let adaptation = inner ?? (learnsStreams ? Self.adaptation(channels) : nil)
      func place(_ image: ImageExtent) -> Shortcut {
        learnsStreams
          ? Shortcut(image, targets: Array(0..<image.channels)) : Shortcut(image, inTheMiddleOf: channels)
      }

      let block = ConvolutionBlock(
        Convolution(
          height: from.height, width: from.width, inputs: from.channels, outputs: channels, stride: stride),
        shortcut: shortcut.map { place($0.1) }, function: inner == nil ? .relu : .relu6,
        adaptation: adaptation,
        random: &random)
      return shortcut.map { builder.add(block, builder.last, $0.0) } ?? builder.add(block)
    }
    let half = (size - 1) / 2 + 1
    let first = add(image(size, 2), 4)
    let inner = Self.adaptation(width)
    _ = add(image(size, 4), width, inner: inner)
    let second = add(image(size, width), 4, shortcut: (first, image(size, 4)))
    let wider = Self.adaptation(width + 2)
    _ = add(image(size, 4), width + 2, stride: 2, inner: wider)
    _ = add(image(half, width + 2), 7, shortcut: (second, image(size, 4)))
    builder.add(GlobalAveragePool(pixels: half * half, channels: 7))
    let head = Self.adaptation(9)
    builder.add(
      Dense(inputs: 7, outputs: 9, function: .relu6, adaptation: head, variance: 0.3, random: &random))
    builder.add(
      Dense(inputs: 9, outputs: Self.classes, function: .identity, variance: 0.5, random: &random))
    network = Network(nodes: builder.nodes, problem: .classification)
    // Scales and shifts that are not the usual 1 and 0.
    var nodes = zip(network.blocks, network.sources).map { LayerNode($0, $1) }
    for index in 0..<5 {
      nodes[index].block.forEachParameter { parameter, number in
        guard number > 0 else { return }
        for column in 0..<parameter.value.columns {
          parameter.value[0, column] += Float(0.3 * random.normal()) + (number == 2 ? 0.5 : 0)
        }
      }
    }
    network = Network(nodes: nodes, problem: .classification)
    batch = Self.images(images, size: size, seed: seed + 1)
    var workspace = Workspace()
    for _ in 0..<trained {
      _ = network.lossAndGradients(batch, &workspace)
      network.learnStatistics(from: workspace)
    }
  }

  /// Two convolutions of learned channels, with pools behind them, and an adaptive head.
  static func plain(trained: Int = 40) -> (network: Network, batch: Batch) {
    var options = NetworkOptions(initialRate: 0.3)
    (options.kind, options.method, options.adapt) = (.cnn, .settle, .inner)
    var network = Network(
      options: options, ratePrior: nil, inputs: .image(width: 8, height: 8, channels: 2), outputs: classes,
      problem: .classification, seed: 3)
    for layer in 0..<2 { network.truncate(layer: layer, to: 6 + 2 * layer, policy: .adapt) }
    let batch = images(16, size: 8, seed: 5)
    var workspace = Workspace()
    for _ in 0..<trained {
      _ = network.lossAndGradients(batch, &workspace)
      network.learnStatistics(from: workspace)
    }
    return (network, batch)
  }

  static func adaptation(_ width: Int) -> Adaptation {
    var options = NetworkOptions(initialRate: 0.3)
    options.method = .settle
    return Adaptation(options: options, prior: nil, width: width)
  }

  static func images(_ count: Int, size: Int = 6, seed: UInt64) -> Batch {
    var random = RandomStream(seed: seed, purpose: "images")
    let columns = size * size * 2
    return Batch(
      inputs: Matrix(
        rows: count, columns: columns, (0..<count * columns).map { _ in Float(random.normal()) }),
      labels: (0..<count).map { _ in Int32(random.below(classes)) })
  }

  func convolution(_ index: Int, of other: Network? = nil) -> ConvolutionBlock {
    guard let block = (other ?? network).blocks[index] as? ConvolutionBlock else {
      preconditionFailure("block \(index) is a convolution")
    }
    return block
  }
}
