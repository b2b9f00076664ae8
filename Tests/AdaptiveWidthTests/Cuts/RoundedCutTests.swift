import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Price lists and budgets choose multiples of a number.
@Suite struct RoundedCutTests {
  private static let rounding = WidthRounding(toMultiplesOf: 4)

  private static func sample(layers: Int, width: Int, seed: UInt64 = 1) -> (Network, EvaluationRows) {
    let random = RandomCase(
      .relu6, layers: layers, problem: .classification, seed: seed)
    var network = random.network
    var stream = RandomStream(seed: seed, purpose: "growth")
    for (layer, adaptation) in network.adaptations.enumerated() {
      network.setRate(layer: layer, adaptation.family.rate(width: width, quantile: adaptation.quantile))
    }
    _ = network.adjustWidths(random: &stream)
    let others = (0..<6).map {
      RandomCase(.relu6, layers: 1, problem: .classification, seed: seed + $0).batch
    }
    return (network, EvaluationRows(batches: others, fitting: others))
  }

  private func expectRounded(_ widths: [Int], of network: Network) {
    for (width, present) in zip(widths, network.widths) {
      #expect(width == present || width % 4 == 0, "\(widths) of \(network.widths)")
    }
  }

  /// 70 neurons are more than a joint curve has fractions, so that these are sampled, too.
  @Test(arguments: 1...3, [22, 70])
  func thePriceListHasNoOtherWidths(layers: Int, width: Int) {
    let (network, rows) = Self.sample(layers: layers, width: width)
    var workspace = Workspace()
    let frontier = network.frontier(rows, step: 0, rounding: Self.rounding, &workspace)
    for cut in frontier.cuts {
      expectRounded(cut.widths, of: network)
      #expect(cut.parameters == network.parameterCount(widths: cut.widths))
    }
    #expect(frontier.whole.widths == network.widths)
    #expect(Set(frontier.cuts.map(\.widths)).count == frontier.cuts.count)
    if layers == 1 {
      // None is left out: as in the list of all widths, no other one is smaller and as good.
      let curve = network.tradeoff(layer: 0, rows, step: 0, sampled: width, &workspace)
      for point in curve.points where point.width % 4 == 0 {
        #expect(
          frontier.cuts.contains {
            $0.widths[0] <= point.width && !point.metrics.hasBetterMetric(than: $0.metrics)
          })
      }
    }
  }

  @Test(arguments: 1...3, 0..<3) func budgetsAreKeptToWithMultiples(layers: Int, seed: UInt64) throws {
    let (network, rows) = Self.sample(layers: layers, width: 22, seed: seed)
    var workspace = Workspace()
    let most = network.parameterCount(widths: [Int](repeating: 14, count: layers))
    let work = network.multiplyAdds(widths: [Int](repeating: 14, count: layers))
    for budget in [CutBudget.parameters(atMost: most), .multiplyAdds(atMost: work), .tolerance(0.05)] {
      let cut = try network.cut(to: budget, rounding: Self.rounding, rows, &workspace)
      expectRounded(cut.widths, of: network)
      if budget.boundsSize {
        #expect(budget.admits(cut))
      } else {
        let bound = budget.resolved(
          best: network.frontier(rows, step: 0, rounding: Self.rounding, &workspace).best.metrics)
        #expect(bound.admits(cut))
        // No layer can lose one more multiple.
        for layer in 0..<layers {
          guard let smaller = Self.rounding.smaller(than: cut.widths[layer]) else { continue }
          var fewer = cut.widths
          fewer[layer] = smaller
          #expect(layers == 1 || !bound.admits(network.measure(widths: fewer, rows, &workspace)))
        }
      }
    }
  }

  @Test func aBudgetBelowTheSmallestMultipleIsImpossible() {
    let (network, rows) = Self.sample(layers: 2, width: 22)
    var workspace = Workspace()
    let least = network.parameterCount(widths: [4, 4])
    let error = #expect(throws: ImpossibleBudget.self) {
      try network.cut(to: .parameters(atMost: least - 1), rounding: Self.rounding, rows, &workspace)
    }
    #expect(error?.closest.widths == [4, 4])
  }

  @Test func cutsOfSomeLayersAreRoundedToo() throws {
    let (network, rows) = Self.sample(layers: 3, width: 22)
    var workspace = Workspace()
    let bound = CutBudget.tolerance(0.3, of: network.evaluate(rows, &workspace))
    let cut = network.cut(
      layers: [0, 2], within: bound, rounding: Self.rounding, rows, &workspace)
    let widths = try #require(cut?.widths)
    expectRounded(widths, of: network)
    #expect(widths[1] == network.widths[1] && widths != network.widths)
  }

  /// What is asked for by hand is cut to as it is.
  @Test func curvesAndTypedWidthsAreNotRounded() {
    let (network, rows) = Self.sample(layers: 2, width: 22)
    var workspace = Workspace()
    var cutter = Cutter(network, .repaired, rows, rounding: Self.rounding)
    #expect(cutter.network(keeping: [7, 5]).widths == [7, 5])
    #expect(cutter.measure([7, 5], rows, &workspace).widths == [7, 5])
    #expect(cutter.tradeoff(layer: 1, rows, step: 0, &workspace).points.map(\.width) == Array(1...22))
  }
}
