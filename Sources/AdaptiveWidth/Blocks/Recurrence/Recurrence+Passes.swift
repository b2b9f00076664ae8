import LinearAlgebra

/// The passes through time. A step's products are small, and all of them have the same small operands, which stay in
/// the caches: what is kept of the weights is what the products want, so that nothing is transposed or copied in a
/// step. The importances are folded into W₂: V = diag(f) W₂, (φ(z) · f) W₂ = φ(z) V, and their gradient follows from
/// V's. So are those of a state of learned width into W₁; here W₁ is diag(g) W₁, and h the state without importances.
extension Recurrence {
  public func makeBuffers() -> BlockBuffers {
    var buffers = BlockBuffers(parameterMatrices: parameterMatrices, isElastic: false)
    // Elastic, so that rows are whole vectors.
    buffers.scratch = (0..<Scratch.count).map { _ in Matrix(isElastic: true) }
    buffers.importanceGradient = Matrix(isElastic: true)
    buffers.stateImportanceGradient = Matrix(isElastic: true)
    return buffers
  }

  public func states(_ buffers: BlockBuffers) -> Matrix {
    var result = buffers.scratch[Scratch.states]
    if let stateAdaptation { result.scaleColumns(by: stateAdaptation.importances) }
    return result
  }

  /// φ(h W₁ + b₁) · f of every step, [steps of all sequences, width].
  public func neurons(_ buffers: BlockBuffers) -> Matrix {
    var result = buffers.scratch[Scratch.neurons]
    if let adaptation {
      let none = Matrix(rows: 1, columns: width, isElastic: true)
      result.activate(.identity, bias: none, scale: adaptation.importances)
    }
    return result
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let structure = context.batch.structure
    let input = context.input()
    buffers.scratch.withUnsafeMutableBufferPointer { matrices in
      let scratch = Scratch(matrices.baseAddress!)
      fold(scratch)
      scratch.states.reshape(rows: input.rows, columns: outputs)
      scratch.neurons.reshape(rows: input.rows, columns: width)
      var start = 0
      for time in structure.active.indices {
        let step = Step(time, start: start, structure.active)
        compute(step, input, scratch)
        start += step.count
      }
      precondition(start == input.rows, "a row for each step")
    }
    gatherLastStates(structure, &buffers)
  }

  private func gatherLastStates(_ structure: BatchStructure, _ buffers: inout BlockBuffers) {
    buffers.output.reshape(rows: structure.order.count, columns: outputs)
    var start = 0
    for time in structure.active.indices {
      let step = Step(time, start: start, structure.active)
      for sequence in step.ending {
        buffers.output.copyRows(
          from: Int(structure.order[sequence]), count: 1, of: buffers.scratch[Scratch.states],
          from: start + sequence)
      }
      start += step.count
    }
    if let stateAdaptation { buffers.output.scaleColumns(by: stateAdaptation.importances) }
  }

  /// V, and W₁ as the products want it.
  private func fold(_ scratch: Scratch) {
    if let adaptation {
      scratch.folded.setRows(of: output.weights.value, times: adaptation.importances)
    } else {
      scratch.folded.reshape(rows: width, columns: outputs)
      scratch.folded.assign(output.weights.value)
    }
    if let stateAdaptation {
      scratch.hiddenPadded.setRows(of: hidden.weights.value, times: stateAdaptation.importances)
    } else if !hidden.weights.value.isElastic {
      scratch.hiddenPadded.reshape(rows: inputs, columns: width)
      scratch.hiddenPadded.assign(hidden.weights.value)
    }
  }

  /// W₁ as `fold` left it.
  private func hiddenWeights(_ scratch: Scratch) -> Matrix {
    stateAdaptation == nil && hidden.weights.value.isElastic ? hidden.weights.value : scratch.hiddenPadded
  }

