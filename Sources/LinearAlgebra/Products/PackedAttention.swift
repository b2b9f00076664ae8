import CKernels

/// Scaled dot-product attention with several heads, over texts packed one after the other.
///
/// Row r of a text's queries belongs to head h with the columns h · size ..< (h + 1) · size; so do keys and values,
/// which stand side by side: keys first.
public struct PackedAttention: Sendable {
  /// Side by side in the columns of queries, keys and values.
  public var heads: Int
  /// Columns of one head.
  public var size: Int
  /// Whether a query sees only the keys up to its own place.
  public var isCausal: Bool

  public init(heads: Int, size: Int, isCausal: Bool) {
    precondition(heads > 0 && size > 0, "attention has heads, and they have columns")
    (self.heads, self.size, self.isCausal) = (heads, size, isCausal)
  }

  /// Columns of queries, of keys, of values and of the output.
  public var columns: Int { heads * size }

  /// The place of queries, keys and values: the rows of a text at its offsets, the columns from a given one on.
  public struct Place {
    var matrix: Matrix
    var column: Int
    var offsets: [Int32]

    /// - Parameter offsets: first row of each text, and the row after the last one's.
    public init(_ matrix: Matrix, column: Int = 0, offsets: [Int32]) {
      (self.matrix, self.column, self.offsets) = (matrix, column, offsets)
    }

    var start: UnsafePointer<Float> { matrix.base + column }
  }

  /// output ← softmax(query · keyᵀ / √size) · value, text by text and head by head.
  ///
  /// Shapes: query columns [queries, columns], keyValue columns [keys, 2 · columns], output [queries, columns].
  ///
  /// - Parameters:
  ///   - weights: keeps the softmax for the backward pass.
  ///   - scratch: what lies in it does not matter.
  public func forward(
    query: Place, keyValue: Place, output: inout Matrix, weights: inout Matrix, scratch: inout Matrix
  ) {
    check(query, keyValue)
    output.reshape(rows: query.matrix.rows, columns: columns)
    withShape(query, keyValue) { shape in
      prepare(&weights, awn_attention_room(shape.segments, shape.query_offsets, shape.key_offsets, heads))
      prepare(&scratch, awn_attention_scratch(shape.segments, shape.query_offsets, shape.key_offsets, size))
      awn_attention(
        &shape, query.start, query.matrix.stride, keyValue.start, keyValue.start + columns,
        keyValue.matrix.stride, output.mutableBase, output.stride, weights.mutableBase, scratch.mutableBase)
    }
  }

  /// Back through `forward`, from gradient, ∂L/∂output, and the weights it left. Writes the same columns of the
  /// gradients as it read of query and keyValue; they may be of one matrix.
  public func backward(
    query: Place, keyValue: Place, gradient: Matrix, weights: Matrix,
    queryGradient: UnsafeMutablePointer<Matrix>, keyValueGradient: UnsafeMutablePointer<Matrix>,
    scratch: inout Matrix
  ) {
    check(query, keyValue)
    precondition(
      gradient.rows == query.matrix.rows && gradient.columns == columns
        && queryGradient.pointee.rows == query.matrix.rows
        && queryGradient.pointee.columns == query.matrix.columns
        && keyValueGradient.pointee.rows == keyValue.matrix.rows
        && keyValueGradient.pointee.columns == keyValue.matrix.columns, "shapes do not fit")
    withShape(query, keyValue) { shape in
      prepare(&scratch, awn_attention_scratch(shape.segments, shape.query_offsets, shape.key_offsets, size))
      let toQuery = queryGradient.pointee.mutableBase + query.column
      let toKey = keyValueGradient.pointee.mutableBase + keyValue.column
      awn_attention_backward(
        &shape, query.start, query.matrix.stride, keyValue.start, keyValue.start + columns,
        keyValue.matrix.stride, weights.base, gradient.base, gradient.stride, toQuery,
        queryGradient.pointee.stride, toKey, toKey + columns, keyValueGradient.pointee.stride,
        scratch.mutableBase)
    }
  }

  /// Reserves one long row, which only grows, so that texts of other lengths need no further memory.
  private func prepare(_ buffer: inout Matrix, _ room: Int) {
    if buffer.rows != 1 || buffer.columns < room {
      buffer.reshape(rows: 1, columns: max(room, buffer.columns))
    }
  }

  private func withShape(
    _ query: Place, _ keyValue: Place, _ body: (inout awn_attention_shape) -> Void
  ) {
    query.offsets.withUnsafeBufferPointer { queryOffsets in
      keyValue.offsets.withUnsafeBufferPointer { keyOffsets in
        var shape = awn_attention_shape(
          segments: max(queryOffsets.count - 1, 0), heads: heads, size: size,
          query_offsets: queryOffsets.baseAddress, key_offsets: keyOffsets.baseAddress,
          causal: isCausal ? 1 : 0)
        body(&shape)
      }
    }
  }

  private func check(_ query: Place, _ keyValue: Place) {
    precondition(
      query.column + columns <= query.matrix.columns
        && keyValue.column + 2 * columns <= keyValue.matrix.columns
        && query.offsets.count == keyValue.offsets.count, "shapes do not fit")
    for (place, name) in [(query, "queries"), (keyValue, "keys")] {
      precondition(
        place.offsets.first ?? 0 == 0 && Int(place.offsets.last ?? 0) == place.matrix.rows,
        "the texts' \(name) are all rows")
      for index in place.offsets.indices.dropFirst() {
        precondition(place.offsets[index] > place.offsets[index - 1], "every text has a token")
      }
    }
    precondition(
      !isCausal || query.offsets == keyValue.offsets, "a causal order is one of a text with itself")
  }
}
