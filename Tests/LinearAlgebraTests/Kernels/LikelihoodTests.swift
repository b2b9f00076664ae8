import Glibc
import LinearAlgebra
import Testing

@Suite("Likelihoods against their plain twins")
struct LikelihoodTests {
  @Test(arguments: [1, 2, 10, 37], [1, 16, 45])
  func crossEntropy(_ classes: Int, _ rows: Int) {
    var stream = RandomStream(seed: 9, purpose: "logits")
    var logits = MatrixTests.random(rows, classes, &stream)
    for row in 0..<rows { for column in 0..<classes { logits[row, column] *= 8 } }
    let labels = (0..<rows).map { _ in Int32(stream.below(classes)) }
    var gradient = logits
    let loss = logits.crossEntropy(labels, share: 0.25, gradient: &gradient)
    var (expected, expectedGradient) = (0.0, logits)
    for row in 0..<rows {
      let z = (0..<classes).map { Double(logits[row, $0]) }
      let total = z.reduce(0) { $0 + exp($1) }
      expected -= z[Int(labels[row])] - log(total)
      for column in 0..<classes {
        let hit = column == Int(labels[row]) ? 1.0 : 0
        expectedGradient[row, column] = Float(0.25 * (exp(z[column]) / total - hit))
      }
    }
    #expect(abs(loss - expected) < 1e-5 * (1 + expected))
    expectClose(gradient, expectedGradient)
    #expect(logits.crossEntropy(labels) == loss)
  }

  @Test(arguments: [1, 2, 10, 37], [1, 45])
  func distillation(_ classes: Int, _ rows: Int) {
    var stream = RandomStream(seed: 11, purpose: "distillation")
    func logits() -> Matrix {
      let elements = (0..<rows * classes).map { _ in Float(8 * stream.normal()) }
      return Matrix(rows: rows, columns: classes, elements)
    }
    let (own, teacher, likelihood) = (logits(), logits(), logits())
    let (weight, temperature, share) = (0.3, 2.5, 0.25)
    func softened(_ logits: Matrix, _ row: Int) -> [Double] {
      let powers = (0..<classes).map { exp(Double(logits[row, $0]) / temperature) }
      return powers.map { $0 / powers.reduce(0, +) }
    }
    var (gradient, expected) = (likelihood, likelihood)
    own.distill(
      from: teacher, weight: Float(weight), temperature: Float(temperature), share: Float(share),
      gradient: &gradient)
    for row in 0..<rows {
      let (p, q) = (softened(own, row), softened(teacher, row))
      for column in 0..<classes {
        let taught = weight * share * temperature * (p[column] - q[column])
        expected[row, column] = Float((1 - weight) * Double(likelihood[row, column]) + taught)
      }
    }
    expectClose(gradient, expected)
  }

  @Test func distillationOfExtremeLogits() {
    let own = Matrix(rows: 1, columns: 2, [1e4, -1e4])
    var gradient = Matrix(rows: 1, columns: 2)
    own.distill(
      from: Matrix(rows: 1, columns: 2, [-1e4, 1e4]), weight: 1, temperature: 2, share: 1,
      gradient: &gradient)
    expectClose(gradient, Matrix(rows: 1, columns: 2, [2, -2]))
  }

  @Test func crossEntropyOfExtremeLogits() {
    let labels: [Int32] = [0, 0, 1]
    let logits = Matrix(rows: 3, columns: 2, [1e4, -1e4, -1e4, 1e4, 300, 300])
    var gradient = logits
    let loss = logits.crossEntropy(labels, share: 1, gradient: &gradient)
    #expect(abs(loss - (2e4 + log(2))) < 0.01)
    expectClose(gradient, Matrix(rows: 3, columns: 2, [0, 0, -1, 1, 0.5, -0.5]))
    for poison in [Float.nan, .infinity, -.infinity] {
      let logits = Matrix(rows: 1, columns: 2, [poison, 1])
      #expect(!logits.crossEntropy([0]).isFinite, "\(poison) would pass for a loss")
    }
  }

  @Test(arguments: [1, 2, 5, 32], [3, 16, 37])
  func prefixLikelihoods(_ classes: Int, _ rows: Int) {
    let neurons = 9
    let layer = KernelTests.Layer(.identity, rows: rows, inputs: neurons, columns: classes, isElastic: false)
    var stream = RandomStream(seed: 10, purpose: "labels")
    let labels = (0..<rows).map { _ in Int32(stream.below(classes)) }
    // Added to what is there.
    var (losses, correct) = ([Double](repeating: 1, count: neurons), [Int64](repeating: 2, count: neurons))
    layer.input.addPrefixLikelihoods(
      layer.weights, bias: layer.bias, labels, losses: &losses, correct: &correct)
    for kept in 1...neurons {
      var (input, weights) = (layer.input, layer.weights)
      input.resize(rows: rows, columns: kept)
      weights.resize(rows: kept, columns: classes)
      var logits = Matrix(rows: rows, columns: classes)
      logits.setProduct(input, weights)
      logits.activate(.identity, bias: layer.bias)
      let loss = logits.crossEntropy(labels)
      #expect(abs(losses[kept - 1] - 1 - loss) < 1e-4 * (1 + loss))
      #expect(correct[kept - 1] - 2 == Int64(logits.correctRows(labels)))
    }
  }

  @Test func prefixesOfUndefinedNumbersAreNobodysBest() {
    let input = Matrix(rows: 2, columns: 1, [.nan, 1])
    var (losses, correct) = ([0.0], [Int64(0)])
    input.addPrefixLikelihoods(
      Matrix(rows: 1, columns: 2, [1, -1]), bias: Matrix(rows: 1, columns: 2), [0, 0], losses: &losses,
      correct: &correct)
    #expect(!losses[0].isFinite && correct == [1])
  }

  @Test func correctRowsAreThoseOfTheFirstLargestLogit() {
    let logits = Matrix(rows: 5, columns: 3, [1, 2, 0, 2, 2, 1, 2, 2, 1, .nan, 1, 0, 0, .nan, 1])
    #expect(logits.correctRows([1, 0, 1, 1, 2]) == 2)
  }
}
