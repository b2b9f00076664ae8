import LinearAlgebra

extension QueryKeyAttention {
  /// Indices of scratch matrices.
  private enum Place {
    /// The softmax, needed by the backward pass.
    static let weights = 0
    /// The products of one text.
    static let work = 1
    static let queries = 2
    static let keys = 3
    /// The importances, head by head, and their gradients.
    static let scale = 4
    static let scaleGradient = 5
    static let queryGradient = 6
    static let keyGradient = 7
  }

  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 3, isElastic: false, scratch: 8)
  }

  /// The queries, scaled by their importances.
  public func neurons(_ buffers: BlockBuffers) -> Matrix { buffers.scratch[Place.queries] }

  private var attention: PackedAttention {
    PackedAttention(
      heads: headCount, size: width, valueSize: valueSize, isCausal: kind == .causal,
      temperature: temperature)
  }

  private func inputs(_ context: PassContext, queries: Matrix, keys: Matrix) -> PackedAttention.Inputs {
    let offsets = kind.offsets(context.batch.structure)
    return PackedAttention.Inputs(
      query: PackedAttention.Place(queries, offsets: offsets.queries),
      key: PackedAttention.Place(keys, offsets: offsets.keys),
      value: PackedAttention.Place(context.input(2), offsets: offsets.keys))
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let (x, y) = (context.input(0), context.input(1))
    buffers.scratch.withUnsafeMutableBufferPointer { scratch in
      query.project(x, to: &scratch[Place.queries], scale: &scratch[Place.scale])
      scratch[Place.keys].reshape(rows: y.rows, columns: query.outputs)
      scratch[Place.keys].setProduct(y, transposed: keyWeights.value)
      attention.forward(
        inputs(context, queries: scratch[Place.queries], keys: scratch[Place.keys]), output: &buffers.output,
        weights: &scratch[Place.weights], scratch: &scratch[Place.work])
    }
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    guard let toValue = context.inputGradient(2) else { return }
    let (x, y) = (context.input(0), context.input(1))
    toValue.pointee.reshape(rows: y.rows, columns: outputs)
    buffers.scratch.withUnsafeMutableBufferPointer { scratch in
      let (toQueries, toKeys) = (
        scratch.baseAddress! + Place.queryGradient, scratch.baseAddress! + Place.keyGradient
      )
      toQueries.pointee.reshape(rows: x.rows, columns: query.outputs)
      toKeys.pointee.reshape(rows: y.rows, columns: query.outputs)
      attention.backward(
        inputs(context, queries: scratch[Place.queries], keys: scratch[Place.keys]),
        gradient: buffers.outputGradient, weights: scratch[Place.weights],
        to: PackedAttention.Gradients(query: toQueries, key: toKeys, value: toValue),
        scratch: &scratch[Place.work])
      query.unscale(
        &toQueries.pointee, of: scratch[Place.queries], scale: scratch[Place.scale],
        scaleGradient: &scratch[Place.scaleGradient], biasGradient: &buffers.gradients[1],
        importanceGradient: &buffers.importanceGradient)
      buffers.gradients[0].reshape(like: query.weights.value)
      buffers.gradients[0].setProduct(transposed: x, toQueries.pointee)
      buffers.gradients[2].reshape(like: keyWeights.value)
      buffers.gradients[2].setProduct(transposed: toKeys.pointee, y)
      if let gradient = context.inputGradient(0) {
        gradient.pointee.reshape(rows: x.rows, columns: inputs)
        gradient.pointee.setProduct(toQueries.pointee, transposed: query.weights.value)
      }
      if let gradient = context.inputGradient(1) {
        gradient.pointee.reshape(rows: y.rows, columns: inputs)
        gradient.pointee.setProduct(toKeys.pointee, keyWeights.value)
      }
    }
  }
}
