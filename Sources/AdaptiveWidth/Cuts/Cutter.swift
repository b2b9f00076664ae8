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
/// `RepairAim` says how repairs differ where the layer's reader gives the logits of classes.
///
/// A repair leaves the running statistics of batch normalization as they are, because they still describe the
/// pre-activations; those of a refitted convolution follow from the fit. After a plain cut they are recalibrated.
public struct Cutter {
  public let network: Network
  public let method: CutMethod
  /// The widths that settling and budgets choose.
  public let rounding: WidthRounding
  /// What repairs preserve where the layer's reader gives the logits of classes.
  let aim: RepairAim
  /// Training rows that repairs are fitted on.
  private let fitting: [Batch]
  /// Training rows that statistics are recalibrated on.
  private let calibration: [Batch]
  /// The fits of layers below which nothing is cut.
  private var repairs: [Int: LayerRepair] = [:]
  /// What follows a cut of a recurrent block, once it was needed.
  private var lastStates: LastStateRepair?
  /// The targets of each layer's fits: targets[layer][batch][fit], computed by the uncut network.
  private var targets: [Int: [[Matrix?]]] = [:]
  /// The memory that `targets` take, and the most that they may: beyond it they are computed again for every cut.
  private var targetBytes = 0
  private static let mostTargetBytes = 256 << 20
  /// How far each batch of `fitting` has been passed through the uncut network.
  private var uncutStates: [Int: PassState] = [:]
  /// The intermediate results of the last cut; `nil` outside of searches, whose cuts alone have enough in common.
  var trail: CutTrail?
  /// Memory to work in, for each thread that measures.
  private var workspaces: [Workspace]
  /// The number of threads that measure. No result depends on it.
  var threads: Int { workspaces.count }

  /// - Parameters:
  ///   - rows: whose training rows repairs are fitted on; without any nothing can be repaired, and cuts are plain.
  ///   - rounding: of the widths that are chosen here; those that are asked for are cut to as they are.
  ///   - aim: of repairs where the layer's reader gives the logits of classes.
  public init(
    _ network: Network, _ method: CutMethod, _ rows: EvaluationRows, rounding: WidthRounding = .none,
    aim: RepairAim = .probabilities, threads: Int = 1
  ) {
    self.network = network
    self.rounding = rounding
    self.aim = aim
    self.method = rows.fitting.isEmpty ? .plain : method
    (fitting, calibration) = (rows.fitting, rows.calibration)
    workspaces = (0..<max(1, threads)).map { _ in Workspace() }
  }