  /// h_t = tanh(u_t + φ(h_{t−1} W₁ + b₁) V + b₂) of the sequences that last so long.
  private func compute(_ step: Step, _ input: Matrix, _ scratch: Scratch) {
    let (start, count) = (step.start, step.count)
    if let previous = step.previous {
      scratch.neurons.setRows(
        from: start, count: count, toProduct: scratch.states, from: previous, hiddenWeights(scratch))
    } else {
      scratch.neurons.clearRows(from: start, count: count)
    }
    scratch.neurons.activateRows(from: start, count: count, hidden.function, bias: hidden.bias.value)
    scratch.states.copyRows(from: start, count: count, of: input, from: start)
    scratch.states.setRows(
      from: start, count: count, toProduct: scratch.neurons, from: start, scratch.folded, adding: true)
    scratch.states.activateRows(from: start, count: count, .tanh, bias: output.bias.value)
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let structure = context.batch.structure
    buffers.gradients[0].reshape(like: hidden.weights.value)
    buffers.gradients[1].reshape(like: hidden.bias.value)
    buffers.gradients[2].reshape(like: output.weights.value)
    buffers.gradients[3].reshape(like: output.bias.value)
    let inputGradient = context.inputGradient()
    inputGradient?.pointee.reshape(rows: context.input().rows, columns: inputs)
    // Steps that the gradient does not reach.
    if backpropagationSteps != nil { inputGradient?.pointee.fill(0) }
    let gradient = buffers.outputGradient
    buffers.scratch.withUnsafeMutableBufferPointer { matrices in
      let scratch = Scratch(matrices.baseAddress!)
      scratch.clearGradients(hiddenWeights(scratch), sequences: structure.order.count)
      var start = scratch.states.rows
      for time in structure.active.indices.reversed() {
        start -= Int(structure.active[time])
        let step = Step(time, start: start, structure.active, reach: backpropagationSteps)
        for sequence in step.ending {
          scratch.stateGradient.copyRows(
            from: sequence, count: 1, of: gradient, from: Int(structure.order[sequence]))
        }
        if let stateAdaptation {
          scratch.passLastStates(step.ending, from: start, stateAdaptation.importances)
        }
        retrace(step, scratch, inputGradient)
      }
    }
    writeGradients(&buffers)
  }

  /// Computes, from ∂L/∂h_t, the parameters' gradients of this step, ∂L/∂u_t and ∂L/∂h_{t−1}.
  private func retrace(
    _ step: Step, _ scratch: Scratch, _ inputGradient: UnsafeMutablePointer<Matrix>?
  ) {
    let first = step.reached.lowerBound
    let count = step.reached.count
    if count == 0 { return }
    let row = step.start + first
    scratch.stateGradient.activateRowsBackward(
      from: first, count: count, .tanh, output: scratch.states, from: row, biasGradient: &scratch.stateSum)
    scratch.outputBias.add(scratch.stateSum)
    inputGradient?.pointee.copyRows(from: row, count: count, of: scratch.stateGradient, from: first)
    scratch.foldedGradient.addProduct(
      transposed: scratch.neurons, from: row, scratch.stateGradient, from: first, count: count)
    scratch.neuronGradient.setRows(
      from: 0, count: count, toProduct: scratch.stateGradient, from: first, scratch.foldedTransposed)
    scratch.neuronGradient.activateRowsBackward(
      from: 0, count: count, hidden.function, output: scratch.neurons, from: row,
      biasGradient: &scratch.neuronSum)
    scratch.hiddenBias.add(scratch.neuronSum)
    guard let previous = step.previous else { return }
    scratch.hiddenWeights.addProduct(
      transposed: scratch.states, from: previous + first, scratch.neuronGradient, from: 0, count: count)
    scratch.stateGradient.setRows(
      from: first, count: count, toProduct: scratch.neuronGradient, from: 0, scratch.hiddenTransposed)
  }

  /// ∂L/∂W₂ = diag(f) ∂L/∂V and ∂L/∂f_n = Σ_c ∂L/∂V_nc W₂_nc.
  private func writeGradients(_ buffers: inout BlockBuffers) {
    writeStateGradients(&buffers)
    buffers.gradients[1].assign(buffers.scratch[Scratch.hiddenBias])
    buffers.gradients[3].assign(buffers.scratch[Scratch.outputBias])
    let folded = buffers.scratch[Scratch.foldedGradient]
    guard let adaptation else { return buffers.gradients[2].assign(folded) }
    buffers.gradients[2].setRows(of: folded, times: adaptation.importances)
    buffers.importanceGradient.setRowDots(folded, output.weights.value)
  }

  /// The same of W₁ and g, which the last states have been multiplied by as well.
  private func writeStateGradients(_ buffers: inout BlockBuffers) {
    let folded = buffers.scratch[Scratch.hiddenWeights]
    guard let stateAdaptation else { return buffers.gradients[0].assign(folded) }
    buffers.gradients[0].setRows(of: folded, times: stateAdaptation.importances)
    buffers.stateImportanceGradient.setRowDots(folded, hidden.weights.value)
    buffers.stateImportanceGradient.add(buffers.scratch[Scratch.lastImportances])
  }
}
