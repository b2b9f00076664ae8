import LinearAlgebra

extension Network {
  /// The state of a recurrent network after each step of one sequence, [steps, H].
  ///
  /// - Parameter batch: of this sequence alone.
  /// - Returns: `nil` without a recurrent block. The network's output is left in the workspace.
  public func states(of batch: Batch, _ workspace: inout Workspace) -> Matrix? {
    for (index, block) in blocks.enumerated() {
      guard let block = block as? any RecurrentBlock else { continue }
      precondition(batch.structure.order.count == 1, "the states of one sequence")
      forward(batch, &workspace)
      return block.states(workspace.buffers[index])
    }
    return nil
  }

  /// The number of tokens that each token reader knows.
  public var vocabularies: [Int] { blocks.compactMap { ($0 as? any TokenReader)?.vocabulary } }
}
