import Experiment
import LinearAlgebra

/// Makes and measures cuts of one network by one method. What several cuts have in common is computed once: a repair of
/// a layer below which nothing is cut is the same one for every width.
///
/// A repair fits, on training rows, what the uncut network gave the readers of a layer by the neurons that the cut
/// leaves (see `PrefixRegression`). Layers are cut from the input's side on: the neurons are those of the cut network,
/// the targets those of the uncut one, so that a repair mends what the cuts below it have spoiled. Where the only
/// reader's output is added to a residual stream, so is its target: the stream of the uncut network less that of the
/// cut one. If a convolution reads the neurons, the rows of the fit are its patches at sampled pixels, and the target
/// is its normalized output plus the shortcut. A residual stream has a fit for each of its
/// readers. A further fit lets the convolution beside a shortcut add what the shortcut no longer carries on.
///
/// A repair leaves the running statistics of batch normalization as they are, because they still describe the
/// pre-activations; those of a refitted convolution follow from the fit. After a plain cut they are recalibrated.
public struct Cutter {
  public let network: Network
  public let method: CutMethod
  /// The widths that settling and budgets choose.
  public let rounding: WidthRounding
  /// Training rows that repairs are fitted on.
  private let fitting: [Batch]
  /// Training rows that statistics are recalibrated on.
  private let calibration: [Batch]
  /// The fits of layers below which nothing is cut.
  private var repairs: [Int: LayerRepair] = [:]
  /// The targets of the fits of layers above a cut, taken from the uncut network, by the first of the readers: a matrix for
  /// each batch of `fitting`.
  private var targets: [Int: [Matrix]] = [:]
  private var uncut = Workspace()
  private var cut = Workspace()

  /// - Parameters:
  ///   - rows: whose training rows repairs are fitted on; without any nothing can be repaired, and cuts are plain.
  ///   - rounding: of the widths that are chosen here; those that are asked for are cut to as they are.
  public init(
    _ network: Network, _ method: CutMethod, _ rows: EvaluationRows, rounding: WidthRounding = .none
  ) {
    self.network = network
    self.rounding = rounding
    self.method = rows.fitting.isEmpty ? .plain : method
    (fitting, calibration) = (rows.fitting, rows.calibration)
  }

  /// The network that keeps so many neurons of every adaptive layer.
  ///
  /// - Parameters:
  ///   - policy: as for `Network.truncate(layer:to:policy:)`; layers that lose nothing keep theirs.
  public mutating func network(keeping widths: [Int], policy: WidthPolicy? = nil) -> Network {
    precondition(widths.count == network.adaptiveBlocks.count, "a width for each adaptive layer")
    var partial = PartialCut(network)
    for (layer, width) in widths.enumerated() where width != network.widths[layer] {
      let repair = canRepair(layer) ? self.repair(of: layer, in: partial) : nil
      partial.truncate(layer: layer, to: width, policy: policy, repair: repair)
    }
    var result = partial.network
    if partial.isCut && !method.isRepaired {
      result.recalibrateNormalization(cutFrom: network.widths, on: calibration, &cut)
    }
    return result
  }

  /// What the network that keeps so many neurons is worth. One forward pass of it over the rows, and, where layers
  /// above a cut one are repaired, over the rows that repairs are fitted on.
  public mutating func measure(_ widths: [Int], _ rows: EvaluationRows, _ workspace: inout Workspace)
    -> MeasuredCut
  {
    // Held importances are those of the network as it is: nothing is scaled, nothing rounded.
    let result = network(keeping: widths, policy: .hold)
    return MeasuredCut(
      widths: widths, metrics: result.evaluate(rows, &workspace),
      parameters: network.parameterCount(widths: widths), multiplyAdds: network.multiplyAdds(widths: widths))
  }

  /// The network with a layer's neurons in best order. No output changes.
  ///
  /// - Precondition: the method is `best`.
  public mutating func reordered(layer: Int) -> Network {
    precondition(method == .best, "an order to bring the neurons into")
    var result = network
    if canRepair(layer) { result.reorder(layer: layer, repair(of: layer)) }
    return result
  }

  /// Whether a cut of this layer is repaired: the method asks for it, and one fit serves all readers of a value.
  func canRepair(_ layer: Int) -> Bool {
    method.isRepaired && LayerReading.all(network, layer).allSatisfy(\.isRepairable)
  }

