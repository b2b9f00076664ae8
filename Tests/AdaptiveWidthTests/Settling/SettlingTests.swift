import AdaptiveWidth
import Experiment
import Glibc
import LinearAlgebra
import Testing

/// Measurements of need on networks whose need is known.
struct SettlingTests {
  /// A network of `width` neurons that repeat `distinct` different ones, and rows whose labels are its own outputs.
  private func repeating(_ distinct: Int, width: Int, problem: Problem, layers: Int = 1)
    -> (Network, EvaluationRows)
  {
    var options = NetworkOptions(hiddenLayers: layers, initialRate: 2.3 / Double(width))
    options.method = .settle
    var network = Network(
      options: options, ratePrior: nil, inputs: 3, outputs: problem == .classification ? 3 : 1,
      problem: problem, seed: 3)
    let have = network.widths[0]
    network.copyNeurons(layer: 0, from: (0..<have).map { $0 % distinct })
    var random = RandomStream(seed: 8, purpose: "rows")
    func batch(_ rows: Int) -> Batch {
      let x = Matrix(rows: rows, columns: 3, (0..<rows * 3).map { _ in Float(random.normal()) })
      var workspace = Workspace()
      network.forward(x, &workspace)
      let output = workspace.output
      switch problem {
      case .classification: return Batch(inputs: x, labels: output.largestColumns.map { Int32($0) })
      case .regression: return Batch(inputs: x, values: output)
      }
    }
    let rows = EvaluationRows(
      batches: (0..<40).map { _ in batch(20) }, fitting: (0..<8).map { _ in batch(100) })
    return (network, rows)
  }

  @Test(arguments: [Problem.classification, .regression])
  func copiesAreNotNeeded(problem: Problem) throws {
    let (network, rows) = repeating(6, width: 60, problem: problem)
    var (cutter, random) = (
      Cutter(network, .best, rows, aim: .logits), RandomStream(seed: 1, purpose: "growth")
    )
    let rules = SettlingRules(price: WidthPrice(price: 0.001, unit: .neuron), isLast: true)
    let found = cutter.settle(rules, rows, random: &random)
    let move = try #require(found.moves.first)
    #expect(move.from == network.widths[0] && move.to == found.network.widths[0])
    #expect(move.to <= 6 && move.need.width == move.to)
    var workspace = Workspace()
    let (before, after) = (network.evaluate(rows, &workspace), found.network.evaluate(rows, &workspace))
    #expect(after.loss < before.loss + 0.02)
    #expect(found.network.adaptation(0).policy == .adapt)
  }

  /// What an interval of a few percent could hide is not priced; of few neurons every one counts.
  @Test(arguments: [1, 2, 24, 64, 65, 512, 4_096], [true, false])
  func pricedWidthsAreClose(most: Int, isExact: Bool) {
    let widths = Cutter.grid(most, isExact: isExact)
    #expect(widths.first == 1 && widths.last == most)
    let (dense, part) = isExact ? (64, 32) : (24, 16)
    for (width, next) in zip(widths, widths.dropFirst()) {
      #expect(next > width && next - width <= (width < dense ? 1 : width / part))
    }
  }

  /// Before the last measurement, the first blocks that have enough rows are priced, and they alone.
  @Test func earlyMeasurementsPriceFewerRows() throws {
    let (network, few) = repeating(6, width: 60, problem: .regression)
    let repeated = (0..<8).flatMap { _ in few.batches }
    let all = EvaluationRows(batches: repeated, fitting: few.fitting)
    var spoiled = repeated
    for block in repeated.count * 3 / 4..<repeated.count {
      spoiled[block] = Batch(inputs: spoiled[block].inputs, values: Matrix(rows: 20, columns: 1))
    }
    let rows = EvaluationRows(batches: spoiled, fitting: few.fitting)
    var workspace = Workspace()
    let scale = LossScale(network, all, &workspace)
    func curve(_ rows: EvaluationRows, isLast: Bool) throws -> WidthNeed {
      var (cutter, random) = (
        Cutter(network, .best, rows, aim: .logits), RandomStream(seed: 1, purpose: "growth")
      )
      let rules = SettlingRules(price: WidthPrice(price: 0.001, unit: .neuron), isLast: isLast)
      return try #require(cutter.settle(rules, rows, scale, random: &random).moves.first).need
    }
    #expect(all.rows == 6_400)
    #expect(try curve(all, isLast: true) != curve(rows, isLast: true))
    #expect(try curve(all, isLast: false) == curve(rows, isLast: false))
  }

