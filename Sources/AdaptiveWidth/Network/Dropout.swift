import LinearAlgebra

/// Inverted dropout in one step of training: an element of a layer's output becomes 0 with probability `rate`; the
/// others are multiplied by 1/(1 − rate). The expected output is therefore the same as without dropout, which
/// evaluation, the prices of cuts and their repair do not use.
///
/// The key, the layer, the observation's place in the minibatch, the row within the observation and the column decide
/// which elements are dropped; the threads that the minibatch is divided among do not matter. Dropout has no state, so
/// that a run that goes back to a step, or is resumed there, drops the same elements again.
///
/// Nested dropout (Rippel et al., arXiv 1402.0915) drops the last neurons of each dense layer of learned width in half
/// of the observations. Neuron n is kept with probability f(n)/f(0), and only together with all neurons before it. The
/// output of a kept neuron is divided by this probability, so that its expected value is that without dropout.
public struct Dropout: Equatable, Sendable {
  /// [0, 1)
  public let rate: Double
  /// Whether there is nested dropout, too.
  public let isNested: Bool
  /// The random key of the step.
  private let key: UInt64
  /// The place in the minibatch of the first observation of a batch, which is a part of it.
  package var firstObservation = 0

  public init(rate: Double, isNested: Bool = false, seed: UInt64, step: Int) {
    precondition((0..<1).contains(rate), "a rate is at least 0 and below 1")
    (self.rate, self.isNested) = (rate, isNested)
    var random = RandomStream(seed: seed, purpose: "dropout")
    key = Self.mixed(random.next(), UInt64(step))
  }

  private var threshold: UInt32 { UInt32(min(rate * 0x1p32, 0x1p32 - 1)) }
  private var scale: Float { Float(1 / (1 - rate)) }

  /// Drops elements of a block's output, or of its gradient.
  func apply(to values: inout Matrix, ofBlock block: Int, _ kind: RowKind, _ batch: Batch) {
    guard rate > 0 else { return }
    let (threshold, scale) = (threshold, scale)
    let layerKey = Self.mixed(key, UInt64(block))
    batch.forEachRow(kind, rows: values.rows) { row, observation, position in
      let key = Self.mixed(layerKey, place(observation, position))
      values.dropElements(
        ofRow: row, key: UInt32(truncatingIfNeeded: key), threshold: threshold, scale: scale)
    }
  }

  /// Drops the last neurons of rows of a layer's output, or of its gradient.
  ///
  /// - Parameter importances: of the layer, [1, columns].
  func applyNested(
    to values: inout Matrix, _ importances: Matrix, ofBlock block: Int, _ kind: RowKind, _ batch: Batch
  ) {
    let layerKey = Self.mixed(key, UInt64(block))
    batch.forEachRow(kind, rows: values.rows) { row, observation, position in
      guard !seesWholeLayers(observation) else { return }
      let rowKey = Self.mixed(layerKey, place(observation, position))
      // The upper half: the lower one decides ordinary dropout.
      values.keepLeading(ofRow: row, shares: importances, above: Float(rowKey >> 40) * 0x1p-24)
    }
  }

  /// Recovers the output of a layer before nested dropout; neurons that were dropped stay 0.
  func restoreNested(_ values: inout Matrix, _ importances: Matrix, _ kind: RowKind, _ batch: Batch) {
    batch.forEachRow(kind, rows: values.rows) { row, observation, _ in
      if !seesWholeLayers(observation) { values.scale(row: row, byShares: importances) }
    }
  }

  /// Half of the observations lose no neurons: otherwise no step would train the network that is to be used.
  private func seesWholeLayers(_ observation: Int) -> Bool {
    Self.mixed(~key, UInt64(firstObservation + observation)) & 1 == 0
  }

  private func place(_ observation: Int, _ position: Int) -> UInt64 {
    UInt64(firstObservation + observation) << 32 | UInt64(position)
  }

  /// What a block computed, but for the elements that were dropped, from what is left of it. The backward pass of a
  /// block needs no more: the gradient of what was dropped is 0.
  func restore(_ values: inout Matrix) {
    if rate > 0 { values.scale(by: Float(1 - rate)) }
  }

  /// SplitMix64's finalizer.
  private static func mixed(_ key: UInt64, _ value: UInt64) -> UInt64 {
    var z = key &+ (value &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension Batch {
  /// Calls `body` with each row of a layer, the observation that it is of and its place there.
  fileprivate func forEachRow(
    _ kind: RowKind, rows: Int, _ body: (_ row: Int, _ observation: Int, _ position: Int) -> Void
  ) {
    func forEachRow(of offsets: [Int32]) {
      for observation in offsets.indices.dropLast() {
        let start = Int(offsets[observation])
        for row in start..<Int(offsets[observation + 1]) { body(row, observation, row - start) }
      }
    }
    switch kind {
    case .nodes, .tokens: forEachRow(of: structure.offsets)
    case .targetTokens: forEachRow(of: structure.targetOffsets)
    case .steps:
      var start = 0
      for (time, count) in structure.active.enumerated() {
        for sequence in 0..<Int(count) { body(start + sequence, Int(structure.order[sequence]), time) }
        start += Int(count)
      }
    case .observations, .texts, .textPairs:
      for row in 0..<rows { body(row, row, 0) }
    }
  }
}

extension Network {
  /// The kind of the output rows of each block that dropout is applied to; `nil` for the others.
  ///
  /// Dropout applies to hidden layers, states and embeddings, and to what a Transformer adds to its residual stream.
  static func droppedRows(_ nodes: [LayerNode], consumers: [[Int]]) -> [RowKind?] {
    let kinds = rowKinds(of: nodes)
    return nodes.indices.map { index in
      let block = nodes[index].block
      let isAdded =
        block is Dense && !consumers[index].isEmpty
        && consumers[index].allSatisfy { nodes[$0].block is Addition }
      return (block.isDropped || isAdded) && index < nodes.count - 1 ? kinds[index] : nil
    }
  }

  /// The kind of the output rows of each dense layer of learned width, to whose neurons nested dropout is applied; `nil`
  /// for the other blocks.
  static func nestedRows(_ nodes: [LayerNode]) -> [RowKind?] {
    let kinds = rowKinds(of: nodes)
    return nodes.indices.map { index in
      (nodes[index].block as? Dense)?.isScaled == true ? kinds[index] : nil
    }
  }

  /// What the rows of each block's output are, as its blocks alone say: of one kind of inputs only can all blocks read
  /// what they are given, and the last one predict one value an observation or a token.
  private static func rowKinds(of nodes: [LayerNode]) -> [RowKind] {
    for inputs in [RowKind.observations, .steps, .nodes, .texts, .textPairs] {
      let kinds = inputs.propagated(through: nodes.map(\.block), nodes.map(\.sources))
      if kinds.count == nodes.count && kinds.last == inputs.predicted { return kinds }
    }
    return nodes.map { _ in .observations }
  }
}
