import LinearAlgebra

/// Scaled dot-product attention with several heads, text by text: softmax(q · kᵀ / √(d/heads)) · v for each head.
///
/// The block has no parameters: the projections are blocks before and after it. Its multiply-adds are not counted,
/// because they depend on the lengths of the texts. Shapes: q and k [tokens, d]; v and output [tokens, heads · value size].
///
/// Values are scaled and summed over tokens, column by column: what the n-th of every head becomes depends on the n-th
/// values alone. So an attention that reads its values apart passes neurons of a learned width on, a column in each
/// head, while its queries and keys keep their width.
public struct Attention: NeuronwiseBlock {
  /// Which tokens attend to which.
  public enum Kind: String, Codable, Sendable {
    /// Source tokens attend to all tokens of the source. Input: q, k and v side by side, [source tokens, 3d]; or q and
    /// k, and v.
    case source
    /// Target tokens attend to themselves and to earlier ones. Input: the same of [target tokens, …].
    case causal
    /// Target tokens attend to all tokens of their source. Inputs: q [target tokens, d]; k and v side by side, [source
    /// tokens, 2d], or k, and v.
    case cross
  }

  public let kind: Kind
  /// Whether values are an input of their own, the last one, and not beside the keys.
  public let readsValuesApart: Bool
  private var attention: PackedAttention

  /// - Parameters:
  ///   - columns: d, of all heads together.
  ///   - valuesOfHead: columns of each head's values, which are then an input of their own; `nil`: d/heads, beside the
  ///     keys.
  public init(_ kind: Kind, heads: Int, columns: Int, valuesOfHead: Int? = nil) {
    precondition(columns % heads == 0, "all heads have as many columns")
    self.kind = kind
    readsValuesApart = valuesOfHead != nil
    attention = PackedAttention(
      heads: heads, size: columns / heads, valueSize: valuesOfHead, isCausal: kind == .causal)
  }

  public var heads: Int { attention.heads }
  /// d: of queries and of keys.
  public var columns: Int { attention.columns }
  public var outputs: Int { attention.valueColumns }
  public var inputs: Int { inputColumns[0] }
  public var inputColumns: [Int] {
    switch (kind == .cross, readsValuesApart) {
    case (false, false): [3 * columns]
    case (false, true): [2 * columns, outputs]
    case (true, false): [columns, 2 * columns]
    case (true, true): [columns, columns, outputs]
    }
  }

  public var carriedInputs: [Int] { readsValuesApart ? [inputColumns.count - 1] : [] }

  public mutating func resizeColumns(to count: Int) {
    precondition(readsValuesApart, "values beside the keys have their width")
    attention.valueSize = count
  }

  public func rows(reading kinds: [RowKind]) -> RowKind? {
    kinds.count == inputColumns.count ? kind.rows(reading: kinds) : nil
  }

  /// Scratch: the softmax, needed by the backward pass, and the products of one text.
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 0, isElastic: false, scratch: 2)
  }

  /// The input and the first column of keys and of values; queries are the first columns of the first input.
  package var places: (key: (input: Int, column: Int), value: (input: Int, column: Int)) {
    let key = kind == .cross ? (input: 1, column: 0) : (input: 0, column: columns)
    return (key, readsValuesApart ? (key.input + 1, 0) : (key.input, key.column + columns))
  }

  private func inputs(_ context: PassContext) -> PackedAttention.Inputs {
    let (queries, keys) = kind.offsets(context.batch.structure)
    func place(_ place: (input: Int, column: Int), _ offsets: [Int32]) -> PackedAttention.Place {
      PackedAttention.Place(context.input(place.input), column: place.column, offsets: offsets)
    }
    return PackedAttention.Inputs(
      query: place((0, 0), queries), key: place(places.key, keys), value: place(places.value, keys))
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    buffers.scratch.withUnsafeMutableBufferPointer {
      attention.forward(inputs(context), output: &buffers.output, weights: &$0[0], scratch: &$0[1])
    }
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let (key, value) = (places.key.input, places.value.input)
    guard let toQuery = context.inputGradient(), let toKey = context.inputGradient(key),
      let toValue = context.inputGradient(value)
    else { return }
    func prepare(_ gradient: UnsafeMutablePointer<Matrix>, of input: Matrix) {
      gradient.pointee.reshape(rows: input.rows, columns: input.columns)
    }
    prepare(toQuery, of: context.input())
    prepare(toKey, of: context.input(key))
    prepare(toValue, of: context.input(value))
    attention.backward(
      inputs(context), gradient: buffers.outputGradient, weights: buffers.scratch[0],
      to: PackedAttention.Gradients(query: toQuery, key: toKey, value: toValue),
      scratch: &buffers.scratch[1])
  }
}

extension Attention.Kind {
  /// The kind of the output's rows, given those of what is read: of queries first, and then of keys and values; `nil` if
  /// an attention of this kind cannot read them.
  func rows(reading kinds: [RowKind]) -> RowKind? {
    let (own, other): (RowKind, RowKind) =
      switch self {
      case .source: (.tokens, .tokens)
      case .causal: (.targetTokens, .targetTokens)
      case .cross: (.targetTokens, .tokens)
      }
    return kinds.first == own && kinds.dropFirst().allSatisfy { $0 == other } ? own : nil
  }

  /// The rows of each text's queries, and of its keys and values.
  func offsets(_ structure: BatchStructure) -> (queries: [Int32], keys: [Int32]) {
    (
      self == .source ? structure.offsets : structure.targetOffsets,
      self == .causal ? structure.targetOffsets : structure.offsets
    )
  }
}
