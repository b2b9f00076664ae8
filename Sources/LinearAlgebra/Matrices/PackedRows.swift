import CKernels

/// Passes over the rows of texts that are packed one after the other.
extension Matrix {
  /// self[r] ← scale · table[tokens[r]] + positions[place of r in its text]
  ///
  /// Shapes: self becomes [tokens, columns], table [vocabulary, columns], positions [longest text, columns].
  public mutating func setEmbeddings(
    of tokens: [Int32], offsets: [Int32], table: Matrix, scale: Float, positions: Matrix
  ) {
    precondition(positions.columns == table.columns, "shapes do not fit")
    precondition(Int(offsets.last ?? 0) == tokens.count, "the texts are all tokens")
    for index in offsets.indices.dropFirst() {
      precondition(Int(offsets[index] - offsets[index - 1]) <= positions.rows, "a text has more places")
    }
    Self.check(tokens, below: table.rows)
    reshape(rows: tokens.count, columns: table.columns)
    awn_embed(
      max(offsets.count - 1, 0), columns, offsets, tokens, table.base, table.stride, scale, positions.base,
      positions.stride, mutableBase, stride)
  }

  /// self[tokens[r]] += scale · gradient[r], the gradient of the table.
  ///
  /// Shapes: self [vocabulary, columns], gradient [tokens, columns].
  public mutating func addEmbeddingGradients(of tokens: [Int32], scale: Float, _ gradient: Matrix) {
    precondition(gradient.rows == tokens.count && gradient.columns == columns, "shapes do not fit")
    Self.check(tokens, below: rows)
    awn_embed_backward(
      gradient.rows, columns, tokens, scale, gradient.base, gradient.stride, mutableBase, stride)
  }

  private static func check(_ indices: [Int32], below count: Int) {
    for index in indices { precondition(index >= 0 && Int(index) < count, "no such row") }
  }
}
