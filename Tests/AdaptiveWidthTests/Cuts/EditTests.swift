import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Width edits")
struct EditTests {
  private func outputs(_ network: Network, _ batch: Batch) -> [Float] {
    var workspace = Workspace()
    network.forward(batch.inputs, &workspace)
    return workspace.output.elements
  }

  /// The network with the tail's outgoing weights set to zero: the old function minus the tail.
  private func withoutTail(_ network: Network, layer: Int, from width: Int) -> Network {
    var blocks = network.blocks
    blocks[network.adaptiveBlocks[layer] + 1].forEachParameter { parameter, number in
      guard number == 0 else { return }
      for row in width..<parameter.value.rows {
        for column in 0..<parameter.value.columns { parameter.value[row, column] = 0 }
      }
    }
    return Network(blocks: blocks, problem: network.problem)
  }

  @Test(arguments: WidthPolicy.allCases, ImportanceFamily.allCases)
  func aTruncationLeavesTheOldFunctionMinusTheTail(_ policy: WidthPolicy, _ family: ImportanceFamily) {
    for layers in 1...3 {
      let random = RandomCase(.relu6, layers: layers, problem: .classification, family: family)
      for layer in 0..<layers {
        let width = random.network.widths[layer]
        for kept in Set([1, width / 2, width - 1, width]) where kept >= 1 {
          var cut = random.network
          cut.truncate(layer: layer, to: kept, policy: policy)
          #expect(cut.widths[layer] == kept)
          #expect(cut.adaptation(layer).policy == policy)
          expectClose(
            outputs(cut, random.batch),
            outputs(withoutTail(random.network, layer: layer, from: kept), random.batch), 2e-4)
        }
      }
    }
  }

  @Test func afterACutWithCapTheWidthStaysAtOrBelow() {
    let random = RandomCase(.relu6, layers: 2, problem: .classification, prior: nil)
    var network = random.network
    network.truncate(layer: 0, to: 4)
    var training = Training(random, network, learningRate: 0.05)
    for _ in 0..<200 {
      training.step()
      #expect(training.network.widths[0] <= 4)
    }
  }

  @Test func holdFreezesWidthAndImportancesButNotWeights() {
    let random = RandomCase(.relu6, layers: 1, problem: .classification, prior: nil)
    var network = random.network
    network.truncate(layer: 0, to: 5, policy: .hold)
    let frozen = network.adaptation(0).importances
    let before = outputs(network, random.batch)
    var training = Training(random, network, learningRate: 0.05)
    training.steps(20)
    #expect(training.network.adaptation(0).importances == frozen)
    #expect(outputs(training.network, random.batch) != before)
  }

  @Test func everyChangeOfPolicyKeepsTheFunction() {
    let random = RandomCase(.tanh, layers: 2, problem: .regression)
    var network = random.network
    network.truncate(layer: 1, to: 5, policy: .hold)
    var stream = RandomStream(seed: 9, purpose: "growth")
    for policy in [WidthPolicy.adapt, .cap, .hold, .cap, .adapt] {
      let before = outputs(network, random.batch)
      network.setPolicy(layer: 1, policy)
      _ = network.adjustWidths(random: &stream)
      #expect(network.widths[1] == 5)
      expectClose(outputs(network, random.batch), before, 2e-4)
    }
  }

  @Test func momentsFollowAnEditAndANewNeuronStartsWithNone() {
    let random = RandomCase(.relu6, layers: 2, problem: .classification, prior: nil)
    var training = Training(random, learningRate: 0.01)
    training.step()
    let network = training.network
    let before = network.parameters
    let old = network.widths[0]

    var grown = network
    grown.setRate(layer: 0, network.adaptation(0).rate / 2)
    var stream = RandomStream(seed: 5, purpose: "growth")
    let adjustment = grown.adjustWidths(random: &stream)
    #expect(adjustment.grown == grown.widths[0] - old && adjustment.grown > 0)
    // The layer's own columns, and the rows of what consumes it.
    expectKept(grown.parameters[0], before[0], newColumnsFrom: old)
    expectKept(grown.parameters[1], before[1], newColumnsFrom: old)
    expectKept(grown.parameters[2], before[2], newRowsFrom: old)

    grown.truncate(layer: 0, to: 3, policy: .hold)
    for (after, original) in zip(grown.parameters, before).prefix(2) {
      #expect(after.value.columns == 3 && after.first.columns == 3 && after.second.columns == 3)
      for column in 0..<3 { #expect(after.first[0, column] == original.first[0, column]) }
    }
    #expect(grown.parameters[2].first.rows == 3)
  }

  private func expectKept(
    _ after: Parameter, _ before: Parameter, newColumnsFrom: Int? = nil, newRowsFrom: Int? = nil
  ) {
    for row in 0..<after.value.rows {
      for column in 0..<after.value.columns {
        if column >= newColumnsFrom ?? .max || row >= newRowsFrom ?? .max {
          #expect(after.value[row, column] != 0)
          #expect(after.first[row, column] == 0 && after.second[row, column] == 0)
        } else {
          #expect(after.value[row, column] == before.value[row, column])
          #expect(after.first[row, column] == before.first[row, column])
          #expect(after.second[row, column] == before.second[row, column])
        }
      }
    }
  }

  @Test func aRefitCarriesMomentsIntoTheNewCoordinates() {
    let random = RandomCase(.relu6, layers: 1, problem: .classification, prior: nil)
    var training = Training(random, learningRate: 0.01)
    training.step()
    var network = training.network
    let before = network.parameters[2]
    let old = network.adaptation(0).importances
    network.truncate(layer: 0, to: 4, policy: .adapt)
    let after = network.parameters[2]
    for row in 0..<4 {
      let factor = old[0, row] / network.adaptation(0).importances[0, row]
      #expect(abs(after.value[row, 0] - before.value[row, 0] * factor) < 1e-5)
      #expect(abs(after.first[row, 0] - before.first[row, 0] / factor) < 1e-5)
    }
  }

  @Test func aNewNeuronHardlyMovesTheOutput() {
    // The newest neuron has the smallest importance: with a slow decay its share is small.
    let options = NetworkOptions(initialRate: 0.01)
    let network = Network(
      options: options, ratePrior: nil, inputs: 2, outputs: 2, problem: .classification, seed: 4)
    let batch = RandomCase(.relu6, layers: 1, problem: .classification).batch
    let inputs = Matrix(rows: 6, columns: 2, Array(batch.inputs.elements.prefix(12)))
    var grown = network
    grown.setRate(layer: 0, 0.00994)
    var stream = RandomStream(seed: 5, purpose: "growth")
    #expect(grown.adjustWidths(random: &stream).grown == 1)
    let probe = Batch(inputs: inputs, labels: Array(batch.labels.prefix(6)))
    for (x, y) in zip(outputs(grown, probe), outputs(network, probe)) { #expect(abs(x - y) < 0.05) }
  }
}
