import Glibc
import LinearAlgebra
import Testing

@Suite("Kernels against their plain twins")
struct KernelTests {
  static let functions: [ElementFunction] = [.identity, .relu6, .tanh, .relu, .leakyReLU]

  /// A layer as a kernel sees it: what comes in, what is expected to come out, and back.
  struct Layer {
    var input, weights, bias, scale, gradient: Matrix
    /// Expected.
    var output, inner, weightGradient, biasGradient, scaleGradient: Matrix

    init(_ function: ElementFunction, rows: Int, inputs: Int, columns: Int, isElastic: Bool) {
      var stream = RandomStream(seed: 3, purpose: "layer \(rows) \(inputs) \(columns)")
      input = MatrixTests.random(rows, inputs, &stream)
      weights = MatrixTests.random(inputs, columns, &stream, isElastic: isElastic)
      bias = MatrixTests.random(1, columns, &stream, isElastic: isElastic)
      scale = MatrixTests.random(1, columns, &stream, isElastic: isElastic)
      gradient = MatrixTests.random(rows, columns, &stream, isElastic: isElastic)
      for column in 0..<columns {
        scale[0, column] = 0.05 + abs(scale[0, column])
        for row in 0..<inputs { weights[row, column] *= 4 }
      }
      let z = Reference.product(input, weights)
      (output, inner) = (gradient, gradient)
      (biasGradient, scaleGradient) = (bias, scale)
      biasGradient.fill(0)
      scaleGradient.fill(0)
      for row in 0..<rows {
        for column in 0..<columns {
          let (f, g) = (scale[0, column], gradient[row, column])
          let value = Reference.value(function, z[row, column] + bias[0, column])
          output[row, column] = value * f
          inner[row, column] = g * f * Reference.slope(function, z[row, column] + bias[0, column])
          scaleGradient[0, column] += g * value
          biasGradient[0, column] += inner[row, column]
        }
      }
      weightGradient = Reference.product(Reference.transpose(input), inner)
    }
  }

  @Test(arguments: functions, [(1, true), (7, false), (16, true), (67, true), (67, false)])
  func activation(_ function: ElementFunction, _ shape: (columns: Int, isElastic: Bool)) {
    let layer = Layer(function, rows: 21, inputs: 5, columns: shape.columns, isElastic: shape.isElastic)
    var output = Matrix(rows: 21, columns: shape.columns, isElastic: shape.isElastic)
    output.setProduct(layer.input, layer.weights)
    let product = output
    output.activate(function, bias: layer.bias, scale: layer.scale)
    expectClose(output, layer.output)
    var (inner, biasGradient, scaleGradient) = (layer.gradient, layer.bias, layer.scale)
    inner.activateBackward(
      function, output: output, scale: layer.scale, scaleGradient: &scaleGradient,
      biasGradient: &biasGradient)
    expectClose(inner, layer.inner)
    expectClose(scaleGradient, layer.scaleGradient)
    expectClose(biasGradient, layer.biasGradient)

    // Without a scale: as with one of ones.
    var ones = layer.scale
    ones.fill(1)
    var (plain, scaled) = (product, product)
    plain.activate(function, bias: layer.bias)
    scaled.activate(function, bias: layer.bias, scale: ones)
    #expect(plain == scaled)
    var (plainInner, scaledInner, plainBias) = (layer.gradient, layer.gradient, layer.bias)
    plainInner.activateBackward(function, output: plain, biasGradient: &plainBias)
    scaledInner.activateBackward(
      function, output: scaled, scale: ones, scaleGradient: &scaleGradient, biasGradient: &biasGradient)
    #expect(plainInner == scaledInner && plainBias == biasGradient)
  }

  @Test(arguments: functions, [(1, 1, true), (2, 66, true), (3, 35, false), (4, 260, true)])
  func narrowInputs(_ function: ElementFunction, _ shape: (inputs: Int, columns: Int, isElastic: Bool)) {
    for rows in [1, 8, 19] {
      let layer = Layer(
        function, rows: rows, inputs: shape.inputs, columns: shape.columns, isElastic: shape.isElastic)
      var output = Matrix(rows: rows, columns: shape.columns, isElastic: shape.isElastic)
      output.setActivatedProduct(
        function, layer.input, layer.weights, bias: layer.bias, scale: layer.scale)
      expectClose(output, layer.output)
      var (weightGradient, biasGradient, scaleGradient) = (layer.weights, layer.bias, layer.scale)
      layer.gradient.activatedProductBackward(
        function, layer.input, output: output, scale: layer.scale, weightGradient: &weightGradient,
        biasGradient: &biasGradient, scaleGradient: &scaleGradient)
      expectClose(weightGradient, layer.weightGradient)
      expectClose(scaleGradient, layer.scaleGradient)
      expectClose(biasGradient, layer.biasGradient)
    }
  }

