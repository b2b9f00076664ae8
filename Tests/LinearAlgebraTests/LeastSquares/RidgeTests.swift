import LinearAlgebra
import Testing

/// What is added to the diagonal, and what it does to fits and to the best order.
struct RidgeTests {
  /// Of two inputs, one is a small, exact copy of the target; the other varies by one, and is the target with noise.
  private static func rows(smallness: Float) -> (inputs: Matrix, target: Matrix) {
    var random = RandomStream(seed: 1, purpose: "ridge")
    var (h, z) = (Matrix(rows: 400, columns: 2), Matrix(rows: 400, columns: 1))
    for row in 0..<400 {
      let value = Float(random.normal())
      z[row, 0] = value
      h[row, 0] = smallness * value
      h[row, 1] = value + 0.05 * Float(random.normal())
    }
    return (h, z)
  }

  private static func moments(smallness: Float) -> RegressionMoments {
    let rows = rows(smallness: smallness)
    var moments = RegressionMoments(inputs: 2, targets: 1)
    moments.add(rows.inputs, rows.target)
    return moments
  }

  private static func covariance(_ a: [Float], _ b: [Float]) -> Double {
    let count = Double(a.count)
    let means = [a, b].map { $0.reduce(0) { $0 + Double($1) } / count }
    return zip(a, b).reduce(0) { $0 + (Double($1.0) - means[0]) * (Double($1.1) - means[1]) } / count
  }

  @Test func withoutNoiseTheSizeOfAnInputDoesNotMatter() {
    let regression = PrefixRegression(bestOrderOf: Self.moments(smallness: 1e-3))
    #expect(regression.order[0] == 0)
    #expect(abs(regression.fit(first: 1).weights[0, 0] - 1_000) < 1)
  }

  @Test func withNoiseNoInputIsReadThroughAHugeWeight() {
    let ridge = Ridge(noise: 1e-3)
    let moments = Self.moments(smallness: 1e-3)
    let best = PrefixRegression(bestOrderOf: moments, ridge: ridge)
    #expect(best.order[0] == 1)
    for regression in [best, PrefixRegression(moments, ridge: ridge)] {
      let weights = regression.fit(first: 2).weights
      #expect(weights.elements.allSatisfy { abs($0) < 2 }, "\(weights.elements)")
    }
  }

  /// U = G_zh / (G_hh (1 + ρ) + σ² v̄) of one input.
  @Test func theFitOfOneInputIsTheFormula() {
    let ridge = Ridge(relative: 0.25, noise: 0.5)
    let (h, z) = Self.rows(smallness: 2)
    let columns = (0..<2).map { column in (0..<h.rows).map { h[$0, column] } }
    let variances = columns.map { Self.covariance($0, $0) }
    let expected =
      Self.covariance(columns[0], z.elements)
      / (1.25 * variances[0] + 0.5 * (variances[0] + variances[1]) / 2)
    let weight = PrefixRegression(Self.moments(smallness: 2), ridge: ridge).fit(first: 1).weights[0, 0]
    #expect(abs(Double(weight) - expected) < 1e-6)
  }
}
