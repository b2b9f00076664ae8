import Experiment
import LinearAlgebra

/// The buffers of one worker for a whole network.
public struct Workspace: Sendable {
  /// The buffers of the blocks, in the order of the network.
  public package(set) var buffers: [BlockBuffers] = []

  public init() {}

  mutating func prepare(for network: Network) {
    if buffers.count != network.blocks.count { buffers = network.blocks.map { $0.makeBuffers() } }
  }

  /// Lends itself to the first of several threads; the others get workspaces of their own.
  mutating func shared<Result>(by threads: Int, _ body: (inout [Workspace]) -> Result) -> Result {
    var all = (0..<max(1, threads)).map { _ in Workspace() }
    swap(&all[0], &self)
    defer { swap(&all[0], &self) }
    return body(&all)
  }

  /// Gives all gradients, of parameters and of importances, in contiguous parts: whole matrices or rows of them, in an
  /// order that depends on the network alone.
  package mutating func forEachGradient(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    func visit(_ matrix: inout Matrix) {
      let base = matrix.mutableBase
      if matrix.stride == matrix.columns {
        return body(UnsafeMutableBufferPointer(start: base, count: matrix.rows * matrix.columns))
      }
      for row in 0..<matrix.rows {
        body(UnsafeMutableBufferPointer(start: base + row * matrix.stride, count: matrix.columns))
      }
    }
    for block in buffers.indices {
      for number in buffers[block].gradients.indices { visit(&buffers[block].gradients[number]) }
      visit(&buffers[block].importanceGradient)
      visit(&buffers[block].stateImportanceGradient)
    }
  }

  /// The last block's output, [rows, outputs].
  public var output: Matrix { buffers[buffers.count - 1].output }
}

extension Network {
  /// Runs the blocks on rows that are observations each; the result is `workspace.output`.
  public func forward(_ inputs: Matrix, _ workspace: inout Workspace) {
    forward(Batch(inputs: inputs), &workspace)
  }

  /// Runs the blocks; the result is `workspace.output`.
  public func forward(_ batch: Batch, _ workspace: inout Workspace) {
    workspace.prepare(for: self)
    forward(batch, 0..<blocks.count, &workspace)
  }

  /// Runs some of the blocks, given the outputs of those before.
  func forward(
    _ batch: Batch, _ range: Range<Int>, isTraining: Bool = false, dropout: Dropout? = nil,
    _ workspace: inout Workspace
  ) {
    withUnsafePointer(to: batch) {
      forward($0, range, isTraining: isTraining, dropout: dropout, &workspace)
    }
  }

  private func forward(
    _ batch: UnsafePointer<Batch>, _ range: Range<Int>, isTraining: Bool, dropout: Dropout?,
    _ workspace: inout Workspace
  ) {
    precondition(batch.pointee.inputs.columns == inputs, "shapes do not fit")
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    workspace.buffers.withUnsafeMutableBufferPointer { buffers in
      // By pointers, so that no list of sources is copied for a block.
      blocks.withUnsafeBufferPointer { blocks in
        sources.withUnsafeBufferPointer { sources in
          for index in range {
            let context = PassContext(
              batch: batch, buffers: buffers.baseAddress!, sources: sources.baseAddress! + index,
              isTraining: isTraining)
            (blocks.baseAddress! + index).pointee.forward(context, &buffers[index])
            if let dropout { drop(dropout, &buffers[index], index, batch) }
          }
        }
      }
    }
  }

  private func drop(
    _ dropout: Dropout, _ buffers: inout BlockBuffers, _ index: Int, _ batch: UnsafePointer<Batch>
  ) {
    if dropout.isNested { dropNested(dropout, &buffers.output, index, batch.pointee) }
    if let kind = droppedRows[index] {
      dropout.apply(to: &buffers.output, ofBlock: index, kind, batch.pointee)
    }
  }

  /// A forward and a backward pass: leaves the gradients of the NLL with respect to all parameters and importances in
  /// the workspace. The update adds the priors' gradients.
  ///
  /// - Parameters:
  ///   - total: rows of the whole minibatch, when `batch` is a worker's part of it.
  ///   - labelSmoothing: the fraction of a label's probability that is spread over all classes.
  ///   - classWeights: what an observation of each class counts in the loss; empty: 1.
  ///   - dropout: of the step; `nil`: there is none.
  ///   - distillation: what a teacher answers to the batch, which the gradients then follow too; `nil`: there is none.
  /// - Returns: this batch's part of the NLL, mean over the minibatch, without the teacher's part of the loss.
  public func lossAndGradients(
    _ batch: Batch, ofRows total: Int? = nil, labelSmoothing: Double = 0, classWeights: [Float] = [],
    dropout: Dropout? = nil, distillation: DistillationTargets? = nil, _ workspace: inout Workspace
  ) -> Double {
    withUnsafePointer(to: batch) {
      lossAndGradients(
        $0, ofRows: total, labelSmoothing: labelSmoothing, classWeights: classWeights, dropout: dropout,
        distillation: distillation, &workspace)
    }
  }

