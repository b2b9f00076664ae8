import AdaptiveWidth
import Experiment
import LinearAlgebra

/// Small networks that contain every block, with smooth activations, and few rows.
struct BlockCase: CustomStringConvertible, Sendable {
  let description: String
  let network: Network
  let batch: Batch
  var step = 0.05
  /// Per entry, relative to the larger of the entry and its matrix's root mean square.
  var tolerance = 1e-3

  static let all: [BlockCase] = [
    dense(), normalized(), convolutions(), pool(), recurrence(), state(), state(isHiddenFixed: true), texts(),
    translations(), graphs(), tied(),
    channels(), streams(), features(), values(), queriesAndKeys(),
  ]

  static func stream(_ seed: UInt64 = 1) -> RandomStream {
    RandomStream(seed: seed, purpose: "blocks")
  }

  static func adaptation() -> Adaptation {
    Adaptation(options: NetworkOptions(initialRate: 0.5), prior: nil)
  }

  static func layer(
    _ inputs: Int, _ outputs: Int, _ random: inout RandomStream, _ adaptation: Adaptation? = nil,
    function: ElementFunction = .tanh
  ) -> Dense {
    Dense(
      inputs: inputs, outputs: adaptation?.width ?? outputs, function: function, adaptation: adaptation,
      variance: 1 / Double(inputs), biasScale: 0.3, random: &random)
  }

  static func affine(_ inputs: Int, _ outputs: Int, _ random: inout RandomStream) -> Dense {
    layer(inputs, outputs, &random, function: .identity)
  }

  static func matrix(_ rows: Int, _ columns: Int, _ random: inout RandomStream) -> Matrix {
    Matrix(rows: rows, columns: columns, (0..<rows * columns).map { _ in Float(random.normal()) })
  }

  /// Gains and biases that are not the usual 1 and 0.
  static func gains(_ columns: Int, around center: Float, _ random: inout RandomStream) -> Matrix {
    Matrix(rows: 1, columns: columns, (0..<columns).map { _ in center + 0.3 * Float(random.normal()) })
  }

  static func observations(
    _ name: String, _ nodes: [LayerNode], inputs: Int, outputs: Int, rows: Int = 6,
    _ random: inout RandomStream
  ) -> BlockCase {
    let batch = Batch(
      inputs: matrix(rows, inputs, &random), values: matrix(rows, outputs, &random))
    return BlockCase(
      description: name, network: Network(nodes: nodes, problem: .regression), batch: batch)
  }

  /// Narrow and wide inputs, learned and fixed widths.
  static func dense() -> BlockCase {
    var random = stream()
    let width = adaptation().width
    let blocks = [
      layer(3, width, &random, adaptation()), layer(width, width, &random, adaptation()),
      layer(width, 20, &random), affine(20, 2, &random),
    ]
    return observations(
      "dense", LayerNode.chain(blocks), inputs: 3, outputs: 2, &random)
  }

  static func normalized() -> BlockCase {
    var random = stream()
    let blocks: [any Block] = [
      affine(4, 5, &random),
      BatchNorm(
        scale: gains(5, around: 1, &random), shift: gains(5, around: 0, &random), isRectified: false),
      layer(5, 6, &random),
      LayerNorm(gain: gains(6, around: 1, &random), bias: gains(6, around: 0, &random)),
      affine(6, 2, &random),
    ]
    return observations("normalization", LayerNode.chain(blocks), inputs: 4, outputs: 2, &random)
  }

  /// Rectifiers that shifts of 4 leave open, a shortcut into more channels, and both pools.
  static func convolutions() -> BlockCase {
    var random = stream()
    func block(_ size: Int, _ inputs: Int, _ outputs: Int, stride: Int, shortcut: ImageExtent?)
      -> ConvolutionBlock
    {
      let convolution = Convolution(
        height: size, width: size, inputs: inputs, outputs: outputs, stride: stride)
      return ConvolutionBlock(
        convolution, shortcut: shortcut.map { Shortcut($0, inTheMiddleOf: outputs) },
        weights: matrix(convolution.patchSize, outputs, &random),
        scale: gains(outputs, around: 1, &random), shift: gains(outputs, around: 4, &random))
    }
    var builder = NetworkBuilder()
    let first = builder.add(block(4, 2, 3, stride: 1, shortcut: nil))
    builder.add(
      block(4, 3, 5, stride: 2, shortcut: ImageExtent(height: 4, width: 4, channels: 3)), first, first)
    builder.add(GlobalAveragePool(pixels: 4, channels: 5))
    // Pooled pixels are near 8: small weights keep the loss small, and so its rounding.
    builder.add(Dense(inputs: 5, outputs: 2, function: .identity, variance: 0.04, random: &random))
    var result = observations("convolutions", builder.nodes, inputs: 32, outputs: 2, rows: 3, &random)
    // Normalization makes the loss smooth in the weights: a long step, in which rounding is small. Its gradients are
    // so small beside the loss that rounding still is 0.2 % of them.
    (result.step, result.tolerance) = (0.1, 4e-3)
    return result
  }

