import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra
import Testing

@Suite("Properties of importances and widths")
struct PropertyTests {
  /// Rates over the range that training visits, from a seeded stream.
  static let rates: [Double] = {
    var random = RandomStream(seed: 11, purpose: "rates")
    return (0..<200).map { _ in pow(10, -3.3 + 4 * random.uniform()) }
  }()

  @Test(arguments: ImportanceFamily.allCases)
  func importancesSumToOneAndDecrease(_ family: ImportanceFamily) {
    for rate in Self.rates {
      let adaptation = Adaptation(
        options: NetworkOptions(importance: family, initialRate: rate, minimumRate: 1e-9), prior: nil)
      let f = adaptation.importances.elements
      #expect(abs(f.reduce(0.0) { $0 + Double($1) } - 1) < 1e-4, "ν = \(rate)")
      #expect(zip(f, f.dropFirst()).allSatisfy { $0 >= $1 }, "ν = \(rate)")
      #expect(f.allSatisfy { $0 > 0 }, "ν = \(rate)")
    }
  }

  @Test(arguments: ImportanceFamily.allCases, [0.5, 0.9, 0.99])
  func theWidthFallsAsTheRateRises(_ family: ImportanceFamily, _ quantile: Double) {
    let widths = Self.rates.sorted().map { family.width(rate: $0, quantile: quantile) }
    #expect(zip(widths, widths.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(widths.last! >= 1)
  }

  @Test(arguments: ImportanceFamily.allCases, [0.5, 0.9, 0.99])
  func theRateOfAWidthMeansThatWidth(_ family: ImportanceFamily, _ quantile: Double) {
    for width in [1, 2, 3, 10, 57, 231, 1_000, 4_600] {
      #expect(family.width(rate: family.rate(width: width, quantile: quantile), quantile: quantile) == width)
    }
  }

  @Test func theDocumentedWidthsHold() {
    #expect(ImportanceFamily.exponential.width(rate: 0.01, quantile: 0.9) == 231)
    #expect(ImportanceFamily.exponential.width(rate: 5e-4, quantile: 0.9) == 4_606)
    #expect(ImportanceFamily.exponential.width(rate: 100, quantile: 0.9) == 1)
  }

  @Test func theMinimumRateBoundsGrowth() {
    var adaptation = Adaptation(
      options: NetworkOptions(initialRate: 0.02, minimumRate: 0.01), prior: nil)
    var optimizer = Optimizer(kind: .adam, learningRate: 1)
    for _ in 0..<50 {
      optimizer.begin()
      adaptation.update(by: optimizer, rateGradient: 10)
    }
    #expect(adaptation.wantedWidth == 231)
  }

  @Test func initialVariancesFollowKaimingPlus() {
    let network = Network(
      options: NetworkOptions(hiddenLayers: 2, initialRate: 0.005), ratePrior: nil, inputs: 50, outputs: 40,
      problem: .classification, seed: 2)
    func variance(_ block: Int) -> Double {
      let weights = network.parameters[2 * block].value
      return weights.sumOfSquares / Double(weights.rows * weights.columns)
    }
    let expected = [2.0 / 50] + network.adaptations.map { 2 / $0.importances.sumOfSquares }
    for block in 0..<3 { #expect(abs(variance(block) / expected[block] - 1) < 0.05) }
    for block in 0..<3 { #expect(network.parameters[2 * block + 1].value.sumOfSquares == 0) }
  }

  /// Channels and values of attention begin as wide as usual, and the last of them counts for half of the first.
  @Test(arguments: [2, 16, 64]) func aGivenWidthHasImportancesDownToAHalf(width: Int) {
    let given = Adaptation(options: NetworkOptions(), prior: nil, width: width)
    let last = given.importances[0, width - 1] / given.importances[0, 0]
    #expect(given.width == width && given.wantedWidth == width)
    #expect(abs(last - powf(0.5, (Float(width) - 1) / (Float(width) - 0.5))) < 1e-4)
    #expect(Adaptation(options: NetworkOptions(quantile: 0.3), prior: nil, width: width).quantile == 0.3)
  }
}
