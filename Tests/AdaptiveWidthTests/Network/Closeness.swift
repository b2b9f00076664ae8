import Testing

/// Expects values that differ by no more than a fraction of the largest expected one, or of 1.
func expectClose(_ a: [Float], _ b: [Float], _ tolerance: Float = 2e-5) {
  #expect(a.count == b.count)
  let scale = b.map(abs).max() ?? 1
  for (x, y) in zip(a, b) { #expect(abs(x - y) <= tolerance * max(1, scale)) }
}
