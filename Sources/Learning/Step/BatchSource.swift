import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// Training rows as minibatches in a reused buffer.
package struct BatchSource: Sendable {
  private let examples: Examples
  let rows: any DomainRows
  package private(set) var batch: Batch

  package init(_ examples: Examples) {
    self.examples = examples
    rows = examples.structure.rows
    let inputs = Matrix(rows: 0, columns: examples.columns)
    batch =
      switch examples.targets {
      case .classes, .none: Batch(inputs: inputs, labels: [])
      case .values(_, let outputs): Batch(inputs: inputs, values: Matrix(rows: 0, columns: outputs))
      }
    batch.background = examples.background
  }

  /// The batch where it lies.
  mutating func withBatch<Result>(_ body: (UnsafePointer<Batch>) -> Result) -> Result {
    withUnsafePointer(to: &batch, body)
  }

  /// Fills `batch` with the given observations.
  ///
  /// - Parameter epoch: of training, which decides the augmentation; `nil`: the observations are not augmented.
  package mutating func fill(_ order: [Int32], _ range: Range<Int>, epoch: Int? = nil) {
    rows.fill(&batch, with: order[range], of: examples, epoch: epoch)
  }
}

/// What training asks of the examples of one domain.
protocol DomainRows: Sendable {
  /// Writes the inputs and targets of some observations into a batch, reusing its memory.
  func fill(_ batch: inout Batch, with order: ArraySlice<Int32>, of examples: Examples, epoch: Int?)

  /// The number of predictions that a network makes for some observations.
  func predictions(for order: ArraySlice<Int32>) -> Int

  /// The number of predictions for all observations; `nil`: one each.
  var allPredictions: Int? { get }

  /// Observations whose activations fit the processor's caches.
  var observationsAtOnce: Int { get }

  /// Continues the checksum of what distinguishes the examples beside their features and targets.
  func checksum(after sum: UInt32) -> UInt32
}

extension DomainRows {
  func predictions(for order: ArraySlice<Int32>) -> Int { order.count }
  var allPredictions: Int? { nil }
}

extension Examples.Structure {
  /// The one place where training distinguishes the structures of examples.
  fileprivate var rows: any DomainRows {
    switch self {
    case .rows: FeatureRows()
    case .sequences(let offsets): SequenceSteps(offsets: offsets)
    case .sentences(let sentences): sentences
    case .pixels(let pixels): pixels
    case .graphs(let graphs): graphs
    }
  }

  /// Observations whose activations fit the processor's caches.
  package var observationsAtOnce: Int { rows.observationsAtOnce }

  /// Continues the checksum of what distinguishes the examples beside their features and targets.
  func checksum(after sum: UInt32) -> UInt32 { rows.checksum(after: sum) }
}

/// Observations that are rows of features.
private struct FeatureRows: DomainRows {
  var observationsAtOnce: Int { 512 }

  func fill(_ batch: inout Batch, with order: ArraySlice<Int32>, of examples: Examples, epoch: Int?) {
    batch.inputs.reshape(rows: order.count, columns: examples.columns)
    batch.inputs.gather(rows: order, from: examples.features)
    batch.setTargets(order, of: examples)
  }

  func checksum(after sum: UInt32) -> UInt32 { sum }
}

extension PixelRows: DomainRows {
  var observationsAtOnce: Int { 64 }

  func fill(_ batch: inout Batch, with order: ArraySlice<Int32>, of examples: Examples, epoch: Int?) {
    gather(order, epoch: epoch, into: &batch.inputs)
    batch.setTargets(order, of: examples)
  }

  func checksum(after sum: UInt32) -> UInt32 { DataFingerprint.checksum(bytes, after: sum) }
}

extension Batch {
  /// One target an observation.
  mutating func setTargets(_ order: ArraySlice<Int32>, of examples: Examples) {
    switch examples.targets {
    case .classes(let classes):
      if labels.count != order.count { labels = Array(repeating: 0, count: order.count) }
      labels.gather(order, from: classes)
    case .values(let targets, let outputs):
      values.reshape(rows: order.count, columns: outputs)
      values.gather(rows: order, from: targets)
    case .none: break
    }
  }
}

extension Examples {
  /// The predictions for the whole table, over which a loss is the mean: observations, or tokens of translations.
  package var predictions: Int { structure.rows.allPredictions ?? rows }
}
