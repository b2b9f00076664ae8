import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// Training rows as minibatches in a buffer that is used again and again.
package struct BatchSource: Sendable {
  let table: Examples
  package internal(set) var batch: Batch

  package init(_ table: Examples) {
    self.table = table
    let inputs = Matrix(rows: 0, columns: table.columns)
    batch =
      switch table.targets {
      case .classes, .none: Batch(inputs: inputs, labels: [])
      case .values(_, let outputs): Batch(inputs: inputs, values: Matrix(rows: 0, columns: outputs))
      }
  }

  /// Fills `batch` with the given observations.
  ///
  /// - Parameter epoch: of training; `nil`: the observations are to be seen as they are.
  package mutating func fill(_ order: [Int32], _ range: Range<Int>, epoch: Int? = nil) {
    switch table.structure {
    case .rows: fillRows(order, range)
    case .sequences(let offsets): fillSequences(order, range, offsets)
    case .sentences(let sentences): fillSentences(sentences, order, range)
    case .pixels(let pixels):
      pixels.gather(order[range], epoch: epoch, into: &batch.inputs)
      fillTargets(order, range)
    case .graphs(let graphs): fillGraphs(order, range, graphs)
    }
  }

  /// What the loss of a minibatch is the mean over: its predictions.
  package func predictions(_ order: [Int32], _ range: Range<Int>) -> Int {
    switch table.structure {
    case .rows, .sequences, .pixels, .graphs: range.count
    case .sentences(let sentences): predictions(sentences, order, range)
    }
  }

  private mutating func fillRows(_ order: [Int32], _ range: Range<Int>) {
    batch.inputs.reshape(rows: range.count, columns: table.columns)
    batch.inputs.gather(rows: order[range], from: table.features)
    fillTargets(order, range)
  }

  /// One target an observation.
  mutating func fillTargets(_ order: [Int32], _ range: Range<Int>) {
    switch table.targets {
    case .classes(let classes):
      if batch.labels.count != range.count { batch.labels = Array(repeating: 0, count: range.count) }
      for (row, index) in range.enumerated() { batch.labels[row] = classes[Int(order[index])] }
    case .values(let values, let outputs):
      batch.values.reshape(rows: range.count, columns: outputs)
      batch.values.gather(rows: order[range], from: values)
    case .none: break
    }
  }
}

extension Examples {
  /// What a loss over the whole table is the mean of: observations, or the tokens of their translations.
  package var predictions: Int {
    if case .sentences(let sentences) = structure, sentences.predictedTokens > 0 {
      return sentences.predictedTokens
    }
    return rows
  }
}

extension EvaluationRows {
  /// All observations of a table, or `limit` drawn from them, in chunks that fit the processor's caches.
  ///
  /// Those of a class may lie together: the first ones would be of few classes.
  package init(_ table: Examples, targetScaling: Scaling?, limit: Int = .max, chunk: Int? = nil) {
    let rows = min(table.rows, limit)
    let chunk = chunk ?? table.structure.observationsAtOnce
    let order = Self.sample(rows, of: table.rows)
    var batches: [Batch] = []
    for start in stride(from: 0, to: rows, by: chunk) {
      var source = BatchSource(table)
      source.fill(order, start..<min(start + chunk, rows))
      batches.append(source.batch)
    }
    self.init(batches: batches, targetScales: targetScaling?.scales ?? [])
  }

  /// In their order, and always the same ones.
  private static func sample(_ count: Int, of rows: Int) -> [Int32] {
    var order = (0..<rows).map(Int32.init)
    if count == rows { return order }
    var random = RandomStream(seed: 0, purpose: "sample of rows")
    random.shuffle(&order)
    return order.prefix(count).sorted()
  }

  /// Training rows that running statistics are measured on.
  private static let calibrationRows = 512

  /// The held-out rows of a dataset, at most `limit` observations, with training rows on which the network's running
  /// statistics are recalibrated where a cut can change what they describe.
  package init(heldOutOf dataset: Dataset, for network: Network, limit: Int = .max) {
    self.init(dataset.validation, targetScaling: dataset.targetScaling, limit: limit)
    guard network.needsCalibration else { return }
    calibration = Self(dataset.training, targetScaling: nil, limit: Self.calibrationRows).batches
  }
}

extension TableStructure {
  private static let stepsAtOnce = 16_384

  /// Observations whose values on the way through a network fit the processor's caches.
  package var observationsAtOnce: Int {
    switch self {
    case .rows: 512
    case .sequences(let offsets):
      // Their states and neurons of every step are kept at once.
      max(1, min(512, Self.stepsAtOnce * (offsets.count - 1) / max(1, Int(offsets[offsets.count - 1]))))
    // Graphs have a few dozen nodes, sentences as many tokens.
    case .pixels, .graphs, .sentences: 64
    }
  }
}