  /// The same of a batch at an address, because a copy of it takes longer than a small network's products.
  package func lossAndGradients(
    _ batch: UnsafePointer<Batch>, ofRows total: Int?, labelSmoothing: Double, classWeights: [Float],
    dropout: Dropout?, distillation: DistillationTargets?, _ workspace: inout Workspace
  ) -> Double {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    workspace.prepare(for: self)
    forward(batch, 0..<blocks.count, isTraining: true, dropout: dropout, &workspace)
    return workspace.buffers.withUnsafeMutableBufferPointer { buffers in
      let (last, total) = (blocks.count - 1, total ?? batch.pointee.rows)
      let loss = Likelihood.loss(
        buffers[last].output, batch, rows: total, smoothing: labelSmoothing,
        classWeights: classWeights, gradient: &buffers[last].outputGradient)
      if let distillation {
        Likelihood.addDistillation(
          buffers[last].output, distillation, batch.pointee.problem, rows: total,
          gradient: &buffers[last].outputGradient)
      }
      backward(batch, buffers.baseAddress!, dropout)
      return loss
    }
  }

  /// Computes the gradients of all blocks from that of the last one. The last reader of a value comes first and writes
  /// its gradient; the others add to it.
  private func backward(
    _ batch: UnsafePointer<Batch>, _ buffers: UnsafeMutablePointer<BlockBuffers>, _ dropout: Dropout?
  ) {
    for index in blocks.indices.reversed() where isLearned[index] {
      if let dropout { dropBackward(dropout, &buffers[index], index, batch) }
      if sources[index].count == 1 {
        // Most blocks are like that: no list to allocate.
        var gradient = target(0, of: index, buffers)
        withUnsafeMutablePointer(to: &gradient) { backward(batch, index, buffers, $0) }
        continue
      }
      withUnsafeTemporaryAllocation(
        of: UnsafeMutablePointer<Matrix>?.self, capacity: sources[index].count
      ) { gradients in
        for position in sources[index].indices {
          gradients.initializeElement(at: position, to: target(position, of: index, buffers))
        }
        backward(batch, index, buffers, gradients.baseAddress!)
      }
    }
  }

  private func dropBackward(
    _ dropout: Dropout, _ buffers: inout BlockBuffers, _ index: Int, _ batch: UnsafePointer<Batch>
  ) {
    if let kind = droppedRows[index] {
      // All that read the output have used it by now.
      dropout.apply(to: &buffers.outputGradient, ofBlock: index, kind, batch.pointee)
      dropout.restore(&buffers.output)
    }
    if dropout.isNested {
      dropNested(dropout, &buffers.outputGradient, index, batch.pointee)
      dropNested(dropout, &buffers.output, index, batch.pointee, isRestoring: true)
    }
  }

  /// Applies nested dropout to what a block computed, or to its gradient, or takes it back as far as that is possible.
  private func dropNested(
    _ dropout: Dropout, _ values: inout Matrix, _ index: Int, _ batch: Batch, isRestoring: Bool = false
  ) {
    guard let kind = nestedRows[index], let importances = (blocks[index] as? Dense)?.adaptation?.importances
    else { return }
    if isRestoring {
      dropout.restoreNested(&values, importances, kind, batch)
    } else {
      dropout.applyNested(to: &values, importances, ofBlock: index, kind, batch)
    }
  }

  private func backward(
    _ batch: UnsafePointer<Batch>, _ index: Int, _ buffers: UnsafeMutablePointer<BlockBuffers>,
    _ gradients: UnsafeMutablePointer<UnsafeMutablePointer<Matrix>?>
  ) {
    sources.withUnsafeBufferPointer { sources in
      let context = PassContext(
        batch: batch, buffers: buffers, sources: sources.baseAddress! + index, isTraining: true,
        gradients: gradients)
      blocks.withUnsafeBufferPointer { blocks in
        (blocks.baseAddress! + index).pointee.backward(context, &buffers[index])
      }
    }
    // Without spare gradients, the block has written all of its gradients where they belong.
    if buffers[index].spareGradients.isEmpty { return }
    for position in sources[index].indices where !writesFirst(position, of: index) {
      buffers[sources[index][position]].outputGradient.add(buffers[index].spareGradients[position])
    }
  }

  /// The matrix that receives the gradient of the `position`-th value that a block reads.
  private func target(
    _ position: Int, of index: Int, _ buffers: UnsafeMutablePointer<BlockBuffers>
  ) -> UnsafeMutablePointer<Matrix>? {
    let source = sources[index][position]
    if source == LayerNode.batch || !isLearned[source] { return nil }
    if writesFirst(position, of: index) { return gradientPointer(buffers + source) }
    if buffers[index].spareGradients.isEmpty {
      buffers[index].spareGradients = sources[index].map { _ in Matrix() }
    }
    return buffers[index].spareGradients.withUnsafeMutableBufferPointer { $0.baseAddress! + position }
  }

  /// Whether no block after this one, and no earlier position of it, reads the same value.
  private func writesFirst(_ position: Int, of index: Int) -> Bool {
    let source = sources[index][position]
    return source == LayerNode.batch || !isLearned[source]
      || consumers[source].last == index && sources[index].firstIndex(of: source) == position
  }

  private func gradientPointer(_ buffers: UnsafeMutablePointer<BlockBuffers>) -> UnsafeMutablePointer<Matrix>
  {
    let offset = MemoryLayout<BlockBuffers>.offset(of: \BlockBuffers.outputGradient)!
    return UnsafeMutableRawPointer(buffers).advanced(by: offset).assumingMemoryBound(to: Matrix.self)
  }
}
