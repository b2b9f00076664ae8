import LinearAlgebra

/// Where a batch stands in a network: what the blocks from a position on read of those before it. A pass that goes on
/// from there computes none of these again.
struct PassState: Sendable {
  private var position = 0
  private var outputs: [Int: Matrix] = [:]

  /// The memory that it holds.
  var bytes: Int { outputs.values.reduce(0) { $0 + $1.bytes } }

  /// Runs the blocks up to one, from where the batch stands. From then on it stands before `first`.
  ///
  /// - Parameters:
  ///   - first: blocks before it are the same in all passes to come.
  ///   - last: not before the block in front of `first`.
  mutating func run(
    _ network: Network, _ batch: Batch, before first: Int, through last: Int, _ workspace: inout Workspace
  ) {
    if position > first { self = PassState() }
    restore(network, &workspace)
    let kept = (0..<first).filter { network.consumers[$0].contains { $0 >= first } }
    // What another batch's state holds would be copied, only to be overwritten.
    for index in kept where index >= position {
      workspace.buffers[index].output = Matrix(isElastic: workspace.buffers[index].output.isElastic)
    }
    network.forward(batch, position..<first, &workspace)
    outputs = Dictionary(uniqueKeysWithValues: kept.map { ($0, workspace.buffers[$0].output) })
    position = first
    network.forward(batch, first..<last + 1, &workspace)
  }

  /// Puts what is known into a workspace, for blocks from the position on.
  func restore(_ network: Network, _ workspace: inout Workspace) {
    workspace.prepare(for: network)
    for (index, output) in outputs { workspace.buffers[index].output = output }
  }
}

extension Network {
  /// The first block that cuts of a layer and of those after it can change.
  func firstBlock(changedFrom layer: Int) -> Int {
    adaptiveLayers[layer...].map { $0.writers[0] }.min() ?? 0
  }
}
