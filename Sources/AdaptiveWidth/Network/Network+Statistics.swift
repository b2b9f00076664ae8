import LinearAlgebra

/// Running statistics, which have no gradient.
extension Network {
  /// Momentum of the running statistics, in PyTorch's convention.
  static let momentum = 0.1

  /// Moves them towards those of a minibatch in training.
  package mutating func learnStatistics(from workspace: Workspace) {
    learnStatistics(statisticalBlocks, from: workspace, share: Self.momentum)
  }

  /// Combines the moments of a worker's part of a minibatch with those of another part, for `learnStatistics`.
  ///
  /// In training, each part is normalized by its own moments; only the running statistics describe the whole minibatch.
  package func combineMoments(of other: Workspace, into workspace: inout Workspace) {
    for index in statisticalBlocks {
      workspace.buffers[index].channels.combineMoments(with: other.buffers[index].channels)
    }
  }

  /// The sums that a worker's moments follow from, of all blocks with running statistics one after the other.
  package func takeMoments(of workspace: Workspace, into sums: inout [Double]) {
    sums.removeAll(keepingCapacity: true)
    for index in statisticalBlocks { sums += workspace.buffers[index].channels.momentSums }
  }

  /// The moments that follow from such sums.
  package func setMoments(of workspace: inout Workspace, from sums: [Double]) {
    var rest = sums[...]
    for index in statisticalBlocks {
      let count = workspace.buffers[index].channels.momentSumCount
      workspace.buffers[index].channels.setMoments(fromSums: rest.prefix(count))
      rest = rest.dropFirst(count)
    }
  }

  mutating func learnStatistics(_ indices: [Int], from workspace: Workspace, share: Double) {
    for index in indices {
      capabilities[index].normalizing!.learnStatistics(
        of: &blocks[index], from: workspace.buffers[index], share: share)
    }
  }

  /// Moves running statistics to their mean over batches: one more batch, of this number from 0, counts as much as each
  /// before it. What the first of these blocks reads is in the workspace.
  mutating func averageStatistics(
    of statistical: [Int], over batch: Batch, number: Int, through range: Range<Int>,
    _ workspace: inout Workspace
  ) {
    forward(batch, range, isTraining: true, &workspace)
    learnStatistics(statistical, from: workspace, share: 1 / Double(number + 1))
  }

  /// Whether a cut can change what running statistics describe: then measuring one needs calibration rows.
  public var needsCalibration: Bool {
    adaptiveBlocks.min().map { !statisticalBlocks(behind: $0).isEmpty } ?? false
  }

  /// The blocks with running statistics after a block.
  func statisticalBlocks(behind index: Int) -> [Int] { statisticalBlocks.filter { $0 > index } }

  /// Recalibrates running statistics after a cut: those behind the first layer that lost neurons become the means over
  /// the given training rows. The old ones describe activations that were sums over more neurons; a network that
  /// normalizes by them loses far more than the removed neurons were worth.
  ///
  /// - Parameter before: the widths of the adaptive layers before the cut.
  public mutating func recalibrateNormalization(
    cutFrom before: [Int], on calibration: [Batch], _ workspace: inout Workspace
  ) {
    let changed = before.indices.filter { before[$0] != widths[$0] }
    guard let cut = changed.map({ adaptiveBlocks[$0] }).min() else { return }
    let statistical = statisticalBlocks(behind: cut)
    if statistical.isEmpty { return }
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    workspace.prepare(for: self)
    for (number, batch) in calibration.enumerated() {
      forward(batch, 0..<cut + 1, &workspace)
      averageStatistics(
        of: statistical, over: batch, number: number, through: cut + 1..<blocks.count, &workspace)
    }
  }
}
