import Experiment

extension Optimizer {
  /// One that has begun `count` updates: it goes on as the one whose count that was.
  public init(
    kind: OptimizerKind, learningRate: Double, momentum: Double, weightDecay: Double = 0, count: Int
  ) {
    precondition(count >= 0, "updates are counted from 0")
    self.init(kind: kind, learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
    self.count = count
  }
}
