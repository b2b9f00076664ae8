import LinearAlgebra

/// A block that carries a stream's neurons on by its shortcut, and the convolution beside it that can make up for them.
struct ShortcutReading {
  /// The index of the block.
  let follower: Int
  private let block: ConvolutionBlock
  private let targets: [Int?]
  /// The blocks whose outputs the convolution and the shortcut read.
  private let sources: (convolution: Int, shortcut: Int)

  /// `nil` if the block is not one, or reads the batch.
  init?(_ network: Network, _ follower: Int) {
    guard let block = network.blocks[follower] as? ConvolutionBlock, let shortcut = block.shortcut,
      !network.sources[follower].contains(LayerNode.batch)
    else { return nil }
    (self.follower, self.block, targets) = (follower, block, shortcut.targets)
    sources = (network.sources[follower][0], network.sources[follower][1])
  }

  /// The last block that takes part.
  var last: Int { follower - 1 }
  /// The columns of a patch that the convolution sees.
  var columns: Int { block.convolution.patchSize }

  func batches(of fitting: [Batch]) -> ArraySlice<Batch> { PixelSample.batches(of: fitting, for: block) }
  func ridge(rows: Int) -> Ridge { PixelSample.ridge(columns: columns, rows: rows) }

  private func sample(_ images: Int, _ number: Int, _ batches: ArraySlice<Batch>) -> PixelSample {
    PixelSample(of: block, images: images, columns: columns, number: number, batches: batches)
  }

  /// Patches at sampled pixels, [rows, columns], the taps of a channel side by side.
  ///
  /// - Parameter number: of the batch among `batches`, of which the workspace's values are.
  func patches(_ workspace: Workspace, _ number: Int, of batches: ArraySlice<Batch>) -> Matrix {
    let images = workspace.buffers[sources.convolution].output
    return block.patches(of: images, sample(images.rows, number, batches))
  }

  /// The neurons at the same pixels, [rows, neurons]; 0 for those that the shortcut adds to nothing.
  func carried(_ workspace: Workspace, _ number: Int, of batches: ArraySlice<Batch>) -> Matrix {
    let images = workspace.buffers[sources.shortcut].output
    let placed = block.shortcut(of: images, sample(images.rows, number, batches)) ?? Matrix()
    var carried = Matrix(rows: placed.rows, columns: targets.count)
    for (neuron, target) in targets.enumerated() {
      guard let target else { continue }
      for row in 0..<placed.rows { carried[row, neuron] = placed[row, target] }
    }
    return carried
  }
}
