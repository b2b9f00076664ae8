import LinearAlgebra

/// The fits that a layer's repair consists of: one for each value that is read, then one for each shortcut.
struct LayerSamples {
  /// Rows of one fit.
  struct Rows {
    var inputs: Matrix
    var targets: Matrix
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

  /// Workspaces of one thread.
  struct Lane {
    var uncut = Workspace()
    var cut = Workspace()
  }

  let readings: [LayerReading]
  let shortcuts: [ShortcutReading]
  private let network: Network
  /// The batches of each fit.
  private let batches: [ArraySlice<Batch>]
  /// The first block that may change, and the last one that takes part.
  private let blocks: ClosedRange<Int>

  init(_ network: Network, _ layer: Int, on fitting: [Batch]) {
    self.network = network
    readings = LayerReading.all(network, layer)
    shortcuts = network.adaptiveLayers[layer].followers.compactMap { ShortcutReading(network, $0) }
    batches =
      readings.map { $0.batches(of: fitting, network) } + shortcuts.map { $0.batches(of: fitting) }
    let first = network.firstBlock(changedFrom: layer)
    blocks = first...max(first, readings.map(\.last).max() ?? 0, shortcuts.map(\.last).max() ?? 0)
  }

  /// The number of batches that any fit uses.
  var batchCount: Int { batches.map(\.count).max() ?? 0 }

  /// Empty moments of each fit.
  ///
  /// - Parameter count: the leading neurons that there is to be a fit by; `nil`: all.
  func moments(of width: Int, leading count: Int?, in cut: PartialCut) -> [RegressionMoments] {
    readings.map { reading in
      RegressionMoments(
        inputs: reading.width * reading.group,
        targets: cut.columns(of: reading.readers[0])?.count ?? reading.columns,
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
    _ lane: inout Lane
  ) -> BatchRows {
    var states = (uncut: uncut, cut: cut.states[number] ?? PassState())
    if known == nil || !cut.isCut {
      states.uncut.run(network, batch, before: blocks.lowerBound, through: blocks.upperBound, &lane.uncut)
    }
    if cut.isCut {
      states.cut.run(cut.network, batch, before: blocks.lowerBound, through: blocks.upperBound, &lane.cut)
    }
    let (source, workspace) = cut.isCut ? (cut.network, lane.cut) : (network, lane.uncut)
    var result = BatchRows(rows: [], known: [], states: states)
    for (fit, batches) in batches.enumerated() {
      guard batches.indices.contains(number) else {
        result.rows.append(nil)
        result.known.append(nil)
        continue
      }
      if fit < readings.count {
        let reading = readings[fit]
        let target = known?[fit] ?? reading.targets(of: network, lane.uncut, number, of: batches)
        result.known.append(target)
        var rest = target
        // Of readers whose own neurons are cut already, what is left of the target.
        if let left = cut.columns(of: reading.readers[0]) { rest.gather(columns: left, from: target) }
        reading.subtractStream(of: source, workspace, number, of: batches, from: &rest)
        result.rows.append(
          Rows(inputs: reading.neurons(of: source, workspace, number, of: batches), targets: rest))
      } else {
        let shortcut = shortcuts[fit - readings.count]
        let target = known?[fit] ?? shortcut.carried(lane.uncut, number, of: batches)
        result.known.append(target)
        result.rows.append(
          Rows(inputs: shortcut.patches(workspace, number, of: batches), targets: target))
      }
    }
    return result
  }
}
