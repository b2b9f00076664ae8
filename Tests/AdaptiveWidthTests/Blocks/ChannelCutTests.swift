import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Learned channels inside residual blocks: cuts, orders, repairs and budgets.
@Suite("Cuts of channels")
struct ChannelCutTests {
  private let item = ChannelCase(trained: 40)

  @Test(arguments: WidthPolicy.allCases)
  func aPlainCutIsTheOldFunctionMinusTheTail(_ policy: WidthPolicy) throws {
    for (layer, reader) in [(0, 2), (1, 4)] {
      for kept in [1, 3, item.network.widths[layer] - 1] {
        var cut = item.network
        cut.truncate(layer: layer, to: kept, policy: policy)
        let silenced = item.network.silencing(readsOf: reader) { $0 < kept }
        expectClose(cut.outputs(of: item.batch), silenced.outputs(of: item.batch), 1e-4)
        #expect(cut.parameterCount() == item.network.parameterCount(widths: cut.widths))
        #expect(cut.multiplyAdds() == item.network.multiplyAdds(widths: cut.widths))
        #expect(cut.multiplyAdds() < item.network.multiplyAdds())
        let (old, new) = (item.convolution(reader - 1), item.convolution(reader - 1, of: cut))
        #expect(new.scale.value.elements == Array(old.scale.value.elements.prefix(kept)))
        #expect(new.scale.first.columns == kept && new.weights.second.columns == kept)
        for (statistic, before) in zip(new.runningStatistics, old.runningStatistics) {
          #expect(statistic.elements == Array(before.elements.prefix(kept)))
        }
      }
    }
  }

  @Test func momentsGoWithTheirChannels() {
    var (network, workspace) = (item.network, Workspace())
    var optimizer = Optimizer(kind: .adam, learningRate: 0.01)
    _ = network.lossAndGradients(item.batch, &workspace)
    optimizer.begin()
    network.update(by: optimizer, workspace, objective: Objective(weightScale: 1, observations: 100))
    var cut = network
    cut.truncate(layer: 0, to: 4, policy: .hold)
    let (before, after) = (item.convolution(2, of: network), item.convolution(2, of: cut))
    for tap in 0..<9 {
      for channel in 0..<4 {
        #expect(after.weights.first[tap * 4 + channel, 1] == before.weights.first[tap * 6 + channel, 1])
        #expect(after.weights.value[tap * 4 + channel, 1] == before.weights.value[tap * 6 + channel, 1])
      }
    }
  }

  @Test func ordersOfChannelsChangeNoOutput() {
    let permuted = item.network.permuted(layer: 1, by: [3, 0, 7, 1, 2, 6, 5, 4])
    expectClose(permuted.outputs(of: item.batch), item.network.outputs(of: item.batch))
    #expect(
      permuted.blocks[3].runningStatistics[0][0, 0] == item.network.blocks[3].runningStatistics[0][0, 3])
  }

  // MARK: Repairs

  private var rows: EvaluationRows {
    EvaluationRows(
      batches: [item.batch], calibration: [ChannelCase.images(40, seed: 8)],
      fitting: [ChannelCase.images(40, seed: 9), ChannelCase.images(24, seed: 10)])
  }

  /// What the block puts out, as far as it is fitted.
  @Test(arguments: [CutMethod.repaired, .best])
  func aRepairedBlockIsCloserToTheUncutOne(_ method: CutMethod) {
    for (layer, reader) in [(0, 2), (1, 4)] {
      for kept in [2, 4] {
        var widths = item.network.widths
        widths[layer] = kept
        func distance(_ method: CutMethod) -> Double {
          var cutter = Cutter(item.network, method, rows)
          let (a, b) = (item.network, cutter.network(keeping: widths))
          return rows.fitting.reduce(0) { sum, batch in
            zip(a.values(of: reader, batch), b.values(of: reader, batch)).reduce(sum) {
              $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
            }
          }
        }
        #expect(distance(method) < distance(.plain), "layer \(layer), \(kept)")
      }
    }
  }

  /// A channel that repeats another one is not needed.
  @Test func aCopyCostsNothingInBestOrder() {
    var nodes = zip(item.network.blocks, item.network.sources).map { LayerNode($0, $1) }
    nodes[1].block.forEachParameter { parameter, _ in
      for row in 0..<parameter.value.rows { parameter.value[row, 5] = parameter.value[row, 1] }
    }
    guard var block = nodes[1].block as? ConvolutionBlock else { return }
    var statistics = block.runningStatistics
    for number in 0..<2 { statistics[number][0, 5] = statistics[number][0, 1] }
    block.runningStatistics = statistics
    nodes[1].block = block
    let network = Network(nodes: nodes, problem: .classification)
    var cutter = Cutter(network, .best, rows)
    let cut = cutter.network(keeping: [5, 8, 9])
    let scale = network.outputs(of: item.batch).reduce(0) { $0 + Double($1 * $1) }
    #expect(cut.squaredDistance(to: network, on: [item.batch]) < 1e-4 * scale)
  }

  /// The statistics that follow from the fit are those of the pre-activations: training goes on with the same function.
  @Test func trainingGoesOnFromTheFunctionOfTheCut() {
    let item = ChannelCase(images: 200, trained: 60)
    let rows = EvaluationRows(batches: [item.batch], fitting: [item.batch])
    var cutter = Cutter(item.network, .repaired, rows)
    let cut = cutter.network(keeping: [4, 8, 9])
    var (trained, used) = (Workspace(), Workspace())
    _ = cut.lossAndGradients(item.batch, &trained)
    cut.forward(item.batch, &used)
    let (a, b) = (trained.buffers[2].output.elements, used.buffers[2].output.elements)
    let scale = b.reduce(0) { $0 + Double($1 * $1) }
    // Of some pixels, and of all: not the same sample.
    #expect(zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } < 4e-3 * scale)
  }

  @Test func gainsAndContributionsAreOneAChannel() {
    var (cutter, workspace) = (Cutter(item.network, .repaired, rows), Workspace())
    let contributions = item.network.contributions(rows, &workspace)
    #expect(contributions.map(\.count) == item.network.widths)
    #expect(contributions.allSatisfy { $0.allSatisfy { $0.isFinite && $0 >= 0 } })
    for layer in 0..<2 {
      let fractions = cutter.explainedFractions(layer: layer)
      #expect(fractions.count == item.network.widths[layer] && abs(fractions.reduce(0, +) - 1) < 1e-9)
    }
  }

  @Test func jointCutsBudgetsAndPriceLists() throws {
    var workspace = Workspace()
    let frontier = item.network.frontier(rows, step: 0, &workspace)
    #expect(!frontier.cuts.isEmpty)
    let most = item.network.parameterCount() * 7 / 10
    let cut = try item.network.cut(to: .parameters(atMost: most), rows, &workspace)
    #expect(cut.parameters <= most)
    var cutter = Cutter(item.network, .repaired, rows)
    #expect(cutter.network(keeping: cut.widths).parameterCount() == cut.parameters)
  }
}

extension Network {
  /// The output of one of the blocks.
  fileprivate func values(of block: Int, _ batch: Batch) -> [Float] {
    var workspace = Workspace()
    forward(batch, &workspace)
    return workspace.buffers[block].output.elements
  }
}
