import CKernels

/// Sums over neighbors in graphs, whose adjacency is in compressed sparse rows.
///
/// The neighbors of node v are `neighbors[starts[v] ..< starts[v + 1]]`.
extension Matrix {
  /// self[v] ← `own` · values[v] + Σ values[u] over the neighbors u of v.
  ///
  /// Shapes: self and values [nodes, columns], starts [nodes + 1], neighbors indices of nodes.
  public mutating func setNeighborSum(
    _ values: Matrix, own: Float, starts: [Int32], neighbors: [Int32]
  ) {
    check(values, starts, neighbors)
    awn_neighbor_sum(
      rows, columns, own, starts, neighbors, values.base, values.stride, mutableBase, stride)
  }

  /// The transpose: self[u] ← `own` · values[u] + Σ values[v] over the nodes v that u is a neighbor of.
  ///
  /// Shapes: as for `setNeighborSum`.
  public mutating func setNeighborSpread(
    _ values: Matrix, own: Float, starts: [Int32], neighbors: [Int32]
  ) {
    check(values, starts, neighbors)
    awn_neighbor_scatter(
      rows, columns, own, starts, neighbors, values.base, values.stride, mutableBase, stride)
  }

  private func check(_ values: Matrix, _ starts: [Int32], _ neighbors: [Int32]) {
    precondition(values.rows == rows && values.columns == columns, "shapes do not fit")
    precondition(Self.areOffsets(starts, segments: rows, rows: neighbors.count), "starts do not fit")
    precondition(
      awn_indices_are_below(neighbors.count, neighbors, Int32(rows)) != 0, "no such neighbor")
  }
}

/// Rows in consecutive segments, the s-th of which is `offsets[s] ..< offsets[s + 1]`.
extension Matrix {
  /// self[s] ← Σ of the s-th segment's rows, or their mean; 0 of none.
  ///
  /// Shapes: self [segments, columns], values [rows, columns], offsets [segments + 1], from 0 to all rows.
  public mutating func setSegmentSums(_ values: Matrix, offsets: [Int32], areMeans: Bool) {
    precondition(values.columns == columns, "shapes do not fit")
    precondition(Self.areOffsets(offsets, segments: rows, rows: values.rows), "offsets do not fit")
    awn_segment_sum(
      rows, columns, areMeans ? 1 : 0, offsets, values.base, values.stride, mutableBase, stride)
  }

  /// The transpose: every row of segment s becomes values[s], over the segment's rows if those were means.
  ///
  /// Shapes: self [rows, columns], values [segments, columns], offsets [segments + 1], from 0 to all rows.
  public mutating func setSegmentSpread(_ values: Matrix, offsets: [Int32], areMeans: Bool) {
    precondition(values.columns == columns, "shapes do not fit")
    precondition(Self.areOffsets(offsets, segments: values.rows, rows: rows), "offsets do not fit")
    awn_segment_broadcast(
      values.rows, columns, areMeans ? 1 : 0, offsets, values.base, values.stride, mutableBase, stride)
  }

  /// Whether the offsets never fall, and lead from 0 to the number of rows.
  private static func areOffsets(_ offsets: [Int32], segments: Int, rows: Int) -> Bool {
    guard offsets.count == segments + 1, offsets[0] == 0, offsets[segments] == rows else { return false }
    return offsets.withUnsafeBufferPointer { offsets in
      var rises = true
      for segment in 0..<segments where offsets[segment] > offsets[segment + 1] { rises = false }
      return rises
    }
  }
}
