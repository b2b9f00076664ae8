import CKernels

extension PrefixRegression {
  /// The most inputs that backward elimination orders: its time grows with their cube.
  public static let mostEliminated = 1_024

  /// The same fit with its first inputs in another order: last comes the one that the fit by all of them can best do
  /// without, before it the one that the fit by the rest can, and so on (backward elimination).
  ///
  /// Without input n the squared error of the refitted rest grows by ‖w_n‖² / (G⁻¹)_nn, w = G⁻¹ H̃ᵀZ̃/R. Selection from
  /// the first on does not see what two inputs explain together and neither does alone. O(n³) for n inputs to order, and
  /// O(n²) for each one after them.
  ///
  /// - Parameter most: the inputs to order; those after them keep their places.
  /// - Precondition: inputs have one column each.
  public func eliminatingBackward(most: Int = mostEliminated) -> PrefixRegression {
    precondition(group == 1, "a column for each input")
    let count = min(used, most)
    if count < 2 { return self }
    let leading = leadingFactor(count)
    var elimination = Elimination(leading, Array(coordinates.prefix(count * targets)), targets: targets)
    return reordered(elimination.order(), leading)
  }

  /// The fit with its first inputs in another order.
  ///
  /// - Parameters:
  ///   - places: the present places of the first inputs.
  ///   - leading: their factor, [count, count].
  private func reordered(_ places: [Int], _ leading: [Double]) -> PrefixRegression {
    let count = places.count
    // G = L Lᵀ of all used inputs with the first ones, and c = L y of the first ones.
    let covariance = Operand(factor, used, 1).product(
      rows: used, Operand(leading, count, 1), columns: count, count)
    let cross = Operand(leading, count, 1).product(
      rows: count, Operand(coordinates, 1, targets), columns: targets, count)
    var block = [Double](repeating: 0, count: count * count)
    for (row, place) in places.enumerated() {
      for (column, other) in places.prefix(row + 1).enumerated() {
        block[row * count + column] = covariance[max(place, other) * count + min(place, other)]
      }
    }
    // Another order of a positive definite matrix, but for rounding.
    guard TriangularSystem.factor(&block, order: count) else { return self }
    var first = places.flatMap { cross[$0 * targets..<($0 + 1) * targets] }
    TriangularSystem.solve(block, order: count, &first, columns: targets)
    var below = (count..<max(count, used)).flatMap { row in places.map { covariance[row * count + $0] } }
    TriangularSystem.solveRight(block, order: count, &below, rows: used - count)
    // What the inputs after them have beyond the first ones does not depend on the order of these.
    var ordered = factor
    for row in 0..<used {
      let (source, start) = row < count ? (block, row * count) : (below, (row - count) * count)
      for column in 0..<min(count, row + 1) { ordered[row * used + column] = source[start + column] }
    }
    return PrefixRegression(
      inputs: inputs, group: 1, pivots: places.map { order[$0] } + order[count..<used],
      inputMeans: places.map { inputMeans[$0] } + inputMeans[count...], targetMeans: targetMeans,
      factor: ordered, coordinates: first + coordinates[(count * targets)...])
  }

  /// The factor of the first inputs, [count, count], with zeros above the diagonal.
  private func leadingFactor(_ count: Int) -> [Double] {
    var block = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row { block[row * count + column] = factor[row * used + column] }
    }
    return block
  }
}

/// Backward elimination of the inputs of a fit.
private struct Elimination {
  /// The inputs that are left, in the order of rows and columns below.
  private var left: [Int]
  private let stride: Int
  private let targets: Int
  /// G⁻¹ of the inputs that are left, [n, n], rows `stride` apart.
  private var inverse: [Double]
  /// w, the weights of the fit by them, [n, C].
  private var weights: [Double]

  /// - Parameters:
  ///   - factor: L, [n, n], with zeros above the diagonal.
  ///   - coordinates: y, [n, C].
  init(_ factor: [Double], _ coordinates: [Double], targets: Int) {
    let count = coordinates.count / max(1, targets)
    (stride, self.targets, left) = (count, targets, Array(0..<count))
    var rows = [Double](repeating: 0, count: count * count)
    for row in 0..<count { rows[row * count + row] = 1 }
    TriangularSystem.solve(factor, order: count, &rows, columns: count)
    // G⁻¹ = L⁻ᵀ L⁻¹, w = L⁻ᵀ y
    let columns = Operand(rows, 1, count)
    inverse = columns.product(rows: count, columns, columns: count, count)
    weights = columns.product(rows: count, Operand(coordinates, 1, targets), columns: targets, count)
  }

  /// All inputs, the one that was eliminated last first.
  mutating func order() -> [Int] {
    var eliminated: [Int] = []
    while !left.isEmpty { eliminated.append(eliminate(leastMissed())) }
    return eliminated.reversed()
  }

  /// The place of the input without which the squared error grows least; of equals the last.
  private func leastMissed() -> Int {
    var (place, least) = (left.count - 1, Double.infinity)
    for row in left.indices.reversed() {
      var square = 0.0
      for column in row * targets..<(row + 1) * targets { square += weights[column] * weights[column] }
      let growth = square / inverse[row * stride + row]
      if growth < least { (place, least) = (row, growth) }
    }
    return place
  }

  /// Takes the input at a place out of the fit; the last one comes there instead.
  private mutating func eliminate(_ place: Int) -> Int {
    let count = left.count
    let row = Array(inverse[place * stride..<place * stride + count])
    let weight = Array(weights[place * targets..<(place + 1) * targets])
    let shares = row.map { $0 / row[place] }
    awn_subtract_outer_product(count, count, shares, row, &inverse, stride)
    awn_subtract_outer_product(count, targets, shares, weight, &weights, targets)
    let (input, last) = (left[place], count - 1)
    left.swapAt(place, last)
    left.removeLast()
    for column in 0..<count { inverse[place * stride + column] = inverse[last * stride + column] }
    for row in 0..<count { inverse[row * stride + place] = inverse[row * stride + last] }
    for column in 0..<targets { weights[place * targets + column] = weights[last * targets + column] }
    return input
  }
}

/// Numbers that a product takes as rows: element k of row r is `elements[r · outer + k · inner]`.
private struct Operand {
  private let elements: [Double]
  private let outer: Int
  private let inner: Int

  init(_ elements: [Double], _ outer: Int, _ inner: Int) {
    (self.elements, self.outer, self.inner) = (elements, outer, inner)
  }

  /// Σ_k left[r,k] right[n,k] over k < `count`, [rows, columns].
  func product(rows: Int, _ right: Operand, columns: Int, _ count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    elements.withUnsafeBufferPointer { left in
      right.elements.withUnsafeBufferPointer { other in
        guard let left = left.baseAddress, let other = other.baseAddress else { return }
        awn_add_product_doubles(
          rows, columns, count, 1, awn_doubles(base: left, outer_step: outer, inner_step: inner),
          awn_doubles(base: other, outer_step: right.outer, inner_step: right.inner), 0, &result, columns)
      }
    }
    return result
  }
}
