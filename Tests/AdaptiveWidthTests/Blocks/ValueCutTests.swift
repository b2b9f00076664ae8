import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Values of attention whose width is learned: cuts, orders, repairs and budgets.
@Suite("Cuts of values")
struct ValueCutTests {
  private let text = ValueCase(isTranslation: false)
  private let translation = ValueCase(isTranslation: true)
  private var all: [ValueCase] { [text, translation] }

  @Test(arguments: WidthPolicy.allCases)
  func aPlainCutIsTheOldFunctionMinusTheTail(_ policy: WidthPolicy) {
    for item in all {
      for layer in item.network.attentionLayers {
        for kept in 1...3 {
          var cut = item.network
          cut.truncate(layer: layer, to: kept, policy: policy)
          let reader = item.network.adaptiveLayers[layer].readers[0]
          let silenced = item.network.silencing(readsOf: reader) { $0 % 4 < kept }
          expectClose(cut.outputs(of: item.batch), silenced.outputs(of: item.batch), 1e-4)
          #expect(cut.parameterCount() == item.network.parameterCount(widths: cut.widths))
          #expect(cut.multiplyAdds() == item.network.multiplyAdds(widths: cut.widths))
          #expect(cut.multiplyAdds() < item.network.multiplyAdds())
        }
      }
    }
  }

  @Test func ordersOfValuesChangeNoOutput() {
    for item in all {
      for layer in item.network.attentionLayers {
        let permuted = item.network.permuted(layer: layer, by: [3, 0, 2, 1])
        expectClose(permuted.outputs(of: item.batch), item.network.outputs(of: item.batch))
        var cutter = Cutter(item.network, .best, item.rows)
        expectClose(
          cutter.reordered(layer: layer).outputs(of: item.batch), item.network.outputs(of: item.batch))
      }
    }
  }

  /// Values that repeat others in every head are not needed.
  @Test func aCopyCostsNothing() {
    for item in all {
      for layer in item.network.attentionLayers {
        let writer = item.network.adaptiveBlocks[layer]
        var block = item.network.blocks[writer]
        block.forEachParameter { parameter, _ in
          for head in 0..<2 {
            for row in 0..<parameter.value.rows {
              parameter.value[row, head * 4 + 3] = parameter.value[row, head * 4 + 1]
            }
          }
        }
        let network = item.network.replacing(writer, block)
        var widths = network.widths
        widths[layer] = 3
        let scale = network.outputs(of: item.batch).reduce(0) { $0 + Double($1 * $1) }
        for method in [CutMethod.best, .repaired] {
          var cutter = Cutter(network, method, item.rows)
          let cut = cutter.network(keeping: widths)
          #expect(cut.squaredDistance(to: network, on: [item.batch]) < 1e-4 * scale, "\(method), \(layer)")
        }
      }
    }
  }

  @Test(arguments: [CutMethod.repaired, .best])
  func aRepairedNetworkIsCloserToTheUncutOne(_ method: CutMethod) {
    for item in all {
      for layer in item.network.attentionLayers {
        var widths = item.network.widths
        widths[layer] = 2
        func distance(_ method: CutMethod) -> Double {
          var cutter = Cutter(item.network, method, item.rows)
          return cutter.network(keeping: widths).squaredDistance(to: item.network, on: item.rows.fitting)
        }
        #expect(distance(method) < distance(.plain), "layer \(layer)")
      }
    }
  }

  @Test func scoresGainsAndContributionsAreOneANeuron() {
    var (cutter, workspace) = (Cutter(translation.network, .repaired, translation.rows), Workspace())
    let network = translation.network
    #expect(network.contributions(translation.rows, &workspace).map(\.count) == network.widths)
    for score in [Network.NeuronScore.magnitude, .taylor] {
      let scores = network.scores(score, on: translation.rows.fitting, &workspace)
      #expect(scores.map(\.count) == network.widths)
      #expect(network.attentionLayers.allSatisfy { scores[$0].allSatisfy { $0 > 0 } })
    }
    for layer in network.widths.indices {
      let gains = cutter.explainedFractions(layer: layer)
      #expect(gains.count == network.widths[layer] && abs(gains.reduce(0, +) - 1) < 1e-9)
    }
  }

  @Test func jointCutsAndBudgets() throws {
    var workspace = Workspace()
    let item = translation
    for budget in [
      CutBudget.parameters(atMost: item.network.parameterCount() * 8 / 10),
      .multiplyAdds(atMost: item.network.multiplyAdds() * 8 / 10),
    ] {
      let cut = try item.network.cut(to: budget, item.rows, &workspace)
      #expect(budget.admits(cut))
      var cutter = Cutter(item.network, .repaired, item.rows)
      let real = cutter.network(keeping: cut.widths)
      #expect(real.parameterCount() == cut.parameters && real.multiplyAdds() == cut.multiplyAdds)
      let loss = real.evaluate(item.rows, &workspace).loss
      #expect(abs(loss - cut.metrics.loss) <= 2e-3 * max(1, loss))
    }
  }
}
