import Experiment
import LinearAlgebra

/// Sums from which metrics follow, over any number of batches.
struct MetricSums: Sendable {
  private var rows = 0
  private var loss = 0.0
  private var correct = 0
  private var squaredError = 0.0
  private var targetSum: [Double] = []
  private var targetSquares: [Double] = []
  private let scales: [Double]

  init(targetScales: [Double]) {
    scales = targetScales
  }

  mutating func add(_ outputs: Matrix, _ batch: Batch) {
    rows += batch.rows
    switch batch.problem {
    case .classification:
      loss += outputs.crossEntropy(batch.labels)
      correct += outputs.correctRows(batch.labels)
    case .regression: addValues(outputs, batch.values)
    }
  }

  /// Adds a batch of classified rows that was measured elsewhere.
  mutating func add(rows: Int, loss: Double, correct: Int) {
    self.rows += rows
    self.loss += loss
    self.correct += correct
  }

  private mutating func addValues(_ outputs: Matrix, _ values: Matrix) {
    if targetSum.isEmpty {
      targetSum = Array(repeating: 0, count: values.columns)
      targetSquares = targetSum
    }
    // A batch's own sums first: it makes no difference who adds up which batches.
    var (loss, squaredError) = (0.0, 0.0)
    var (sums, squares) = (targetSum.map { _ in 0.0 }, targetSum.map { _ in 0.0 })
    for row in 0..<outputs.rows {
      for column in 0..<outputs.columns {
        let target = Double(values[row, column])
        let error = Double(outputs[row, column]) - target
        loss += error * error / 2
        let scale = column < scales.count ? scales[column] : 1
        squaredError += error * error * scale * scale
        sums[column] += target
        squares[column] += target * target
      }
    }
    self.loss += loss
    self.squaredError += squaredError
    for column in sums.indices {
      targetSum[column] += sums[column]
      targetSquares[column] += squares[column]
    }
  }

  /// Adds the sums of a batch that was measured elsewhere.
  mutating func add(_ batch: MetricSums) {
    rows += batch.rows
    loss += batch.loss
    correct += batch.correct
    squaredError += batch.squaredError
    if targetSum.isEmpty {
      (targetSum, targetSquares) = (batch.targetSum.map { _ in 0 }, batch.targetSum.map { _ in 0 })
    }
    for column in batch.targetSum.indices {
      targetSum[column] += batch.targetSum[column]
      targetSquares[column] += batch.targetSquares[column]
    }
  }

  /// Sums at several points, with those of batches in their order; `nil`: a batch that was not measured.
  static func added(_ batches: [[MetricSums]?], to sums: [MetricSums]) -> [MetricSums] {
    batches.reduce(into: sums) { sums, batch in
      guard let batch else { return }
      for point in sums.indices { sums[point].add(batch[point]) }
    }
  }

  var metrics: Metrics {
    guard rows > 0 else { return Metrics(loss: .nan) }
    let count = Double(rows)
    if targetSum.isEmpty { return Metrics(loss: loss / count, accuracy: Double(correct) / count) }
    var total = 0.0
    for column in targetSum.indices {
      let scale = column < scales.count ? scales[column] : 1
      let mean = targetSum[column] / count
      total += (targetSquares[column] - count * mean * mean) * scale * scale
    }
    return Metrics(
      loss: loss / count, rmse: (squaredError / (count * Double(targetSum.count))).squareRoot(),
      r2: total > 0 ? 1 - squaredError / total : nil)
  }
}

extension Network {
  /// Loss and accuracy, or RMSE and R². One forward pass over the rows.
  public func evaluate(_ rows: EvaluationRows, _ workspace: inout Workspace) -> Metrics {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    var sums = MetricSums(targetScales: rows.targetScales)
    for batch in rows.batches {
      forward(batch, &workspace)
      sums.add(workspace.output, batch)
    }
    return sums.metrics
  }

  /// The same by one thread for each workspace, with the same result.
  func evaluate(_ rows: EvaluationRows, _ workspaces: inout [Workspace]) -> Metrics {
    var sums = MetricSums(targetScales: rows.targetScales)
    let ofBatches = Parallel.map(rows.batches.count, &workspaces) { number, workspace in
      forward(rows.batches[number], &workspace)
      var sums = MetricSums(targetScales: rows.targetScales)
      sums.add(workspace.output, rows.batches[number])
      return sums
    }
    for case let batch? in ofBatches { sums.add(batch) }
    return sums.metrics
  }

  /// The contribution of every neuron of each adaptive layer: mean |h_n| over the rows times the norm of its outgoing
  /// weights.
  public func contributions(_ rows: EvaluationRows, _ workspace: inout Workspace) -> [[Float]] {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    var sums = widths.map { Matrix(rows: 1, columns: $0) }
    var counts = widths.map { _ in Float(0) }
    for batch in rows.batches {
      forward(batch, &workspace)
      for (layer, neurons) in adaptiveLayers.enumerated() {
        var values = self.neurons(of: neurons, workspace)
        let width = sums[layer].columns
        // A channel is all of its pixels.
        if values.columns != width { values = values.refolded(columns: width) }
        sums[layer].addAbsoluteColumnSums(of: values)
        counts[layer] += Float(values.rows)
      }
    }
    return adaptiveLayers.indices.map { layer in
      zip(sums[layer].elements, outgoingNorms(adaptiveLayers[layer])).map {
        $0 / max(counts[layer], 1) * $1
      }
    }
  }

  /// A layer's neurons as its last readers see them, [rows, width]: where several blocks write them, their sum.
  private func neurons(of layer: AdaptiveLayer, _ workspace: Workspace) -> Matrix {
    if let last = layer.carriers.last { return workspace.buffers[last].output }
    let index = layer.writers[layer.writers.count - 1]
    return neurons(of: index, in: layer, workspace)
  }

  /// Euclidean norm of all weights that leave each neuron of a layer.
  private func outgoingNorms(_ layer: AdaptiveLayer) -> [Float] {
    let width = adaptation(of: layer).width
    let readers = layer.readers.map { outgoingNorms($0, of: layer, ofNeurons: width) }
    guard readers.count > 1 else { return readers[0] }
    return readers[0].indices.map { neuron in
      readers.reduce(0) { $0 + $1[neuron] * $1[neuron] }.squareRoot()
    }
  }

  private func adaptation(of layer: AdaptiveLayer) -> Adaptation {
    capabilities[layer.writers[0]].adaptive!.adaptation(of: blocks[layer.writers[0]])
  }

  /// Euclidean norm of all weights with which a block reads each neuron, in whatever pixel.
  func outgoingNorms(_ reader: Int, of layer: AdaptiveLayer, ofNeurons width: Int) -> [Float] {
    if reader == layer.state {
      let weights = outgoing(reader, of: layer).weights
      return (0..<width).map { row in
        (0..<weights.columns).reduce(0) { $0 + weights[row, $1] * weights[row, $1] }.squareRoot()
      }
    }
    let norms = capabilities[reader].reader!.outgoingNorms(of: blocks[reader])
    guard norms.count > width else { return norms }
    return (0..<width).map { neuron in
      stride(from: neuron, to: norms.count, by: width).reduce(0) { $0 + norms[$1] * norms[$1] }.squareRoot()
    }
  }
}

extension EvaluationRows {
  /// About so many rows, at least one batch, from all over them: for measurements whose price grows with the rows.
  public func sample(_ count: Int) -> EvaluationRows {
    var result = self
    let kept = min(batches.count, max(1, batches.count * count / max(1, rows)))
    result.batches = (0..<kept).map { batches[$0 * batches.count / kept] }
    return result
  }
}
