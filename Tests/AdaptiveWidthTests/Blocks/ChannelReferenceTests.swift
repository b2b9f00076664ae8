import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra
import Testing

/// The two convolutions of a residual block in double precision, plainly: every gradient against differences of it.
private struct PlainBlock {
  static let (size, inputs, inner, images) = (4, 2, 3, 5)
  static let pixels = size * size

  /// W₁, γ₁, β₁, W₂, γ₂, β₂, f
  var values: [[Double]]
  let x: [Double]
  /// Of the output, whose sum of products is the loss.
  let target: [Double]

  /// v ∗ W, [images · pixels, outputs], W [9 · inputs, outputs].
  private func convolved(_ v: [Double], _ weights: [Double], _ inputs: Int, _ outputs: Int) -> [Double] {
    var result = [Double](repeating: 0, count: Self.images * Self.pixels * outputs)
    for image in 0..<Self.images {
      for (y, x) in (0..<Self.size).flatMap({ y in (0..<Self.size).map { (y, $0) } }) {
        for tap in 0..<9 {
          let (row, column) = (y + tap / 3 - 1, x + tap % 3 - 1)
          guard (0..<Self.size).contains(row), (0..<Self.size).contains(column) else { continue }
          for input in 0..<inputs {
            let value = v[(image * Self.pixels + row * Self.size + column) * inputs + input]
            for output in 0..<outputs {
              result[(image * Self.pixels + y * Self.size + x) * outputs + output] +=
                value * weights[(tap * inputs + input) * outputs + output]
            }
          }
        }
      }
    }
    return result
  }

  private func normalized(_ v: [Double], _ scale: [Double], _ shift: [Double]) -> [Double] {
    let columns = scale.count
    let rows = Double(v.count / columns)
    var result = v
    for column in 0..<columns {
      let values = stride(from: column, to: v.count, by: columns).map { v[$0] }
      let mean = values.reduce(0, +) / rows
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / rows
      for index in stride(from: column, to: v.count, by: columns) {
        result[index] = scale[column] * (v[index] - mean) / (variance + 1e-5).squareRoot() + shift[column]
      }
    }
    return result
  }

  var loss: Double {
    let inner = Self.inner
    var a = normalized(convolved(x, values[0], Self.inputs, inner), values[1], values[2])
    for index in a.indices { a[index] = min(max(a[index], 0), 6) * values[6][index % inner] }
    let z = normalized(convolved(a, values[3], inner, Self.inputs), values[4], values[5])
    return zip(zip(z, x), target).reduce(0) { $0 + max(0, $1.0.0 + $1.0.1) * $1.1 }
  }
}

@Suite struct ChannelReferenceTests {
  @Test func gradientsAreThoseOfThePlainBlockInDoublePrecision() {
    var random = RandomStream(seed: 4, purpose: "plain block")
    func numbers(_ count: Int, around center: Double = 0, _ spread: Double = 1) -> [Double] {
      (0..<count).map { _ in Double(Float(center + spread * random.normal())) }
    }
    let (inputs, inner, images, size) = (
      PlainBlock.inputs, PlainBlock.inner, PlainBlock.images, PlainBlock.size
    )
    let adaptation = ChannelCase.adaptation(inner)
    let f = adaptation.importances.elements.map(Double.init)
    var plain = PlainBlock(
      values: [
        numbers(9 * inputs * inner), numbers(inner, around: 2), numbers(inner, around: 1),
        numbers(9 * inner * inputs), numbers(inputs, around: 1, 0.3), numbers(inputs, 0.3), f,
      ], x: numbers(images * size * size * inputs), target: numbers(images * size * size * inputs))
    func matrix(_ number: Int, _ rows: Int, _ columns: Int) -> Matrix {
      Matrix(rows: rows, columns: columns, plain.values[number].map { Float($0) })
    }
    let extent = ImageExtent(height: size, width: size, channels: inputs)
    let writer = ConvolutionBlock(
      Convolution(height: size, width: size, inputs: inputs, outputs: inner), function: .relu6,
      adaptation: adaptation, weights: matrix(0, 9 * inputs, inner), scale: matrix(1, 1, inner),
      shift: matrix(2, 1, inner))
    let reader = ConvolutionBlock(
      Convolution(height: size, width: size, inputs: inner, outputs: inputs),
      shortcut: Shortcut(extent, inTheMiddleOf: inputs),
      weights: matrix(3, 9 * inner, inputs), scale: matrix(4, 1, inputs), shift: matrix(5, 1, inputs))
    // The loss ½ Σ (h − t)² has the gradient h − t: with t = h − g the one that is wanted.
    var builder = NetworkBuilder()
    builder.add(writer)
    builder.add(reader, 0, LayerNode.batch)
    let network = Network(nodes: builder.nodes, problem: .regression)
    let x = Matrix(rows: images, columns: extent.size, plain.x.map { Float($0) })
    var workspace = Workspace()
    _ = network.lossAndGradients(Batch(inputs: x, values: x), &workspace)
    let h = workspace.output.elements
    let wanted = zip(h, plain.target).map { $0 - Float($1) * Float(images) }
    let batch = Batch(inputs: x, values: Matrix(rows: images, columns: extent.size, wanted))
    _ = network.lossAndGradients(batch, &workspace)
    let found =
      workspace.buffers[0].gradients.map(\.elements) + workspace.buffers[1].gradients.map(\.elements)
      + [workspace.buffers[0].importanceGradient.elements]
    for number in plain.values.indices {
      var expected: [Double] = []
      for index in plain.values[number].indices {
        func moved(_ by: Double) -> Double {
          let old = plain.values[number][index]
          plain.values[number][index] += by
          defer { plain.values[number][index] = old }
          return plain.loss
        }
        expected.append((8 * (moved(1e-4) - moved(-1e-4)) - (moved(2e-4) - moved(-2e-4))) / 12e-4)
      }
      let size = (expected.reduce(0) { $0 + $1 * $1 } / Double(expected.count)).squareRoot()
      for (index, (a, b)) in zip(found[number], expected).enumerated() {
        #expect(abs(Double(a) - b) <= 2e-3 * max(abs(b), size) + 1e-4, "matrix \(number), entry \(index)")
      }
    }
  }
}
