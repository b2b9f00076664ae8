import Experiment
import Glibc
import LinearAlgebra

/// What a measurement of need did to a layer.
public struct LayerMove: Equatable, Sendable {
  public var layer: Int
  public var from: Int
  public var to: Int
  public var need: WidthNeed

  public init(layer: Int, from: Int, to: Int, need: WidthNeed) {
    (self.layer, self.from, self.to, self.need) = (layer, from, to, need)
  }
}

/// How widths are moved after a measurement.
public struct SettlingRules: Sendable {
  public var price: WidthPrice
  /// Whether widths become what is needed, or keep some room for the measurements to come.
  public var isLast: Bool

  public init(price: WidthPrice, isLast: Bool) {
    (self.price, self.isLast) = (price, isLast)
  }

  /// Neurons to keep for each one that is needed, as long as measurements follow.
  static let margin = 1.3
  /// A layer that needs more than this fraction of its neurons gets twice as many: it may need more than it has.
  static let crowded = 0.9
  /// Cuts that leave more than this fraction are not worth a disturbance.
  static let noteworthy = 0.95
  /// No layer is doubled beyond this.
  static let maxWidth = 4_096

  /// - Parameter isOnlyNarrowed: channels are, since twice as many cost up to four times the work, and recurrent states,
  ///   whose weights fit one another.
  func width(
    from width: Int, need: Int, policy: WidthPolicy, ceiling: Int?, isOnlyNarrowed: Bool = false
  ) -> Int {
    if policy == .hold { return width }
    if !isLast, !isOnlyNarrowed, Double(need) > Self.crowded * Double(width) {
      return max(width, min(2 * width, Self.maxWidth, ceiling ?? .max))
    }
    let wanted = isLast ? need : Int((Self.margin * Double(need)).rounded(.up))
    let kept = min(width, max(2, wanted))
    return isLast || Double(kept) < Self.noteworthy * Double(width) ? kept : width
  }
}

extension Cutter {
  /// Measures what every adaptive layer needs at a price, from the input's side on, and moves its width there: in best
  /// order, repaired towards the uncut network.
  ///
  /// - Parameters:
  ///   - rows: kept apart from training, in blocks; their labels decide. With few of them, the distance to the uncut
  ///     network on the rows that repairs are fitted on does, each row left out of the fit.
  ///   - scale: of the network on these rows.
  ///   - random: of new neurons.
  /// - Returns: nothing of use if the task is canceled.
  /// - Precondition: the method is `best`, the aim of repairs `logits`.
  public mutating func settle(
    _ rules: SettlingRules, _ rows: EvaluationRows, _ scale: LossScale, random: inout RandomStream
  ) -> (network: Network, moves: [LayerMove]) {
    precondition(method == .best && aim == .logits, "neurons are chosen in best order, by all rows alike")
    var workspace = Workspace()
    var partial = PartialCut(network)
    var moves: [LayerMove] = []
    var grown: [(layer: Int, width: Int)] = []
    for layer in network.adaptiveLayers.indices where !Task.isCancelled {
      let repair = repair(of: layer, in: &partial, ignoring: negligibleVariance(layer, rules.price, scale))
      guard repair.used > 0 else { continue }
      let priced = rules.isLast ? rows : rows.firstBlocks(Self.earlyRows)
      let curve = needCurve(layer, repair, in: partial.network, scale, priced, &workspace)
      // A canceled task leaves a part of the curve.
      if Task.isCancelled { break }
      let costs = curve.widths.map { rules.price.cost($0, of: layer, in: partial.network) }
      var need = curve.need(costs: costs, price: rules.price.share(in: network))
      let (adaptation, from) = (network.adaptation(layer), network.widths[layer])
      let chosen = rules.width(
        from: from, need: min(need.width, repair.used), policy: adaptation.policy,
        ceiling: adaptation.ceiling,
        isOnlyNarrowed: network.isOfChannels(layer) || network.isOfState(layer))
      let to = chosen < from ? rounding.up(chosen, atMost: from) : chosen
      if to != chosen { need.roundedTo = rounding.multiple }
      if to < from {
        partial.truncateKeepingPolicy(layer: layer, to: to, repair: repair)
      } else if to > from {
        grown.append((layer, to))
      }
      moves.append(LayerMove(layer: layer, from: from, to: to, need: need))
    }
    // After all measurements: new neurons have nothing to say yet.
    var result = partial.network
    for (layer, width) in grown { result.grow(layer: layer, to: width, random: &random) }
    return (result, moves)
  }

