import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra
import Peers

/// A network for every type of block, with observations. A type that is in none of them fails `BlockTableTests`.
enum BlockSamples {
  static let all: [(name: String, make: @Sendable () throws -> StructuredSample)] = [
    ("table", { try rows { rowWise(&$0, from: LayerNode.batch, columns: 4, seed: 1) } }),
    ("table of one adaptive layer", { try rows { adaptive(&$0, from: LayerNode.batch, columns: 4) } }),
    ("table of layers that share a width", { try rows(tied) }),
    ("images", { try images() }),
    ("images as rows", { try imagesAsRows() }),
    ("images with channels of learned width", { try channels() }),
    ("images with streams of learned width", { try streams() }),
    ("sequences", { try sequences() }),
    ("sequences with a state of learned width", { try states(.stream) }),
    ("sequences with a state and neurons of learned width", { try states(.all) }),
    ("graphs, sum", { try graphs(.sum) }),
    ("graphs, mean", { try graphs(.mean) }),
    ("graphs with features of learned width", { try .graphs(pooling: .mean, adapting: .all) }),
    ("texts", { try texts() }),
    ("translations", { .texts(areTranslated: true) }),
    ("texts with values of learned width", { .texts(areTranslated: false, adapting: .attention) }),
    ("translations with values of learned width", { .texts(areTranslated: true, adapting: .attention) }),
    ("texts with queries of learned width", { .texts(areTranslated: false, adapting: .all) }),
    ("translations with queries of learned width", { .texts(areTranslated: true, adapting: .all) }),
  ]

  /// Tables through row-wise blocks in an order that the seed decides.
  static func shuffled(_ seed: UInt64) throws -> StructuredSample {
    try rows { rowWise(&$0, from: LayerNode.batch, columns: 4, seed: seed) }
  }

  // MARK: Observations

  /// Five rows of four numbers, behind which a dense layer chooses among three classes.
  private static func rows(
    _ build: (inout NetworkBuilder) -> (last: Int, columns: Int)
  ) throws -> StructuredSample {
    let names = ["a", "b", "c", "d"]
    var random = RandomStream(seed: 5, purpose: "rows")
    let cells = names.map { _ in (0..<5).map { _ in Double(Float(random.normal())) } }
    let preparation = Preparation(
      inputs: .columns(
        names.enumerated().map { InputColumn(name: $1, position: $0, kind: .number) }, width: 5,
        targetPosition: 4, hasHeader: true),
      targetName: "kind", target: .classes(["u", "v", "w"]), featureScaling: .identity(4))
    let features = (0..<5).flatMap { row in cells.map { Float($0[row]) } }
    return StructuredSample(
      preparation, Batch(inputs: Matrix(rows: 5, columns: 4, features)),
      zip(names, cells).map { PeerCase.Entry($0, [5, 1], $1) }, network: network(3, build))
  }

  /// Five images of 4 × 5 pixels in three channels.
  private static func pixels(
    _ build: (inout NetworkBuilder) -> (last: Int, columns: Int)
  ) throws -> StructuredSample {
    let pixels = (0..<5 * 60).map { Double(UInt8(truncatingIfNeeded: 53 &* $0 &+ $0 / 7 &* 31)) }
    let (mean, scale) = (0.5, 0.25)
    let preparation = Preparation(
      inputs: .image(ImageShape(width: 5, height: 4, channels: 3)), targetName: "label",
      target: .classes(["u", "v", "w"]),
      featureScaling: Scaling(
        means: [Double](repeating: mean, count: 60), scales: [Double](repeating: scale, count: 60)))
    let features = pixels.map { Float(($0 / 255 - mean) / scale) }
    return StructuredSample(
      preparation, Batch(inputs: Matrix(rows: 5, columns: 60, features)),
      [PeerCase.Entry("pixels", [5, 60], pixels)], network: network(3, build))
  }

  private static func network(
    _ outputs: Int, _ build: (inout NetworkBuilder) -> (last: Int, columns: Int)
  ) -> Network {
    var builder = NetworkBuilder()
    let (last, columns) = build(&builder)
    var random = RandomStream(seed: 6, purpose: "last layer")
    builder.add(
      Dense(inputs: columns, outputs: outputs, function: .identity, variance: 0.5, random: &random), last)
    return Network(nodes: builder.nodes, problem: .classification)
  }

