import LinearAlgebra

/// Scaled dot-product attention with several heads, text by text: softmax(q · kᵀ / √(d/heads)) · v for each head.
///
/// Without parameters: the projections are dense layers before and after it. Its multiply-adds are not counted: they
/// depend on how long the texts are. Shapes: q, k, v and output [tokens, d].
public struct Attention: Block {
  /// Whose tokens look at whose.
  public enum Kind: String, Codable, Sendable {
    /// A source at itself. Input: q, k and v side by side, [source tokens, 3d].
    case source
    /// A target at what stands before it, and itself. Input: [target tokens, 3d].
    case causal
    /// A target at its source. Inputs: q [target tokens, d]; k and v side by side, [source tokens, 2d].
    case cross
  }

  public let kind: Kind
  private let attention: PackedAttention

  /// - Parameter columns: d, of all heads together.
  public init(_ kind: Kind, heads: Int, columns: Int) {
    precondition(columns % heads == 0, "all heads have as many columns")
    self.kind = kind
    attention = PackedAttention(heads: heads, size: columns / heads, isCausal: kind == .causal)
  }

  public var heads: Int { attention.heads }
  public var inputs: Int { kind == .cross ? outputs : 3 * outputs }
  public var inputColumns: [Int] { kind == .cross ? [outputs, 2 * outputs] : [3 * outputs] }
  public var outputs: Int { attention.columns }

  /// The softmax, kept for the way back, and room for one text's products.
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 0, isElastic: false, scratch: 2)
  }

  private func query(_ flow: PassContext) -> PackedAttention.Place {
    let structure = flow.batch.structure
    return PackedAttention.Place(
      flow.input(), offsets: kind == .source ? structure.offsets : structure.targetOffsets)
  }

  private func keyValue(_ flow: PassContext) -> PackedAttention.Place {
    let structure = flow.batch.structure
    return kind == .cross
      ? PackedAttention.Place(flow.input(1), offsets: structure.offsets)
      : PackedAttention.Place(
        flow.input(), column: outputs, offsets: kind == .source ? structure.offsets : structure.targetOffsets)
  }

  public func forward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    stage.scratch.withUnsafeMutableBufferPointer {
      attention.forward(
        query: query(flow), keyValue: keyValue(flow), output: &stage.output, weights: &$0[0], scratch: &$0[1])
    }
  }

  public func backward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    guard let queryGradient = flow.inputGradient() else { return }
    let keyValueGradient = kind == .cross ? flow.inputGradient(1) : queryGradient
    guard let keyValueGradient else { return }
    let (query, keyValue) = (query(flow), keyValue(flow))
    queryGradient.pointee.reshape(rows: flow.input().rows, columns: inputs)
    if kind == .cross {
      keyValueGradient.pointee.reshape(rows: flow.input(1).rows, columns: 2 * outputs)
    }
    attention.backward(
      query: query, keyValue: keyValue, gradient: stage.outputGradient, weights: stage.scratch[0],
      queryGradient: queryGradient, keyValueGradient: keyValueGradient, scratch: &stage.scratch[1])
  }
}
