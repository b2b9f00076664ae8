import Experiment
import Testing

/// The formulas of every importance family agree with each other.
@Suite("Importance families")
struct ImportanceTests {
  static let rates = [0.02, 0.4, 1.7]

  private func filled(_ family: ImportanceFamily, width: Int, rate: Double) -> (f: [Float], slopes: [Float]) {
    var (f, slopes) = (Array(repeating: Float(0), count: width), Array(repeating: Float(0), count: width))
    family.distribution.fill(&f, &slopes, width: width, rate: rate)
    return (f, slopes)
  }

  @Test(arguments: ImportanceFamily.allCases, rates)
  func importancesAreDifferencesOfTheDistribution(_ family: ImportanceFamily, _ rate: Double) {
    let width = 40
    let distribution = family.distribution
    let (f, slopes) = filled(family, width: width, rate: rate)
    func importance(_ n: Int, _ rate: Double) -> Double {
      (distribution.cumulative(Double(n + 1), rate: rate) - distribution.cumulative(Double(n), rate: rate))
        / distribution.cumulative(Double(width), rate: rate)
    }
    let h = 1e-3 * rate
    for n in 0..<width {
      #expect(abs(Double(f[n]) - importance(n, rate)) <= 1e-6 * importance(n, rate) + 1e-12)
      // Central differences with Richardson's extrapolation: an error of order h⁴.
      let slope =
        (8 * (importance(n, rate + h) - importance(n, rate - h))
          - (importance(n, rate + 2 * h) - importance(n, rate - 2 * h))) / (12 * h)
      #expect(abs(Double(slopes[n]) - slope) <= 1e-5 * abs(slope) + 1e-8, "neuron \(n)")
    }
  }

  @Test(arguments: ImportanceFamily.allCases, rates)
  func theDistributionIsOne(_ family: ImportanceFamily, _ rate: Double) {
    let distribution = family.distribution
    #expect(distribution.cumulative(0, rate: rate) == 0)
    for quantile in [0.1, 0.5, 0.9, 0.99] {
      let position = distribution.position(covering: quantile, rate: rate)
      #expect(abs(distribution.cumulative(position, rate: rate) - quantile) < 1e-9)
      #expect(abs(distribution.rate(covering: quantile, upTo: position) / rate - 1) < 1e-9)
    }
    for x in [0.5, 3.0, 20.0] {
      let h = 1e-4 * rate
      let slope =
        (distribution.cumulative(x, rate: rate + h) - distribution.cumulative(x, rate: rate - h)) / (2 * h)
      #expect(abs(distribution.cumulativeSlope(x, rate: rate) - slope) < 1e-6)
    }
  }

  /// What a family fills in by a recurrence is what the default makes of its formulas.
  @Test(arguments: rates)
  func recurrencesEqualTheDefault(_ rate: Double) {
    enum Plain: ImportanceDistribution {
      static func cumulative(_ x: Double, rate: Double) -> Double {
        ExponentialImportance.cumulative(x, rate: rate)
      }
      static func cumulativeSlope(_ x: Double, rate: Double) -> Double {
        ExponentialImportance.cumulativeSlope(x, rate: rate)
      }
      static func position(covering quantile: Double, rate: Double) -> Double { 0 }
      static func rate(covering quantile: Double, upTo x: Double) -> Double { 0 }
      static func defaultInitialRate(quantile: Double) -> Double { 0 }
      static func defaultMinimumRate(quantile: Double) -> Double { 0 }
    }
    let width = 30
    var (f, slopes) = (Array(repeating: Float(0), count: width), Array(repeating: Float(0), count: width))
    Plain.fill(&f, &slopes, width: width, rate: rate)
    let fast = filled(.exponential, width: width, rate: rate)
    for n in 0..<width {
      #expect(abs(f[n] - fast.f[n]) <= 1e-5 * fast.f[n] + 1e-12)
      #expect(abs(slopes[n] - fast.slopes[n]) <= 1e-4 * abs(fast.slopes[n]) + 1e-6)
    }
  }

  @Test(arguments: ImportanceFamily.allCases)
  func widthsAreBounded(_ family: ImportanceFamily) {
    #expect(family.width(rate: .leastNonzeroMagnitude, quantile: 0.9) == ImportanceFamily.largestWidth)
    #expect(family.width(rate: 1e9, quantile: 0.9) == 1)
    for quantile in [0.5, 0.9, 0.99] {
      let start = family.defaultInitialRate(quantile: quantile)
      #expect(family.defaultMinimumRate(quantile: quantile) < start)
    }
    #expect((230...232).contains(family.width(rate: family.defaultInitialRate(), quantile: 0.9)))
    #expect((4_600...4_610).contains(family.width(rate: family.defaultMinimumRate(), quantile: 0.9)))
  }
}
