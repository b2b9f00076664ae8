import Experiment
import Glibc
import LinearAlgebra

/// Tokens → √d · table[token] + position: what a Transformer begins with (Vaswani et al. 2017).
///
/// Shapes: table [vocabulary, d], output [tokens, d]. Column 2i of position p is sin(p / 10000^(2i/d)), column 2i + 1
/// the cosine of the same.
public struct Embedding: TokenReader {
  public typealias Side = TokenSide

  public private(set) var table: Parameter
  public let side: Side

  /// table ~ N(0, 1/d), so that √d · table has variance 1.
  public init(side: Side, vocabulary: Int, columns: Int, random: inout RandomStream) {
    var table = Matrix(rows: vocabulary, columns: columns)
    table.fill(normal: (1 / Double(columns)).squareRoot(), &random)
    self.init(side: side, table: table)
  }

  /// An embedding with a given table, [vocabulary, d].
  public init(side: Side, table: Matrix) {
    self.side = side
    self.table = Parameter(table)
  }

  /// The number of tokens in the vocabulary.
  public var vocabulary: Int { table.value.rows }
  public var inputs: Int { 0 }
  public var outputs: Int { table.value.columns }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { table.value.columns }

  public func rows(reading kinds: [RowKind]) -> RowKind? {
    switch (kinds, side) {
    case ([.texts], .source), ([.textPairs], .source): .tokens
    case ([.textPairs], .target): .targetTokens
    default: nil
    }
  }

  /// The positions lie in the scratch, and grow with the longest text.
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 1, isElastic: false, scratch: 1)
  }

  private var scale: Float { Float(outputs).squareRoot() }

  private func tokens(_ context: PassContext) -> (tokens: [Int32], offsets: [Int32]) {
    let structure = context.batch.structure
    return side == .source
      ? (structure.tokens, structure.offsets) : (structure.targetTokens, structure.targetOffsets)
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let (tokens, offsets) = tokens(context)
    let longest = zip(offsets.dropFirst(), offsets).reduce(0) { max($0, Int($1.0 - $1.1)) }
    if buffers.scratch[0].rows < longest { buffers.scratch[0] = Self.positions(longest, outputs) }
    buffers.output.setEmbeddings(
      of: tokens, offsets: offsets, table: table.value, scale: scale, positions: buffers.scratch[0])
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    buffers.gradients[0].reshape(like: table.value)
    buffers.gradients[0].fill(0)
    buffers.gradients[0].addEmbeddingGradients(
      of: tokens(context).tokens, scale: scale, buffers.outputGradient)
  }

  /// [places, columns]
  static func positions(_ places: Int, _ columns: Int) -> Matrix {
    var result = Matrix(rows: places, columns: columns)
    for column in 0..<columns {
      let frequency = pow(10_000, -Double(column / 2 * 2) / Double(columns))
      for place in 0..<places {
        let angle = Double(place) * frequency
        result[place, column] = Float(column % 2 == 0 ? sin(angle) : cos(angle))
      }
    }
    return result
  }

  public var isDropped: Bool { true }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) { body(&table, 0) }
}
