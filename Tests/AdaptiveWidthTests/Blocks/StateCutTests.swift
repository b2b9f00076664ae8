import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Recurrent states of learned width: cuts, orders and repairs.
@Suite("Cuts of states")
struct StateCutTests {
  private let item = StateCase.make(.all)
  private static let state = 1

  @Test(arguments: WidthPolicy.allCases, [1, 3, 6, 7])
  func aPlainCutIsTheOldFunctionMinusTheTail(_ policy: WidthPolicy, _ kept: Int) throws {
    var cut = item.network
    cut.truncate(layer: Self.state, to: kept, policy: policy)
    #expect(cut.widths == [8, kept, 8] && cut.adaptation(Self.state).policy == policy)
    expectClose(
      cut.outputs(of: item.batch), try silenced(item.network, from: kept).outputs(of: item.batch), 1e-4)
    #expect(cut.parameterCount() == cut.parameters.reduce(0) { $0 + $1.value.rows * $1.value.columns })
    #expect(cut.parameterCount() == item.network.parameterCount(widths: cut.widths))
    #expect(cut.multiplyAdds() == item.network.multiplyAdds(widths: cut.widths))
    for parameter in cut.parameters { #expect(parameter.first.columns == parameter.value.columns) }
  }

  /// The network in which nothing reads the state's tail.
  private func silenced(_ network: Network, from kept: Int) throws -> Network {
    var cell = try #require(network.blocks[2] as? Recurrence)
    cell.scaleStateReads(by: (0..<cell.inputs).map { $0 < kept ? 1 : 0 })
    return network.replacing(2, cell).silencing(readsOf: 3) { $0 < kept }
  }

  /// A cut network is one that is built of the small matrices.
  @Test func aCutNetworkIsASmallOne() throws {
    var cut = item.network
    cut.truncate(layer: Self.state, to: 4, policy: .hold)
    let cell = try #require(cut.blocks[2] as? Recurrence)
    let small = Network(
      blocks: [
        cut.blocks[0], cut.blocks[1],
        Recurrence(hidden: cell.hidden, output: cell.output, stateAdaptation: cell.stateAdaptation),
        cut.blocks[3],
      ], problem: .classification)
    #expect(small.outputs(of: item.batch) == cut.outputs(of: item.batch))
    #expect(cell.hidden.inputs == 4 && cell.output.outputs == 4 && cut.blocks[1].outputs == 4)
  }

  @Test func anOrderChangesNoOutput() {
    let order = [4, 2, 0, 6, 3, 1, 5]
    let permuted = item.network.permuted(layer: Self.state, by: order)
    expectClose(permuted.outputs(of: item.batch), item.outputs, 1e-5)
    #expect(permuted.adaptation(Self.state).importances != item.network.adaptation(Self.state).importances)
  }

  @Test func everyChangeOfPolicyKeepsTheFunction() {
    var network = item.network
    network.truncate(layer: Self.state, to: 5, policy: .hold)
    for policy in [WidthPolicy.adapt, .cap, .hold, .cap, .adapt] {
      let before = network.outputs(of: item.batch)
      network.setPolicy(layer: Self.state, policy)
      expectClose(network.outputs(of: item.batch), before, 1e-4)
    }
  }

  /// On the rows it was fitted on, alone and with the layers on both sides.
  @Test(arguments: [[8, 4, 8], [8, 3, 5], [5, 4, 5]])
  func aRepairIsCloserToTheUncutNetwork(_ widths: [Int]) {
    let rows = EvaluationRows(batches: [item.batch], fitting: [item.batch])
    func distance(_ method: CutMethod) -> Double {
      var cutter = Cutter(item.network, method, rows)
      return cutter.network(keeping: widths, policy: .hold)
        .squaredDistance(to: item.network, on: [item.batch])
    }
    #expect(distance(.repaired) < 0.8 * distance(.plain))
    #expect(distance(.best) < 0.8 * distance(.plain))
  }

  /// What reads the last state is fitted by the states that the cut cell goes through, and not by those of the whole one:
  /// no other outputs of the cut cell are closer to what the uncut network answers.
  @Test(arguments: [[8, 4, 8], [8, 7, 5], [8, 4, 5]])
  func whatReadsTheLastStateIsFittedToTheCutCell(_ widths: [Int]) throws {
    let rows = EvaluationRows(batches: [item.batch], fitting: [item.batch])
    var cutter = Cutter(item.network, .repaired, rows)
    let cut = cutter.network(keeping: widths, policy: .hold)
    let distance = cut.squaredDistance(to: item.network, on: [item.batch])
    for by in [Float(-0.02), 0.02] {
      for row in 0..<widths[1] {
        var block = cut.blocks[3]
        block.forEachParameter { parameter, number in
          guard number == 0 else { return }
          for column in 0..<parameter.value.columns { parameter.value[row, column] += by }
        }
        let moved = cut.replacing(3, block).squaredDistance(to: item.network, on: [item.batch])
        #expect(moved > distance, "\(widths), row \(row)")
      }
    }
  }

  /// A neuron of the state that repeats another one is not needed.
  @Test func aCopyCostsNothing() throws {
    var cell = try #require(item.network.blocks[2] as? Recurrence)
    var summand = item.network.blocks[1]
    summand.forEachParameter { parameter, _ in
      for row in 0..<parameter.value.rows { parameter.value[row, 6] = parameter.value[row, 2] }
    }
    cell.forEachParameter { parameter, number in
      guard number >= 2 else { return }
      for row in 0..<parameter.value.rows { parameter.value[row, 6] = parameter.value[row, 2] }
    }
    let network = item.network.replacing(1, summand).replacing(2, cell)
    let rows = EvaluationRows(batches: [item.batch], fitting: [item.batch])
    let scale = network.outputs(of: item.batch).reduce(0) { $0 + Double($1 * $1) }
    for method in [CutMethod.best, .repaired] {
      var cutter = Cutter(network, method, rows)
      let cut = cutter.network(keeping: [8, 6, 8])
      #expect(cut.squaredDistance(to: network, on: [item.batch]) < 1e-4 * scale, "\(method)")
    }
  }

  @Test func scoresAndContributionsAreOneANeuron() {
    var workspace = Workspace()
    let rows = EvaluationRows(batches: [item.batch], fitting: [item.batch])
    let network = item.network
    let contributions = network.contributions(rows, &workspace)
    #expect(contributions.map(\.count) == network.widths && contributions[1].allSatisfy { $0 > 0 })
    for score in [Network.NeuronScore.magnitude, .taylor] {
      let scores = network.scores(score, on: rows.fitting, &workspace)
      #expect(scores.map(\.count) == network.widths && scores[1].allSatisfy { $0 > 0 })
    }
    var cutter = Cutter(network, .repaired, rows)
    let gains = cutter.explainedFractions(layer: Self.state)
    #expect(gains.count == 7 && abs(gains.reduce(0, +) - 1) < 1e-9)
  }
}
