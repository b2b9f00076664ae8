import LinearAlgebra
import Testing

/// Fits by the first inputs alone are those of the fit by all of them.
struct LeadingRegressionTests {
  /// 150 rows of 12 inputs of different sizes, and 4 targets.
  private static let rows: (inputs: Matrix, targets: Matrix) = {
    var random = RandomStream(seed: 5, purpose: "leading inputs")
    var (h, z) = (Matrix(rows: 150, columns: 12), Matrix(rows: 150, columns: 4))
    for row in 0..<150 {
      let common = random.normal()
      for column in 0..<12 {
        h[row, column] = Float((common + random.normal()) * Double(column + 1) + 3)
      }
      for target in 0..<4 {
        z[row, target] = h[row, target] + 0.3 * h[row, 11 - target] + Float(random.normal())
      }
    }
    return (h, z)
  }()

  private static func moments(
    leading: Int? = nil, parts: Int = 1, threads: Int = 1
  ) -> RegressionMoments {
    var moments = RegressionMoments(inputs: 12, targets: 4, leading: leading, hasIntercept: parts == 1)
    for _ in 0..<2 { moments.add(rows.inputs, rows.targets, threads: threads) }
    if parts > 1 { moments.separate(parts: parts) }
    return moments
  }

  @Test(arguments: [(1, 1), (2, 1), (3, 1), (2, 2)], [Ridge.default, Ridge(noise: 0.05)])
  func aFitByTheFirstIsThatOfAll(_ shape: (group: Int, parts: Int), _ ridge: Ridge) {
    let whole = PrefixRegression(Self.moments(parts: shape.parts), ridge: ridge, group: shape.group)
    for leading in [1, 3] {
      let moments = Self.moments(leading: leading * shape.group, parts: shape.parts)
      let first = PrefixRegression(moments, ridge: ridge, group: shape.group)
      #expect(first.inputs == whole.inputs && first.used == leading && first.isIndexOrder)
      for count in 0...leading {
        let (a, b) = (first.fit(first: count), whole.fit(first: count))
        #expect(Self.areClose(a.weights, b.weights) && Self.areClose(a.bias, b.bias))
        let (c, d) = (first.moments(first: count, bias: a.bias), whole.moments(first: count, bias: b.bias))
        #expect(Self.areClose(c.means, d.means) && Self.areClose(c.variances, d.variances))
      }
      for n in 0..<leading {
        let (a, b) = (first.explainedVariances[n], whole.explainedVariances[n])
        #expect(abs(a - b) <= 1e-9 * max(1, b))
      }
    }
  }

  /// Only products that the fits need are added up.
  @Test func lessIsAddedUp() {
    #expect(Self.moments(leading: 3).size == 3 * 3 + 3 * 4)
    #expect(Self.moments().size == 12 * 12 + 12 * 4)
  }

  /// Of so many inputs that threads divide them among each other.
  @Test func theSumsDoNotDependOnTheNumberOfThreads() {
    var random = RandomStream(seed: 6, purpose: "many inputs")
    func matrix(_ columns: Int) -> Matrix {
      Matrix(rows: 40, columns: columns, (0..<40 * columns).map { _ in Float(random.normal()) })
    }
    let (h, z) = (matrix(150), matrix(5))
    let fits = [1, 2, 3, 7].map { threads in
      var moments = RegressionMoments(inputs: 150, targets: 5, leading: 130)
      moments.add(h, z, threads: threads)
      return PrefixRegression(moments).fit(first: 130)
    }
    for fit in fits.dropFirst() { #expect(fit.weights == fits[0].weights && fit.bias == fits[0].bias) }
  }

  private static func areClose(_ a: Matrix, _ b: Matrix) -> Bool {
    a.rows == b.rows && a.columns == b.columns
      && zip(a.elements, b.elements).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
  }
}
