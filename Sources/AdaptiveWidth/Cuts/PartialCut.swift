import Experiment

/// A network some of whose layers are cut already, from the input's side on.
struct PartialCut {
  private(set) var network: Network
  /// The neurons that stay of each layer which is cut, in their order, by their numbers in the uncut network.
  private(set) var kept: [Int: [Int]] = [:]
  /// Where the rows that repairs are fitted on stand in it, by the number of their batch: never behind the first block
  /// that a cut of a further layer changes.
  var states: [Int: PassState] = [:]

  init(_ network: Network) { self.network = network }

  var isCut: Bool { !kept.isEmpty }

  /// See `Network.truncate(layer:to:policy:repair:)`.
  mutating func truncate(layer: Int, to width: Int, policy: WidthPolicy?, repair: LayerRepair?) {
    note(layer, width, repair)
    network.truncate(layer: layer, to: width, policy: policy, repair: repair)
  }

  /// See `Network.truncateKeepingPolicy(layer:to:repair:)`.
  mutating func truncateKeepingPolicy(layer: Int, to width: Int, repair: LayerRepair) {
    note(layer, width, repair)
    network.truncateKeepingPolicy(layer: layer, to: width, repair: repair)
  }

  private mutating func note(_ layer: Int, _ width: Int, _ repair: LayerRepair?) {
    kept[layer] = Array((repair?.order ?? Array(0..<network.widths[layer])).prefix(width))
  }

  /// The columns of what a block gets from a layer that are left, if its own neurons are those of another layer which is
  /// cut; `nil`: all. What a recurrent block reads of its state becomes the neurons inside it, and those the state.
  func columns(of block: Int, in layer: AdaptiveLayer) -> [Int]? {
    network.adaptiveLayers.firstIndex {
      $0.writers.contains(block) && (layer.state == block ? $0.readers == [block] : $0.readers != [block])
    }
    .flatMap { kept[$0] }
  }
}
