import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// Training rows that widths are priced on, kept out of training until the widths are settled: an eighth, drawn at
/// random; of few rows up to a quarter, and never more than give a price to a thousandth of a nat.
struct WithheldRows: Sendable {
  let indices: [Int32]

  private static let maxRows = 8_192
  /// What a quarter of the rows may give.
  private static let few = 200

  init(of rows: Int, seed: UInt64) {
    var order = (0..<rows).map(Int32.init)
    var random = RandomStream(seed: seed, purpose: "price rows")
    random.shuffle(&order)
    indices = order.prefix(min(max(rows / 8, min(rows / 4, Self.few)), Self.maxRows)).sorted()
  }
}

extension EvaluationRows {
  /// Blocks of price rows, and rows that repairs are fitted on, from the training rows alone.
  ///
  /// - Parameters:
  ///   - network: whose widths are priced.
  package init(
    settlingOn examples: Examples, seed: UInt64, for network: Network, _ architecture: Architecture
  ) {
    let withheld = WithheldRows(of: examples.rows, seed: seed)
    let isWithheld = withheld.indices.reduce(into: [Bool](repeating: false, count: examples.rows)) {
      $0[Int($1)] = true
    }
    let blocks = min(Self.blocks, withheld.indices.count)
    var order = withheld.indices
    var random = RandomStream(seed: seed, purpose: "blocks of price rows")
    random.shuffle(&order)
    let batches = (0..<blocks).map { block in
      Self.batch(
        of: examples, order, block * order.count / blocks..<(block + 1) * order.count / blocks)
    }
    let kept = (0..<examples.rows).filter { !isWithheld[$0] }.map(Int32.init)
    self.init(
      batches: batches, fitting: Self.fittingBatches(of: examples, kept, for: network, architecture))
  }

  /// Enough to resample.
  private static let blocks = 64
}