  /// The K-th neuron in best order costs τ/K. If what it explains is worth less than this fraction of that, no later one is
  /// needed: what neurons explain beyond those before them falls about exponentially.
  private static let negligible = 0.05

  /// The variance to ignore in the fits of a layer; 0 where nobody knows what a variance is worth, or what a neuron costs.
  private func negligibleVariance(_ layer: Int, _ price: WidthPrice, _ scale: LossScale) -> Double {
    guard network.feedsOutput(layer), price.unit == .neuron else { return 0 }
    return Self.negligible * price.share(in: network) * scale.variancePerNat
  }

  /// Loss against the width of a layer, given the network in which the layers below are cut.
  private mutating func needCurve(
    _ layer: Int, _ repair: LayerRepair, in cutNetwork: Network, _ scale: LossScale,
    _ rows: EvaluationRows, _ workspace: inout Workspace
  ) -> NeedCurve {
    let isExact = network.feedsOutput(layer)
    let isOfChannels = network.isOfChannels(layer)
    let widths =
      isOfChannels ? Self.channelGrid(repair.used) : Self.grid(repair.used, isExact: isExact)
    if rows.rows < LossScale.fewRows, isExact, let regression = repair.regression {
      return leftOutCurve(layer, regression, in: cutNetwork, widths, scale)
    }
    let work = Double(network.multiplyAdds()) * Double(widths.count) * Double(rows.layerRows)
    let share = isExact ? 1 : Self.work / max(1, work)
    let least = isOfChannels ? Self.rowsForChannels : Self.fewestRows
    let blocks =
      share >= 1 ? rows.batches : rows.sample(max(least, Int(share * Double(rows.rows)))).batches
    // What the readers get is divided where they give the logits; elsewhere the logits themselves are.
    let measured = isExact ? cutNetwork : cutNetwork.scalingOutputs(by: 1 / scale.temperature)
    let fits = repair.scaled(by: 1 / scale.temperature, ofReader: network.blocks.count - 1)
    let ofBlocks = measured.prefixSums(
      layer: layer, kept: widths, [.repaired(fits)], EvaluationRows(batches: blocks), &workspace)[0]
    let sums = widths.indices.map { point in
      zip(blocks, ofBlocks).map { Double($0.rows) * ($1?[point].metrics.loss ?? 0) }
    }
    return NeedCurve(
      widths: widths, sums: sums, rows: blocks.map { Double($0.rows) }, nats: scale.nats)
  }

  /// Price rows of the measurements before the last one, which leave a margin.
  private static let earlyRows = 4_096

  /// Multiply-adds that a curve of a layer below others may cost.
  private static let work = 5e9

  /// Price rows that channels are measured on at least: fewer say less than the noise of their labels.
  private static let rowsForChannels = 512

  /// Price rows that other layers are measured on at least, however much that costs: fewer say too little about a width.
  private static let fewestRows = 100

  /// Widths about a fifth apart, all of them small ones.
  private static func channelGrid(_ most: Int) -> [Int] {
    var widths = [most]
    while let last = widths.last, last > 1 { widths.append(min(last - 1, last * 4 / 5)) }
    return widths.reversed()
  }

  /// The grid where one pass serves all widths. Every width up to `dense` is measured; above it, the step to the next
  /// width is 1/`part` of the width.
  private static let exactGrid = (dense: 64, part: 32)
  /// The same, where every width costs a pass of its own.
  private static let sampledGrid = (dense: 24, part: 16)

  /// All widths of a few neurons, and then ones a few percent apart: closer where one pass serves all of them.
  package static func grid(_ most: Int, isExact: Bool) -> [Int] {
    let (dense, part) = isExact ? exactGrid : sampledGrid
    var widths = Array(1...min(most, dense))
    while let last = widths.last, last < most { widths.append(min(most, last + last / part)) }
    return widths
  }
}

extension EvaluationRows {
  /// The first blocks that have so many rows, or all.
  fileprivate func firstBlocks(_ count: Int) -> EvaluationRows {
    guard rows > count else { return self }
    return EvaluationRows(
      batches: Array(batches.prefix(max(1, batches.count * count / rows))), fitting: fitting)
  }

  /// The number of rows of all batches; for translations, the tokens of the language that has more.
  fileprivate var layerRows: Int {
    batches.reduce(0) { $0 + max($1.layerRows, $1.rows) }
  }
}