  /// The fits for every width of a layer in the method's order.
  ///
  /// - Parameter cut: the network with cuts below the layer; `nil`: nothing is cut.
  mutating func repair(of layer: Int, in cut: PartialCut? = nil) -> LayerRepair {
    let cut = cut?.isCut == true ? cut : nil
    if cut == nil, let known = repairs[layer] { return known }
    let readings = LayerReading.all(network, layer)
    let samples = readings.map { reading in
      let moments = moments(reading, in: cut)
      return RegressionSample(moments, ridge: reading.ridge(rows: moments.rows), group: reading.group)
    }
    let shortcuts = network.adaptiveLayers[layer].followers.compactMap { shortcut($0, of: layer, in: cut) }
    let regressions =
      method == .best
      ? PrefixRegression.inBestOrder(samples + shortcuts.map(\.rest))
      : samples.map { PrefixRegression($0.moments, ridge: $0.ridge, group: $0.group) }
    let result = LayerRepair(
      zip(readings, regressions).map { LayerRepair.Part(readers: $0.readers, regression: $1) },
      shortcuts: shortcuts.map(\.repair))
    if cut == nil { repairs[layer] = result }
    return result
  }

  /// Fits the neurons that a block's shortcut carries on by what its convolution reads. What this fit leaves unexplained
  /// is a sample for the best order, in which no neuron explains another.
  private mutating func shortcut(
    _ follower: Int, of layer: Int, in partial: PartialCut?
  ) -> (repair: LayerRepair.Shortcut, rest: RegressionSample)? {
    guard let reading = ShortcutReading(network, follower) else { return nil }
    let width = network.widths[layer]
    var moments = RegressionMoments(inputs: reading.columns, targets: width)
    var own = RegressionMoments(inputs: width, targets: width)
    let batches = reading.batches(of: fitting)
    for (number, batch) in batches.enumerated() where !Task.isCancelled {
      network.forward(batch, through: follower - 1, &uncut)
      partial?.network.forward(batch, through: follower - 1, &cut)
      let carried = reading.carried(uncut, number, of: batches)
      moments.add(reading.patches(partial == nil ? uncut : cut, number, of: batches), carried)
      own.add(carried, carried)
    }
    let regression = PrefixRegression(moments, ridge: reading.ridge(rows: moments.rows))
    own.separate(parts: width)
    own.scaleTargets(by: regression.unexplainedFractions(of: own))
    return (
      LayerRepair.Shortcut(block: follower, fit: regression.fit(first: regression.inputs)),
      RegressionSample(own, ridge: .default, group: 1)
    )
  }

  /// The fitting rows of a layer with one fit, whitened, with what its readers get in the uncut network.
  mutating func whitenedRows(
    _ layer: Int, _ regression: PrefixRegression, in cutNetwork: Network
  ) -> [RotatedRow] {
    let reading = LayerReading.all(network, layer)[0]
    let means = regression.whitenedWeights.bias
    var rows: [RotatedRow] = []
    for (number, batch) in fitting.enumerated() {
      network.forward(batch, through: reading.last, &uncut)
      cutNetwork.forward(batch, through: reading.last, &cut)
      let target = reading.targets(of: network, uncut, number, of: fitting[...])
      let whitened = regression.whitened(reading.neurons(of: cutNetwork, cut, number, of: fitting[...]))
      for row in 0..<whitened.rows {
        let values = (0..<target.columns).map { Double(target[row, $0]) }
        rows.append(
          RotatedRow(
            whitened: (0..<whitened.columns).map { whitened[row, $0] },
            error: values.enumerated().map { $1 - Double(means[0, $0]) }, target: values))
      }
    }
    return rows
  }

  /// Moments of a value's neurons, as inputs, and of what their readers get in the uncut network, as targets.
  private mutating func moments(_ reading: LayerReading, in partial: PartialCut?) -> RegressionMoments {
    let (batches, cutNetwork) = (reading.batches(of: fitting, network), partial?.network)
    // Of readers whose own neurons are cut already, what is left of the target.
    let left = partial.flatMap { $0.columns(of: reading.readers[0]) }
    var moments = RegressionMoments(
      inputs: reading.width * reading.group, targets: left?.count ?? reading.columns,
      hasIntercept: reading.separateHeads == nil)
    let known = targets[reading.readers[0]]
    var wanted: [Matrix] = []
    for (number, batch) in batches.enumerated() where !Task.isCancelled {
      var target: Matrix
      if let known, cutNetwork != nil {
        target = known[number]
      } else {
        network.forward(batch, through: reading.last, &uncut)
        target = reading.targets(of: network, uncut, number, of: batches)
        if cutNetwork != nil { wanted.append(target) }
      }
      if let cutNetwork {
        cutNetwork.forward(batch, through: reading.last, &cut)
        if let left {
          let whole = target
          target.gather(columns: left, from: whole)
        }
        reading.subtractStream(of: cutNetwork, cut, number, of: batches, from: &target)
        moments.add(reading.neurons(of: cutNetwork, cut, number, of: batches), target)
      } else {
        reading.subtractStream(of: network, uncut, number, of: batches, from: &target)
        moments.add(reading.neurons(of: network, uncut, number, of: batches), target)
      }
    }
    if let heads = reading.separateHeads { moments.separate(parts: heads) }
    // A canceled task leaves a part of them.
    if known == nil && wanted.count == batches.count { targets[reading.readers[0]] = wanted }
    return moments
  }
}