  /// Never above what there is, and only where the width changes.
  @Test(arguments: [(8, 8), (1_000, nil), (1, nil)])
  func widthsAreRoundedUp(multiple: Int, expected: Int?) throws {
    let (network, rows) = repeating(6, width: 60, problem: .regression)
    for isLast in [false, true] {
      let rounding = WidthRounding(toMultiplesOf: multiple)
      var cutter = Cutter(network, .best, rows, rounding: rounding, aim: .logits)
      var random = RandomStream(seed: 1, purpose: "growth")
      let rules = SettlingRules(price: WidthPrice(price: 0.001, unit: .neuron), isLast: isLast)
      let move = try #require(cutter.settle(rules, rows, random: &random).moves.first)
      #expect(move.need.width <= 6)
      switch multiple {
      case 1: #expect(move.to <= 8 && move.need.roundedTo == nil)
      case 8:
        let wanted = isLast ? move.need.width : Int((1.3 * Double(move.need.width)).rounded(.up))
        #expect(move.to == expected && move.need.roundedTo == (wanted == 8 ? nil : 8))
      default: #expect(move.to == move.from && move.need.roundedTo == multiple)
      }
    }
  }

  @Test func movesThatAreNotTheLastLeaveRoom() throws {
    let (network, rows) = repeating(6, width: 60, problem: .regression)
    var (cutter, random) = (
      Cutter(network, .best, rows, aim: .logits), RandomStream(seed: 1, purpose: "growth")
    )
    let rules = SettlingRules(price: WidthPrice(price: 0.001, unit: .neuron), isLast: false)
    let move = try #require(cutter.settle(rules, rows, random: &random).moves.first)
    #expect(move.to == max(2, Int((1.3 * Double(move.need.width)).rounded(.up))))
  }

  @Test func aCrowdedLayerIsDoubledWithoutAJolt() throws {
    let (network, rows) = repeating(200, width: 12, problem: .regression)
    var (cutter, random) = (
      Cutter(network, .best, rows, aim: .logits), RandomStream(seed: 1, purpose: "growth")
    )
    // So cheap that every neuron is worth it.
    let rules = SettlingRules(price: WidthPrice(price: 1e-9, unit: .neuron), isLast: false)
    let found = cutter.settle(rules, rows, random: &random)
    #expect(found.network.widths[0] == 2 * network.widths[0])
    var workspace = Workspace()
    let (before, after) = (network.evaluate(rows, &workspace), found.network.evaluate(rows, &workspace))
    #expect(abs(after.loss - before.loss) < 1e-5)
  }

  /// By how much it is better than a constant prediction.
  @Test func aNetworkThatHasLearnedNothingHasNoGain() {
    var (network, rows) = repeating(6, width: 20, problem: .classification)
    var workspace = Workspace()
    #expect(LossScale(network, rows, &workspace).improvement > 0.5)
    // Labels that have nothing to do with the inputs.
    var random = RandomStream(seed: 2, purpose: "labels")
    for index in rows.batches.indices {
      rows.batches[index].labels = rows.batches[index].labels.map { _ in Int32(random.below(3)) }
    }
    #expect(LossScale(network, rows, &workspace).improvement < 0.02)
    (network, rows) = repeating(6, width: 20, problem: .regression)
    #expect(LossScale(network, rows, &workspace).improvement > 2.9)
  }

  @Test func aHeldLayerIsMeasuredAndNotMoved() throws {
    var (network, rows) = repeating(6, width: 60, problem: .regression)
    network.setPolicy(layer: 0, .hold)
    var (cutter, random) = (
      Cutter(network, .best, rows, aim: .logits), RandomStream(seed: 1, purpose: "growth")
    )
    let rules = SettlingRules(price: WidthPrice(price: 0.001, unit: .neuron), isLast: true)
    let move = try #require(cutter.settle(rules, rows, random: &random).moves.first)
    #expect(move.to == move.from && move.need.width <= 6)
  }

