import Experiment
import LinearAlgebra

/// One way of keeping K neurons of a layer, for every K.
enum PrefixCut {
  /// The first ones, with their weights.
  case plain
  /// The first ones of another order, with their weights.
  case ordered([Int])
  /// The first ones of a fit's order, with the weights of the fit.
  case repaired(LayerRepair)

  /// Columns of which the first K belong to the first K neurons, [rows, width].
  fileprivate func columns(_ hidden: Matrix) -> Matrix {
    switch self {
    case .plain: return hidden
    case .ordered(let order):
      var result = Matrix()
      result.gather(columns: order, from: hidden)
      return result
    case .repaired(let repair): return Self.onlyFit(of: repair).whitened(hidden)
    }
  }

  /// The reader with weights that belong to these columns.
  fileprivate func reader(_ whole: any PrefixReader) -> any PrefixReader {
    var reader = whole
    switch self {
    case .plain: break
    case .ordered(let order): reader.permuteInputs(by: order)
    case .repaired(let repair):
      let (weights, bias) = Self.onlyFit(of: repair).whitenedWeights
      reader.setOutgoing(weights: weights, bias: bias)
    }
    return reader
  }

  /// A layer with one reader has one fit.
  private static func onlyFit(of repair: LayerRepair) -> PrefixRegression { repair.parts[0].regression }

  var isRepaired: Bool {
    if case .repaired = self { true } else { false }
  }
}

/// Metrics of a layer's first K neurons, for many K in one sweep.
extension Network {
  /// Returns metrics[cut][i] of the first kept[i] neurons. The pre-activations of the reader with K neurons are those
  /// with K−1 plus one rank-one term: a running sum over neurons, after which only what lies above the layer is
  /// computed. One forward pass serves all cuts. Running statistics above are recalibrated for each K, unless the
  /// outgoing weights are refitted.
  ///
  /// - Parameters:
  ///   - kept: counts in increasing order.
  ///   - cuts: at least one.
  ///   - threads: that measure. No result depends on their number.
  /// - Returns: metrics[cut][i] belongs to kept[i].
  func prefixMetrics(
    layer: Int, kept: [Int], _ cuts: [PrefixCut], _ rows: EvaluationRows, threads: Int = 1,
    _ workspace: inout Workspace
  ) -> [[Metrics]] {
    let none = kept.map { _ in MetricSums(targetScales: rows.targetScales) }
    return prefixSums(layer: layer, kept: kept, cuts, rows, threads: threads, &workspace)
      .map { MetricSums.added($0, to: none).map(\.metrics) }
  }

  /// The same batch by batch: sums[cut][batch][i] belongs to kept[i]; `nil` for what a canceled task left out.
  func prefixSums(
    layer: Int, kept: [Int], _ cuts: [PrefixCut], _ rows: EvaluationRows, threads: Int = 1,
    _ workspace: inout Workspace
  ) -> [[[MetricSums]?]] {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    guard let reader = onlyReader(of: layer), let whole = blocks[reader] as? any PrefixReader else {
      return workspace.shared(by: threads) { measuredPrefixes(layer, kept, cuts, rows, &$0) }
    }
    var sweep = PrefixSweep(self, layer, reader, kept, cuts.map { ($0, $0.reader(whole)) }, rows)
    sweep.calibrate(&workspace)
    return workspace.shared(by: threads) { sweep.measure(&$0) }
  }

  /// The block whose pre-activations are a running sum over the outputs of a layer's only writer; `nil` if several
  /// blocks write, pass on or read the neurons, if they are read inside the block, or if they are channels.
  func onlyReader(of layer: Int) -> Int? {
    let width = widths[layer]
    let layer = adaptiveLayers[layer]
    let isDirect = layer.writers.count == 1 && layer.carriers.isEmpty && layer.readers.count == 1
    guard isDirect && layer.readers != layer.writers, blocks[layer.writers[0]].outputs == width,
      capabilities[layer.readers[0]].prefix != nil
    else { return nil }
    return layer.readers[0]
  }
}

/// The sweep over a layer's widths.
private struct PrefixSweep {
  private let network: Network
  private let layer: Int
  private let readerIndex: Int
  private let kept: [Int]
  private let cuts: [(way: PrefixCut, reader: any PrefixReader)]
  private let rows: EvaluationRows
  /// The blocks above the reader.
  private let upper: Range<Int>
  /// recalibrated[cut][i] is the network with kept[i] neurons; empty for a cut whose running statistics do not change.
  private var recalibrated: [[Network]]

