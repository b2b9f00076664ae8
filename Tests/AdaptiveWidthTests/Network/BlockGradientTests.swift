import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Small networks that contain every block, with smooth activations, and few rows.
struct BlockCase: CustomStringConvertible, Sendable {
  let description: String
  let network: Network
  let batch: Batch
  var step = 0.05
  /// Per entry, relative to the larger of the entry and its matrix's root mean square.
  var tolerance = 1e-3

  static let all: [BlockCase] = [
    dense(), normalized(), convolutions(), pool(), recurrence(), texts(), translations(), graphs(), tied(),
    channels(), values(),
  ]

  private static func stream(_ seed: UInt64 = 1) -> RandomStream {
    RandomStream(seed: seed, purpose: "blocks")
  }

  private static func adaptation() -> Adaptation {
    Adaptation(options: NetworkOptions(initialRate: 0.5), prior: nil)
  }

  private static func layer(
    _ inputs: Int, _ outputs: Int, _ random: inout RandomStream, _ adaptation: Adaptation? = nil,
    function: ElementFunction = .tanh
  ) -> Dense {
    Dense(
      inputs: inputs, outputs: adaptation?.width ?? outputs, function: function, adaptation: adaptation,
      variance: 1 / Double(inputs), biasScale: 0.3, random: &random)
  }

  private static func affine(_ inputs: Int, _ outputs: Int, _ random: inout RandomStream) -> Dense {
    layer(inputs, outputs, &random, function: .identity)
  }

  private static func matrix(_ rows: Int, _ columns: Int, _ random: inout RandomStream) -> Matrix {
    Matrix(rows: rows, columns: columns, (0..<rows * columns).map { _ in Float(random.normal()) })
  }

  /// Gains and biases that are not the usual 1 and 0.
  private static func gains(_ columns: Int, around center: Float, _ random: inout RandomStream) -> Matrix {
    Matrix(rows: 1, columns: columns, (0..<columns).map { _ in center + 0.3 * Float(random.normal()) })
  }

  private static func observations(
    _ name: String, _ nodes: [LayerNode], inputs: Int, outputs: Int, rows: Int = 6,
    _ random: inout RandomStream
  ) -> BlockCase {
    let batch = Batch(
      inputs: matrix(rows, inputs, &random), values: matrix(rows, outputs, &random))
    return BlockCase(
      description: name, network: Network(nodes: nodes, problem: .regression), batch: batch)
  }

  /// Narrow and wide inputs, learned and fixed widths.
  private static func dense() -> BlockCase {
    var random = stream()
    let width = adaptation().width
    let blocks = [
      layer(3, width, &random, adaptation()), layer(width, width, &random, adaptation()),
      layer(width, 20, &random), affine(20, 2, &random),
    ]
    return observations(
      "dense", LayerNode.chain(blocks), inputs: 3, outputs: 2, &random)
  }

