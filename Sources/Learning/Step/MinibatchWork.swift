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

  /// What one thread does. By the address, because a copy of the work takes longer than a small network's products.
  static func work(_ minibatch: UnsafePointer<MinibatchWork>, _ thread: Int) {
    let rows = minibatch.pointee.rows
    let share = rows.share(minibatch.pointee.firstThread + thread, of: minibatch.pointee.allThreads)
    let source = minibatch.pointee.sources + thread
    source.pointee.fill(minibatch.pointee.order, share, epoch: minibatch.pointee.epoch)
    var dropout = minibatch.pointee.dropout
    dropout?.firstObservation = share.lowerBound - rows.lowerBound
    let targets =
      minibatch.pointee.teacherWorkspaces == nil ? nil : minibatch.pointee.distillationTargets(thread)
    minibatch.pointee.losses[thread] = source.pointee.withBatch {
      minibatch.pointee.network.pointee.lossAndGradients(
        $0, ofRows: minibatch.pointee.predictions, labelSmoothing: minibatch.pointee.labelSmoothing,
        classWeights: minibatch.pointee.classWeights, dropout: dropout, distillation: targets,
        &minibatch.pointee.workspaces[thread])
    }
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
