import LinearAlgebra

extension Block {
  public mutating func collectUpdates(
    _ gradients: UnsafeBufferPointer<Matrix>, factors: UnsafeBufferPointer<Matrix>, weights: UInt64,
    into updates: inout [MatrixUpdate]
  ) {
    forEachParameter { parameter, number in
      updates.append(
        MatrixUpdate(
          value: &parameter.value, first: &parameter.first, second: &parameter.second,
          gradient: gradients.baseAddress! + number,
          decayFactors: factors.isEmpty ? nil : factors.baseAddress! + number,
          isDecayed: weights & 1 << number != 0))
    }
  }
}

extension Network {
  /// Updates weights, biases, rates and running statistics once, from the workspace's gradients and the priors, as
  /// training does on one thread without clipping.
  public mutating func update(
    by optimizer: Optimizer, _ workspace: Workspace, objective: Objective
  ) {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    updateRates(by: optimizer, workspace, objective: objective)
    var updates: [MatrixUpdate] = []
    collectUpdates(workspace, into: &updates)
    for update in updates { optimizer.apply(update, decay: objective.decay, rows: 0..<update.rows) }
    learnStatistics(from: workspace)
  }

  /// The update of the parameters: one piece of work a matrix, whose rows may be divided among threads.
  ///
  /// - Parameter updates: is replaced; valid until the network or the workspace changes otherwise.
  package mutating func collectUpdates(_ workspace: Workspace, into updates: inout [MatrixUpdate]) {
    updates.removeAll(keepingCapacity: true)
    for index in blocks.indices {
      let (weights, factors) = (weightIndices[index], priorFactors(index))
      workspace.buffers[index].gradients.withUnsafeBufferPointer { gradients in
        factors.withUnsafeBufferPointer { factors in
          blocks[index].collectUpdates(gradients, factors: factors, weights: weights, into: &updates)
        }
      }
    }
  }
}
