import Experiment
import LinearAlgebra

/// Metrics of a layer's first K neurons, for many K in one sweep.
extension Network {
  /// The pre-activations of the consumer with K neurons are those with K−1 plus one rank-one term: a running sum
  /// over neurons, after which only what lies above the layer is computed. One forward pass serves all orders.
  /// Running statistics above are recalibrated for each K in the same way.
  ///
  /// - Parameters:
  ///   - kept: counts in increasing order.
  ///   - orders: which neuron comes first, second, …; `nil`: that of their index.
  /// - Returns: for each order one a count.
  func prefixMetrics(
    layer: Int, kept: [Int], orders: [[Int]?], _ rows: EvaluationRows, _ workspace: inout Workspace
  ) -> [[Metrics]] {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    let index = adaptiveBlocks[layer]
    guard let reader = onlyReader(of: layer), let whole = blocks[reader] as? any ElasticReader else {
      return orders.map { order in measuredPrefixes(layer, kept, order, rows, &workspace) }
    }
    let consumers = orders.map { order in
      var consumer = whole
      if let order { consumer.permuteInputs(by: order) }
      return consumer
    }
    var sums = orders.map { _ in kept.map { _ in MetricSums(targetScales: rows.targetScales) } }
    // A network for each K of each order, if K changes more of it than the layer.
    let statistical = statisticalBlocks(behind: index)
    let calibration = statistical.isEmpty ? [] : rows.calibration
    var cuts = calibration.isEmpty ? [] : orders.map { _ in kept.map { _ in self } }
    let upper = reader + 1..<blocks.count
    // A canceled task needs no further results.
    for (number, batch) in calibration.enumerated() where !Task.isCancelled {
      forward(batch, &workspace)
      for position in orders.indices {
        let hidden = workspace.stages[index].output.reordered(orders[position])
        sweep(hidden, consumers[position], reader, kept, &workspace) { point, workspace in
          // All of its neurons: it is the network as it is.
          if kept[point] == widths[layer] { return }
          cuts[position][point].forward(batch, upper, isTraining: true, &workspace)
          cuts[position][point].learnStatistics(statistical, from: workspace, share: 1 / Double(number + 1))
        }
      }
    }
    for batch in rows.batches where !Task.isCancelled {
      forward(batch, &workspace)
      for position in orders.indices {
        let hidden = workspace.stages[index].output.reordered(orders[position])
        let consumer = consumers[position]
        if addPrefixLikelihoods(hidden, consumer, reader, kept, batch, to: &sums[position]) { continue }
        sweep(hidden, consumer, reader, kept, &workspace) { point, workspace in
          (cuts.isEmpty ? self : cuts[position][point]).forward(batch, upper, &workspace)
          sums[position][point].add(workspace.output, batch)
        }
      }
    }
    return sums.map { $0.map(\.metrics) }
  }

  /// Visits a batch once for each count, with the consumer's output in the workspace.
  private func sweep(
    _ hidden: Matrix, _ consumer: any ElasticReader, _ reader: Int, _ kept: [Int],
    _ workspace: inout Workspace,
    _ visit: (_ point: Int, inout Workspace) -> Void
  ) {
    var sum = Matrix(rows: hidden.rows, columns: consumer.outputs)
    var done = 0
    for (point, count) in kept.enumerated() {
      consumer.accumulate(hidden, neurons: done..<count, into: &sum)
      done = count
      consumer.finish(&workspace.stages[reader], from: sum)
      visit(point, &workspace)
    }
  }

  /// The block whose pre-activations are a running sum over the outputs of a layer's only writer; `nil` if several
  /// blocks write, pass on or read the neurons, or if they are read inside the block.
  func onlyReader(of layer: Int) -> Int? {
    let layer = adaptiveLayers[layer]
    let isDirect = layer.writers.count == 1 && layer.carriers.isEmpty && layer.readers.count == 1
    return isDirect && layer.readers != layer.writers ? layer.readers[0] : nil
  }

  /// Where there is no such sum: a forward pass of the smaller network for each count.
  private func measuredPrefixes(
    _ layer: Int, _ kept: [Int], _ order: [Int]?, _ rows: EvaluationRows, _ workspace: inout Workspace
  ) -> [Metrics] {
    var network = self
    if let order { network.permute(layer: layer, by: order) }
    return kept.map { count in
      if Task.isCancelled { return Metrics(loss: .nan) }
      var cut = network
      cut.truncate(layer: layer, to: count, policy: .hold)
      cut.recalibrateNormalization(cutFrom: widths, on: rows.calibration, &workspace)
      return cut.evaluate(rows, &workspace)
    }
  }

  /// Every width at once, where only logits of few classes lie above the layer.
  ///
  /// - Returns: whether that is so.
  private func addPrefixLikelihoods(
    _ hidden: Matrix, _ consumer: any ElasticReader, _ reader: Int, _ kept: [Int], _ batch: Batch,
    to sums: inout [MetricSums]
  ) -> Bool {
    guard problem == .classification, reader == blocks.count - 1, kept.count == consumer.inputs,
      consumer.outputs <= Matrix.prefixClasses, hidden.rows == batch.rows,
      let (weights, bias) = consumer.affineMap
    else { return false }
    var losses = Array(repeating: 0.0, count: kept.count)
    var correct = Array(repeating: Int64(0), count: kept.count)
    hidden.addPrefixLikelihoods(
      weights, bias: bias, batch.labels, losses: &losses, correct: &correct)
    for position in sums.indices {
      sums[position].add(rows: batch.rows, loss: losses[position], correct: Int(correct[position]))
    }
    return true
  }
}

extension Matrix {
  /// Columns in another order; `nil`: in this one.
  fileprivate func reordered(_ order: [Int]?) -> Matrix {
    guard let order else { return self }
    var result = Matrix()
    result.gather(columns: order, from: self)
    return result
  }
}