  // MARK: Networks

  /// Convolutions with and without shortcut, both pools, and row-wise blocks between and behind them.
  private static func images() throws -> StructuredSample {
    try pixels { builder in
      var random = RandomStream(seed: 7, purpose: "convolutions")
      let first = builder.add(
        ConvolutionBlock(
          Convolution(height: 4, width: 5, inputs: 3, outputs: 4, kernel: 3, stride: 1), random: &random))
      builder.add(BatchNorm(columns: 80, isRectified: false))
      builder.add(
        ConvolutionBlock(
          Convolution(height: 4, width: 5, inputs: 4, outputs: 7, kernel: 3, stride: 2),
          shortcut: Shortcut(ImageExtent(height: 4, width: 5, channels: 4), inTheMiddleOf: 7),
          random: &random), builder.last, first)
      let second = builder.last
      builder.add(
        ConvolutionBlock(
          Convolution(height: 2, width: 3, inputs: 7, outputs: 7, kernel: 1, stride: 1), random: &random))
      builder.add(Addition(columns: 42), second, builder.last)
      let sum = builder.last
      let pooled = builder.add(MaxPool(ImageExtent(height: 2, width: 3, channels: 7)))
      let mean = builder.add(GlobalAveragePool(pixels: 6, channels: 7), sum)
      builder.add(Concatenation(columns: [7, 42, 7]), pooled, sum, mean)
      return rowWise(&builder, from: builder.last, columns: 56, seed: 8)
    }
  }

  /// A residual block with inner channels of learned width, cut and trained a little.
  private static func channels() throws -> StructuredSample {
    try pixels { builder in
      var random = RandomStream(seed: 21, purpose: "channels")
      var options = NetworkOptions(initialRate: 0.3)
      options.method = .settle
      let adaptation = Adaptation(options: options, prior: nil, width: 5)
      func convolution(_ inputs: Int, _ outputs: Int, stride: Int = 1) -> Convolution {
        Convolution(height: 4, width: 5, inputs: inputs, outputs: outputs, stride: stride)
      }
      let first = builder.add(
        ConvolutionBlock(convolution(3, 4), function: .relu6, random: &random), LayerNode.batch)
      let inner = builder.add(
        ConvolutionBlock(
          convolution(4, 5), function: .relu6, adaptation: adaptation, random: &random), first)
      builder.add(
        ConvolutionBlock(
          convolution(5, 4),
          shortcut: Shortcut(ImageExtent(height: 4, width: 5, channels: 4), inTheMiddleOf: 4), random: &random
        ),
        inner, first)
      builder.add(GlobalAveragePool(pixels: 20, channels: 4))
      return (builder.last, 4)
    }
  }

  /// Two streams of learned width, cut so that some channels of the first are added to none of the second.
  private static func streams() throws -> StructuredSample {
    var options = NetworkOptions(initialRate: 0.3)
    options.method = .settle
    var random = RandomStream(seed: 23, purpose: "streams")
    func block(_ inputs: Int, _ outputs: Int, stride: Int = 1, _ shortcut: ImageExtent? = nil)
      -> ConvolutionBlock
    {
      ConvolutionBlock(
        Convolution(height: 4, width: 5, inputs: inputs, outputs: outputs, stride: stride),
        shortcut: shortcut.map { Shortcut($0, targets: Array(0..<$0.channels)) },
        adaptation: Adaptation(options: options, prior: nil, width: outputs), random: &random)
    }
    return try pixels { builder in
      let image = ImageExtent(height: 4, width: 5, channels: 5)
      let first = builder.add(block(3, 5), LayerNode.batch)
      let second = builder.add(block(5, 5, image), first, first)
      builder.add(block(5, 6, stride: 2, image), second, second)
      builder.add(GlobalAveragePool(pixels: 6, channels: 6))
      builder.add(
        Dense(inputs: 6, outputs: 4, function: .identity, variance: 0.3, random: &random))
      // Most pixels stay where the rectifier is straight.
      var nodes = builder.nodes
      for index in 0..<3 {
        nodes[index].block.forEachParameter { parameter, number in
          if number == 2 { parameter.value.fill(4) }
        }
      }
      var network = Network(nodes: nodes, problem: .classification)
      network = network.permuted(layer: 0, by: [3, 0, 1, 4, 2])
      network.truncate(layer: 1, to: 4, policy: .hold)
      builder = NetworkBuilder()
      for (block, sources) in zip(network.blocks, network.sources) { builder.add(block, reading: sources) }
      return (builder.last, 4)
    }
  }

