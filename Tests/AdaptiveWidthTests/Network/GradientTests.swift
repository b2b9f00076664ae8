import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// A random network and batch, away from the kinks of piecewise-linear activations only by chance: the tolerance
/// is on the gradient's norm, not on every element.
struct RandomCase {
  var network: Network
  var batch: Batch
  var objective: Objective

  init(
    _ activation: Activation, layers: Int, problem: Problem, family: ImportanceFamily = .exponential,
    fixedWidths: [Int]? = nil, prior: NormalPrior? = NormalPrior(mean: 0.2, scale: 0.3), seed: UInt64 = 1
  ) {
    var random = RandomStream(seed: seed, purpose: "case")
    let (rows, inputs, outputs) = (12, 4, problem == .classification ? 3 : 2)
    let options = NetworkOptions(
      hiddenLayers: layers, activation: activation, fixedWidths: fixedWidths, importance: family,
      initialRate: family == .exponential ? 0.3 : 0.9)
    network = Network(
      options: options, ratePrior: prior, inputs: inputs, outputs: outputs, problem: problem, seed: seed)
    let x = Matrix(
      rows: rows, columns: inputs, (0..<rows * inputs).map { _ in Float(2 * random.normal()) })
    switch problem {
    case .classification:
      batch = Batch(inputs: x, labels: (0..<rows).map { _ in Int32(random.below(outputs)) })
    case .regression:
      let y = (0..<rows * outputs).map { _ in Float(random.normal()) }
      batch = Batch(inputs: x, values: Matrix(rows: rows, columns: outputs, y))
    }
    objective = Objective(weightScale: 2, observations: 100)
  }
}

@Suite("Gradients against central differences")
struct GradientTests {
  static let cases = Activation.allCases.flatMap { activation in
    [(1, Problem.classification), (3, .classification), (2, .regression)].map { (activation, $0.0, $0.1) }
  }

  @Test(arguments: cases)
  func weightsAndBiases(_ activation: Activation, _ layers: Int, _ problem: Problem) {
    check(RandomCase(activation, layers: layers, problem: problem))
  }

  /// Beside the targets the network learns what a teacher of another width answers.
  @Test(arguments: [Problem.classification, .regression], [0.5, 1])
  func gradientsFollowATeacher(_ problem: Problem, _ weight: Double) {
    let (student, teacher) = (
      RandomCase(.tanh, layers: 2, problem: problem), RandomCase(.tanh, layers: 1, problem: problem, seed: 9)
    )
    var workspace = Workspace()
    teacher.network.forward(student.batch, &workspace)
    let distillation = DistillationTargets(outputs: workspace.output, weight: weight, temperature: 2.5)
    let worst = GradientCheck(network: student.network, batch: student.batch, distillation: distillation)
      .worst()
    #expect(worst.error < 2e-3, "\(worst)")
    let alone = GradientCheck(network: student.network, batch: student.batch).worst()
    #expect(alone.error < 2e-3, "\(alone)")
  }

  @Test(arguments: Activation.allCases)
  func fixedWidths(_ activation: Activation) {
    check(RandomCase(activation, layers: 0, problem: .classification, fixedWidths: [5, 7]))
  }

  private func check(_ random: RandomCase) {
    var network = random.network
    var workspace = Workspace()
    _ = network.lossAndGradients(random.batch, &workspace)
    let gradients = network.objectiveGradients(workspace, random.objective)
    for index in network.blocks.indices {
      for (number, analytic) in [gradients.weights[index], gradients.biases[index]].enumerated() {
        var (error, norm) = (0.0, 0.0)
        for row in 0..<analytic.rows {
          for column in 0..<analytic.columns {
            let numeric = difference(network, index, number, row, column, random)
            error += (numeric - Double(analytic[row, column])) * (numeric - Double(analytic[row, column]))
            norm += numeric * numeric
          }
        }
        #expect(error.squareRoot() <= 0.02 * norm.squareRoot() + 1e-4, "block \(index), matrix \(number)")
      }
    }
  }

  private func difference(
    _ network: Network, _ index: Int, _ number: Int, _ row: Int, _ column: Int, _ random: RandomCase
  ) -> Double {
    let h: Float = 2e-3
    func moved(_ by: Float) -> Double {
      var blocks = network.blocks
      blocks[index].forEachParameter { if $1 == number { $0.value[row, column] += by } }
      return Network(blocks: blocks, problem: network.problem).objective(random.batch, random.objective)
    }
    return (moved(h) - moved(-h)) / Double(2 * h)
  }

  @Test(arguments: ImportanceFamily.allCases, [Activation.relu6, .tanh])
  func rates(_ family: ImportanceFamily, _ activation: Activation) {
    for layers in 1...3 {
      let random = RandomCase(activation, layers: layers, problem: .classification, family: family)
      var network = random.network
      var workspace = Workspace()
      _ = network.lossAndGradients(random.batch, &workspace)
      let analytic = network.objectiveGradients(workspace, random.objective).rates
      for layer in 0..<layers {
        let h = 1e-3
        func moved(_ by: Double) -> Double {
          // Same width, another rate: no gradient flows through the width.
          var moved = network
          moved.setRate(layer: layer, network.adaptation(layer).rate + by)
          return moved.objective(random.batch, random.objective)
        }
        let numeric = (moved(h) - moved(-h)) / (2 * h)
        #expect(abs(numeric - analytic[layer]) <= 0.01 * abs(numeric) + 2e-3, "layer \(layer) of \(layers)")
      }
    }
  }

  @Test func theImportancesOwnSlope() {
    for family in ImportanceFamily.allCases {
      for rate in [0.05, 0.4, 2.0] {
        var adaptation = Adaptation(
          options: NetworkOptions(importance: family, initialRate: rate), prior: nil)
        guard adaptation.width < 5_000 else { continue }
        let slopes = adaptation.slopes
        let h = 1e-4 * rate
        adaptation.setRate(rate + h)
        let above = adaptation.importances
        adaptation.setRate(rate - h)
        for n in 0..<adaptation.width {
          let numeric = (above[0, n] - adaptation.importances[0, n]) / Float(2 * h)
          #expect(abs(numeric - slopes[0, n]) < 2e-2 * abs(slopes[0, n]) + 2e-2, "\(family) \(rate) \(n)")
        }
      }
    }
  }
}
