import LinearAlgebra

/// Scaled dot-product attention with several heads, text by text: softmax(q · kᵀ / √(d/heads)) · v for each head.
///
/// The block has no parameters: the projections are dense layers before and after it. Its multiply-adds are not
/// counted, because they depend on the lengths of the texts. Shapes: q, k, v and output [tokens, d].
public struct Attention: Block {
  /// Which tokens attend to which.
  public enum Kind: String, Codable, Sendable {
    /// Source tokens attend to all tokens of the source. Input: q, k and v side by side, [source tokens, 3d].
    case source
    /// Target tokens attend to themselves and to earlier ones. Input: q, k and v side by side, [target tokens, 3d].
    case causal
    /// Target tokens attend to all tokens of their source. Inputs: q [target tokens, d]; k and v side by side, [source
    /// tokens, 2d].
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

  public func rows(reading kinds: [RowKind]) -> RowKind? {
    switch (kind, kinds) {
    case (.source, [.tokens]): .tokens
    case (.causal, [.targetTokens]), (.cross, [.targetTokens, .tokens]): .targetTokens
    default: nil
    }
  }

  /// Scratch: the softmax, needed by the backward pass, and the products of one text.
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 0, isElastic: false, scratch: 2)
  }

  private func query(_ context: PassContext) -> PackedAttention.Place {
    let structure = context.batch.structure
    return PackedAttention.Place(
      context.input(), offsets: kind == .source ? structure.offsets : structure.targetOffsets)
  }

  private func keyValue(_ context: PassContext) -> PackedAttention.Place {
    let structure = context.batch.structure
    return kind == .cross
      ? PackedAttention.Place(context.input(1), offsets: structure.offsets)
      : PackedAttention.Place(
        context.input(), column: outputs,
        offsets: kind == .source ? structure.offsets : structure.targetOffsets)
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    buffers.scratch.withUnsafeMutableBufferPointer {
      attention.forward(
        query: query(context), keyValue: keyValue(context), output: &buffers.output, weights: &$0[0],
        scratch: &$0[1])
    }
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    guard let queryGradient = context.inputGradient() else { return }
    let keyValueGradient = kind == .cross ? context.inputGradient(1) : queryGradient
    guard let keyValueGradient else { return }
    let (query, keyValue) = (query(context), keyValue(context))
    queryGradient.pointee.reshape(rows: context.input().rows, columns: inputs)
    if kind == .cross {
      keyValueGradient.pointee.reshape(rows: context.input(1).rows, columns: 2 * outputs)
    }
    attention.backward(
      query: query, keyValue: keyValue, gradient: buffers.outputGradient, weights: buffers.scratch[0],
      queryGradient: queryGradient, keyValueGradient: keyValueGradient, scratch: &buffers.scratch[1])
  }
}
