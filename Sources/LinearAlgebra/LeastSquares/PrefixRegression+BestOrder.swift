import CKernels

extension PrefixRegression {
  /// Fits in the order in which each next input explains most of what those before it leave: pivoted selection.
  ///
  /// The next one has the largest ‖c_n‖² / G_nn of the residual system, c = H̃ᵀZ̃/R. A left-looking Cholesky
  /// factorization needs of the residual system only its diagonal and c, and a column of G for each pivot.
  /// O(D K² + D K C) for K pivots.
  ///
  /// - Parameters:
  ///   - count: the most pivots; `nil`: as many as explain anything.
  ///   - isEnough: asked after every pivot, with the squared norms of all y so far; `true` ends the selection.
  public init(
    bestOrderOf moments: RegressionMoments, ridge: Double = usualRidge, count: Int? = nil,
    until isEnough: (_ gains: [Double]) -> Bool = { _ in false }
  ) {
    let n = moments.inputs
    var selection = Selection(moments, ridge: ridge, capacity: min(count ?? n, n))
    while selection.order.count < selection.capacity, selection.addPivot(), !isEnough(selection.gains) {}
    let (order, means) = (selection.order, moments.inputMeans)
    self.init(
      inputs: n, pivots: order, inputMeans: order.map { means[$0] }, targetMeans: moments.targetMeans,
      factor: selection.orderedFactor, coordinates: selection.coordinates)
  }
}

/// A pivoted Cholesky factorization under way.
private struct Selection {
  let capacity: Int
  private(set) var order: [Int] = []
  private(set) var gains: [Double] = []
  /// Y so far, [pivots, C] by rows.
  private(set) var coordinates: [Double] = []
  private let inputs: Int
  private let targets: Int
  /// Both triangles, without what the ridge adds.
  private let covariance: [Double]
  private let added: [Double]
  /// The columns of L so far, [D, capacity] by rows.
  private var factor: [Double]
  /// c of the residual system, [D, C].
  private var residual: [Double]
  /// G_nn of the residual system; negative once n is a pivot.
  private var diagonal: [Double]
  private let least: Double

  init(_ moments: RegressionMoments, ridge: Double, capacity: Int) {
    self.capacity = capacity
    (inputs, targets) = (moments.inputs, moments.targets)
    var square = moments.covariance
    for row in 0..<inputs {
      for column in 0..<row { square[column * inputs + row] = square[row * inputs + column] }
    }
    let variances = (0..<inputs).map { [inputs] in square[$0 * inputs + $0] }
    added = PrefixRegression.added(ridge, toDiagonal: variances)
    diagonal = zip(variances, added).map(+)
    covariance = square
    residual = moments.crossCovariance
    factor = [Double](repeating: 0, count: inputs * capacity)
    // Inputs of this variance are constant but for rounding.
    least = 1e-10 * (variances.max() ?? 0)
  }

  /// - Returns: whether there was an input that explains anything.
  mutating func addPivot() -> Bool {
    guard let pivot = next() else { return false }
    let (position, root) = (order.count, diagonal[pivot].squareRoot())
    var column = Array(covariance[pivot * inputs..<(pivot + 1) * inputs])
    column[pivot] += added[pivot]
    let row = Array(factor[pivot * capacity..<pivot * capacity + position])
    awn_subtract_dots(inputs, position, factor, capacity, row, &column)
    let y = residual[pivot * targets..<(pivot + 1) * targets].map { $0 / root }
    for n in 0..<inputs {
      column[n] /= root
      factor[n * capacity + position] = column[n]
      diagonal[n] -= column[n] * column[n]
    }
    awn_subtract_outer_product(inputs, targets, column, y, &residual)
    diagonal[pivot] = -1
    order.append(pivot)
    coordinates += y
    gains.append(y.reduce(0) { $0 + $1 * $1 })
    return true
  }

  /// The input that explains most of the residual; of equals the first.
  private func next() -> Int? {
    var (best, most) = (Int?.none, 0.0)
    residual.withUnsafeBufferPointer { residual in
      for n in 0..<inputs where diagonal[n] > least {
        var sum = 0.0
        for column in n * targets..<(n + 1) * targets { sum += residual[column] * residual[column] }
        let score = sum / diagonal[n]
        if score > most { (best, most) = (n, score) }
      }
    }
    return best
  }

  /// The pivots' own rows, [pivots, pivots].
  var orderedFactor: [Double] {
    let count = order.count
    return [Double](unsafeUninitializedCapacity: count * count) { target, written in
      for (row, pivot) in order.enumerated() {
        for column in 0..<count {
          target[row * count + column] = column <= row ? factor[pivot * capacity + column] : 0
        }
      }
      written = count * count
    }
  }
}
