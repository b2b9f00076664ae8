import LinearAlgebra

/// How often each of a number of blocks is drawn in a resampling with replacement: always the same resamplings.
struct RandomStreamOfBlocks {
  private var random = RandomStream(seed: 0, purpose: "resampling")
  private let count: Int

  init(count: Int) { self.count = count }

  mutating func next() -> [Double] {
    var weights = [Double](repeating: 0, count: count)
    for _ in 0..<count { weights[random.below(count)] += 1 }
    return weights
  }
}
