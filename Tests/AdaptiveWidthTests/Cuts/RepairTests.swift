import AdaptiveWidth
import Experiment
import Glibc
import LinearAlgebra
import Testing

/// Cuts after which what leaves the neurons that stay is refitted.
@Suite struct RepairTests {
  /// The promise of the curve is the result of the cut.
  @Test(arguments: RepairCase.all, [CutMethod.repaired, .best])
  func everyPointIsWhatTheCutNetworkScores(_ item: RepairCase, _ method: CutMethod) throws {
    var workspace = Workspace()
    for layer in item.network.widths.indices {
      let curve = item.network.tradeoff(layer: layer, by: method, item.rows, step: 0, &workspace)
      #expect(curve.method == method)
      for point in curve.points {
        var cutter = Cutter(item.network, method, item.rows)
        let cut = cutter.network(keeping: point.widths)
        #expect(cut.widths == point.widths)
        let real = cut.evaluate(item.rows, &workspace)
        #expect(
          abs(point.metrics.loss - real.loss) <= 2e-3 * max(1, real.loss),
          "layer \(layer), \(point.width): \(point.metrics.loss), \(real.loss)")
        let plain = item.network.measure(widths: point.widths, by: .plain, item.rows, &workspace).metrics
        let promised = try #require(point.plain).loss
        #expect(abs(promised - plain.loss) <= 2e-3 * max(1, plain.loss))
      }
      let whole = try #require(curve.points.last).metrics
      #expect(abs(whole.loss - item.network.evaluate(item.rows, &workspace).loss) <= 1e-4 * whole.loss)
    }
  }

  @Test(arguments: RepairCase.all.filter { $0.network.widths.count > 1 })
  func everyJointPointIsWhatTheCutNetworkScores(_ item: RepairCase) throws {
    var workspace = Workspace()
    let curve = item.network.jointTradeoff(item.rows, step: 0, sampled: 8, &workspace)
    #expect(curve.method == .repaired)
    for point in curve.points {
      var cutter = Cutter(item.network, .repaired, item.rows)
      let real = cutter.network(keeping: point.widths).evaluate(item.rows, &workspace)
      #expect(abs(point.metrics.loss - real.loss) <= 2e-3 * max(1, real.loss))
    }
  }

  /// On the rows it was fitted on, at every width of a last layer.
  @Test(arguments: [Problem.classification, .regression], 1...2)
  func aRepairIsNeverFartherFromTheUncutNetwork(_ problem: Problem, _ layers: Int) {
    let item = RepairCase.mlp(layers: layers, problem)
    let network = item.network
    for kept in 1..<network.widths[layers - 1] {
      var widths = network.widths
      widths[layers - 1] = kept
      func distance(_ method: CutMethod) -> Double {
        var cutter = Cutter(network, method, item.rows, aim: .logits)
        return cutter.network(keeping: widths).squaredDistance(to: network, on: item.rows.fitting)
      }
      #expect(distance(.repaired) <= distance(.plain) * (1 + 1e-4) + 1e-6)
      // The first neuron of the best order is the best one.
      if kept == 1 { #expect(distance(.best) <= distance(.repaired) * (1 + 1e-4) + 1e-6) }
    }
  }

  /// By what the repair is fitted to: centered logits, rows by their curvature.
  @Test(arguments: 1...2) func noRepairKeepsTheProbabilitiesBetter(_ layers: Int) {
    let item = RepairCase.mlp(layers: layers)
    let network = item.network
    for kept in 1..<network.widths[layers - 1] {
      var widths = network.widths
      widths[layers - 1] = kept
      func distance(_ method: CutMethod, _ aim: RepairAim) -> Double {
        var cutter = Cutter(network, method, item.rows, aim: aim)
        let cut = cutter.network(keeping: widths)
        return item.rows.fitting.reduce(0) {
          $0 + Self.distance(cut.outputs(of: $1), network.outputs(of: $1))
        }
      }
      let best = distance(.repaired, .probabilities)
      #expect(best <= distance(.repaired, .logits) * (1 + 1e-4))
      #expect(best <= distance(.plain, .logits) * (1 + 1e-4))
      // The rest after the least of all neurons is taken out is the best rest.
      if kept == network.widths[layers - 1] - 1 {
        #expect(distance(.best, .probabilities) <= best * (1 + 1e-4))
      }
    }
  }

  /// Σ over rows of (curvature + 0.01) ‖z − z̄ − (y − ȳ)‖² of the logits z and those of the uncut network, y.
  private static func distance(_ logits: [Float], _ uncut: [Float]) -> Double {
    var sum = 0.0
    for row in stride(from: 0, to: logits.count, by: 3) {
      let (z, y) = (logits[row..<row + 3].map(Double.init), uncut[row..<row + 3].map(Double.init))
      let powers = y.map(Glibc.exp)
      let curvature = powers.reduce(0) { sum, power in
        let p = power / powers.reduce(0, +)
        return sum + p * (1 - p)
      }
      let error = zip(z, y).map(-)
      let mean = error.reduce(0, +) / 3
      sum += (curvature + 0.01) * error.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    return sum
  }

  /// The second layer is fitted to what the uncut network gave, by the neurons of the network cut below it.
  @Test func severalLayersAreRepairedFromTheInputsSideOn() {
    let item = RepairCase.mlp(layers: 2, .regression)
    let (network, widths) = (item.network, item.network.widths.map { max(1, $0 / 2) })
    var together = Cutter(network, .repaired, item.rows)
    var lower = Cutter(network, .repaired, item.rows)
    var upper = Cutter(
      lower.network(keeping: [widths[0], network.widths[1]]), .repaired, item.rows)
    let inTurn = upper.network(keeping: widths)
    let distance = { (cut: Network) in cut.squaredDistance(to: network, on: item.rows.fitting) }
    #expect(distance(together.network(keeping: widths)) < distance(inTurn))
  }

  @Test func withoutRowsToFitOnCutsArePlain() throws {
    let item = RepairCase.mlp(layers: 2)
    var rows = item.rows
    rows.fitting = []
    var cutter = Cutter(item.network, .repaired, rows)
    #expect(cutter.method == .plain)
    let cut = cutter.network(keeping: [3, 2])
    let plain = item.network.truncated(to: [3, 2])
    #expect(cut.outputs(of: rows.batches[0]) == plain.outputs(of: rows.batches[0]))
    var workspace = Workspace()
    let curve = item.network.tradeoff(layer: 0, rows, step: 0, &workspace)
    #expect(curve.method == .plain && curve.points.allSatisfy { $0.plain == nil })
    #expect(cutter.explainedFractions(layer: 0).isEmpty)
  }

  @Test(arguments: WidthPolicy.allCases) func aLayerThatIsHeldStaysHeld(_ policy: WidthPolicy) {
    let item = RepairCase.mlp(layers: 1)
    var network = item.network
    network.setPolicy(layer: 0, policy)
    var cutter = Cutter(network, .repaired, item.rows)
    let cut = cutter.network(keeping: [2])
    #expect(cut.adaptation(0).policy == (policy == .hold ? .hold : .cap))
    // The refit of the rate changes no output.
    let held = cutter.network(keeping: [2], policy: .hold)
    #expect(cut.squaredDistance(to: held, on: item.rows.batches) < 1e-4)
  }

  // MARK: The order

  @Test(arguments: RepairCase.all, WidthPolicy.allCases)
  func bestOrderChangesNoOutput(_ item: RepairCase, _ policy: WidthPolicy) {
    for layer in item.network.widths.indices {
      var network = item.network
      network.setPolicy(layer: layer, policy)
      var cutter = Cutter(network, .best, item.rows)
      let ordered = cutter.reordered(layer: layer)
      #expect(ordered.adaptation(layer).policy == policy && ordered.widths == network.widths)
      let outputs = network.outputs(of: item.rows.batches[0])
      let scale = outputs.map(abs).max() ?? 1
      for (after, before) in zip(ordered.outputs(of: item.rows.batches[0]), outputs) {
        #expect(abs(after - before) <= 2e-4 * max(1, scale))
      }
    }
  }

  /// Then a plain order of repaired cuts is the best one.
  @Test func cutsOfAReorderedLayerAreThoseInBestOrder() {
    let item = RepairCase.mlp(layers: 1)
    var cutter = Cutter(item.network, .best, item.rows)
    let ordered = cutter.reordered(layer: 0)
    for kept in 1..<item.network.widths[0] {
      var repaired = Cutter(ordered, .repaired, item.rows)
      let distance = cutter.network(keeping: [kept]).squaredDistance(
        to: repaired.network(keeping: [kept]), on: item.rows.batches)
      #expect(distance < 1e-2, "\(kept): \(distance)")
    }
  }

  /// A step of the optimizer moves both networks alike: its moments have moved with their neurons.
  @Test(arguments: [OptimizerKind.adam, .sgd]) func momentsFollowTheOrder(_ kind: OptimizerKind) {
    let random = RandomCase(.tanh, layers: 2, problem: .classification, prior: nil)
    var network = random.network
    for layer in 0..<2 { network.setPolicy(layer: layer, .hold) }
    var training = Training(random, network, kind: kind, learningRate: 0.02)
    training.steps(5)
    let rows = EvaluationRows(batches: [random.batch], fitting: [random.batch])
    var reordered = training
    for layer in 0..<2 {
      var cutter = Cutter(reordered.network, .best, rows)
      reordered.network = cutter.reordered(layer: layer)
    }
    #expect(reordered.network.parameters[0].value != training.network.parameters[0].value)
    let before = training.network.outputs(of: random.batch)
    training.steps(3)
    reordered.steps(3)
    let (a, b) = (training.network.outputs(of: random.batch), reordered.network.outputs(of: random.batch))
    #expect(zip(a, before).contains { abs($0 - $1) > 1e-2 })
    for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-3) }
  }

  // MARK: What neurons add

  /// A copy of a neuron adds nothing, wherever it contributes to.
  @Test func aCopyAddsNothing() throws {
    let item = RepairCase.mlp(layers: 1)
    var blocks = item.network.blocks
    blocks[0].forEachParameter { parameter, _ in
      for row in 0..<parameter.value.rows { parameter.value[row, 3] = parameter.value[row, 1] }
    }
    var cutter = Cutter(Network(blocks: blocks, problem: .classification), .repaired, item.rows)
    let fractions = cutter.explainedFractions(layer: 0)
    #expect(fractions.count == item.network.widths[0])
    #expect(abs(fractions.reduce(0, +) - 1) < 1e-9 && fractions.allSatisfy { $0 >= 0 })
    #expect(fractions[1] > 1e-3 && fractions[3] < 1e-4 * fractions[1])
  }
}
