import CKernels

/// Scaled dot-product attention with several heads, over texts packed one after the other.
///
/// Row r of a text's queries belongs to head h with the columns h · size ..< (h + 1) · size; so do keys, and values and
/// the output with valueSize instead.
public struct PackedAttention: Sendable {
  /// Side by side in the columns of queries, keys and values.
  public var heads: Int
  /// Columns of one head of queries and keys.
  public var size: Int
  /// Columns of one head of values and of the output.
  public var valueSize: Int
  /// Whether a query sees only the keys up to its own place.
  public var isCausal: Bool
  /// t, by which the products of queries and keys are divided.
  public let temperature: Float

  /// - Parameters:
  ///   - valueSize: by default as queries and keys have.
  ///   - temperature: by default √size.
  public init(heads: Int, size: Int, valueSize: Int? = nil, isCausal: Bool, temperature: Float? = nil) {
    let valueSize = valueSize ?? size
    precondition(heads > 0 && size > 0 && valueSize > 0, "attention has heads, and they have columns")
    (self.heads, self.size, self.valueSize, self.isCausal) = (heads, size, valueSize, isCausal)
    self.temperature = temperature ?? Float(size).squareRoot()
  }

  /// Columns of queries and of keys.
  public var columns: Int { heads * size }

  /// Columns of values and of the output.
  public var valueColumns: Int { heads * valueSize }

  /// The place of queries, keys or values: the rows of a text at its offsets, the columns from a given one on.
  public struct Place {
    var matrix: Matrix
    var column: Int
    var offsets: [Int32]

    /// - Parameter offsets: first row of each text, and the row after the last one's.
    public init(_ matrix: Matrix, column: Int = 0, offsets: [Int32]) {
      (self.matrix, self.column, self.offsets) = (matrix, column, offsets)
    }

    var start: UnsafePointer<Float> { matrix.base + column }

    func checkOffsets() {
      precondition(
        offsets.first ?? 0 == 0 && Int(offsets.last ?? 0) == matrix.rows, "the texts' rows are all rows")
      for index in offsets.indices.dropFirst() {
        precondition(offsets[index] > offsets[index - 1], "every text has a token")
      }
    }

    func hasShape(of other: Matrix) -> Bool { matrix.rows == other.rows && matrix.columns == other.columns }
  }

  /// What an attention reads.
  public struct Inputs {
    var query, key, value: Place

    /// - Parameters:
    ///   - query: [queries, columns]
    ///   - key: [keys, columns]
    ///   - value: [keys, valueColumns]
    public init(query: Place, key: Place, value: Place) {
      (self.query, self.key, self.value) = (query, key, value)
    }
  }

  /// Matrices of the shapes of those that `Inputs` are in, for gradients in the same columns. They may be one.
  public struct Gradients {
    var query, key, value: UnsafeMutablePointer<Matrix>

    public init(
      query: UnsafeMutablePointer<Matrix>, key: UnsafeMutablePointer<Matrix>,
      value: UnsafeMutablePointer<Matrix>
    ) {
      (self.query, self.key, self.value) = (query, key, value)
    }
  }

  /// output ← softmax(query · keyᵀ / t) · value, [queries, valueColumns], text by text and head by head.
  ///
  /// - Parameters:
  ///   - weights: keeps the softmax for the backward pass.
  ///   - scratch: what lies in it does not matter.
  public func forward(
    _ inputs: Inputs, output: inout Matrix, weights: inout Matrix, scratch: inout Matrix
  ) {
    check(inputs)
    let (query, key, value) = (inputs.query, inputs.key, inputs.value)
    output.reshape(rows: query.matrix.rows, columns: valueColumns)
    withShape(inputs) { shape in
      prepare(&weights, awn_attention_room(&shape))
      prepare(&scratch, awn_attention_scratch(&shape))
      awn_attention(
        &shape, query.start, query.matrix.stride, key.start, key.matrix.stride, value.start,
        value.matrix.stride, output.mutableBase, output.stride, weights.mutableBase, scratch.mutableBase)
    }
  }

  /// Back through `forward`, from gradient, ∂L/∂output, and the weights it left. Writes the same columns of the
  /// gradients as it read of the inputs.
  public func backward(
    _ inputs: Inputs, gradient: Matrix, weights: Matrix, to gradients: Gradients, scratch: inout Matrix
  ) {
    check(inputs)
    let (query, key, value) = (inputs.query, inputs.key, inputs.value)
    precondition(
      gradient.rows == query.matrix.rows && gradient.columns == valueColumns
        && query.hasShape(of: gradients.query.pointee) && key.hasShape(of: gradients.key.pointee)
        && value.hasShape(of: gradients.value.pointee), "shapes do not fit")
    withShape(inputs) { shape in
      prepare(&scratch, awn_attention_scratch(&shape))
      let toQuery = gradients.query.pointee.mutableBase + query.column
      let toKey = gradients.key.pointee.mutableBase + key.column
      let toValue = gradients.value.pointee.mutableBase + value.column
      awn_attention_backward(
        &shape, query.start, query.matrix.stride, key.start, key.matrix.stride, value.start,
        value.matrix.stride, weights.base, gradient.base, gradient.stride, toQuery,
        gradients.query.pointee.stride, toKey, gradients.key.pointee.stride, toValue,
        gradients.value.pointee.stride, scratch.mutableBase)
    }
  }

  /// Reserves one long row, which only grows, so that texts of other lengths need no further memory.
  private func prepare(_ buffer: inout Matrix, _ room: Int) {
    if buffer.rows != 1 || buffer.columns < room {
      buffer.reshape(rows: 1, columns: max(room, buffer.columns))
    }
  }

  private func withShape(_ inputs: Inputs, _ body: (inout awn_attention_shape) -> Void) {
    inputs.query.offsets.withUnsafeBufferPointer { queryOffsets in
      inputs.key.offsets.withUnsafeBufferPointer { keyOffsets in
        var shape = awn_attention_shape(
          segments: max(queryOffsets.count - 1, 0), heads: heads, size: size, value_size: valueSize,
          query_offsets: queryOffsets.baseAddress, key_offsets: keyOffsets.baseAddress,
          causal: isCausal ? 1 : 0, temperature: temperature)
        body(&shape)
      }
    }
  }

  private func check(_ inputs: Inputs) {
    let (query, key, value) = (inputs.query, inputs.key, inputs.value)
    precondition(
      query.column + columns <= query.matrix.columns && key.column + columns <= key.matrix.columns
        && value.column + valueColumns <= value.matrix.columns && value.matrix.rows == key.matrix.rows
        && value.offsets == key.offsets && query.offsets.count == key.offsets.count, "shapes do not fit")
    query.checkOffsets()
    key.checkOffsets()
    precondition(
      !isCausal || query.offsets == key.offsets, "a causal order is one of a text with itself")
  }
}
