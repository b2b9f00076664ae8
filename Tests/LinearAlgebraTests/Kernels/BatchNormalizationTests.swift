import LinearAlgebra
import Testing

@Suite("Batch normalization against its plain twin")
struct ChannelNormalisationTests {
  /// Rows and channels: whole vectors, parts of one, several chunks of rows.
  static let shapes = [(3, 16), (40, 5), (600, 20), (1, 1), (1100, 64)]

  @Test(arguments: shapes)
  func moments(_ shape: (rows: Int, channels: Int)) {
    var stream = RandomStream(seed: 5, purpose: "moments")
    var value = MatrixTests.random(shape.rows, shape.channels, &stream)
    // Far from zero: a sum of squares would leave no digit of the variance.
    for row in 0..<shape.rows { value[row, 0] = 4096 + 0.125 * Float(row % 3) }
    var scratch = BatchNormalization.Scratch(channels: shape.channels)
    BatchNormalization.moments(value, &scratch)
    let (means, variances) = (scratch.means, scratch.variances)
    for channel in 0..<shape.channels {
      let column = (0..<shape.rows).map { Double(value[$0, channel]) }
      let mean = column.reduce(0, +) / Double(shape.rows)
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shape.rows)
      #expect(abs(means[channel] - mean) < 1e-6 * max(1, abs(mean)))
      #expect(abs(variances[channel] - variance) < 1e-4 * max(variance, 1e-3))
    }
  }

  @Test(arguments: shapes, [(false, false), (false, true), (true, false), (true, true)])
  func passes(_ shape: (rows: Int, channels: Int), _ options: (hasShortcut: Bool, isRectified: Bool)) {
    var stream = RandomStream(seed: 6, purpose: "normalise")
    let matrix = { MatrixTests.random(shape.rows, shape.channels, &stream) }
    let (value, shortcut, gradient) = (matrix(), matrix(), matrix())
    let coefficients = (0..<3).map { _ in (0..<shape.channels).map { _ in Float(stream.normal()) } }
    var (expected, masked, combined) = (value, gradient, gradient)
    var (sums, products) = (
      [Double](repeating: 0, count: shape.channels), [Double](repeating: 0, count: shape.channels)
    )
    for row in 0..<shape.rows {
      for channel in 0..<shape.channels {
        let x = value[row, channel]
        let y =
          x * coefficients[0][channel] + coefficients[1][channel]
          + (options.hasShortcut ? shortcut[row, channel] : 0)
        expected[row, channel] = options.isRectified ? max(0, y) : y
        let g = options.isRectified && y <= 0 ? 0 : gradient[row, channel]
        masked[row, channel] = g
        sums[channel] += Double(g)
        products[channel] += Double(g) * Double(x - coefficients[2][channel])
        combined[row, channel] =
          g * coefficients[0][channel] + x * coefficients[1][channel] + coefficients[2][channel]
      }
    }
    var result = Matrix()
    var scratch = BatchNormalization.Scratch(channels: shape.channels)
    (scratch.a, scratch.b, scratch.c) = (coefficients[0], coefficients[1], coefficients[2])
    BatchNormalization.apply(
      value, scratch, shortcut: options.hasShortcut ? shortcut : nil, isRectified: options.isRectified,
      to: &result)
    expectClose(result, expected)
    var inner = gradient
    BatchNormalization.gradientSums(
      &inner, value: value, means: Matrix(rows: 1, columns: shape.channels, coefficients[2]), result: result,
      isRectified: options.isRectified, &scratch)
    #expect(inner == masked)
    for channel in 0..<shape.channels {
      #expect(abs(scratch.sums[channel] - sums[channel]) < 1e-3)
      #expect(abs(scratch.products[channel] - products[channel]) < 1e-3)
    }
    BatchNormalization.combine(&inner, value, scratch)
    expectClose(inner, combined)
  }

  /// Bounded, and scaled by importances.
  @Test(arguments: shapes, [Float(1), .infinity])
  func neurons(_ shape: (rows: Int, channels: Int), _ ceiling: Float) {
    var stream = RandomStream(seed: 7, purpose: "neurons")
    let matrix = { MatrixTests.random(shape.rows, shape.channels, &stream) }
    let (value, gradient) = (matrix(), matrix())
    let coefficients = (0..<3).map { _ in (0..<shape.channels).map { _ in Float(stream.normal()) } }
    let importances = (0..<shape.channels).map { Float(0.9) / Float($0 + 1) }
    var (expected, masked) = (value, gradient)
    var sums = (0..<3).map { _ in [Double](repeating: 0, count: shape.channels) }
    for row in 0..<shape.rows {
      for channel in 0..<shape.channels {
        let (x, f) = (value[row, channel], importances[channel])
        let y = x * coefficients[0][channel] + coefficients[1][channel]
        let g = gradient[row, channel]
        expected[row, channel] = min(max(0, y), ceiling) * f
        masked[row, channel] = y > 0 && y < ceiling ? g * f : 0
        sums[0][channel] += Double(masked[row, channel])
        sums[1][channel] += Double(masked[row, channel]) * Double(x - coefficients[2][channel])
        sums[2][channel] += Double(g) * Double(min(max(0, y), ceiling))
      }
    }
    func row(_ values: [Float]) -> Matrix { Matrix(rows: 1, columns: shape.channels, values) }
    var (result, inner, importanceGradient) = (Matrix(), gradient, Matrix())
    var scratch = BatchNormalization.Scratch(channels: shape.channels)
    (scratch.a, scratch.b) = (coefficients[0], coefficients[1])
    BatchNormalization.apply(
      value, scratch, importances: row(importances), ceiling: ceiling, to: &result)
    expectClose(result, expected)
    BatchNormalization.gradientSums(
      &inner, value: value, means: row(coefficients[2]), result: result, importances: row(importances),
      ceiling: ceiling, importanceGradient: &importanceGradient, &scratch)
    expectClose(inner, masked)
    for channel in 0..<shape.channels {
      #expect(abs(scratch.sums[channel] - sums[0][channel]) < 1e-3)
      #expect(abs(scratch.products[channel] - sums[1][channel]) < 1e-3)
      #expect(abs(Double(importanceGradient[0, channel]) - sums[2][channel]) < 2e-3)
    }
  }
}
