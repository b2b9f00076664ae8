import Experiment
import LinearAlgebra

extension ImportanceFamily {
  /// Writes f(n) and ∂f(n)/∂ν, both [1, D], for D = `importances.columns`. O(D).
  func fill(importances: inout Matrix, slopes: inout Matrix, rate: Double) {
    precondition(slopes.columns == importances.columns && importances.columns >= 1)
    distribution.fill(
      importances.mutableBase, slopes.mutableBase, width: importances.columns, rate: rate)
  }
}
