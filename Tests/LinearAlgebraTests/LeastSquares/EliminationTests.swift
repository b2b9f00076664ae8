import LinearAlgebra
import Testing

/// Fits in the order of backward elimination, and fits of rows with weights.
struct EliminationTests {
  /// Rows of correlated inputs, and targets that depend on some of them.
  private static func rows(_ count: Int, inputs: Int, seed: UInt64) -> (inputs: Matrix, targets: Matrix) {
    var random = RandomStream(seed: seed, purpose: "elimination")
    var (h, z) = (Matrix(rows: count, columns: inputs), Matrix(rows: count, columns: 2))
    for row in 0..<count {
      let common = random.normal()
      for column in 0..<inputs { h[row, column] = Float(2 + common + random.normal()) }
      for target in 0..<2 {
        z[row, target] = h[row, 1 + target] - h[row, 4] + Float(0.5 * random.normal())
        for column in 0..<inputs { z[row, target] += Float(column) / 40 * h[row, column] }
      }
    }
    return (h, z)
  }

  private static func moments(_ h: Matrix, _ z: Matrix) -> RegressionMoments {
    var moments = RegressionMoments(inputs: h.columns, targets: z.columns)
    moments.add(h, z)
    return moments
  }

  /// The variance that a fit by some inputs alone explains.
  private static func explained(_ chosen: [Int], _ h: Matrix, _ z: Matrix) -> Double {
    var columns = Matrix()
    columns.gather(columns: chosen, from: h)
    return PrefixRegression(moments(columns, z)).explainedVariances.reduce(0, +)
  }

  @Test func eachInputIsTheOneThatTheRestNeedsLeast() {
    let (h, z) = Self.rows(150, inputs: 9, seed: 1)
    let regression = PrefixRegression(bestOrderOf: Self.moments(h, z)).eliminatingBackward()
    var left = Array(0..<9)
    for input in regression.order.reversed() where left.count > 1 {
      let without = left.map { candidate in Self.explained(left.filter { $0 != candidate }, h, z) }
      let found = without[left.firstIndex(of: input)!]
      #expect(found >= without.max()! * (1 - 1e-6), "\(left), \(input)")
      left.removeAll { $0 == input }
    }
    #expect(left == [regression.order[0]])
  }

  /// In any order and of any part of the inputs, a fit by the first of them is the one by these alone.
  @Test(arguments: [1, 2, 4, 9, 100]) func theFitsAreThoseOfTheNewOrder(_ most: Int) {
    let (h, z) = Self.rows(150, inputs: 9, seed: 2)
    let forward = PrefixRegression(bestOrderOf: Self.moments(h, z))
    let regression = forward.eliminatingBackward(most: most)
    #expect(regression.order.sorted() == Array(0..<9) && regression.used == 9)
    #expect(regression.order.dropFirst(most) == forward.order.dropFirst(most))
    for count in 1...9 {
      var columns = Matrix()
      columns.gather(columns: Array(regression.order.prefix(count)), from: h)
      let reference = PrefixRegression(Self.moments(columns, z)).fit(first: count)
      let fit = regression.fit(first: count)
      for (a, b) in zip(
        fit.weights.elements + fit.bias.elements, reference.weights.elements + reference.bias.elements)
      {
        #expect(abs(a - b) < 1e-3)
      }
    }
  }

  /// The target is the difference of two inputs; a third one is closer to it than either. Forward selection begins with
  /// the third and needs all of them.
  @Test func twoInputsThatExplainTogetherAreFound() {
    var random = RandomStream(seed: 3, purpose: "elimination")
    var (h, z) = (Matrix(rows: 200, columns: 3), Matrix(rows: 200, columns: 1))
    for row in 0..<200 {
      let (common, difference) = (3 * random.normal(), random.normal())
      h[row, 0] = Float(common + difference)
      h[row, 1] = Float(common)
      h[row, 2] = Float(difference + 0.5 * random.normal())
      z[row, 0] = Float(difference)
    }
    let forward = PrefixRegression(bestOrderOf: Self.moments(h, z))
    #expect(forward.order[0] == 2)
    let order = forward.eliminatingBackward().order
    #expect(Set(order.prefix(2)) == [0, 1])
  }

  /// A fit that uses none, or one, of the inputs has only one order.
  @Test func aFitOfFewerThanTwoInputsStaysAsItIs() {
    let none = PrefixRegression(bestOrderOf: RegressionMoments(inputs: 3, targets: 1)).eliminatingBackward()
    #expect(none.used == 0 && none.order == [0, 1, 2])
    let (h, z) = Self.rows(50, inputs: 6, seed: 4)
    let one = PrefixRegression(bestOrderOf: Self.moments(h, z), count: 1)
    #expect(one.eliminatingBackward().order == one.order)
  }

  /// A row that counts w is as good as w equal rows.
  @Test func weightsAreRowsSeveralTimesOver() {
    let (h, z) = Self.rows(40, inputs: 5, seed: 5)
    let counts = (0..<40).map { 1 + $0 % 3 }
    let repeated = counts.indices.flatMap { row in [Int](repeating: row, count: counts[row]) }
    func gathered(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: repeated.count, columns: matrix.columns,
        repeated.flatMap { row in (0..<matrix.columns).map { matrix[row, $0] } })
    }
    var weighted = RegressionMoments(inputs: 5, targets: 2)
    weighted.add(h, z, weights: counts.map { 10 * Double($0) })
    #expect(weighted.rows == 40)
    let reference = Self.moments(gathered(h), gathered(z))
    for regression in [PrefixRegression(weighted), PrefixRegression(bestOrderOf: weighted)] {
      let other =
        regression.isIndexOrder ? PrefixRegression(reference) : PrefixRegression(bestOrderOf: reference)
      #expect(regression.order == other.order)
      for (a, b) in zip(regression.explainedVariances, other.explainedVariances) {
        #expect(abs(a - b) < 1e-6 * max(1, b))
      }
      let (fit, same) = (regression.fit(first: 3), other.fit(first: 3))
      for (a, b) in zip(fit.weights.elements + fit.bias.elements, same.weights.elements + same.bias.elements)
      {
        #expect(abs(a - b) < 1e-4)
      }
    }
  }
}
