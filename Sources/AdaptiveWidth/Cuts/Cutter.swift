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
/// is its normalized output plus the shortcut.
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
  private var regressions: [Int: PrefixRegression] = [:]
  /// The targets of the fits of layers above a cut, taken from the uncut network: a matrix for each batch of `fitting`.
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
    var result = network
    var isCut = false
    for (layer, width) in widths.enumerated() where width != network.widths[layer] {
      let repair = canRepair(layer) ? regression(layer, in: isCut ? result : nil) : nil
      result.truncate(layer: layer, to: width, policy: policy, repair: repair)
      isCut = true
    }
    if isCut && !method.isRepaired {
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
    if canRepair(layer) { result.reorder(layer: layer, regression(layer)) }
    return result
  }

  /// Whether a cut of this layer is repaired: the method asks for it, and one fit serves all readers.
  func canRepair(_ layer: Int) -> Bool {
    method.isRepaired && LayerReading(network, layer).isRepairable
  }

  /// The fits for every width of a layer in the method's order.
  ///
  /// - Parameter cut: the network with cuts below the layer; `nil`: nothing is.
  mutating func regression(_ layer: Int, in cut: Network? = nil) -> PrefixRegression {
    if cut == nil, let known = regressions[layer] { return known }
    let reading = LayerReading(network, layer)
    let moments = moments(layer, reading, in: cut)
    let (ridge, group) = (reading.ridge(rows: moments.rows), reading.group)
    let result =
      method == .best
      ? PrefixRegression(bestOrderOf: moments, ridge: ridge, group: group)
      : PrefixRegression(moments, ridge: ridge, group: group)
    if cut == nil { regressions[layer] = result }
    return result
  }

  /// The fitting rows of a layer, whitened, with what its readers get in the uncut network.
  mutating func whitenedRows(
    _ layer: Int, _ regression: PrefixRegression, in cutNetwork: Network
  ) -> [RotatedRow] {
    let reading = LayerReading(network, layer)
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

  /// Moments of a layer's neurons, as inputs, and of what their readers get in the uncut network, as targets.
  private mutating func moments(
    _ layer: Int, _ reading: LayerReading, in cutNetwork: Network?
  ) -> RegressionMoments {
    let batches = reading.batches(of: fitting)
    var moments = RegressionMoments(
      inputs: network.widths[layer] * reading.group, targets: reading.columns,
      hasIntercept: reading.separateHeads == nil)
    let known = targets[layer]
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
        reading.subtractStream(of: cutNetwork, cut, number, of: batches, from: &target)
        moments.add(reading.neurons(of: cutNetwork, cut, number, of: batches), target)
      } else {
        reading.subtractStream(of: network, uncut, number, of: batches, from: &target)
        moments.add(reading.neurons(of: network, uncut, number, of: batches), target)
      }
    }
    if let heads = reading.separateHeads { moments.separate(parts: heads) }
    // A canceled task leaves a part of them.
    if known == nil && wanted.count == batches.count { targets[layer] = wanted }
    return moments
  }
}
