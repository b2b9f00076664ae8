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
  ///   - group: columns of H that each input has.
  ///   - isEnough: receives the explained variance of every pivot so far, after each one; `true` ends the selection.
  public init(
    bestOrderOf moments: RegressionMoments, ridge: Ridge = .default, group: Int = 1, count: Int? = nil,
    until isEnough: (_ explainedVariances: [Double]) -> Bool = { _ in false }
  ) {
    let sample = RegressionSample(moments, ridge: ridge, group: group)
    var selection = Selection(sample, capacity: min(count ?? sample.inputs, sample.inputs))
    while selection.order.count < selection.capacity, let pivot = selection.next() {
      selection.add(pivot)
      if isEnough(selection.explainedVariances) { break }
    }
    self.init(sample, selection)
  }

  /// The same for several samples of the same inputs, each fitted apart: the next input explains most of what those
  /// before it leave of the targets of all samples together. A sample of which it explains nothing has it, too.
  ///
  /// - Parameter isEnough: ends the selection of a single sample, as it does above.
  public static func inBestOrder(
    _ samples: [RegressionSample], until isEnough: (_ explainedVariances: [Double]) -> Bool = { _ in false }
  ) -> [PrefixRegression] {
    let n = samples.first?.inputs ?? 0
    precondition(samples.allSatisfy { $0.inputs == n }, "samples of the same inputs")
    if samples.count == 1 {
      return [
        PrefixRegression(
          bestOrderOf: samples[0].moments, ridge: samples[0].ridge, group: samples[0].group, until: isEnough)
      ]
    }
    var selections = samples.map { Selection($0, capacity: n) }
    for _ in 0..<n {
      let scores = selections.map(\.scores)
      let sums = (0..<n).map { input in scores.reduce(0) { $0 + $1[input] } }
      // The largest, and of equals the first; pivots have none.
      guard let best = sums.indices.max(by: { (sums[$0], -$0) < (sums[$1], -$1) }), sums[best] > 0 else {
        break
      }
      for index in selections.indices { selections[index].add(best) }
    }
    return zip(samples, selections).map { PrefixRegression($0, $1) }
  }

  private init(_ sample: RegressionSample, _ selection: Selection) {
    let means = sample.moments.inputMeans
    self.init(
      inputs: sample.inputs, group: sample.group, pivots: selection.order,
      inputMeans: selection.columns.map { means[$0] }, targetMeans: sample.moments.targetMeans,
      factor: selection.orderedFactor, coordinates: selection.coordinates)
  }
}

/// What a fit needs: moments of inputs, each with as many columns, and of targets.
public struct RegressionSample: Sendable {
  public let moments: RegressionMoments
  public let ridge: Ridge
  /// The columns of each input.
  public let group: Int

  public init(_ moments: RegressionMoments, ridge: Ridge, group: Int) {
    precondition(group > 0 && moments.inputs % group == 0, "every input has as many columns")
    (self.moments, self.ridge, self.group) = (moments, ridge, group)
  }

  public var inputs: Int { moments.inputs / group }
}

/// A pivoted Cholesky factorization under way.
private struct Selection {
  /// The largest number of inputs to select.
  let capacity: Int
  private(set) var order: [Int] = []
  private(set) var explainedVariances: [Double] = []
  /// Y so far, [columns, C] by rows.
  private(set) var coordinates: [Double] = []
  private let group: Int
  /// The number of columns of all inputs together.
  private let inputs: Int
  private let targets: Int
  /// The covariance G, both triangles, without the ridge.
  private let covariance: [Double]
  private let added: [Double]
  /// The columns of L so far, [D g, capacity g] by rows.
  private var factor: [Double]
  /// c of the residual system, [D g, C].
  private var residual: [Double]
  /// G_nn of the residual system, its diagonal; negative once the column is a pivot.
  private var diagonal: [Double]
  /// G_nn of the residual system, [g, g] of each input; empty if g = 1.
  private var blocks: [Double] = []
  private let minVariance: Double

  /// The columns of the pivots.
  var columns: [Int] { order.flatMap { $0 * group..<($0 + 1) * group } }

  init(_ sample: RegressionSample, capacity: Int) {
    let (moments, ridge, group) = (sample.moments, sample.ridge, sample.group)
    precondition(moments.leading == moments.inputs, "any input may be the next")
    self.capacity = capacity
    self.group = group
    (inputs, targets) = (moments.inputs, moments.targets)
    var square = moments.covariance
    for row in 0..<inputs {
      for column in 0..<row { square[column * inputs + row] = square[row * inputs + column] }
    }
    let variances = (0..<inputs).map { [inputs] in square[$0 * inputs + $0] }
    added = ridge.added(to: variances, mean: moments.meanVariance)
    diagonal = zip(variances, added).map(+)
    covariance = square
    residual = moments.crossCovariance
    factor = [Double](repeating: 0, count: inputs * capacity * group)
    // Inputs of this variance are constant but for rounding.
    minVariance = 1e-10 * (variances.max() ?? 0)
    if group > 1 {
      blocks = (0..<inputs).flatMap { [inputs, added] row in
        (0..<group).map { tap in
          let column = row / group * group + tap
          return square[row * inputs + column] + (row == column ? added[row] : 0)
        }
      }
    }
  }

