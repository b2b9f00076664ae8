import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

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

  /// The held-out rows of a dataset, with training rows on which a cut is repaired, and on which the network's running
  /// statistics are recalibrated where a cut can change what they describe.
  package init(
    heldOutOf dataset: Dataset, for network: Network, _ architecture: Architecture
  ) {
    self.init(dataset.validation, targetScaling: dataset.targetScaling)
    fitting = Self.fittingBatches(
      of: dataset.training, (0..<dataset.training.rows).map(Int32.init), for: network, architecture)
    guard network.needsCalibration else { return }
    calibration = Self(dataset.training, targetScaling: nil, limit: Self.calibrationRows).batches
  }

  /// Observations drawn at random from some, always the same ones, until they are enough to repair cuts on, or there are
  /// no more.
  static func fittingBatches(
    of examples: Examples, _ indices: [Int32], for network: Network, _ architecture: Architecture
  ) -> [Batch] {
    let rows = architecture.repairRows
    let observations = network.hasLearnedState ? architecture.repairObservations : 0
    var order = indices
    var random = RandomStream(seed: 0, purpose: "rows of repairs")
    random.shuffle(&order)
    let chunk = min(examples.structure.observationsAtOnce, 256)
    var (batches, found) = ([Batch](), 0)
    for start in stride(from: 0, to: order.count, by: chunk)
    where found < rows || start < observations {
      let batch = batch(of: examples, order, start..<min(start + chunk, order.count))
      found += batch.layerRows
      batches.append(batch)
    }
    return batches
  }

  package static func batch(of examples: Examples, _ order: [Int32], _ range: Range<Int>) -> Batch {
    var source = BatchSource(examples)
    source.fill(order, range)
    return source.batch
  }
}

extension Examples {
  /// Rows for a first look, of which any few follow each other from all over the table: those of a class may lie
  /// together.
  package func spreadRows(_ count: Int) -> [Int] {
    // Steps of the golden section leave gaps of at most three lengths; one without a common divisor meets no row twice.
    var step = max(1, Int(0.618 * Double(rows)))
    while Self.commonDivisor(step, rows) > 1 { step += 1 }
    return (0..<min(count, rows)).map { $0 * step % rows }
  }

  private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}