  private static func normalized() -> BlockCase {
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
  private static func convolutions() -> BlockCase {
    var random = stream()
    func block(_ size: Int, _ inputs: Int, _ outputs: Int, stride: Int, shortcut: ImageExtent?)
      -> ConvolutionBlock
    {
      let convolution = Convolution(
        height: size, width: size, inputs: inputs, outputs: outputs, stride: stride)
      return ConvolutionBlock(
        convolution, shortcut: shortcut, weights: matrix(convolution.patchSize, outputs, &random),
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
  private static func channels() -> BlockCase {
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
        convolution(inner.width, 2), shortcut: image, weights: matrix(9 * inner.width, 2, &random),
        scale: gains(2, around: 1, &random), shift: gains(2, around: 6, &random)), first, LayerNode.batch)
    builder.add(GlobalAveragePool(pixels: 16, channels: 2))
    builder.add(Dense(inputs: 2, outputs: 2, function: .identity, variance: 0.04, random: &random))
    var result = observations("channels", builder.nodes, inputs: 32, outputs: 2, rows: 3, &random)
    // Normalization behind the channels makes some gradients thousandths of the loss, whose rounding is percents of
    // them: ChannelReferenceTests has the same in double precision.
    (result.step, result.tolerance) = (0.1, 4e-2)
    return result
  }

  /// Steps so small that the largest pixel of a window stays the largest.
  private static func pool() -> BlockCase {
    var random = stream()
    let blocks: [any Block] = [
      affine(3, 16, &random), MaxPool(ImageExtent(height: 4, width: 4, channels: 1)), affine(4, 2, &random),
    ]
    var result = observations(
      "largest of pixels", LayerNode.chain(blocks), inputs: 3, outputs: 2, rows: 2, &random)
    result.step = 0.01
    return result
  }

  private static func recurrence() -> BlockCase {
    var random = stream()
    let state = 4
    let hidden = layer(state, 0, &random, adaptation())
    let blocks: [any Block] = [
      affine(3, state, &random),
      Recurrence(hidden: hidden, output: affine(hidden.outputs, state, &random)),
      affine(state, 2, &random),
    ]
    var batch = Batch(inputs: matrix(9, 3, &random), values: matrix(3, 2, &random))
    batch.structure.active = [3, 3, 2, 1]
    batch.structure.order = [1, 0, 2]
    return BlockCase(
      description: "recurrence", network: Network(blocks: blocks, problem: .regression), batch: batch)
  }

  private static func texts() -> BlockCase {
    var random = stream()
    let size = 4
    var builder = NetworkBuilder()
    let embedding = builder.add(
      Embedding(side: .source, vocabulary: 7, columns: size, random: &random), LayerNode.batch)
    builder.add(affine(size, 3 * size, &random))
    let attention = builder.add(Attention(.source, heads: 2, columns: size))
    builder.add(Addition(columns: size), embedding, attention)
    builder.add(layer(size, 0, &random, adaptation()))
    builder.add(affine(adaptation().width, size, &random))
    builder.add(SegmentPool(columns: size, pooling: .mean))
    builder.add(affine(size, 3, &random))
    var batch = Batch(inputs: Matrix(), labels: [0, 2, 1])
    batch.structure.tokens = [0, 3, 1, 6, 2, 2, 5, 4]
    batch.structure.offsets = [0, 3, 4, 8]
    return BlockCase(
      description: "texts", network: Network(nodes: builder.nodes, problem: .classification), batch: batch,
      step: 0.02)
  }

  private static func translations() -> BlockCase {
    var random = stream()
    let size = 4
    var builder = NetworkBuilder()
    let memory = builder.add(
      Embedding(side: .source, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let target = builder.add(
      Embedding(side: .target, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let all = builder.add(affine(size, 3 * size, &random), target)
    let causal = builder.add(Attention(.causal, heads: 2, columns: size), all)
    let query = builder.add(affine(size, size, &random), causal)
    let keyValue = builder.add(affine(size, 2 * size, &random), memory)
    builder.add(Attention(.cross, heads: 1, columns: size), query, keyValue)
    builder.add(affine(size, 5, &random))
    var batch = Batch(inputs: Matrix(), labels: [1, 0, 4, 2, 3])
    batch.structure.tokens = [0, 3, 1, 4]
    batch.structure.offsets = [0, 3, 4]
    batch.structure.targetTokens = [0, 1, 4, 0, 2]
    batch.structure.targetOffsets = [0, 3, 5]
    return BlockCase(
      description: "translations", network: Network(nodes: builder.nodes, problem: .classification),
      batch: batch)
  }

  /// Values of learned width, in an encoder, a decoder, and between them.
  private static func values() -> BlockCase {
    var random = stream()
    let (size, width) = (4, adaptation().width)
    func project(_ heads: Int) -> ValueProjection {
      let columns = heads * width
      return ValueProjection(
        weights: matrix(size, columns, &random), bias: matrix(1, columns, &random), heads: heads,
        adaptation: adaptation())
    }
    var builder = NetworkBuilder()
    func attend(_ kind: Attention.Kind, heads: Int, _ queryKey: [Int], _ values: Int) -> Int {
      builder.add(
        Attention(kind, heads: heads, columns: size, valuesOfHead: width), reading: queryKey + [values])
      return builder.add(affine(heads * width, size, &random))
    }
    let source = builder.add(
      Embedding(side: .source, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let target = builder.add(
      Embedding(side: .target, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let queryKey = builder.add(affine(size, 2 * size, &random), source)
    let memory = attend(.source, heads: 2, [queryKey], builder.add(project(2), source))
    let own = builder.add(affine(size, 2 * size, &random), target)
    let causal = attend(.causal, heads: 2, [own], builder.add(project(2), target))
    let query = builder.add(affine(size, size, &random), causal)
    let key = builder.add(affine(size, size, &random), memory)
    _ = attend(.cross, heads: 1, [query, key], builder.add(project(1), memory))
    builder.add(affine(size, 5, &random))
    return BlockCase(
      description: "values", network: Network(nodes: builder.nodes, problem: .classification),
      batch: translations().batch)
  }

  private static func graphs() -> BlockCase {
    var random = stream()
    var builder = NetworkBuilder()
    let first = builder.add(layer(3, 4, &random))
    let inputs = builder.add(SegmentPool(columns: 4, pooling: .sum))
    builder.add(NeighborSum(columns: 4), first)
    let second = builder.add(layer(4, 5, &random))
    let hidden = builder.add(SegmentPool(columns: 5, pooling: .mean), second)
    builder.add(Concatenation(columns: [4, 5]), inputs, hidden)
    builder.add(affine(9, 2, &random))
    var batch = Batch(inputs: matrix(7, 3, &random), values: matrix(2, 2, &random))
    batch.structure.offsets = [0, 4, 7]
    // A path of four nodes and a triangle.
    let edges: [[Int32]] = [[1], [0, 2], [1, 3], [2], [5, 6], [4, 6], [4, 5]]
    batch.structure.neighborStarts = edges.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + Int32($1.count))
    }
    batch.structure.neighbors = edges.flatMap { $0 }
    return BlockCase(
      description: "graphs", network: Network(nodes: builder.nodes, problem: .regression), batch: batch)
  }

  /// Two writers of one width.
  private static func tied() -> BlockCase {
    var random = stream()
    let width = adaptation().width
    var builder = NetworkBuilder()
    let first = builder.add(layer(3, width, &random, adaptation()))
    let second = builder.add(layer(width, width, &random, adaptation()))
    builder.add(Addition(columns: width), first, second)
    builder.add(affine(width, 2, &random))
    return observations("tied widths", builder.nodes, inputs: 3, outputs: 2, &random)
  }
}

/// A block whose gradients are wrong in one term.
private struct Spoiled<Inner: Block>: Block {
  var inner: Inner
  let spoil: @Sendable (Inner, PassContext, inout BlockBuffers) -> Void

  var inputs: Int { inner.inputs }
  var outputs: Int { inner.outputs }
  var inputColumns: [Int] { inner.inputColumns }
  func rows(reading kinds: [RowKind]) -> RowKind? { inner.rows(reading: kinds) }
  func makeBuffers() -> BlockBuffers { inner.makeBuffers() }
  func forward(_ context: PassContext, _ buffers: inout BlockBuffers) { inner.forward(context, &buffers) }
  func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let gradient = buffers.outputGradient
    inner.backward(context, &buffers)
    var copy = buffers
    copy.outputGradient = gradient
    spoil(inner, context, &copy)
    buffers.gradients = copy.gradients
  }
  mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    inner.forEachParameter(body)
  }
}

@Suite("Gradients of every block against extrapolated differences")
struct BlockGradientTests {
  /// Per entry, relative to the larger of the entry and its matrix's root mean square.
  static let tolerance = 1e-3

  @Test(arguments: BlockCase.all)
  func everyEntryAgrees(_ item: BlockCase) {
    let worst = GradientCheck(network: item.network, batch: item.batch, step: item.step).worst()
    #expect(worst.error <= item.tolerance, "\(worst)")
  }

  private func normalization(_ replaced: (LayerNorm) -> any Block) throws -> GradientCheck {
    let item = try #require(BlockCase.all.first { $0.description == "normalization" })
    let norm = try #require(item.network.blocks[3] as? LayerNorm)
    return GradientCheck(network: item.network.replacing(3, replaced(norm)), batch: item.batch)
  }

  @Test func aWrapperChangesNothing() throws {
    let worst = try normalization { Spoiled(inner: $0) { _, _, _ in } }.worst()
    #expect(worst.error <= Self.tolerance, "\(worst)")
  }

  @Test func aGradientOffByHalfAPercentFails() throws {
    let worst = try normalization { norm in
      Spoiled(inner: norm) { _, _, buffers in
        for column in 0..<norm.outputs { buffers.gradients[1][0, column] *= 1.005 }
      }
    }.worst()
    #expect(worst.error > 2 * Self.tolerance)
  }

  /// ∂L/∂x of layer normalization without −mean(g · gain)/σ.
  @Test func aMissingMeanFails() throws {
    let worst = try normalization { norm in
      Spoiled(inner: norm) { inner, context, buffers in
        guard let gradient = context.inputGradient() else { return }
        let (x, columns) = (context.input(), inner.inputs)
        for row in 0..<x.rows {
          let values = (0..<columns).map { Double(x[row, $0]) }
          let mean = values.reduce(0, +) / Double(columns)
          let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
          let scaled = (0..<columns).map {
            Double(buffers.outputGradient[row, $0]) * Double(inner.gain.value[0, $0])
          }
          let term = scaled.reduce(0, +) / Double(columns) / (variance + LayerNorm.epsilon).squareRoot()
          for column in 0..<columns { gradient.pointee[row, column] += Float(term) }
        }
      }
    }.worst()
    #expect(worst.error > 2 * Self.tolerance)
  }

  /// Rows, and gradients, of every block there is are in the table above.
  @Test func theTableHasEveryBlock() {
    let found = Set(BlockCase.all.flatMap { $0.network.blocks.map { "\(type(of: $0))" } })
    #expect(
      found == [
        "Addition", "Attention", "BatchNorm", "Concatenation", "ConvolutionBlock", "Dense", "Embedding",
        "GlobalAveragePool", "LayerNorm", "MaxPool", "NeighborSum", "Recurrence", "SegmentPool",
        "ValueProjection",
      ])
  }
}
