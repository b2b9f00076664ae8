import LinearAlgebra

/// A fit of what reads the last state of a recurrent block, made once the block is cut, by the states that the cut network
/// really goes through.
///
/// What the block itself reads at each step is fitted on the states of the uncut network. A fit on the cut network's own
/// states would contain the errors of all steps before, and lead further away with every step. What reads the last
/// state feeds nothing back, so it can correct the error that the cell has gathered until then.
struct LastStateRepair: Sendable {
  /// The layer of the state.
  private let layer: Int
  private let readers: [Int]
  private let batches: [Batch]
  /// What the readers get of each batch in the uncut network.
  private var targets: [Matrix]

  /// `nil` if the network has no state of a learned width, whose last value is read in one place.
  init?(_ network: Network, on batches: [Batch], _ workspaces: inout [Workspace]) {
    guard let layer = network.adaptiveLayers.indices.first(where: network.isOfState),
      let reading = Self.reading(network, layer)
    else { return nil }
    let targets = Parallel.map(batches.count, &workspaces) { number, workspace in
      network.forward(batches[number], through: reading.last - 1, &workspace)
      return reading.targets(of: network, workspace, number, of: batches[...])
    }
    // A canceled task leaves a part of them.
    guard targets.allSatisfy({ $0 != nil }) else { return nil }
    (self.layer, readers, self.batches) = (layer, reading.readers, batches)
    self.targets = targets.compactMap(\.self)
  }

  private static func reading(_ network: Network, _ layer: Int) -> LayerReading? {
    let readings = LayerReading.all(network, layer).filter(\.isOfLastStates)
    return readings.count == 1 && readings[0].isRepairable ? readings[0] : nil
  }

  /// Whether a layer is the state, or the neurons inside its block: cuts of either change the states.
  static func isNeeded(_ network: Network, _ layer: Int) -> Bool {
    let cells = network.adaptiveLayers.compactMap(\.state)
    return cells.contains { network.adaptiveLayers[layer].writers.contains($0) }
  }

  /// - Parameter network: whose cell is cut, and what reads its last state is not.
  func apply(to network: inout Network) {
    guard let reading = Self.reading(network, layer), let block = network.adaptiveLayers[layer].state else {
      return
    }
    var workspace = Workspace()
    var moments = RegressionMoments(inputs: reading.width, targets: reading.columns)
    for (number, batch) in batches.enumerated() {
      network.forward(batch, through: block, &workspace)
      moments.add(reading.neurons(of: network, workspace, number, of: batches[...]), targets[number])
    }
    let fit = PrefixRegression(moments, ridge: reading.ridge(rows: moments.rows))
    network.setOutgoing(readers, of: network.adaptiveLayers[layer], fit, reading.width)
  }

  /// The fit of the targets multiplied by a factor, if they are what a block gets.
  func scaled(by factor: Float, ofReader reader: Int) -> LastStateRepair {
    guard readers == [reader] else { return self }
    var result = self
    for number in targets.indices { result.targets[number].scale(by: factor) }
    return result
  }
}
