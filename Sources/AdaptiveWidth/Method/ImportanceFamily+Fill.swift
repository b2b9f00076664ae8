import Experiment
import LinearAlgebra

extension ImportanceFamily {
  /// Writes f(n) and ∂f(n)/∂ν, both [1, D], for D = `importances.columns`. O(D).
  ///
  /// For importances s(n) of sum 1: f(n) = s(n)/s(0) on the scale of the first, and ∂f(n)/∂ν = (∂s(n)/∂ν − f(n)
  /// ∂s(0)/∂ν)/s(0).
  func fill(
    importances: inout Matrix, slopes: inout Matrix, rate: Double, scale: ImportanceScale = .sum
  ) {
    precondition(slopes.columns == importances.columns && importances.columns >= 1)
    let (f, slope, width) = (importances.mutableBase, slopes.mutableBase, importances.columns)
    distribution.fill(f, slope, width: width, rate: rate)
    guard scale == .first else { return }
    let (first, firstSlope) = (f[0], slope[0])
    for n in 0..<width {
      f[n] /= first
      slope[n] = (slope[n] - f[n] * firstSlope) / first
    }
  }
}
