import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Dropout, weight decay and class weights") struct RegularizationTests {
  private static let dropout = Dropout(rate: 0.3, seed: 4, step: 7)

  // MARK: Dropout

  @Test(arguments: BlockCase.all)
  func gradientsFollowTheElementsThatAreLeft(_ item: BlockCase) {
    let worst = GradientCheck(
      network: item.network, batch: item.batch, step: item.step, dropout: Self.dropout
    ).worst()
    // Norms of fewer elements are less smooth.
    #expect(worst.error <= 5 * item.tolerance, "\(worst)")
  }

  @Test(arguments: Activation.allCases)
  func gradientsOfEveryActivationDo(_ activation: Activation) {
    let item = RandomCase(activation, layers: 2, problem: .classification)
    var workspace = Workspace()
    let loss = item.network.lossAndGradients(item.batch, dropout: Self.dropout, &workspace)
    #expect(loss.isFinite)
    guard activation == .tanh else { return }
    let worst = GradientCheck(network: item.network, batch: item.batch, dropout: Self.dropout).worst()
    #expect(worst.error < 2e-3, "\(worst)")
  }

  private func network(inputs: Int, width: Int) -> (Network, Matrix) {
    var random = RandomStream(seed: 3, purpose: "dropout test")
    let hidden = Dense(
      inputs: inputs, outputs: width, function: .tanh, variance: 1, biasScale: 0.5, random: &random)
    let last = Dense(inputs: width, outputs: 2, function: .identity, variance: 1, random: &random)
    let x = Matrix(rows: 40, columns: inputs, (0..<40 * inputs).map { _ in Float(random.normal()) })
    return (Network(blocks: [hidden, last], problem: .regression), x)
  }

  /// With one wide hidden layer whose readers sum up, the outputs of many steps average to those without dropout.
  @Test func outputsKeepTheirMean() {
    let (network, x) = network(inputs: 3, width: 50)
    let batch = Batch(inputs: x, values: Matrix(rows: 40, columns: 2))
    var workspace = Workspace()
    network.forward(batch, &workspace)
    let plain = workspace.output.elements
    var sums = [Double](repeating: 0, count: plain.count)
    let steps = 2_000
    for step in 0..<steps {
      _ = network.lossAndGradients(batch, dropout: Dropout(rate: 0.4, seed: 1, step: step), &workspace)
      for (index, value) in workspace.output.elements.enumerated() { sums[index] += Double(value) }
    }
    for (sum, value) in zip(sums, plain) { #expect(abs(sum / Double(steps) - Double(value)) < 0.8) }
    let error = zip(sums, plain).reduce(0) { $0 + $1.0 / Double(steps) - Double($1.1) }
    #expect(abs(error) / Double(plain.count) < 0.05)
  }

  // MARK: Nested dropout

  @Test(arguments: BlockCase.all, [0, 0.3])
  func gradientsFollowTheNeuronsThatAreLeft(_ item: BlockCase, _ rate: Double) {
    let worst = GradientCheck(
      network: item.network, batch: item.batch, step: item.step,
      dropout: Dropout(rate: rate, isNested: true, seed: 4, step: 7)
    ).worst()
    #expect(worst.error <= 5 * item.tolerance, "\(worst)")
  }

  /// Of half of the rows the first neurons are left, neuron n with probability f(n)/f(0), and the outputs keep their mean.
  @Test func theLastNeuronsOfEveryRowAreDropped() {
    let item = RandomCase(.tanh, layers: 1, problem: .regression)
    var (plain, nested) = (Workspace(), Workspace())
    item.network.forward(item.batch, &plain)
    let whole = plain.buffers[0].output
    let shares = item.network.adaptation(0).importances
    var kept = [Int](repeating: 0, count: whole.columns)
    var sums = [Double](repeating: 0, count: plain.output.elements.count)
    let steps = 2_000
    for step in 0..<steps {
      let dropout = Dropout(rate: 0, isNested: true, seed: 1, step: step)
      _ = item.network.lossAndGradients(item.batch, dropout: dropout, &nested)
      // The backward pass has taken back what they were divided by.
      let left = nested.buffers[0].output
      for row in 0..<left.rows {
        let count = (0..<left.columns).prefix { left[row, $0] != 0 }.count
        #expect((0..<left.columns).allSatisfy { (left[row, $0] != 0) == ($0 < count) })
        for n in 0..<count {
          kept[n] += 1
          #expect(abs(left[row, n] - whole[row, n]) < 1e-5)
        }
      }
      for (index, value) in nested.output.elements.enumerated() { sums[index] += Double(value) }
    }
    for (n, count) in kept.enumerated() {
      let share = Double(count) / Double(steps * whole.rows)
      // Half of the rows keep all.
      #expect(abs(share - (0.5 + Double(shares[0, n] / shares[0, 0]) / 2)) < 0.02, "neuron \(n)")
    }
    for (sum, value) in zip(sums, plain.output.elements) {
      #expect(abs(sum / Double(steps) - Double(value)) < 0.2)
    }
  }

  @Test func withoutDropoutNothingChanges() {
    let item = RandomCase(.relu6, layers: 2, problem: .classification)
    var (plain, none) = (Workspace(), Workspace())
    let loss = item.network.lossAndGradients(item.batch, &plain)
    #expect(item.network.lossAndGradients(item.batch, classWeights: [], dropout: nil, &none) == loss)
    for (a, b) in zip(plain.buffers, none.buffers) {
      #expect(a.gradients.map(\.elements) == b.gradients.map(\.elements))
    }
    var evaluated = Workspace()
    _ = item.network.lossAndGradients(item.batch, dropout: Self.dropout, &evaluated)
    item.network.forward(item.batch, &plain)
    item.network.forward(item.batch, &evaluated)
    #expect(plain.output.elements == evaluated.output.elements, "predictions drop nothing")
  }

  /// A minibatch in two parts drops what it drops as a whole, and another step drops other elements.
  @Test func whatIsDroppedDependsOnStepAndPlaceAlone() {
    let (network, x) = network(inputs: 3, width: 20)
    func outputs(_ rows: Range<Int>, step: Int) -> [Float] {
      var part = Matrix(rows: rows.count, columns: 3)
      for row in rows {
        for column in 0..<3 { part[row - rows.lowerBound, column] = x[row, column] }
      }
      var dropout = Dropout(rate: 0.5, seed: 9, step: step)
      dropout.firstObservation = rows.lowerBound
      var workspace = Workspace()
      let batch = Batch(inputs: part, values: Matrix(rows: rows.count, columns: 2))
      _ = network.lossAndGradients(batch, dropout: dropout, &workspace)
      return workspace.output.elements
    }
    let whole = outputs(0..<40, step: 1)
    let parts = outputs(0..<13, step: 1) + outputs(13..<40, step: 1)
    for (a, b) in zip(whole, parts) { #expect(abs(a - b) < 1e-5) }
    #expect(outputs(0..<40, step: 2) != whole)
  }

  // MARK: Class weights

  @Test(arguments: [0, 0.1])
  func gradientsFollowTheWeights(_ smoothing: Double) {
    let item = RandomCase(.tanh, layers: 2, problem: .classification)
    let weights: [Float] = [0.5, 2, 0]
    if smoothing == 0 {
      let worst = GradientCheck(network: item.network, batch: item.batch, classWeights: weights).worst()
      #expect(worst.error < 2e-3, "\(worst)")
    }
    // A weight of 2 is a row that is there twice.
    let (network, x) = network(inputs: 3, width: 8)
    let classes = Network(nodes: LayerNode.chain(network.blocks), problem: .classification)
    let labels = (0..<40).map { Int32($0 % 2) }
    var twice = Matrix(rows: 60, columns: 3)
    for row in 0..<60 {
      for column in 0..<3 { twice[row, column] = x[row < 40 ? row : 2 * (row - 40) + 1, column] }
    }
    var (weighted, repeated) = (Workspace(), Workspace())
    let loss = classes.lossAndGradients(
      Batch(inputs: x, labels: labels), ofRows: 60, labelSmoothing: smoothing, classWeights: [1, 2],
      &weighted)
    let same = classes.lossAndGradients(
      Batch(inputs: twice, labels: labels + Array(repeating: 1, count: 20)), labelSmoothing: smoothing,
      &repeated)
    #expect(abs(loss - same) < 1e-5 * same)
    for (a, b) in zip(weighted.buffers, repeated.buffers) {
      for (a, b) in zip(a.gradients.flatMap(\.elements), b.gradients.flatMap(\.elements)) {
        #expect(abs(a - b) < 1e-5 * (1 + abs(b)))
      }
    }
  }

  // MARK: Weight decay

  /// Weights are multiplied by 1 − rate · λ before an update that is the same otherwise; biases and normalizations are
  /// not.
  @Test(arguments: OptimizerKind.allCases, BlockCase.all)
  func weightsDecayAndNothingElse(_ kind: OptimizerKind, _ item: BlockCase) {
    let (rate, decay) = (0.01, 0.4)
    func updated(_ decay: Double) -> Network {
      var network = item.network
      var optimizer = Optimizer(kind: kind, learningRate: 2 * rate, weightDecay: decay)
      var workspace = Workspace()
      _ = network.lossAndGradients(item.batch, &workspace)
      optimizer.begin(factor: 0.5)
      // A weak prior, whose pull would otherwise differ too.
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 1e6, observations: 100))
      return network
    }
    let (plain, decayed) = (updated(0), updated(decay))
    for index in item.network.blocks.indices {
      let (before, a, b) = (
        parameters(item.network.blocks[index]), parameters(plain.blocks[index]),
        parameters(decayed.blocks[index])
      )
      for number in before.indices {
        let isWeight = item.network.blocks[index].isWeight(number)
        for (value, (a, b)) in zip(before[number], zip(a[number], b[number])) {
          let expected = a - (isWeight ? Float(rate * decay) * value : 0)
          #expect(abs(b - expected) <= 1e-6 * (1 + abs(expected)))
        }
      }
    }
  }

  @Test func biasesAndNormalizationsAreNoWeights() {
    for item in BlockCase.all {
      for block in item.network.blocks {
        let weights = (0..<block.parameterMatrices).filter(block.isWeight)
        switch block {
        case is Dense, is ConvolutionBlock, is Embedding, is HeadProjection: #expect(weights == [0])
        case is Recurrence, is QueryKeyAttention: #expect(weights == [0, 2])
        default: #expect(weights.isEmpty)
        }
      }
    }
  }

  private func parameters(_ block: any Block) -> [[Float]] {
    var (block, result) = (block, [[Float]]())
    block.forEachParameter { parameter, _ in result.append(parameter.value.elements) }
    return result
  }
}