  init(
    _ network: Network, _ layer: Int, _ readerIndex: Int, _ kept: [Int],
    _ cuts: [(PrefixCut, any PrefixReader)], _ rows: EvaluationRows
  ) {
    (self.network, self.layer, self.readerIndex) = (network, layer, readerIndex)
    (self.kept, self.cuts, self.rows) = (kept, cuts, rows)
    upper = readerIndex + 1..<network.blocks.count
    recalibrated = cuts.map { _ in [] }
  }

  /// Recalibrates the running statistics of every cut that is not repaired.
  mutating func calibrate(_ workspace: inout Workspace) {
    let index = network.adaptiveBlocks[layer]
    let statistical = network.statisticalBlocks(behind: index)
    if statistical.isEmpty || rows.calibration.isEmpty { return }
    var recalibrated = cuts.map { cut in cut.way.isRepaired ? [] : kept.map { _ in network } }
    // A canceled task needs no further results.
    for (number, batch) in rows.calibration.enumerated() where !Task.isCancelled {
      network.forward(batch, &workspace)
      let hidden = workspace.buffers[index].output
      for position in cuts.indices where !recalibrated[position].isEmpty {
        sweep(cuts[position].way.columns(hidden), cuts[position].reader, &workspace) { point, workspace in
          // All of its neurons: it is the network as it is.
          if kept[point] == network.widths[layer] { return }
          recalibrated[position][point].averageStatistics(
            of: statistical, over: batch, number: number, through: upper, &workspace)
        }
      }
    }
    self.recalibrated = recalibrated
  }

  /// Sums of each cut and each batch at each count.
  func measure(_ workspaces: inout [Workspace]) -> [[[MetricSums]?]] {
    let none = kept.map { _ in MetricSums(targetScales: rows.targetScales) }
    let ofBatches = Parallel.map(rows.batches.count, &workspaces) { number, workspace in
      let batch = rows.batches[number]
      network.forward(batch, &workspace)
      let hidden = workspace.buffers[network.adaptiveBlocks[layer]].output
      return cuts.indices.map { position in
        var sums = none
        let (columns, reader) = (cuts[position].way.columns(hidden), cuts[position].reader)
        if addPrefixLikelihoods(columns, reader, batch, to: &sums) { return sums }
        let networks = recalibrated[position]
        sweep(columns, reader, &workspace) { point, workspace in
          (networks.isEmpty ? network : networks[point]).forward(batch, upper, &workspace)
          sums[point].add(workspace.output, batch)
        }
        return sums
      }
    }
    return cuts.indices.map { position in ofBatches.map { $0?[position] } }
  }

  /// Visits a batch once for each count, with the reader's output in the workspace.
  private func sweep(
    _ columns: Matrix, _ reader: any PrefixReader, _ workspace: inout Workspace,
    _ visit: (_ point: Int, inout Workspace) -> Void
  ) {
    var sum = Matrix(rows: columns.rows, columns: reader.outputs)
    var done = 0
    for (point, count) in kept.enumerated() {
      reader.accumulate(columns, neurons: done..<count, into: &sum)
      done = count
      reader.finish(&workspace.buffers[readerIndex], from: sum)
      visit(point, &workspace)
    }
  }

  /// Measures every width in one pass. Applies only if the logits follow directly, classes are few, and at least an
  /// eighth of all widths are wanted.
  ///
  /// - Returns: whether it applies.
  private func addPrefixLikelihoods(
    _ columns: Matrix, _ reader: any PrefixReader, _ batch: Batch, to sums: inout [MetricSums]
  ) -> Bool {
    guard network.problem == .classification, upper.isEmpty, (kept.first ?? 0) > 0,
      kept.count >= reader.inputs / 8,
      reader.outputs <= Matrix.prefixClasses, columns.rows == batch.rows,
      let (weights, bias) = reader.affineMap
    else { return false }
    var losses = Array(repeating: 0.0, count: reader.inputs)
    var correct = Array(repeating: Int64(0), count: reader.inputs)
    columns.addPrefixLikelihoods(weights, bias: bias, batch.labels, losses: &losses, correct: &correct)
    for (point, count) in kept.enumerated() {
      sums[point].add(rows: batch.rows, loss: losses[count - 1], correct: Int(correct[count - 1]))
    }
    return true
  }
}
