import LinearAlgebra
import Testing

@Suite("Convolutions against sums over patches")
struct ConvolutionTests {
  /// Winograd's tiles, whole and not, with leftovers of a block of them; products of patches, because tiles would hold few
  /// pixels or few channels; a stride; 1×1.
  static let shapes = [
    Convolution(height: 6, width: 4, inputs: 16, outputs: 32),
    Convolution(height: 8, width: 8, inputs: 64, outputs: 64),
    Convolution(height: 6, width: 4, inputs: 11, outputs: 22),
    Convolution(height: 8, width: 6, inputs: 32, outputs: 7),
    Convolution(height: 12, width: 16, inputs: 16, outputs: 16),
    Convolution(height: 7, width: 14, inputs: 5, outputs: 20),
    Convolution(height: 4, width: 4, inputs: 45, outputs: 64),
    Convolution(height: 2, width: 2, inputs: 48, outputs: 16),
    Convolution(height: 5, width: 5, inputs: 16, outputs: 16),
    Convolution(height: 5, width: 7, inputs: 3, outputs: 5),
    Convolution(height: 8, width: 6, inputs: 16, outputs: 16, stride: 2),
    Convolution(height: 7, width: 5, inputs: 2, outputs: 3, stride: 2),
    Convolution(height: 4, width: 3, inputs: 6, outputs: 4, kernel: 1),
    Convolution(height: 6, width: 6, inputs: 2, outputs: 2, kernel: 5),
    Convolution(height: 1, width: 1, inputs: 2, outputs: 2),
  ]

  /// Every pair of an input and an output element that a weight joins.
  static func forEachTap(
    _ c: Convolution, images: Int,
    _ body: (_ row: Int, _ input: Int, _ weight: (Int, Int), _ output: Int) -> Void
  ) {
    for row in 0..<images {
      for y in 0..<c.outputHeight {
        for x in 0..<c.outputWidth {
          for i in 0..<c.kernel {
            for j in 0..<c.kernel {
              let (line, column) = (y * c.stride + i - c.kernel / 2, x * c.stride + j - c.kernel / 2)
              guard line >= 0, line < c.height, column >= 0, column < c.width else { continue }
              for channel in 0..<c.inputs {
                for output in 0..<c.outputs {
                  body(
                    row, (line * c.width + column) * c.inputs + channel,
                    ((i * c.kernel + j) * c.inputs + channel, output),
                    (y * c.outputWidth + x) * c.outputs + output)
                }
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: shapes)
  func agrees(_ convolution: Convolution) {
    var stream = RandomStream(seed: 4, purpose: "convolution")
    let input = MatrixTests.random(3, convolution.inputSize, &stream)
    let weights = MatrixTests.random(convolution.patchSize, convolution.outputs, &stream)
    let gradient = MatrixTests.random(3, convolution.outputSize, &stream)
    var output = gradient
    output.fill(0)
    var (inputGradient, weightGradient) = (input, weights)
    inputGradient.fill(0)
    weightGradient.fill(0)
    Self.forEachTap(convolution, images: 3) { row, i, w, o in
      output[row, o] += input[row, i] * weights[w.0, w.1]
      inputGradient[row, i] += gradient[row, o] * weights[w.0, w.1]
      weightGradient[w.0, w.1] += gradient[row, o] * input[row, i]
    }
    // What scratch memory held before must not matter.
    var scratch = Matrix(rows: 1, columns: 1 << 20)
    scratch.fill(.nan)
    var result = Matrix()
    convolution.apply(input, weights, to: &result, scratch: &scratch)
    expectNear(result, output)
    scratch.fill(.nan)
    convolution.applyBackward(gradient, weights, to: &result, scratch: &scratch)
    expectNear(result, inputGradient)
    scratch.fill(.nan)
    convolution.weightGradient(input, gradient, to: &result, scratch: &scratch)
    expectNear(result, weightGradient)
  }

  @Test func extents() {
    let convolution = Convolution(height: 32, width: 31, inputs: 16, outputs: 32, stride: 2)
    #expect(convolution.outputHeight == 16 && convolution.outputWidth == 16)
    #expect(convolution.multiplyAdds == 16 * 16 * 9 * 16 * 32)
    let (tiled, others) = (Self.shapes.prefix(7), Self.shapes.dropFirst(7))
    #expect(tiled.allSatisfy(\.isTiled) && !others.contains(where: \.isTiled))
  }

  /// Within the rounding of sums of a few hundred products of numbers around 1.
  private func expectNear(_ result: Matrix, _ expected: Matrix) {
    #expect(result.rows == expected.rows && result.columns == expected.columns)
    let errors = zip(result.elements, expected.elements).map { abs($0 - $1) }
    // `max` overlooks NaN.
    #expect(errors.allSatisfy { $0 < 2e-4 }, "\(errors.max() ?? 0)")
  }
}
