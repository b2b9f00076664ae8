import AdaptiveWidth
import LinearAlgebra

/// What the threads need of a minibatch.
struct MinibatchWork {
  let network: UnsafePointer<Network>
  let order: [Int32]
  let rows: Range<Int>
  let epoch: Int
  /// That the loss is the mean over.
  let predictions: Int
  let labelSmoothing: Double
  let classWeights: [Float]
  let dropout: Dropout?
  /// The first of these threads among those of all ranks, and their number.
  let firstThread: Int
  let allThreads: Int
  let distillation: UnsafePointer<Distillation?>
  let sources: UnsafeMutablePointer<BatchSource>
  let workspaces: UnsafeMutablePointer<Workspace>
  /// `nil` without a teacher.
  let teacherWorkspaces: UnsafeMutablePointer<Workspace>?
  let losses: UnsafeMutablePointer<Double>

  func work(_ thread: Int) {
    let share = rows.share(firstThread + thread, of: allThreads)
    sources[thread].fill(order, share, epoch: epoch)
    var dropout = dropout
    dropout?.firstObservation = share.lowerBound - rows.lowerBound
    losses[thread] = network.pointee.lossAndGradients(
      sources[thread].batch, ofRows: predictions, labelSmoothing: labelSmoothing,
      classWeights: classWeights, dropout: dropout, distillation: distillationTargets(thread),
      &workspaces[thread])
  }

  /// The teacher's answers to the very rows that the network learns from, augmented as they are.
  private func distillationTargets(_ thread: Int) -> DistillationTargets? {
    guard let teacherWorkspaces, let distillation = distillation.pointee else { return nil }
    distillation.teacher.forward(sources[thread].batch, &teacherWorkspaces[thread])
    return DistillationTargets(
      outputs: teacherWorkspaces[thread].output, weight: distillation.terms.weight,
      temperature: distillation.terms.temperature)
  }
}