  @Test(arguments: 1...3, [1, 5])
  func growthChangesNoOutput(layers: Int, start: Int) {
    var options = NetworkOptions(hiddenLayers: layers)
    (options.method, options.initialRate) = (.settle, 2.302585 / (Double(start) - 0.5))
    let network = Network(
      options: options, ratePrior: nil, inputs: 4, outputs: 2, problem: .regression, seed: 5)
    #expect(network.widths == [Int](repeating: start, count: layers))
    var random = RandomStream(seed: 7, purpose: "growth")
    let x = Matrix(rows: 9, columns: 4, (0..<36).map { _ in Float(random.normal()) })
    for layer in 0..<layers {
      var grown = network
      grown.grow(layer: layer, to: 23, random: &random)
      #expect(grown.widths[layer] == 23)
      var (old, new) = (Workspace(), Workspace())
      network.forward(x, &old)
      grown.forward(x, &new)
      for (a, b) in zip(old.output.elements, new.output.elements) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test(arguments: ImportanceFamily.allCases)
  func importancesOfTheFirstScaleBeginAtOneAndKeepTheirRatios(family: ImportanceFamily) {
    var options = NetworkOptions(importance: family)
    options.initialRate = family.defaultInitialRate()
    let sum = Adaptation(options: options, prior: nil)
    options.method = .settle
    let first = Adaptation(options: options, prior: nil)
    #expect(first.importances[0, 0] == 1 && first.width == sum.width)
    for n in 0..<first.width {
      let ratio = sum.importances[0, n] / sum.importances[0, 0]
      #expect(abs(first.importances[0, n] - ratio) <= 1e-6)
    }
    #expect(!first.learnsRate && sum.learnsRate)
  }

  /// By either method both scales can be had.
  @Test(arguments: WidthMethod.allCases, ImportanceScale.allCases)
  func aGivenScaleIsThatOfTheImportances(method: WidthMethod, scale: ImportanceScale) {
    var options = NetworkOptions(importance: .exponential)
    (options.method, options.importanceScale, options.initialRate) = (method, scale, 0.1)
    let adaptation = Adaptation(options: options, prior: nil)
    let sum = adaptation.importances.elements.reduce(0, +)
    #expect(scale == .first ? adaptation.importances[0, 0] == 1 : (0.85...1).contains(sum), "\(sum)")
    #expect(adaptation.learnsRate == (method == .paper))
  }

  @Test(arguments: ImportanceFamily.allCases)
  func slopesOfTheFirstScaleAreDerivatives(family: ImportanceFamily) {
    var options = NetworkOptions(importance: family)
    (options.method, options.initialRate) = (.settle, family == .exponential ? 0.1 : 0.8)
    var adaptation = Adaptation(options: options, prior: nil)
    let slopes = adaptation.slopes
    let (rate, step) = (adaptation.rate, 1e-4)
    adaptation.setRate(rate + step)
    let above = adaptation.importances
    adaptation.setRate(rate - step)
    for n in 0..<slopes.columns {
      let difference = Double(above[0, n] - adaptation.importances[0, n]) / (2 * step)
      #expect(abs(difference - Double(slopes[0, n])) < 2e-3 * max(1, abs(difference)))
    }
  }
}

extension Cutter {
  fileprivate mutating func settle(
    _ rules: SettlingRules, _ rows: EvaluationRows, random: inout RandomStream
  ) -> (network: Network, moves: [LayerMove]) {
    var workspace = Workspace()
    return settle(rules, rows, LossScale(network, rows, &workspace), random: &random)
  }
}

extension Network {
  /// Replaces neurons of a layer by copies of others, whose outgoing weights share what the function needs.
  /// The logits are large, so that the network is sure of its classes.
  fileprivate mutating func copyNeurons(layer: Int, from sources: [Int]) {
    var blocks = self.blocks
    let writer = adaptiveBlocks[layer]
    blocks[writer].forEachParameter { parameter, _ in
      let old = parameter.value
      for (column, source) in sources.enumerated() {
        for row in 0..<old.rows { parameter.value[row, column] = old[row, source] }
      }
    }
    if problem == .classification {
      blocks[blocks.count - 1].forEachParameter { parameter, _ in
        for row in 0..<parameter.value.rows {
          for column in 0..<parameter.value.columns { parameter.value[row, column] *= 20 }
        }
      }
    }
    self = Network(blocks: blocks, problem: problem)
  }
}
