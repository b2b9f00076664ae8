/// Least-squares fits of targets by the first K of D inputs, for every K from one Cholesky factor.
///
/// Inputs H̃ [R, D], in some order, and targets Z̃ [R, C] are centered:
///
///     G = H̃ᵀH̃/R + a ridge on its diagonal = L Lᵀ,     Y = L⁻¹ H̃ᵀZ̃/R
///     fit of the first K:  z ≈ z̄ + (h_K − h̄_K) U_K,   U_K = L_K⁻ᵀ Y_K
///     the same, as a sum:  z ≈ z̄ + Σ_{n<K} q_n y_nᵀ,  q = (h − h̄) L⁻ᵀ
///
/// because the factor of the first K inputs is the leading block of L. ‖y_n‖² is what input n explains beyond those
/// before it. All of it is computed in double precision.
///
/// An input can have several columns of H side by side, as a channel has one for each tap of the kernel that reads it:
/// then L_K is the factor of the columns of the first K inputs, and q_n and y_n have as many rows.
public struct PrefixRegression: Sendable {
  /// The number of columns of H that belong to each input.
  public let group: Int
  /// D
  public let inputs: Int
  /// C
  public let targets: Int
  /// The indices of all inputs, in the order of the fits.
  public let order: [Int]
  /// K, the number of inputs that the fits use. Those after them explain nothing, or were not asked for: their weights
  /// are 0.
  public let used: Int
  /// Whether the order is that of the inputs' own numbers.
  public var isIndexOrder: Bool { order.elementsEqual(0..<inputs) }
  /// h̄, the means of the inputs that are used.
  let inputMeans: [Double]
  /// z̄
  let targetMeans: [Double]
  /// L, [K · group, K · group] by rows; what lies above the diagonal means nothing.
  let factor: [Double]
  /// Y, [K · group, C] by rows.
  let coordinates: [Double]

  /// - Parameter pivots: the inputs that are used, in the order of the fits.
  init(
    inputs: Int, group: Int, pivots: [Int], inputMeans: [Double], targetMeans: [Double], factor: [Double],
    coordinates: [Double]
  ) {
    self.inputs = inputs
    self.group = group
    targets = targetMeans.count
    used = pivots.count
    let isPivot = pivots.reduce(into: [Bool](repeating: false, count: inputs)) { $0[$1] = true }
    order = pivots + (0..<inputs).filter { !isPivot[$0] }
    (self.inputMeans, self.targetMeans) = (inputMeans, targetMeans)
    (self.factor, self.coordinates) = (factor, coordinates)
  }

  /// Fits in the order of the inputs: for every K up to as many as the moments are of. O(K³/3 + K² C).
  ///
  /// - Parameters:
  ///   - ridge: ten times as much of its relative part, as often as needed, where rounding leaves G not positive
  ///     definite.
  ///   - group: columns of H that each input has.
  public init(_ moments: RegressionMoments, ridge: Ridge = .default, group: Int = 1) {
    precondition(
      group > 0 && moments.inputs % group == 0 && moments.leading % group == 0,
      "every input has as many columns")
    let (n, inputs) = (moments.leading, moments.inputs / group)
    let (covariance, mean) = (moments.covariance, moments.meanVariance)
    var (factor, ridge) = (covariance, ridge)
    Self.add(ridge, to: &factor, order: n, mean: mean)
    while moments.rows == 0 || !TriangularSystem.factor(&factor, order: n) {
      ridge.relative *= 10
      // No rows, or not even a diagonal matrix: numbers that are not finite. The fit is then that of no input.
      if moments.rows == 0 || ridge.relative > 1e6 {
        self.init(
          inputs: inputs, group: group, pivots: [], inputMeans: [], targetMeans: moments.targetMeans,
          factor: [], coordinates: []
        )
        return
      }
      factor = covariance
      Self.add(ridge, to: &factor, order: n, mean: mean)
    }
    var coordinates = moments.crossCovariance
    TriangularSystem.solve(factor, order: n, &coordinates, columns: moments.targets)
    self.init(
      inputs: inputs, group: group, pivots: Array(0..<n / group),
      inputMeans: Array(moments.inputMeans.prefix(n)), targetMeans: moments.targetMeans, factor: factor,
      coordinates: coordinates)
  }

  private static func add(_ ridge: Ridge, to matrix: inout [Double], order n: Int, mean: Double) {
    let added = ridge.added(to: (0..<n).map { matrix[$0 * n + $0] }, mean: mean)
    for row in 0..<n { matrix[row * n + row] += added[row] }
  }

