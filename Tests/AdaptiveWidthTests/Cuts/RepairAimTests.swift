import AdaptiveWidth
import Glibc
import LinearAlgebra
import Testing

/// What logits count in a repair.
struct RepairAimTests {
  private let logits = Matrix(rows: 4, columns: 3, [0, 0, 0, 3, -1, 0.5, 40, -20, 3, 200, 200, -90])

  private func negativeLogLikelihood(_ z: [Double], _ label: Int) -> Double {
    let most = z.max()!
    return log(z.reduce(0) { $0 + exp($1 - most) }) + most - z[label]
  }

  /// The second derivatives in each logit, by differences.
  @Test func curvaturesAreSecondDerivativesOfTheLikelihood() {
    let step = 1e-3
    for (row, curvature) in logits.curvatures().enumerated() {
      let z = (0..<3).map { Double(logits[row, $0]) }
      var sum = 0.0
      for column in 0..<3 {
        let values = [-step, 0, step].map { move in
          var moved = z
          moved[column] += move
          return negativeLogLikelihood(moved, 0)
        }
        sum += (values[0] - 2 * values[1] + values[2]) / (step * step)
      }
      #expect(abs(curvature - sum) < 1e-4, "row \(row)")
    }
  }

  @Test func centeredLogitsHaveTheSameDifferences() {
    let centered = logits.subtractingRowMeans()
    for row in 0..<4 {
      #expect(abs((0..<3).reduce(Float(0)) { $0 + centered[row, $1] }) < 1e-4)
      for column in 1..<3 {
        #expect(
          abs(centered[row, column] - centered[row, 0] - logits[row, column] + logits[row, 0]) < 1e-4)
      }
    }
  }

  /// Measurements of need take logits as they are.
  @Test func theLogitsThemselvesCountAlike() {
    #expect(RepairAim.logits.weights(logits) == nil && RepairAim.logits.targets(logits) == logits)
    #expect(RepairAim.probabilities.weights(logits)!.allSatisfy { $0 > 0 })
  }
}
