/// Statistics of one quantity over several runs.
extension [Double] {
  /// `nil` of nothing.
  package var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }

  /// The sample standard deviation √(Σ(x − x̄)² / (n − 1)); `nil` of fewer than two.
  package var deviation: Double? {
    guard count > 1, let mean else { return nil }
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }
}