  /// Channels of learned width inside a residual block, within the bounds of their activation.
  static func channels() -> BlockCase {
    var random = stream()
    let (inner, image) = (adaptation(), ImageExtent(height: 4, width: 4, channels: 2))
    func convolution(_ inputs: Int, _ outputs: Int) -> Convolution {
      Convolution(height: 4, width: 4, inputs: inputs, outputs: outputs)
    }
    var small = gains(inner.width, around: 1, &random)
    for column in 0..<inner.width { small[0, column] *= 0.5 }
    var builder = NetworkBuilder()
    let first = builder.add(
      ConvolutionBlock(
        convolution(2, inner.width), function: .relu6, adaptation: inner,
        weights: matrix(18, inner.width, &random), scale: small,
        shift: gains(inner.width, around: 3, &random)), LayerNode.batch)
    builder.add(
      ConvolutionBlock(
        convolution(inner.width, 2), shortcut: Shortcut(image, inTheMiddleOf: 2),
        weights: matrix(9 * inner.width, 2, &random),
        scale: gains(2, around: 1, &random), shift: gains(2, around: 6, &random)), first, LayerNode.batch)
    builder.add(GlobalAveragePool(pixels: 16, channels: 2))
    builder.add(Dense(inputs: 2, outputs: 2, function: .identity, variance: 0.04, random: &random))
    var result = observations("channels", builder.nodes, inputs: 32, outputs: 2, rows: 3, &random)
    // Normalization behind the channels makes some gradients thousandths of the loss, whose rounding is percents of
    // them: ChannelReferenceTests has the same in double precision.
    (result.step, result.tolerance) = (0.1, 4e-2)
    return result
  }

  /// A stream of learned width, written twice, and added to a wider one; far from where the rectifier bends.
  static func streams() -> BlockCase {
    var random = stream()
    let width = adaptation().width
    func block(
      _ inputs: Int, stride: Int = 1, _ shortcut: Shortcut? = nil, shift: Float = 6
    ) -> ConvolutionBlock {
      ConvolutionBlock(
        Convolution(height: 4, width: 4, inputs: inputs, outputs: width, stride: stride), shortcut: shortcut,
        adaptation: adaptation(), weights: matrix(9 * inputs, width, &random),
        scale: gains(width, around: 1, &random), shift: gains(width, around: shift, &random))
    }
    var builder = NetworkBuilder()
    let image = ImageExtent(height: 4, width: 4, channels: width)
    let first = builder.add(block(2), LayerNode.batch)
    let second = builder.add(block(width, Shortcut(image, targets: Array(0..<width))), first, first)
    let mixed = Shortcut(image, targets: (0..<width).map { $0 == 1 ? nil : width - 1 - $0 })
    builder.add(block(width, stride: 2, mixed, shift: 9), second, second)
    builder.add(GlobalAveragePool(pixels: 4, channels: width))
    builder.add(Dense(inputs: width, outputs: 2, function: .identity, variance: 0.04, random: &random))
    var result = observations("streams", builder.nodes, inputs: 32, outputs: 2, rows: 3, &random)
    (result.step, result.tolerance) = (0.1, 4e-2)
    return result
  }

  /// Steps so small that the largest pixel of a window stays the largest.
  static func pool() -> BlockCase {
    var random = stream()
    let blocks: [any Block] = [
      affine(3, 16, &random), MaxPool(ImageExtent(height: 4, width: 4, channels: 1)), affine(4, 2, &random),
    ]
    var result = observations(
      "largest of pixels", LayerNode.chain(blocks), inputs: 3, outputs: 2, rows: 2, &random)
    result.step = 0.01
    return result
  }

  static func recurrence() -> BlockCase {
    var random = stream()
    let state = 4
    let hidden = layer(state, 0, &random, adaptation())
    let blocks: [any Block] = [
      affine(3, state, &random),
      Recurrence(hidden: hidden, output: affine(hidden.outputs, state, &random)),
      affine(state, 2, &random),
    ]
    return sequences("recurrence", blocks, &random)
  }

  /// A state of learned width, whose importances differ more from 1 than those of a new network.
  static func state(isHiddenFixed: Bool = false) -> BlockCase {
    var random = stream()
    let (state, width) = (adaptation(), adaptation().width)
    let hidden = layer(width, 5, &random, isHiddenFixed ? nil : adaptation())
    let blocks: [any Block] = [
      layer(3, 0, &random, adaptation()),
      Dense(
        inputs: width, outputs: width, function: .identity, adaptation: state, isSummand: true,
        variance: 0.3, biasScale: 0.3, random: &random),
      Recurrence(
        hidden: hidden, output: affine(hidden.outputs, width, &random), stateAdaptation: state),
      affine(width, 2, &random),
    ]
    return sequences(
      isHiddenFixed ? "state around fixed neurons" : "state of learned width", blocks, &random)
  }

  private static func sequences(_ name: String, _ blocks: [any Block], _ random: inout RandomStream)
    -> BlockCase
  {
    var batch = Batch(inputs: matrix(9, 3, &random), values: matrix(3, 2, &random))
    batch.structure.active = [3, 3, 2, 1]
    batch.structure.order = [1, 0, 2]
    return BlockCase(
      description: name, network: Network(blocks: blocks, problem: .regression), batch: batch)
  }
}