  @Test(arguments: [1, 2, 3, 4], [1, 16, 67, 300])
  func narrowOutputs(_ outputs: Int, _ inputs: Int) {
    for rows in [1, 4, 11] {
      let layer = Layer(.identity, rows: rows, inputs: inputs, columns: outputs, isElastic: false)
      var output = Matrix(rows: rows, columns: outputs)
      output.setNarrowOutput(layer.input, layer.weights, bias: layer.bias)
      var expected = Reference.product(layer.input, layer.weights)
      for row in 0..<rows { for column in 0..<outputs { expected[row, column] += layer.bias[0, column] } }
      expectClose(output, expected)
      var inputGradient = Matrix(rows: rows, columns: inputs, isElastic: true)
      var biasGradient = Matrix(rows: 1, columns: outputs)
      layer.gradient.narrowOutputBackward(
        layer.weights, inputGradient: &inputGradient, biasGradient: &biasGradient)
      expectClose(inputGradient, Reference.product(layer.gradient, Reference.transpose(layer.weights)))
      for column in 0..<outputs {
        let sum = (0..<rows).reduce(Float(0)) { $0 + layer.gradient[$1, column] }
        #expect(abs(biasGradient[0, column] - sum) < 1e-5)
      }
    }
  }

  /// No rows: a thread whose share of a minibatch is empty adds nothing.
  @Test func withoutRowsGradientsAreZero() {
    let layer = Layer(.relu6, rows: 0, inputs: 2, columns: 20, isElastic: true)
    var (weights, bias, scale) = (layer.weights, layer.bias, layer.scale)
    layer.gradient.activatedProductBackward(
      .relu6, layer.input, output: layer.output, scale: layer.scale, weightGradient: &weights,
      biasGradient: &bias, scaleGradient: &scale)
    #expect((weights.elements + bias.elements + scale.elements).allSatisfy { $0 == 0 })
    (bias, scale) = (layer.bias, layer.scale)
    var inner = layer.gradient
    inner.activateBackward(
      .relu6, output: layer.output, scale: layer.scale, scaleGradient: &scale, biasGradient: &bias)
    #expect((bias.elements + scale.elements).allSatisfy { $0 == 0 })
  }

  @Test func tanhIsAccurateEverywhere() {
    let inputs = stride(from: Float(-12), through: 12, by: 0.0037).map { $0 } + [1e-6, -1e-6, 0.01, 40, -400]
    var values = Matrix(rows: 1, columns: inputs.count, inputs)
    values.activate(.tanh, bias: Matrix(rows: 1, columns: inputs.count))
    for (input, value) in zip(inputs, values.elements) {
      let exact = tanh(Double(input))
      #expect(abs(Double(value) - exact) <= 3e-7 * abs(exact), "tanh \(input) = \(value)")
    }
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
    var gradient = MatrixTests.random(3, columns, &stream)
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
    let update = MatrixUpdate(value: &value, first: &first, second: &second, gradient: &gradient)
    // Rows may be divided among threads.
    update.byAdam(step, decay: 0.2, rows: 1..<3)
    update.byAdam(step, decay: 0.2, rows: 0..<1)
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
    var gradient = MatrixTests.random(3, 21, &stream)
    var (w, u) = (value, velocity)
    for row in 0..<3 {
      for column in 0..<21 {
        u[row, column] = 0.9 * u[row, column] + gradient[row, column] + 0.3 * w[row, column]
        w[row, column] -= 0.05 * u[row, column]
      }
    }
    let update = MatrixUpdate(value: &value, first: &velocity, second: nil, gradient: &gradient)
    update.byMomentum(0.9, learningRate: 0.05, decay: 0.3, rows: 0..<3)
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