  /// Makes an input the next pivot.
  mutating func add(_ pivot: Int) {
    var explained = 0.0
    for tap in 0..<group { explained += addColumn(pivot * group + tap) }
    order.append(pivot)
    explainedVariances.append(explained)
  }

  /// - Returns: ‖y‖² of the column.
  private mutating func addColumn(_ pivot: Int) -> Double {
    let (position, capacity) = (coordinates.count / targets, capacity * group)
    // A column that those before it of the same input explain, or a constant one, keeps its place and explains nothing.
    let isNew = diagonal[pivot] > minVariance
    let root = (isNew ? diagonal[pivot] : max(minVariance, .leastNormalMagnitude)).squareRoot()
    var column = Array(covariance[pivot * inputs..<(pivot + 1) * inputs])
    column[pivot] += added[pivot]
    let row = Array(factor[pivot * capacity..<pivot * capacity + position])
    awn_subtract_dots(inputs, position, factor, capacity, row, &column)
    var y = residual[pivot * targets..<(pivot + 1) * targets].map { $0 / root }
    if !isNew {
      y = y.map { _ in 0 }
      for n in 0..<inputs { column[n] = n == pivot ? root * root : 0 }
    }
    for n in 0..<inputs {
      column[n] /= root
      factor[n * capacity + position] = column[n]
      diagonal[n] -= column[n] * column[n]
    }
    if group > 1 { downdateBlocks(column) }
    awn_subtract_outer_product(inputs, targets, column, y, &residual, targets)
    diagonal[pivot] = -1
    coordinates += y
    return y.reduce(0) { $0 + $1 * $1 }
  }

  private mutating func downdateBlocks(_ column: [Double]) {
    for row in 0..<inputs {
      let first = row / group * group
      for tap in 0..<group { blocks[row * group + tap] -= column[row] * column[first + tap] }
    }
  }

  /// The input that explains most of the residual; of equals the first. `nil`: none explains anything.
  func next() -> Int? {
    var (best, most) = (Int?.none, 0.0)
    for (n, score) in scores.enumerated() where score > most { (best, most) = (n, score) }
    return best
  }

  /// What each input explains of the residual; 0 for pivots and for constants: ‖c_n‖²/G_nn, and tr c_nᵀ G_nn⁻¹ c_n =
  /// ‖L_nn⁻¹ c_n‖² of inputs with several columns.
  var scores: [Double] {
    var scores = [Double](repeating: 0, count: inputs / group)
    if group > 1 {
      let isPivot = order.reduce(into: [Bool](repeating: false, count: scores.count)) { $0[$1] = true }
      for n in scores.indices where !isPivot[n] { scores[n] = score(ofBlock: n) }
      return scores
    }
    residual.withUnsafeBufferPointer { residual in
      for n in scores.indices where diagonal[n] > minVariance {
        var sum = 0.0
        for column in n * targets..<(n + 1) * targets { sum += residual[column] * residual[column] }
        scores[n] = sum / diagonal[n]
      }
    }
    return scores
  }

  private func score(ofBlock n: Int) -> Double {
    var block = Array(blocks[n * group * group..<(n + 1) * group * group])
    var explained = Array(residual[n * group * targets..<(n + 1) * group * targets])
    var sum = 0.0
    for row in 0..<group {
      for column in 0..<row {
        let value = block[row * group + column]
        for target in 0..<targets {
          explained[row * targets + target] -= value * explained[column * targets + target]
        }
      }
      let pivot = block[row * group + row]
      let root = pivot > minVariance ? pivot.squareRoot() : 0
      for target in 0..<targets {
        let y = root > 0 ? explained[row * targets + target] / root : 0
        explained[row * targets + target] = y
        sum += y * y
      }
      // The column of L below the pivot, and what it takes from the rest of the block.
      for below in row + 1..<max(row + 1, group) {
        let value = root > 0 ? block[below * group + row] / root : 0
        block[below * group + row] = value
      }
      for below in row + 1..<max(row + 1, group) {
        for right in row + 1...below {
          block[below * group + right] -= block[below * group + row] * block[right * group + row]
        }
      }
    }
    return sum
  }

  /// The pivots' own rows, [columns, columns].
  var orderedFactor: [Double] {
    let (rows, stride) = (columns, capacity * group)
    let count = rows.count
    return [Double](unsafeUninitializedCapacity: count * count) { target, written in
      for (row, pivot) in rows.enumerated() {
        for column in 0..<count {
          target[row * count + column] = column <= row ? factor[pivot * stride + column] : 0
        }
      }
      written = count * count
    }
  }
}
