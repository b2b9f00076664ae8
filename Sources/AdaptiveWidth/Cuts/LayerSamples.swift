import LinearAlgebra

/// The fits that a layer's repair consists of: one for each value that is read, then one for each shortcut.
struct LayerSamples {
  /// Rows of one fit.
  struct Rows {
    var inputs: Matrix
    var targets: Matrix
    /// What each row counts; `nil`: all the same.
    var weights: [Double]?
  }

  /// What a batch gives the fits.
  struct BatchRows {
    /// Of each fit that uses the batch.
    var rows: [Rows?]
    /// What the uncut network gave the readers, to be used again.
    var known: [Matrix?]
    /// Where the batch stands in the uncut network, and in the cut one.
    var states: (uncut: PassState, cut: PassState)
  }

  let readings: [LayerReading]
  let shortcuts: [ShortcutReading]
  private let network: Network
  /// Of logits; `nil`: the layer's readers give something else.
  private let aim: RepairAim?
  /// The batches of each fit.
  private let batches: [ArraySlice<Batch>]
  /// The first block that may change, and the last one that takes part.
  private let blocks: ClosedRange<Int>

  init(_ network: Network, _ layer: Int, on fitting: [Batch], aim: RepairAim) {
    self.network = network
    self.aim = network.feedsOutput(layer) && network.problem == .classification ? aim : nil
    readings = LayerReading.all(network, layer)
    shortcuts = network.adaptiveLayers[layer].followers.compactMap { ShortcutReading(network, $0) }
    batches =
      readings.map { $0.batches(of: fitting, network) } + shortcuts.map { $0.batches(of: fitting) }
    let first = network.firstBlock(changedFrom: layer)
    blocks = first...max(first, readings.map(\.last).max() ?? 0, shortcuts.map(\.last).max() ?? 0)
  }

  /// Whether the best order is that of backward elimination.
  var eliminatesBackward: Bool { aim == .probabilities }

  /// The number of batches that any fit uses.
  var batchCount: Int { batches.map(\.count).max() ?? 0 }

  /// Empty moments of each fit.
  ///
  /// - Parameter count: the leading neurons that there is to be a fit by; `nil`: all.
  func moments(of width: Int, leading count: Int?, in cut: PartialCut) -> [RegressionMoments] {
    readings.map { reading in
      RegressionMoments(
        inputs: reading.width * reading.group,
        targets: cut.columns(of: reading.readers[0], in: reading.layer)?.count ?? reading.columns,
        leading: count.map { $0 * reading.group }, hasIntercept: reading.separateHeads == nil)
    } + shortcuts.map { RegressionMoments(inputs: $0.columns, targets: width) }
  }

  /// The rows of a batch: the neurons of the cut network, and what readers get in the uncut one.
  ///
  /// - Parameters:
  ///   - known: `BatchRows.known` of an earlier call.
  ///   - uncut: where the batch stands in the uncut network.
  func rows(
    of batch: Batch, _ number: Int, _ cut: PartialCut, known: [Matrix?]?, uncut: PassState,
    _ workspace: inout Workspace
  ) -> BatchRows {
    var states = (uncut: uncut, cut: cut.states[number] ?? PassState())
    if known == nil || !cut.isCut {
      states.uncut.run(network, batch, before: blocks.lowerBound, through: blocks.upperBound, &workspace)
    }
    // Before the cut network's pass takes the workspace over.
    let known = known ?? batches.indices.map { targets($0, number, workspace) }
    if cut.isCut {
      states.cut.run(cut.network, batch, before: blocks.lowerBound, through: blocks.upperBound, &workspace)
    }
    let rows = batches.indices.map { fit in
      known[fit].map { self.rows(fit, number, cut, targets: $0, workspace) }
    }
    // What is kept of all steps takes too much memory for the sake of the last ones.
    if readings.contains(where: \.isOfLastStates),
      zip(readings, rows).allSatisfy({ $0.isOfLastStates || $1 == nil })
    {
      states = (PassState(), PassState())
    }
    return BatchRows(rows: rows, known: known, states: states)
  }

  /// What the uncut network gives a fit's readers; `nil` for a batch that the fit does not use.
  private func targets(_ fit: Int, _ number: Int, _ workspace: Workspace) -> Matrix? {
    guard batches[fit].indices.contains(number) else { return nil }
    guard fit < readings.count else {
      return shortcuts[fit - readings.count].carried(workspace, number, of: batches[fit])
    }
    let targets = readings[fit].targets(of: network, workspace, number, of: batches[fit])
    return aim?.targets(targets) ?? targets
  }

  /// - Parameter workspace: after a pass of the network that neurons are taken from.
  private func rows(
    _ fit: Int, _ number: Int, _ cut: PartialCut, targets: Matrix, _ workspace: Workspace
  ) -> Rows {
    guard fit < readings.count else {
      let shortcut = shortcuts[fit - readings.count]
      return Rows(inputs: shortcut.patches(workspace, number, of: batches[fit]), targets: targets)
    }
    let (reading, source) = (readings[fit], cut.isCut ? cut.network : network)
    var rest = targets
    // Where the neurons of a reader itself are cut already, their columns of the target alone are left.
    if let left = cut.columns(of: reading.readers[0], in: reading.layer) {
      rest.gather(columns: left, from: targets)
    }
    reading.subtractStream(of: source, workspace, number, of: batches[fit], from: &rest)
    return Rows(
      inputs: reading.neurons(of: source, workspace, number, of: batches[fit]), targets: rest,
      weights: aim?.weights(targets))
  }
}