  /// Blocks of images that read pixels, or rows that a row-wise block gives.
  private static func imagesAsRows() throws -> StructuredSample {
    try pixels { builder in
      let mean = builder.add(GlobalAveragePool(pixels: 20, channels: 3), LayerNode.batch)
      builder.add(LayerNorm(columns: 60), LayerNode.batch)
      let pooled = builder.add(MaxPool(ImageExtent(height: 4, width: 5, channels: 3)))
      builder.add(Concatenation(columns: [3, 12]), mean, pooled)
      return (builder.last, 15)
    }
  }

  private static func sequences() throws -> StructuredSample {
    var builder = NetworkBuilder()
    var random = RandomStream(seed: 9, purpose: "cells")
    let (last, columns) = rowWise(&builder, from: LayerNode.batch, columns: 4, seed: 10)
    builder.add(
      Dense(inputs: columns, outputs: 5, function: .identity, variance: 0.2, random: &random), last)
    let adaptation = adaptation
    let hidden = Dense(
      inputs: 5, outputs: adaptation.width, function: .tanh, adaptation: adaptation, variance: 0.2,
      random: &random)
    let output = Dense(
      inputs: adaptation.width, outputs: 5, function: .identity, variance: 0.2, random: &random)
    builder.add(Recurrence(hidden: hidden, output: output))
    let behind = rowWise(&builder, from: builder.last, columns: 5, seed: 11)
    builder.add(
      Dense(inputs: behind.columns, outputs: 3, function: .identity, variance: 0.2, random: &random),
      behind.last)
    return StructuredSample(
      try .sequences(isRegression: false), network: Network(nodes: builder.nodes, problem: .classification))
  }

  /// Cut, so that importances, order and widths are not those of a new network.
  private static func states(_ adapt: AdaptedLayers) throws -> StructuredSample {
    var options = NetworkOptions(initialRate: 0.2, initialBiasScale: 1)
    (options.kind, options.stateSize, options.adapt, options.method) = (.rnn, 7, adapt, .settle)
    var network = Network(
      options: options, ratePrior: nil, inputs: .steps(features: 4), outputs: 3, problem: .classification,
      seed: 4)
    let layer = adapt == .all ? 1 : 0
    network = network.permuted(layer: layer, by: [3, 0, 6, 1, 5, 4, 2])
    network.truncate(layer: layer, to: 5, policy: .hold)
    return StructuredSample(try .sequences(isRegression: false), network: network)
  }

  private static func graphs(_ pooling: Pooling) throws -> StructuredSample {
    var builder = NetworkBuilder()
    var random = RandomStream(seed: 12, purpose: "readout")
    let (first, columns) = rowWise(&builder, from: LayerNode.batch, columns: 4, seed: 13)
    builder.add(NeighborSum(columns: columns), first)
    let (last, width) = rowWise(&builder, from: builder.last, columns: columns, seed: 14)
    builder.add(SegmentPool(columns: width, pooling: pooling), last)
    builder.add(
      Dense(inputs: width, outputs: 2, function: .identity, variance: 0.2, random: &random))
    return StructuredSample(
      try .graphs(pooling: pooling), network: Network(nodes: builder.nodes, problem: .classification))
  }

  private static func texts() throws -> StructuredSample {
    var builder = NetworkBuilder()
    var random = RandomStream(seed: 15, purpose: "texts")
    builder.add(Embedding(side: .source, vocabulary: 260, columns: 6, random: &random), LayerNode.batch)
    let (last, columns) = rowWise(&builder, from: builder.last, columns: 6, seed: 16)
    builder.add(
      Dense(inputs: columns, outputs: 12, function: .identity, variance: 0.2, random: &random), last)
    builder.add(Attention(.source, heads: 2, columns: 4))
    builder.add(SegmentPool(columns: 4, pooling: .sum))
    let behind = rowWise(&builder, from: builder.last, columns: 4, seed: 17)
    builder.add(
      Dense(inputs: behind.columns, outputs: 3, function: .identity, variance: 0.2, random: &random),
      behind.last)
    return StructuredSample(
      .texts(areTranslated: false), network: Network(nodes: builder.nodes, problem: .classification))
  }

