import LinearAlgebra

extension Network {
  /// What a recurrent network remembers after each step of one sequence, [steps, H].
  ///
  /// - Parameter batch: of this sequence alone.
  /// - Returns: `nil` without a recurrent block. The network's output is left in the workspace.
  public func states(of batch: Batch, _ workspace: inout Workspace) -> Matrix? {
    guard let index = blocks.firstIndex(where: { $0 is Recurrence }) else { return nil }
    precondition(batch.structure.order.count == 1, "the states of one sequence")
    forward(batch, &workspace)
    return workspace.stages[index].scratch[Recurrence.Buffers.states]
  }
}
