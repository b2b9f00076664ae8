import LinearAlgebra

/// The blocks that read a layer's neurons, and the values that a repair has to give them.
struct LayerReading {
  private let readers: [Int]
  /// Whether all readers read the same value: then one fit serves all of them.
  let isOfOneValue: Bool
  /// Of the readers together.
  let columns: Int
  /// The sum that the only reader's output is a part of, and the other part.
  private let stream: (sum: Int, other: Int)?
  /// The last block that takes part.
  let last: Int

  init(_ network: Network, _ layer: Int) {
    let readers = network.adaptiveLayers[layer].readers
    self.readers = readers
    isOfOneValue =
      Set(readers.map { network.neuronBlock(readBy: $0) }).count == 1
    columns = readers.reduce(0) { $0 + network.outgoing($1).bias.columns }
    let consumers = network.consumers[readers[0]]
    if readers.count == 1, consumers.count == 1, network.blocks[consumers[0]] is Addition,
      (network.blocks[readers[0]] as? Dense)?.isAffine == true,
      let other = network.sources[consumers[0]].first(where: { $0 != readers[0] }), other != LayerNode.batch
    {
      stream = (consumers[0], other)
    } else {
      stream = nil
    }
    last = stream?.sum ?? readers.max()!
  }

  /// The neurons as the readers see them, [rows, width].
  func neurons(of network: Network, _ workspace: Workspace) -> Matrix {
    network.neurons(readBy: readers[0], workspace)
  }

  /// What the readers get, bias included, side by side; or the whole residual stream.
  func targets(of network: Network, _ workspace: Workspace) -> Matrix {
    if let stream { return workspace.buffers[stream.sum].output }
    let parts = readers.map { reader in
      let (weights, bias) = network.outgoing(reader)
      let neurons = network.neurons(readBy: reader, workspace)
      var part = Matrix(rows: neurons.rows, columns: weights.columns)
      part.setProduct(neurons, weights)
      part.activate(.identity, bias: bias)
      return part
    }
    if parts.count == 1 { return parts[0] }
    var result = Matrix(rows: parts[0].rows, columns: columns)
    var first = 0
    for part in parts {
      result.setColumns(from: first, to: part)
      first += part.columns
    }
    return result
  }

  /// If the target is a residual stream, subtracts the part that does not come from the reader.
  func subtractStream(_ workspace: Workspace, from target: inout Matrix) {
    guard let stream else { return }
    target.subtract(workspace.buffers[stream.other].output)
  }
}

extension Network {
  /// The weights with which a block multiplies the neurons it reads, and its biases.
  func outgoing(_ reader: Int) -> (weights: Matrix, bias: Matrix) {
    capabilities[reader].reader!.outgoing(of: blocks[reader])
  }

  /// The block that puts out the neurons which another one reads; itself if it reads its own.
  func neuronBlock(readBy reader: Int) -> Int {
    if capabilities[reader].readsOwnNeurons { return reader }
    return sources[reader].first { source in
      adaptiveLayers.contains { $0.writers.contains(source) || $0.carriers.contains(source) }
    } ?? reader
  }

  /// The neurons that a block reads, [rows, width].
  func neurons(readBy reader: Int, _ workspace: Workspace) -> Matrix {
    let block = neuronBlock(readBy: reader)
    guard block == reader else { return workspace.buffers[block].output }
    return capabilities[block].adaptive!.neurons(of: blocks[block], workspace.buffers[block])
  }

  /// Runs the blocks up to one.
  func forward(_ batch: Batch, through last: Int, _ workspace: inout Workspace) {
    workspace.prepare(for: self)
    forward(batch, 0..<last + 1, &workspace)
  }
}
