import AdaptiveWidth
import LinearAlgebra

/// What `residual.py` computed of a small residual network.
struct ResidualOracle: Decodable {
  struct Summary: Decodable {
    var norm: Double
    /// With the sequence of key 7 and scale 2.
    var product: Double
    var first: [Double]

    /// Whether the elements, in row-major order, are those summed up here.
    func describes(_ elements: [Float]) -> Bool {
      let pattern = ResidualCase.sequence(elements.count, key: 7, scale: 2)
      let product = zip(elements, pattern).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      let norm = elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let tolerance = 1e-4 * self.norm + 1e-7
      return abs(norm - self.norm) < tolerance && abs(product - self.product) < tolerance
        && zip(elements, first).allSatisfy { abs(Double($0) - $1) < tolerance }
    }
  }

  var loss: Double
  /// One a parameter matrix.
  var gradients: [Summary]
  /// Running statistics after one minibatch, one a convolution.
  var means: [Summary]
  var variances: [Summary]
  /// With the running statistics, [6, 3].
  var logits: [Double]
  /// Of forty steps of Adam in float32, before each update.
  var losses: [Double]
}

/// The network of `residual.py`, and its batches.
struct ResidualCase {
  var network: Network

  /// Numbers in −scale/2 … scale/2.
  static func sequence(_ count: Int, key: Int, scale: Double) -> [Float] {
    (0..<count).map { i in
      var h = UInt32(truncatingIfNeeded: i &* 2_654_435_761 &+ key &* 97)
      h ^= h >> 16
      h = h &* 0x45D9F3B
      h ^= h >> 16
      return Float((Double(h) / 4_294_967_296 - 0.5) * scale)
    }
  }

  init() {
    var builder = NetworkBuilder()
    builder.add(Self.block(0, 8, 2, 16))
    let pooled = builder.add(MaxPool(ImageExtent(height: 8, width: 8, channels: 16)))
    builder.add(Self.block(1, 4, 16, 16))
    let image = ImageExtent(height: 4, width: 4, channels: 16)
    let first = builder.add(Self.block(2, 4, 16, 16, shortcut: image), builder.last, pooled)
    builder.add(Self.block(3, 4, 16, 32, stride: 2))
    builder.add(Self.block(4, 2, 32, 32, shortcut: image), builder.last, first)
    builder.add(GlobalAveragePool(pixels: 4, channels: 32))
    builder.add(Self.dense(32, 24, key: 100, function: .relu6))
    builder.add(Self.dense(24, 3, key: 110, function: .identity))
    network = Network(nodes: builder.nodes, problem: .classification)
  }

  static func batch(_ key: Int) -> Batch {
    Batch(
      inputs: Matrix(rows: 6, columns: 128, sequence(6 * 128, key: 1000 + key, scale: 4)),
      labels: (0..<6).map { Int32(($0 + key) % 3) })
  }

  private static func block(
    _ number: Int, _ extent: Int, _ inputs: Int, _ outputs: Int, stride: Int = 1, shortcut: ImageExtent? = nil
  ) -> ConvolutionBlock {
    let key = 10 * number
    return ConvolutionBlock(
      Convolution(height: extent, width: extent, inputs: inputs, outputs: outputs, stride: stride),
      shortcut: shortcut.map { Shortcut($0, inTheMiddleOf: outputs) },
      weights: Matrix(
        rows: 9 * inputs, columns: outputs, sequence(9 * inputs * outputs, key: key, scale: 0.5)),
      scale: Matrix(rows: 1, columns: outputs, sequence(outputs, key: key + 1, scale: 0.5).map { 1 + $0 }),
      shift: Matrix(rows: 1, columns: outputs, sequence(outputs, key: key + 2, scale: 0.5)))
  }

  private static func dense(_ inputs: Int, _ outputs: Int, key: Int, function: ElementFunction) -> Dense {
    Dense(
      weights: Matrix(rows: inputs, columns: outputs, sequence(inputs * outputs, key: key, scale: 1)),
      bias: Matrix(rows: 1, columns: outputs, sequence(outputs, key: key + 1, scale: 0.5)),
      function: function)
  }
}
