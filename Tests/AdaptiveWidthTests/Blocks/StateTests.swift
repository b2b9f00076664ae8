import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Recurrent states of learned width.
@Suite("States of learned width")
struct StateTests {
  private let item = StateCase.make(.all)
  private static let state = 1

  @Test func theStateIsALayerOfItsOwn() {
    let network = item.network
    #expect(network.widths == [8, 7, 8])
    #expect(network.layerNames == ["input, hidden", "state", "state, hidden"])
    #expect(network.adaptiveLayers.map(\.writers) == [[0], [1, 2], [2]])
    #expect(network.adaptiveLayers.map(\.readers) == [[1], [2, 3], [2]])
    #expect(network.adaptiveLayers.map(\.state) == [nil, 2, nil])
    #expect(StateCase.make(.stream).network.widths == [7])
    #expect(RecurrentCase(adapting: .hidden).network.layerNames == nil)
  }

  @Test func givenWidthsAreThoseOfAllLayers() {
    for (adapt, widths) in [(AdaptedLayers.all, [6, 4, 5]), (.stream, [4])] {
      let learned = RecurrentCase(adapting: adapt).network
      let fixed = RecurrentCase(
        options: NetworkOptions(fixedWidths: widths, initialRate: 0.3), adapting: adapt
      ).network
      #expect(fixed.widths.isEmpty && fixed.parameterCount() == learned.parameterCount(widths: widths))
      #expect(fixed.multiplyAdds() == learned.multiplyAdds(widths: widths))
    }
  }

  /// Every read of the state sees its importances once, however many steps lie before it.
  @Test(arguments: [AdaptedLayers.stream, .all]) func stepsAreThoseOfAPlainReference(_ adapt: AdaptedLayers)
    throws
  {
    let item = StateCase.make(adapt)
    let reference = try StateReference(item.network)
    for (index, sequence) in item.sequences.enumerated() {
      let expected = reference.outputs(sequence)
      let found = item.outputs[3 * index..<3 * index + 3]
      for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 1e-4) }
    }
  }

  /// f_n ∂NLL/∂f_n = ⟨U_n, ∂NLL/∂U_n⟩ over all readers, in every layer.
  @Test(arguments: [AdaptedLayers.stream, .all]) func importancesHaveTheGradientOfWhatReadsThem(
    _ adapt: AdaptedLayers
  ) {
    let item = StateCase.make(adapt)
    let (network, state) = (item.network, adapt == .all ? 1 : 0)
    var workspace = Workspace()
    _ = network.lossAndGradients(item.batch, &workspace)
    let importances = network.adaptation(state).importances
    // W₁ of the cell, and the weights of the outputs.
    let reads = [(block: 2, parameter: 0), (block: 3, parameter: 0)]
    for neuron in 0..<importances.columns {
      var product = 0.0
      for read in reads {
        var block = network.blocks[read.block]
        block.forEachParameter { parameter, number in
          guard number == read.parameter else { return }
          let gradient = workspace.buffers[read.block].gradients[number]
          for column in 0..<gradient.columns {
            product += Double(parameter.value[neuron, column]) * Double(gradient[neuron, column])
          }
        }
      }
      let gradient = workspace.buffers[2].stateImportanceGradient[0, neuron]
      let expected = Double(importances[0, neuron]) * Double(gradient)
      #expect(abs(product - expected) <= 1e-5 * max(0.01, abs(expected)), "neuron \(neuron)")
      #expect(abs(expected) > 1e-6)
    }
  }

  @Test func growthChangesNoOutput() {
    var (network, random) = (item.network, RandomStream(seed: 2, purpose: "growth"))
    network.grow(layer: Self.state, to: 10, random: &random)
    #expect(network.widths == [8, 10, 8])
    expectClose(network.outputs(of: item.batch), item.outputs, 1e-5)
    // The new neurons of the state move: they are there to be taken up.
    var workspace = Workspace()
    network.forward(item.batch, &workspace)
    #expect((7..<10).allSatisfy { neuron in abs(workspace.buffers[2].output[0, neuron]) > 1e-3 })
    _ = network.lossAndGradients(item.batch, &workspace)
    #expect(workspace.buffers[3].gradients[0].elements.suffix(9).contains { $0 != 0 })
  }

  /// By the paper's method the gradient moves the state's rate, and the width with it.
  @Test func theStateFollowsItsRate() {
    let paper = RecurrentCase(adapting: .all, state: 6)
    var (network, random) = (paper.network, RandomStream(seed: 4, purpose: "growth"))
    network.setRate(layer: Self.state, network.adaptation(Self.state).rate / 2)
    let adjustment = network.adjustWidths(random: &random)
    #expect(adjustment.grown == network.widths[1] - 6 && adjustment.grown > 0)
    #expect(network.blocks[1].outputs == network.widths[1] && network.blocks[3].inputs == network.widths[1])
    var (workspace, optimizer) = (Workspace(), Optimizer(kind: .adam, learningRate: 0.05))
    let before = network.adaptation(Self.state).rate
    for _ in 0..<3 {
      _ = network.lossAndGradients(paper.batch, &workspace)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: paper.objective)
      _ = network.adjustWidths(random: &random)
    }
    #expect(network.isFinite && network.adaptation(Self.state).rate != before)
  }

  @Test func aSummandIsReadByAStateAlone() {
    let nodes = zip(item.network.blocks, item.network.sources).map { LayerNode($0, $1) }
    #expect(Network.validationError(in: nodes) == nil)
    var last = nodes
    last.removeLast()
    #expect(Network.validationError(in: last)?.contains("width is learned") == true)
    var random = RandomStream(seed: 1, purpose: "reader")
    let reader = Dense(inputs: 7, outputs: 3, function: .identity, variance: 1, random: &random)
    let without = Array(nodes.prefix(2)) + [LayerNode(reader, [1])]
    #expect(Network.validationError(in: without)?.contains("summand") == true)
  }
}
