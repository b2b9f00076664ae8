import Experiment
import LinearAlgebra

/// Metrics of a layer's first K neurons where no running sum over the neurons gives them.
extension Network {
  /// Measures prefixes of a layer without a running sum: one pass of the smaller network, from the layer on, for each
  /// count.
  func measuredPrefixes(
    _ layer: Int, _ kept: [Int], _ cuts: [PrefixCut], _ rows: EvaluationRows, _ workspaces: inout [Workspace]
  ) -> [[[MetricSums]?]] {
    let first = adaptiveBlocks[layer]
    // What lies below is the same for all of them.
    let isCalibrated = cuts.contains { !$0.isRepaired } && !statisticalBlocks(behind: first).isEmpty
    let states = Parallel.map(isCalibrated ? rows.calibration.count : 0, &workspaces) { number, workspace in
      stand(rows.calibration[number], before: first, &workspace)
    }
    return cuts.map { cut in
      var networks = kept.map { prefix(layer, $0, cut) }
      if isCalibrated && !cut.isRepaired {
        let calibrated = Parallel.map(kept.count, &workspaces) { point, workspace in
          kept[point] == widths[layer]
            ? networks[point]
            : networks[point].calibrated(from: first, rows.calibration, states, &workspace)
        }
        for (point, network) in calibrated.enumerated() { networks[point] = network ?? networks[point] }
      }
      return sums(of: networks, from: first, rows, &workspaces)
    }
  }

  /// The network that keeps the first neurons of a layer in some way.
  private func prefix(_ layer: Int, _ count: Int, _ cut: PrefixCut) -> Network {
    var (network, repair) = (self, LayerRepair?.none)
    switch cut {
    case .plain: break
    case .ordered(let order): network.permute(layer: layer, by: order)
    case .repaired(let known): repair = known
    }
    if count < widths[layer] { network.truncate(layer: layer, to: count, policy: .hold, repair: repair) }
    return network
  }

  /// A batch after the blocks before one.
  private func stand(_ batch: Batch, before first: Int, _ workspace: inout Workspace) -> PassState {
    var state = PassState()
    state.run(self, batch, before: first, through: first - 1, &workspace)
    return state
  }

  /// The network with running statistics behind a block that are those of some batches, which stand before it.
  private func calibrated(
    from first: Int, _ batches: [Batch], _ states: [PassState?], _ workspace: inout Workspace
  ) -> Network {
    var result = self
    let statistical = statisticalBlocks(behind: first)
    for (number, batch) in batches.enumerated() where !Task.isCancelled {
      states[number]?.restore(result, &workspace)
      result.forward(batch, first..<first + 1, &workspace)
      result.averageStatistics(
        of: statistical, over: batch, number: number, through: first + 1..<blocks.count, &workspace)
    }
    return result
  }

  /// Sums of each batch of networks that are this one up to a block.
  private func sums(
    of networks: [Network], from first: Int, _ rows: EvaluationRows, _ workspaces: inout [Workspace]
  ) -> [[MetricSums]?] {
    let none = networks.map { _ in MetricSums(targetScales: rows.targetScales) }
    return Parallel.map(rows.batches.count, &workspaces) { number, workspace in
      var sums = none
      workspace.prepare(for: self)
      forward(rows.batches[number], 0..<first, &workspace)
      for (point, network) in networks.enumerated() {
        network.forward(rows.batches[number], first..<blocks.count, &workspace)
        sums[point].add(workspace.output, rows.batches[number])
      }
      return sums
    }
  }
}
