import LinearAlgebra
import Testing

@Suite("Kernels against their plain twins")
struct KernelTests {
  static let functions: [ElementFunction] = [.identity, .relu6, .tanh, .relu, .leakyReLU]

  @Test(arguments: functions, [1, 7, 16, 67])
  func activation(_ function: ElementFunction, _ columns: Int) {
    var stream = RandomStream(seed: 3, purpose: "activation")
    let rows = 5
    var z = MatrixTests.random(rows, columns, &stream, isElastic: true)
    for row in 0..<rows { for column in 0..<columns { z[row, column] *= 4 } }
    let bias = MatrixTests.random(1, columns, &stream)
    let scale = MatrixTests.random(1, columns, &stream)
    let gradient = MatrixTests.random(rows, columns, &stream, isElastic: true)

    var (activated, output) = (z, Matrix(rows: rows, columns: columns))
    activated.activate(function, bias: bias, scale: scale, output: &output)
    var (dz, dScale, dBias) = (gradient, Matrix(rows: 1, columns: columns), Matrix(rows: 1, columns: columns))
    dz.activateBackward(
      function, activated: activated, scale: scale, scaleGradient: &dScale, biasGradient: &dBias)
    var plain = z
    plain.activate(function, bias: bias)
    #expect(plain == activated)
    var (unscaled, unscaledBias) = (gradient, Matrix(rows: 1, columns: columns))
    unscaled.activateBackward(function, activated: activated, biasGradient: &unscaledBias)

    var (a, h, g, s, b) = (activated, output, dz, dScale, dBias)
    var g1 = unscaled
    s.fill(0)
    b.fill(0)
    for row in 0..<rows {
      for column in 0..<columns {
        let input = z[row, column] + bias[0, column]
        let (value, slope) = (Reference.value(function, input), Reference.slope(function, input))
        a[row, column] = value
        h[row, column] = value * scale[0, column]
        g[row, column] = gradient[row, column] * scale[0, column] * slope
        g1[row, column] = gradient[row, column] * slope
        s[0, column] += gradient[row, column] * value
        b[0, column] += g[row, column]
      }
    }
    expectClose(activated, a)
    expectClose(output, h)
    expectClose(dz, g)
    expectClose(dScale, s)
    expectClose(dBias, b)
    expectClose(unscaled, g1)
  }

  @Test(arguments: functions)
  func notANumberPassesThrough(_ function: ElementFunction) {
    var z = Matrix(rows: 1, columns: 3, [.nan, 1, -1])
    z.activate(function, bias: Matrix(rows: 1, columns: 3))
    #expect(z[0, 0].isNaN && !z[0, 1].isNaN)
  }

  @Test(arguments: [1, 16, 35], [false, true])
  func adam(_ columns: Int, _ isElastic: Bool) {
    var stream = RandomStream(seed: 4, purpose: "adam")
    var value = MatrixTests.random(3, columns, &stream, isElastic: isElastic)
    let gradient = MatrixTests.random(3, columns, &stream)
    var first = MatrixTests.random(3, columns, &stream, isElastic: isElastic)
    var second = Matrix(
      rows: 3, columns: columns, first.elements.map { $0 * $0 + 0.1 }, isElastic: isElastic)
    let step = AdamStep(learningRate: 0.1, count: 3)
    var (w, m, v) = (value, first, second)
    for row in 0..<3 {
      for column in 0..<columns {
        let g = gradient[row, column] + 0.2 * w[row, column]
        m[row, column] = 0.9 * m[row, column] + 0.1 * g
        v[row, column] = 0.999 * v[row, column] + 0.001 * g * g
        w[row, column] -=
          Float(step.step) * m[row, column] / (v[row, column].squareRoot() * Float(step.root) + 1e-8)
      }
    }
    value.updateByAdam(step, gradient: gradient, decay: 0.2, first: &first, second: &second)
    expectClose(value, w)
    expectClose(first, m)
    expectClose(second, v)
  }

  @Test func adamCorrectsItsBias() {
    let step = AdamStep(learningRate: 0.1, count: 2)
    #expect(abs(step.step - 0.1 / 0.19) < 1e-12)
    #expect(abs(step.root - 1 / (1 - 0.998001).squareRoot()) < 1e-9)
  }

  @Test func momentum() {
    var stream = RandomStream(seed: 5, purpose: "momentum")
    var value = MatrixTests.random(3, 21, &stream, isElastic: true)
    var velocity = MatrixTests.random(3, 21, &stream, isElastic: true)
    let gradient = MatrixTests.random(3, 21, &stream)
    var (w, u) = (value, velocity)
    for row in 0..<3 {
      for column in 0..<21 {
        u[row, column] = 0.9 * u[row, column] + gradient[row, column] + 0.3 * w[row, column]
        w[row, column] -= 0.05 * u[row, column]
      }
    }
    value.updateByMomentum(0.9, learningRate: 0.05, gradient: gradient, decay: 0.3, velocity: &velocity)
    expectClose(value, w)
    expectClose(velocity, u)
  }

  @Test func sums() {
    var stream = RandomStream(seed: 6, purpose: "sums")
    let matrix = MatrixTests.random(4, 53, &stream, isElastic: true)
    let expected = matrix.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(matrix.sumOfSquares - expected) < 1e-4)
    var columns = Matrix(rows: 1, columns: 53)
    columns.addAbsoluteColumnSums(of: matrix)
    for column in 0..<53 {
      let sum = (0..<4).reduce(Float(0)) { $0 + abs(matrix[$1, column]) }
      #expect(abs(columns[0, column] - sum) < 1e-5)
    }
  }
}

@Suite("Random streams")
struct RandomStreamTests {
  @Test func aCopyReplaysAndAPurposeSeparates() {
    var stream = RandomStream(seed: 7, purpose: "a")
    _ = stream.normal()
    var copy = stream
    #expect((0..<50).allSatisfy { _ in stream.normal() == copy.normal() })
    var other = RandomStream(seed: 7, purpose: "b")
    var again = RandomStream(seed: 7, purpose: "a")
    #expect(other.next() != again.next())
  }

  @Test func normalDeviatesHaveTheirMoments() {
    var stream = RandomStream(seed: 8, purpose: "moments")
    let draws = (0..<40_000).map { _ in stream.normal() }
    let mean = draws.reduce(0, +) / 40_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
    let fourth = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / 40_000
    #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03 && abs(fourth - 3) < 0.2)
  }

  @Test func shufflingIsAPermutation() {
    var stream = RandomStream(seed: 9, purpose: "shuffle")
    var elements = Array(0..<100)
    stream.shuffle(&elements)
    #expect(elements != Array(0..<100) && elements.sorted() == Array(0..<100))
  }
}
