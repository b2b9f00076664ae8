import LinearAlgebra

/// Blocks that read a layer's neurons in one value, and what a repair has to give them.
struct LayerReading {
  let readers: [Int]
  /// The block that puts out the neurons.
  private let value: Int
  /// Whether one fit serves all readers: they read rows of neurons, or one convolution reads the value.
  let isRepairable: Bool
  /// The number of columns of all readers together.
  let columns: Int
  /// Columns in which each neuron is read: one for each tap of a convolution's kernel, or for each head of an attention;
  /// or one alone.
  let group: Int
  /// The sum that the only reader's output is a part of, and the other part.
  private let stream: (sum: Int, other: Int)?
  /// Whether a convolution reads the neurons: some of its pixels are fitted.
  private let isOfPixels: Bool
  /// Whether a dense block reads the neurons head by head.
  private let isOfHeads: Bool
  /// The heads of an attention whose scores multiply the neurons by keys, each head by its own: no bias can be fitted, and
  /// no head mends another. `nil` for all other readers.
  let separateHeads: Int?
  /// The layer whose neurons are read.
  let layer: AdaptiveLayer
  /// Whether the neurons themselves are fitted, at every pixel, in place of what their reader gets.
  private let fitsNeuronsThemselves: Bool
  let width: Int
  /// The last block that takes part.
  let last: Int

  /// One reading for each value that has the layer's neurons and is read, the input's side first. A recurrent block reads
  /// its state at every step, and other blocks its last value.
  static func all(_ network: Network, _ layer: Int) -> [LayerReading] {
    let state = network.adaptiveLayers[layer].state
    let own = state.map { [LayerReading(network, layer, [$0])] } ?? []
    let readers = network.adaptiveLayers[layer].readers.filter { $0 != state }
    let values = readers.map { network.neuronBlock(readBy: $0, of: layer) }
    return own
      + Set(values).sorted().map { value in
        LayerReading(network, layer, readers.filter { network.neuronBlock(readBy: $0, of: layer) == value })
      }
  }

