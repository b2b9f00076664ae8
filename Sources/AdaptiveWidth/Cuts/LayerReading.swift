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
  /// Whether the neurons themselves are fitted, at every pixel, in place of what their reader gets.
  private let fitsNeuronsThemselves: Bool
  let width: Int
  /// The last block that takes part.
  let last: Int

  /// One reading for each value that has the layer's neurons and is read, the input's side first.
  static func all(_ network: Network, _ layer: Int) -> [LayerReading] {
    let readers = network.adaptiveLayers[layer].readers
    let values = readers.map { network.neuronBlock(readBy: $0, of: layer) }
    return Set(values).sorted().map { value in
      LayerReading(network, layer, readers.filter { network.neuronBlock(readBy: $0, of: layer) == value })
    }
  }

  /// - Parameter readers: of one value.
  private init(_ network: Network, _ layer: Int, _ readers: [Int]) {
    self.readers = readers
    value = network.neuronBlock(readBy: readers[0], of: layer)
    width = network.widths[layer]
    let convolutions = readers.filter { network.blocks[$0] is ConvolutionBlock }
    isOfPixels = !convolutions.isEmpty
    fitsNeuronsThemselves = Self.fitsNeuronsThemselves(network, layer, readers)
    let (width, group) = (
      width, fitsNeuronsThemselves ? 1 : network.outgoing(readers[0]).weights.rows / width
    )
    self.group = group
    isOfHeads = !isOfPixels && group > 1
    separateHeads = (network.blocks[readers[0]] as? QueryKeyAttention)?.headCount
    let isOfRows = readers.allSatisfy { network.outgoing($0).weights.rows == width * group }
    isRepairable = fitsNeuronsThemselves || (isOfPixels ? readers.count == 1 : isOfRows)
    columns = fitsNeuronsThemselves ? width : readers.reduce(0) { $0 + network.outgoing($1).bias.columns }
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

  /// The batches to fit on: all, or as many as have enough images.
  func batches(of fitting: [Batch], _ network: Network) -> ArraySlice<Batch> {
    convolution(of: network).map { PixelSample.batches(of: fitting, for: $0) } ?? fitting[...]
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
    let neurons = network.neurons(of: value, readBy: readers[0], workspace)
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
      let (weights, bias) = network.outgoing(reader)
      let neurons =
        separateHeads == nil
        ? network.neurons(of: value, readBy: reader, workspace)
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
  /// The weights with which a block multiplies the neurons it reads, and its biases.
  func outgoing(_ reader: Int) -> (weights: Matrix, bias: Matrix) {
    capabilities[reader].reader!.outgoing(of: blocks[reader])
  }

  /// Columns in which a block reads each neuron.
  func columnsPerNeuron(readBy reader: Int) -> Int {
    capabilities[reader].reader!.columnsPerNeuron(of: blocks[reader])
  }

  /// The block that puts out the neurons of a layer which another one reads; itself if it reads its own.
  fileprivate func neuronBlock(readBy reader: Int, of layer: Int) -> Int {
    let (writers, carriers) = (adaptiveLayers[layer].writers, adaptiveLayers[layer].carriers)
    if writers == [reader] { return reader }
    return sources[reader].first { writers.contains($0) || carriers.contains($0) } ?? reader
  }

  /// The neurons that a block puts out for another, or for itself, [rows, width].
  fileprivate func neurons(of block: Int, readBy reader: Int, _ workspace: Workspace) -> Matrix {
    guard block == reader else { return workspace.buffers[block].output }
    return capabilities[block].adaptive!.neurons(of: blocks[block], workspace.buffers[block])
  }

  /// Runs the blocks up to one.
  func forward(_ batch: Batch, through last: Int, _ workspace: inout Workspace) {
    workspace.prepare(for: self)
    forward(batch, 0..<last + 1, &workspace)
  }
}