  // MARK: Row-wise blocks

  private static var adaptation: Adaptation {
    Adaptation(options: NetworkOptions(initialRate: 0.4), prior: nil)
  }

  /// A layer of learned width and one behind it.
  private static func adaptive(
    _ builder: inout NetworkBuilder, from source: Int, columns: Int
  ) -> (last: Int, columns: Int) {
    var random = RandomStream(seed: 18, purpose: "adaptive layer")
    let adaptation = adaptation
    builder.add(
      Dense(
        inputs: columns, outputs: adaptation.width, function: .tanh, adaptation: adaptation, variance: 0.3,
        random: &random), source)
    builder.add(
      Dense(inputs: adaptation.width, outputs: 4, function: .identity, variance: 0.3, random: &random))
    return (builder.last, 4)
  }

  /// Two layers of one learned width, whose sum is read twice.
  private static func tied(_ builder: inout NetworkBuilder) -> (last: Int, columns: Int) {
    var random = RandomStream(seed: 19, purpose: "tied layers")
    let adaptation = adaptation
    func dense(_ inputs: Int, _ outputs: Int, _ adaptation: Adaptation? = nil) -> Dense {
      Dense(
        inputs: inputs, outputs: outputs, function: .tanh, adaptation: adaptation, variance: 0.3,
        random: &random)
    }
    let width = adaptation.width
    let first = builder.add(dense(4, width, adaptation), LayerNode.batch)
    builder.add(dense(width, 5), first)
    let second = builder.add(dense(5, width, adaptation))
    let sum = builder.add(Addition(columns: width), first, second)
    let left = builder.add(dense(width, 3), sum)
    let right = builder.add(dense(width, 3), sum)
    builder.add(Addition(columns: 3), left, right)
    return (builder.last, 3)
  }

  /// Eight row-wise blocks in random order, each type at least once: what an MLP of a library's user may consist of.
  private static func rowWise(
    _ builder: inout NetworkBuilder, from source: Int, columns: Int, seed: UInt64
  ) -> (last: Int, columns: Int) {
    var random = RandomStream(seed: seed, purpose: "row-wise blocks")
    var kinds = [0, 1, 2, 3, 4, 5, 0, random.below(6)]
    for index in kinds.indices.reversed() { kinds.swapAt(index, random.below(index + 1)) }
    // Values that may be read, and those that nothing reads yet.
    var values = [(index: source, columns: columns)]
    var unread: [(index: Int, columns: Int)] = []
    for kind in kinds {
      let (index, width) = values[values.count - 1 - random.below(min(2, values.count))]
      var made = (index: index, columns: width)
      func read(_ index: Int) { unread.removeAll { $0.index == index } }
      read(index)
      switch kind {
      case 0:
        made.columns = 3 + random.below(3)
        builder.add(
          Dense(
            inputs: width, outputs: made.columns, function: [.tanh, .identity][random.below(2)],
            variance: 0.4, random: &random), index)
      case 1: made.columns = adaptive(&builder, from: index, columns: width).columns
      case 2: builder.add(BatchNorm(columns: width, isRectified: false), index)
      case 3: builder.add(LayerNorm(columns: width), index)
      case 4:
        let other = values.last { $0.columns == width }?.index ?? index
        read(other)
        builder.add(Addition(columns: width), index, other)
      default:
        let other = values[random.below(values.count)]
        read(other.index)
        builder.add(Concatenation(columns: [width, other.columns]), index, other.index)
        made.columns = width + other.columns
      }
      made.index = builder.last
      values.append(made)
      unread.append(made)
    }
    if unread.count > 1 {
      builder.add(Concatenation(columns: unread.map(\.columns)), reading: unread.map(\.index))
    }
    return (builder.last, unread.reduce(0) { $0 + $1.columns })
  }
}
