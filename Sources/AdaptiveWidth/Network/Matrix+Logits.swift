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
}
