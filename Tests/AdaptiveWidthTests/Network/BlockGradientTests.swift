import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

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
        "GlobalAveragePool", "HeadProjection", "LayerNorm", "MaxPool", "NeighborSum", "QueryKeyAttention",
        "Recurrence", "SegmentPool",
      ])
  }
}