  /// The network that keeps so many neurons of every adaptive layer.
  ///
  /// - Parameters:
  ///   - policy: as for `Network.truncate(layer:to:policy:)`; layers that lose nothing keep theirs.
  public mutating func network(keeping widths: [Int], policy: WidthPolicy? = nil) -> Network {
    precondition(widths.count == network.adaptiveBlocks.count, "a width for each adaptive layer")
    let known = trail?.last(to: widths, policy)
    var partial = known?.cut ?? PartialCut(network)
    for (layer, width) in widths.enumerated()
    where layer >= known?.layer ?? 0 && width != network.widths[layer] {
      var repair: LayerRepair?
      if layer == known?.layer, let found = known?.repair, found.covers(width) {
        repair = found
      } else if canRepair(layer) {
        repair = self.repair(of: layer, keeping: width, in: &partial)
      }
      trail?.add(CutTrail.Step(layer: layer, cut: partial, repair: repair))
      // The last cut of a recurrent block is the one whose states what reads them is fitted by.
      let later = widths.indices.dropFirst(layer + 1).filter { widths[$0] != network.widths[$0] }
      if later.contains(where: { LastStateRepair.isNeeded(network, $0) }) { repair?.lastStates = nil }
      partial.truncate(layer: layer, to: width, policy: policy, repair: repair)
    }
    var result = partial.network
    if partial.isCut && !method.isRepaired {
      result.recalibrateNormalization(cutFrom: network.widths, on: calibration, &workspaces[0])
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
    let metrics = threads > 1 ? result.evaluate(rows, &workspaces) : result.evaluate(rows, &workspace)
    return MeasuredCut(
      widths: widths, metrics: metrics,
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
  mutating func repair(of layer: Int) -> LayerRepair {
    var whole = PartialCut(network)
    return repair(of: layer, in: &whole)
  }

  /// The same in a network with cuts below the layer.
  ///
  /// - Parameters:
  ///   - count: the width that a fit is needed for. In the order of the neurons those after it take no part in one, and
  ///     nothing is computed of them; `nil`: every width.
  ///   - negligible: a variance of what the only readers get. Once the K-th neuron in best order explains less than a K-th
  ///     of it, those after it take no part.
  mutating func repair(
    of layer: Int, keeping count: Int? = nil, in cut: inout PartialCut, ignoring negligible: Double = 0
  ) -> LayerRepair {
    let known = cut.isCut ? nil : repairs[layer]
    if let known, known.covers(count) { return known }
    // A wider cut than the one before it: others may follow.
    let leading = method == .best || known != nil ? nil : count
    let samples = LayerSamples(network, layer, on: fitting, aim: aim)
    var moments = samples.moments(of: network.widths[layer], leading: leading, in: cut)
    // Of what shortcuts carry on, with itself: in best order alone it counts what no fit makes up for.
    var own = samples.shortcuts.map { _ in
      RegressionMoments(inputs: network.widths[layer], targets: network.widths[layer])
    }
    forEachRows(of: layer, samples, in: &cut) { [method, threads] rows in
      for (fit, rows) in rows.enumerated() {
        guard let rows else { continue }
        moments[fit].add(rows.inputs, rows.targets, weights: rows.weights, threads: threads)
        guard method == .best, fit >= samples.readings.count else { continue }
        own[fit - samples.readings.count].add(rows.targets, rows.targets, threads: threads)
      }
    }
    var result = fitted(samples, moments, own: own, leading: leading, ignoring: negligible)
    if LastStateRepair.isNeeded(network, layer) {
      lastStates = lastStates ?? LastStateRepair(network, on: fitting, &workspaces)
      result.lastStates = lastStates
    }
    if !cut.isCut { repairs[layer] = result }
    return result
  }

  private func fitted(
    _ samples: LayerSamples, _ moments: [RegressionMoments], own: [RegressionMoments],
    leading: Int?, ignoring negligible: Double
  ) -> LayerRepair {
    var moments = moments
    for (fit, reading) in samples.readings.enumerated() {
      if let heads = reading.separateHeads { moments[fit].separate(parts: heads) }
    }
    let fits = zip(samples.readings, moments).map { reading, moments in
      RegressionSample(moments, ridge: reading.ridge(rows: moments.rows), group: reading.group)
    }
    let shortcuts = zip(samples.shortcuts, moments.dropFirst(fits.count)).map { shortcut, moments in
      PrefixRegression(moments, ridge: shortcut.ridge(rows: moments.rows))
    }
    var regressions =
      method == .best
      ? PrefixRegression.inBestOrder(fits + zip(shortcuts, own).map(Self.unexplained)) {
        Double($0.count) * ($0.last ?? 0) < negligible
      }
      : fits.map { PrefixRegression($0.moments, ridge: $0.ridge, group: $0.group) }
    if method == .best, samples.eliminatesBackward { regressions[0] = regressions[0].eliminatingBackward() }
    return LayerRepair(
      zip(samples.readings, regressions).map { LayerRepair.Part(readers: $0.readers, regression: $1) },
      shortcuts: zip(samples.shortcuts, shortcuts).map {
        LayerRepair.Shortcut(block: $0.follower, fit: $1.fit(first: $1.inputs))
      }, leading: leading)
  }

  /// A sample for the best order: of each neuron that a shortcut carries on, the part that the fit leaves unexplained. No
  /// neuron explains another one in it.
  private static func unexplained(_ regression: PrefixRegression, _ own: RegressionMoments)
    -> RegressionSample
  {
    var own = own
    own.separate(parts: own.inputs)
    own.scaleTargets(by: regression.unexplainedFractions(of: own))
    return RegressionSample(own, ridge: .default, group: 1)
  }

  /// Calls `add` with the rows of a layer's fits, batch by batch: the passes that they take go on from where those of
  /// the layers before have ended.
  private mutating func forEachRows(
    of layer: Int, _ samples: LayerSamples, in cut: inout PartialCut, _ add: ([LayerSamples.Rows?]) -> Void
  ) {
    let known = targets[layer]
    var found: [[Matrix?]] = []
    for start in stride(from: 0, to: samples.batchCount, by: 2 * threads) {
      let numbers = Array(start..<min(start + 2 * threads, samples.batchCount))
      let (fitting, states, partial) = (fitting, uncutStates, cut)
      let done = Parallel.map(numbers.count, &workspaces) { index, workspace in
        let number = numbers[index]
        return samples.rows(
          of: fitting[number], number, partial, known: known?[number],
          uncut: states[number] ?? PassState(), &workspace)
      }
      for (number, result) in zip(numbers, done) {
        // A canceled task leaves a part of them.
        guard let result else { return }
        (uncutStates[number], cut.states[number]) = result.states
        if known == nil { found.append(result.known) }
        add(result.rows)
      }
    }
    let bytes = found.reduce(0) { $0 + $1.reduce(0) { $0 + ($1?.bytes ?? 0) } }
    guard known == nil, targetBytes + bytes <= Self.mostTargetBytes else { return }
    targets[layer] = found
    targetBytes += bytes
  }

  /// The fitting rows of a layer with one fit, whitened, with what its readers get in the uncut network.
  mutating func whitenedRows(
    _ layer: Int, _ regression: PrefixRegression, in cutNetwork: Network
  ) -> [RotatedRow] {
    let reading = LayerReading.all(network, layer)[0]
    let means = regression.whitenedWeights.bias
    var rows: [RotatedRow] = []
    var (uncut, cut) = (Workspace(), Workspace())
    for (number, batch) in fitting.enumerated() {
      network.forward(batch, through: reading.last, &uncut)
      cutNetwork.forward(batch, through: reading.last, &cut)
      let target = reading.targets(of: network, uncut, number, of: fitting[...])
      let whitened = regression.whitened(
        reading.neurons(of: cutNetwork, cut, number, of: fitting[...]))
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
}