  /// The fits of the targets multiplied by a factor.
  public func scaled(by factor: Double) -> PrefixRegression {
    PrefixRegression(
      inputs: inputs, group: group, pivots: Array(order.prefix(used)), inputMeans: inputMeans,
      targetMeans: targetMeans.map { factor * $0 }, factor: self.factor,
      coordinates: coordinates.map { factor * $0 })
  }

  /// ‖y_n‖² of each input in the order, summed over the targets: the variance that it explains beyond those before it;
  /// 0 for inputs that are not used.
  public var explainedVariances: [Double] {
    let explained = (0..<used).map { n in
      coordinates[n * group * targets..<(n + 1) * group * targets].reduce(0) { $0 + $1 * $1 }
    }
    return explained + [Double](repeating: 0, count: inputs - used)
  }

  /// The fraction of each target's standard deviation that all inputs together leave unexplained.
  ///
  /// - Parameter own: moments of the targets with themselves, whose covariance has their variances on its diagonal.
  public func unexplainedFractions(of own: RegressionMoments) -> [Double] {
    let covariance = own.covariance
    return (0..<targets).map { target in
      let variance = covariance[target * targets + target]
      var explained = 0.0
      for row in stride(from: target, to: coordinates.count, by: targets) {
        explained += coordinates[row] * coordinates[row]
      }
      return variance > 0 ? max(0, 1 - explained / variance).squareRoot() : 0
    }
  }

  /// The fit by the first inputs of the order: z ≈ h U + b, U [count · group, C], b [1, C]. O(count² group² C).
  public func fit(first count: Int) -> (weights: Matrix, bias: Matrix) {
    precondition(count <= inputs, "a fit by inputs that there are")
    let fitted = min(count, used) * group
    var solution = Array(coordinates.prefix(fitted * targets))
    TriangularSystem.solveTransposed(
      factor, stride: used * group, order: fitted, &solution, columns: targets)
    var bias = targetMeans
    for n in 0..<fitted {
      for column in 0..<targets { bias[column] -= inputMeans[n] * solution[n * targets + column] }
    }
    return (
      Matrix(rows: fitted, columns: targets, solution).padded(rows: count * group),
      Matrix(rows: 1, columns: targets, bias)
    )
  }

  /// Mean and variance of h U over the rows of the fit, [1, C] each: h̄_K U_K = z̄ − b_K, and Σ y² over the first
  /// inputs, because U_Kᵀ G_K U_K = Y_Kᵀ Y_K.
  public func moments(first count: Int, bias: Matrix) -> (means: Matrix, variances: Matrix) {
    var variances = [Double](repeating: 0, count: targets)
    for row in 0..<min(count, used) * group {
      for column in 0..<targets {
        let y = coordinates[row * targets + column]
        variances[column] += y * y
      }
    }
    let means = (0..<targets).map { targetMeans[$0] - Double(bias[0, $0]) }
    return (Matrix(rows: 1, columns: targets, means), Matrix(rows: 1, columns: targets, variances))
  }

  /// y_nᵀ by rows, [D, C], and z̄, [1, C]: with `whitened` inputs, every fit is a running sum over the first of them.
  /// Only for inputs with one column each.
  public var whitenedWeights: (weights: Matrix, bias: Matrix) {
    (
      Matrix(rows: used, columns: targets, coordinates).padded(rows: inputs),
      Matrix(rows: 1, columns: targets, targetMeans)
    )
  }

  /// q = (h − h̄) L⁻ᵀ of rows of inputs [r, D] in their own order: [r, D], 0 beyond what is used. O(r K²).
  public func whitened(_ h: Matrix) -> Matrix {
    precondition(group == 1 && h.columns == inputs, "a column for each input")
    var ordered = h
    if used < inputs || !isIndexOrder { ordered.gather(columns: Array(order.prefix(used)), from: h) }
    var rows = ordered.subtracting(row: inputMeans).elements
    TriangularSystem.solveRight(factor, order: used, &rows, rows: h.rows)
    var result = Matrix(rows: h.rows, columns: used, rows)
    result.resize(rows: h.rows, columns: inputs)
    return result
  }
}

extension Matrix {
  /// A matrix of elements in row-major order.
  fileprivate init(rows: Int, columns: Int, _ elements: [Double]) {
    self.init(rows: rows, columns: columns, elements.map(Float.init))
  }

  /// The matrix with rows of zeros below it.
  fileprivate func padded(rows: Int) -> Matrix {
    var result = self
    result.resize(rows: rows, columns: columns)
    return result
  }
}
