import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Cuts in other orders than that of the importances.
@Suite struct OrderTests {
  /// Silences the neurons that are not kept, which is what cutting them comes to.
  private func metrics(
    _ random: RandomCase, layer: Int, keeping kept: Set<Int>, _ rows: EvaluationRows
  ) -> Metrics {
    let reader = random.network.adaptiveBlocks[layer] + 1
    var workspace = Workspace()
    return random.network.silencing(readsOf: reader, kept.contains).inferenceCopy.evaluate(rows, &workspace)
  }

  @Test(arguments: [Problem.classification, .regression])
  func cutsByContributionKeepTheLargest(_ problem: Problem) {
    for layers in 1...2 {
      let random = RandomCase(.relu6, layers: layers, problem: problem)
      let rows = EvaluationRows(batches: [random.batch], targetScales: [2, 3])
      var workspace = Workspace()
      for layer in 0..<layers {
        let curve = random.network.tradeoff(layer: layer, rows, step: 0, &workspace)
        let comparison = random.network.orderComparison(of: curve, layer: layer, rows, draws: 3, &workspace)
        #expect(comparison.widths == curve.points.map(\.width) && comparison.draws == 3)
        let contributions = random.network.contributions(rows, &workspace)[layer]
        let order = contributions.indices.sorted { contributions[$0] > contributions[$1] }
        for (position, width) in comparison.widths.enumerated() {
          let real = metrics(random, layer: layer, keeping: Set(order.prefix(width)), rows)
          let found = comparison.byContribution[position]
          #expect(found.accuracy == real.accuracy)
          #expect(abs(found.loss - real.loss) <= 1e-4 * max(1, real.loss))
        }
      }
    }
  }

  /// The neurons of largest scores, as the usual pruning methods keep them.
  @Test func cutsByMagnitudeAndByTaylorScoreKeepTheLargest() {
    let random = RandomCase(.relu6, layers: 2, problem: .classification)
    let rows = EvaluationRows(batches: [random.batch], fitting: [random.batch])
    var workspace = Workspace()
    let curve = random.network.tradeoff(layer: 1, rows, step: 0, &workspace)
    let comparison = random.network.orderComparison(of: curve, layer: 1, rows, &workspace)
    let scores = [
      (random.network.scores(.magnitude, on: [], &workspace)[1], comparison.byMagnitude),
      (random.network.scores(.taylor, on: rows.fitting, &workspace)[1], comparison.byTaylor),
    ]
    for (scores, found) in scores {
      let order = scores.indices.sorted { scores[$0] > scores[$1] }
      #expect(order != Array(scores.indices))
      for (position, width) in comparison.widths.enumerated() {
        let real = metrics(random, layer: 1, keeping: Set(order.prefix(width)), rows)
        #expect(found[position].accuracy == real.accuracy)
        #expect(abs(found[position].loss - real.loss) <= 1e-4 * max(1, real.loss))
      }
    }
    // The score needs training rows.
    let blind = random.network.orderComparison(
      of: curve, layer: 1, EvaluationRows(batches: [random.batch]), &workspace)
    #expect(blind.byTaylor.isEmpty && blind.byMagnitude == comparison.byMagnitude)
  }

  @Test func randomCutsAreABandThatClosesAtTheWholeLayer() throws {
    let random = RandomCase(.relu6, layers: 1, problem: .classification)
    let rows = EvaluationRows(batches: [random.batch])
    var workspace = Workspace()
    let curve = random.network.tradeoff(layer: 0, rows, step: 0, &workspace)
    let comparison = random.network.orderComparison(of: curve, layer: 0, rows, &workspace)
    #expect(comparison.draws == 10 && comparison.random.count == curve.points.count)
    for band in comparison.random {
      #expect(band.low.loss <= band.mean.loss && band.mean.loss <= band.high.loss)
      #expect(try #require(band.low.accuracy) <= #require(band.high.accuracy))
    }
    let (last, whole) = (try #require(comparison.random.last), try #require(curve.points.last).metrics)
    #expect(abs(last.high.loss - last.low.loss) < 1e-4 && abs(last.mean.loss - whole.loss) < 1e-4)
    // Ten draws of a middle width are not all the same.
    let middle = comparison.random[comparison.random.count / 2]
    #expect(middle.high.loss > middle.low.loss)
    let again = random.network.orderComparison(of: curve, layer: 0, rows, &workspace)
    #expect(again == comparison)
  }

  /// At the whole width nothing is cut, and so nothing refitted.
  @Test(arguments: [Problem.classification, .regression])
  func theBestOrderOfAllNeuronsIsTheUncutNetwork(_ problem: Problem) throws {
    let item = RepairCase.mlp(layers: 1, problem)
    var workspace = Workspace()
    let curve = item.network.tradeoff(layer: 0, item.rows, step: 0, &workspace)
    let comparison = item.network.orderComparison(of: curve, layer: 0, item.rows, &workspace)
    #expect(try #require(comparison.best.last) == #require(curve.points.last).metrics)
    #expect(comparison.best.count == curve.points.count)
  }

  /// Where a lower layer is wide, other orders are measured at some of the curve's widths.
  @Test func aLowerLayerIsComparedAtSomeWidths() {
    let random = RandomCase(.relu6, layers: 2, problem: .classification)
    let rows = EvaluationRows(batches: [random.batch])
    var workspace = Workspace()
    let curve = random.network.tradeoff(layer: 0, rows, step: 0, &workspace)
    let comparison = random.network.orderComparison(of: curve, layer: 0, rows, sampled: 4, &workspace)
    #expect(comparison.widths.count == 4)
    #expect(comparison.widths.first == 1 && comparison.widths.last == curve.points.count)
  }
}
