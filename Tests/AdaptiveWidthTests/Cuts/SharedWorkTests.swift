import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// What cuts of one network have in common is computed once, by one thread or several: no result shows it.
@Suite struct SharedWorkTests {
  /// A fit by the neurons that stay is the one by all of them, and makes room for a wider one.
  @Test(arguments: RepairCase.all) func aFitForOneWidthIsThatForAll(_ item: RepairCase) {
    for layer in item.network.widths.indices where item.network.widths[layer] > 2 {
      let width = item.network.widths[layer]
      func widths(_ count: Int) -> [Int] {
        var widths = item.network.widths
        widths[layer] = count
        return widths
      }
      var whole = Cutter(item.network, .repaired, item.rows)
      // Of every neuron: all are fitted.
      #expect(whole.explainedFractions(layer: layer).count == width)
      var narrow = Cutter(item.network, .repaired, item.rows)
      for count in [1, width - 1, width / 2] {
        let (a, b) = (narrow.network(keeping: widths(count)), whole.network(keeping: widths(count)))
        Self.expectAlike(a, b, item, "layer \(layer), \(count)")
      }
    }
  }

  /// One after the other, as a search asks for them.
  @Test(arguments: RepairCase.all.filter { $0.network.widths.count > 1 })
  func aSearchFindsWhatEveryCutIsWorthAlone(_ item: RepairCase) {
    var workspace = Workspace()
    let frontier = item.network.frontier(item.rows, step: 0, &workspace)
    for cut in frontier.cuts {
      let alone = item.network.measure(widths: cut.widths, item.rows, &workspace)
      #expect(
        abs(alone.metrics.loss - cut.metrics.loss) <= 1e-5 * max(1, alone.metrics.loss), "\(cut.widths)")
      #expect(alone.parameters == cut.parameters)
    }
  }

  /// After another cut of the layers near the output, and of those near the input.
  @Test(arguments: RepairCase.all.filter { $0.network.widths.count > 1 })
  func aCutDoesNotDependOnThoseBefore(_ item: RepairCase) {
    let most = item.network.widths
    var cutter = Cutter(item.network, .repaired, item.rows)
    for fractions in [[0.5, 0.5], [0.5, 0.25], [0.25, 0.5], [1, 0.5], [0.5, 0.75]] {
      let widths = most.indices.map { max(1, Int(fractions[$0 == 0 ? 0 : 1] * Double(most[$0]))) }
      var fresh = Cutter(item.network, .repaired, item.rows)
      Self.expectAlike(
        cutter.network(keeping: widths), fresh.network(keeping: widths), item, "\(widths)")
    }
  }

  @Test(arguments: RepairCase.all, [CutMethod.plain, .repaired, .best])
  func noResultDependsOnTheNumberOfThreads(_ item: RepairCase, _ method: CutMethod) throws {
    var (workspace, rows) = (Workspace(), item.rows)
    // Several batches to be divided.
    rows.batches += rows.fitting
    for layer in item.network.widths.indices {
      let curves = [1, 3].map {
        item.network.tradeoff(layer: layer, by: method, rows, step: 0, threads: $0, &workspace)
      }
      #expect(curves[0] == curves[1])
      let orders = [1, 3].map {
        item.network.orderComparison(of: curves[0], layer: layer, rows, draws: 2, threads: $0, &workspace)
      }
      #expect(orders[0] == orders[1])
    }
    let lists = [1, 3].map { item.network.frontier(by: method, rows, step: 0, threads: $0, &workspace) }
    #expect(lists[0] == lists[1])
  }

  private static func expectAlike(_ a: Network, _ b: Network, _ item: RepairCase, _ comment: String) {
    let (mine, theirs) = (a.outputs(of: item.rows.batches[0]), b.outputs(of: item.rows.batches[0]))
    let scale = max(1, theirs.map(abs).max() ?? 1)
    let distance = zip(mine, theirs).map { abs($0 - $1) }.max() ?? 0
    #expect(a.widths == b.widths && distance <= 1e-5 * scale, "\(comment): \(distance)")
  }
}