  /// - Parameter readers: of one value.
  private init(_ network: Network, _ layer: Int, _ readers: [Int]) {
    self.readers = readers
    self.layer = network.adaptiveLayers[layer]
    value = network.neuronBlock(readBy: readers[0], of: layer)
    width = network.widths[layer]
    let convolutions = readers.filter { network.blocks[$0] is ConvolutionBlock }
    isOfPixels = !convolutions.isEmpty
    fitsNeuronsThemselves = Self.fitsNeuronsThemselves(network, layer, readers)
    let outgoing = readers.map { network.outgoing($0, of: network.adaptiveLayers[layer]) }
    let (width, group) = (width, fitsNeuronsThemselves ? 1 : outgoing[0].weights.rows / width)
    self.group = group
    isOfHeads = !isOfPixels && group > 1
    separateHeads = (network.blocks[readers[0]] as? QueryKeyAttention)?.headCount
    let isOfRows = outgoing.allSatisfy { $0.weights.rows == width * group }
    isRepairable = fitsNeuronsThemselves || (isOfPixels ? readers.count == 1 : isOfRows)
    columns = fitsNeuronsThemselves ? width : outgoing.reduce(0) { $0 + $1.bias.columns }
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

  /// Whether the only reader of a layer's channels reads all pixels as one row: it has so many weights a channel that a
  /// fit of what it gets would need more rows than there are.
  static func fitsNeuronsThemselves(_ network: Network, _ layer: Int, _ readers: [Int]) -> Bool {
    readers.count == 1 && network.isOfChannels(layer) && network.capabilities[readers[0]].prefix != nil
      && network.blocks[readers[0]].inputs > network.widths[layer]
  }

  /// The indices of a matrix by rows in the order of its columns: of the columns of heads, one after the other, those of
  /// the first neuron, of the second, and so on; with the arguments exchanged, the way back.
  static func transposed(_ rows: Int, _ columns: Int) -> [Int] {
    (0..<columns).flatMap { column in (0..<rows).map { $0 * columns + column } }
  }

  /// Whether the last states of sequences are read: one row each.
  var isOfLastStates: Bool { value == layer.state && !readers.contains(value) }

  /// Rows to fit in a network with a state, of which every sequence has one for each step.
  private static let steps = 4_096

  /// The batches to fit on: all, or as many as have enough images or steps.
  func batches(of fitting: [Batch], _ network: Network) -> ArraySlice<Batch> {
    if let block = convolution(of: network) { return PixelSample.batches(of: fitting, for: block) }
    guard !isOfLastStates, network.hasLearnedState else { return fitting[...] }
    var rows = 0
    return fitting.prefix { batch in
      defer { rows += batch.layerRows }
      return rows < Self.steps
    }
  }

  /// The ridge of a fit. Where no pixels are fitted, it stands for the noise by which training still moves each neuron. Without it, the best order takes
  /// neurons whose weights have decayed to almost nothing, and gives them outgoing weights in the hundreds. Such a fit
  /// is exact only until the next update.
  func ridge(rows: Int) -> Ridge {
    isOfPixels ? PixelSample.ridge(columns: width * group, rows: rows) : Ridge(noise: 1e-4)
  }

  /// Pixels to fit of each image of a batch, ten rows a column in all.
  private func sample(_ block: ConvolutionBlock, _ images: Int, _ number: Int, of batches: ArraySlice<Batch>)
    -> PixelSample
  {
    PixelSample(of: block, images: images, columns: width * group, number: number, batches: batches)
  }

  /// The neurons as the readers see them, [rows, width · group], the columns of a neuron side by side.
  ///
  /// - Parameters:
  ///   - number: of the batch among `batches`, of which the workspace's values are.
  func neurons(
    of network: Network, _ workspace: Workspace, _ number: Int, of batches: ArraySlice<Batch>
  ) -> Matrix {
    let neurons = self.neurons(of: network, workspace, readBy: readers[0], batches[number])
    if fitsNeuronsThemselves { return neurons.refolded(columns: width) }
    if isOfHeads {
      var sideBySide = Matrix()
      sideBySide.gather(columns: Self.transposed(group, width), from: neurons)
      return sideBySide
    }
    guard let block = convolution(of: network) else { return neurons }
    return block.patches(of: neurons, sample(block, neurons.rows, number, of: batches))
  }

  /// What the readers get, bias included, side by side; or the whole residual stream.
  func targets(
    of network: Network, _ workspace: Workspace, _ number: Int, of batches: ArraySlice<Batch>
  ) -> Matrix {
    if fitsNeuronsThemselves { return neurons(of: network, workspace, number, of: batches) }
    if let block = convolution(of: network) {
      let buffers = workspace.buffers[readers[0]]
      let sample = sample(block, buffers.output.rows, number, of: batches)
      var target = block.normalized(buffers, sample)
      if let beside = shortcut(of: network, block, workspace, sample) { target.add(beside) }
      return target
    }
    if let stream { return workspace.buffers[stream.sum].output }
    let parts = readers.map { reader in
      let (weights, bias) = network.outgoing(reader, of: layer)
      let neurons =
        separateHeads == nil
        ? self.neurons(of: network, workspace, readBy: reader, batches[number])
        : self.neurons(of: network, workspace, number, of: batches)
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

  /// Subtracts what the reader does not contribute, if the target is a residual stream.
  func subtractStream(
    of network: Network, _ workspace: Workspace, _ number: Int, of batches: ArraySlice<Batch>,
    from target: inout Matrix
  ) {
    if let block = convolution(of: network) {
      let sample = sample(block, workspace.buffers[readers[0]].output.rows, number, of: batches)
      if let beside = shortcut(of: network, block, workspace, sample) { target.subtract(beside) }
      return
    }
    guard let stream else { return }
    target.subtract(workspace.buffers[stream.other].output)
  }

  /// The neurons that a block puts out for another, or for itself, [rows, width]. A recurrent block reads its own state
  /// as the step before has left it, 0 at first.
  private func neurons(
    of network: Network, _ workspace: Workspace, readBy reader: Int, _ batch: Batch
  ) -> Matrix {
    guard value == reader else { return workspace.buffers[value].output }
    let neurons = network.neurons(of: value, in: layer, workspace)
    return value == layer.state ? neurons.delayed(by: batch.structure) : neurons
  }

  private func convolution(of network: Network) -> ConvolutionBlock? {
    isOfPixels ? network.blocks[readers[0]] as? ConvolutionBlock : nil
  }

  /// What the shortcut adds to the sampled pixels; `nil` without one, and of the batch's own inputs, which no cut
  /// changes.
  private func shortcut(
    of network: Network, _ block: ConvolutionBlock, _ workspace: Workspace, _ sample: PixelSample
  ) -> Matrix? {
    guard let source = network.sources[readers[0]].dropFirst().first, source != LayerNode.batch else {
      return nil
    }
    return block.shortcut(of: workspace.buffers[source].output, sample)
  }
}

extension Network {
  /// The block that puts out the neurons of a layer which another one reads; itself if it reads its own.
  fileprivate func neuronBlock(readBy reader: Int, of layer: Int) -> Int {
    let (writers, carriers) = (adaptiveLayers[layer].writers, adaptiveLayers[layer].carriers)
    if writers == [reader] || adaptiveLayers[layer].state == reader { return reader }
    return sources[reader].first { writers.contains($0) || carriers.contains($0) } ?? reader
  }

  /// Runs the blocks up to one.
  func forward(_ batch: Batch, through last: Int, _ workspace: inout Workspace) {
    workspace.prepare(for: self)
    forward(batch, 0..<last + 1, &workspace)
  }
}

extension Matrix {
  /// For each step of sequences the row of the step before it; zeros for first steps.
  fileprivate func delayed(by structure: BatchStructure) -> Matrix {
    var result = Matrix(rows: rows, columns: columns)
    var (before, start) = (0, 0)
    for (time, active) in structure.active.enumerated() {
      if time > 0 { result.copyRows(from: start, count: Int(active), of: self, from: before) }
      (before, start) = (start, start + Int(active))
    }
    return result
  }
}
