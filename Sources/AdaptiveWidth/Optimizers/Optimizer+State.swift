import Experiment

extension Optimizer {
  /// An optimizer that has begun `count` updates; it goes on from there.
  public init(
    kind: OptimizerKind, learningRate: Double, momentum: Double, weightDecay: Double = 0, count: Int
  ) {
    precondition(count >= 0, "updates are counted from 0")
    self.init(kind: kind, learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
    self.count = count
  }
}
