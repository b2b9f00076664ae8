import LinearAlgebra

/// The weights of blocks in bootstrap resamples: how often each block is drawn, with replacement. The resamples are the
/// same in every run.
struct BlockBootstrap {
  private var random = RandomStream(seed: 0, purpose: "resampling")
  private let count: Int

  init(count: Int) { self.count = count }

  mutating func next() -> [Double] {
    var weights = [Double](repeating: 0, count: count)
    for _ in 0..<count { weights[random.below(count)] += 1 }
    return weights
  }
}
