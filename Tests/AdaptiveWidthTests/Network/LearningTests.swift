import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Learning")
struct LearningTests {
  @Test(arguments: [OptimizerKind.adam, .sgd])
  func theObjectiveFalls(_ kind: OptimizerKind) {
    let random = RandomCase(.tanh, layers: 2, problem: .classification)
    let before = random.network.objective(random.batch, random.objective)
    var training = Training(random, kind: kind, learningRate: kind == .adam ? 0.01 : 0.05)
    training.steps(150)
    #expect(training.network.objective(random.batch, random.objective) < before / 2)
  }

  @Test func adamIsTheTextbookRule() {
    // Two updates of one weight by hand: gradient 0.5, then −0.25; no prior to speak of.
    var parameter = Parameter(Matrix(rows: 1, columns: 1, [1]))
    var optimizer = Optimizer(kind: .adam, learningRate: 0.1)
    var (m, v, w) = (0.0, 0.0, 1.0)
    for (count, gradient) in [0.5, -0.25].enumerated() {
      optimizer.begin()
      optimizer.update(
        &parameter, gradient: Matrix(rows: 1, columns: 1, [Float(gradient)]), decay: 0)
      m = 0.9 * m + 0.1 * gradient
      v = 0.999 * v + 0.001 * gradient * gradient
      let powers = count == 0 ? (0.9, 0.999) : (0.81, 0.998_001)
      w -= 0.1 * (m / (1 - powers.0)) / ((v / (1 - powers.1)).squareRoot() + 1e-8)
      #expect(abs(Double(parameter.value[0, 0]) - w) < 1e-6)
    }
  }

  @Test func momentumIsTheTextbookRule() {
    var parameter = Parameter(Matrix(rows: 1, columns: 1, [1]))
    var optimizer = Optimizer(kind: .sgd, learningRate: 0.1, momentum: 0.5)
    let gradient = Matrix(rows: 1, columns: 1, [2])
    optimizer.begin()
    optimizer.update(&parameter, gradient: gradient, decay: 0.1)
    // velocity 2.1, then 0.5·2.1 + 2 + 0.1·0.79
    #expect(abs(parameter.value[0, 0] - 0.79) < 1e-6)
    optimizer.begin()
    optimizer.update(&parameter, gradient: gradient, decay: 0.1)
    #expect(abs(parameter.value[0, 0] - (0.79 - 0.1 * (1.05 + 2.079))) < 1e-6)
  }

  @Test func aRatePriorPullsTheWidth() {
    func finalWidth(_ prior: NormalPrior?) -> Int {
      let random = RandomCase(.relu6, layers: 1, problem: .classification, prior: prior)
      var training = Training(random, learningRate: 0.02)
      training.steps(300)
      return training.network.widths[0]
    }
    let wide = finalWidth(NormalPrior(mean: 0.05, scale: 0.001))
    let narrow = finalWidth(NormalPrior(mean: 1, scale: 0.001))
    #expect(narrow <= 4)
    #expect(wide >= 30)
  }

  @Test func theSameSeedGivesTheSameBits() {
    func trained() -> [Float] {
      let random = RandomCase(.relu6, layers: 2, problem: .classification, seed: 5)
      var training = Training(random, learningRate: 0.05)
      training.steps(50)
      return training.network.parameters.flatMap { $0.value.elements }
    }
    #expect(trained() == trained())
  }
}
