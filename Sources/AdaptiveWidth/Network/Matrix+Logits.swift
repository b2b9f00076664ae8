import Glibc
import LinearAlgebra

/// Reading [rows, classes] logits.
extension Matrix {
  /// The class of the largest logit, one per row; the first of equals.
  public var largestColumns: [Int] { (0..<rows).map(largestColumn) }

  /// The class of a row's largest logit; the first of equals.
  func largestColumn(ofRow row: Int) -> Int {
    var best = 0
    for column in 1..<max(columns, 1) where self[row, column] > self[row, best] { best = column }
    return best
  }

  /// The softmax probability of the largest logit, one per row.
  public var largestProbabilities: [Float] {
    zip(0..<rows, largestColumns).map { row, best in
      let largest = self[row, best]
      return 1 / (0..<columns).reduce(0) { $0 + expf(self[row, $1] - largest) }
    }
  }

  /// The matrix without the mean of each row, which no probability depends on.
  package func subtractingRowMeans() -> Matrix {
    var result = self
    for row in 0..<rows {
      let mean = (0..<columns).reduce(Float(0)) { $0 + self[row, $1] } / Float(max(1, columns))
      for column in 0..<columns { result[row, column] -= mean }
    }
    return result
  }

  /// Σ_c p_c (1 − p_c) of each row's probabilities p: the trace of the second derivatives of the negative log-likelihood
  /// in its logits. Between two classes 1/2, far from all boundaries 0.
  package func curvatures() -> [Double] {
    (0..<rows).map { row in
      let most = self[row, largestColumn(ofRow: row)]
      let powers = (0..<columns).map { Double(expf(self[row, $0] - most)) }
      let total = powers.reduce(0, +)
      return powers.reduce(0) { $0 + $1 / total * (1 - $1 / total) }
    }
  }
}
