import LinearAlgebra

/// The passes through time. A step's products are small, and all of them have the same small operands, which stay in the
/// caches: what is kept of the weights is what the products want, so that nothing is transposed or copied in a step.
/// The importances are folded into W₂: V = diag(f) W₂, (φ(z) · f) W₂ = φ(z) V, and their gradient follows from V's.
extension Recurrence {
  public func makeBuffers() -> BlockBuffers {
    var stage = BlockBuffers(parameterMatrices: parameterMatrices, isElastic: false)
    // Elastic, so that rows are whole vectors.
    stage.scratch = (0..<Buffers.count).map { _ in Matrix(isElastic: true) }
    stage.importanceGradient = Matrix(isElastic: true)
    return stage
  }

  /// φ(h W₁ + b₁) · f of every step, [steps of all sequences, width].
  public func neurons(_ stage: BlockBuffers) -> Matrix {
    var result = stage.scratch[Buffers.neurons]
    if let adaptation {
      let none = Matrix(rows: 1, columns: width, isElastic: true)
      result.activate(.identity, bias: none, scale: adaptation.importances)
    }
    return result
  }

  public func forward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    let structure = flow.batch.structure
    let input = flow.input()
    stage.scratch.withUnsafeMutableBufferPointer { scratch in
      let buffers = Buffers(scratch.baseAddress!)
      fold(buffers)
      buffers.states.reshape(rows: input.rows, columns: outputs)
      buffers.neurons.reshape(rows: input.rows, columns: width)
      var start = 0
      for time in structure.active.indices {
        let step = Step(time, start: start, structure.active)
        compute(step, input, buffers)
        start += step.count
      }
      precondition(start == input.rows, "a row for each step")
    }
    gatherLastStates(structure, &stage)
  }

  private func gatherLastStates(_ structure: BatchStructure, _ stage: inout BlockBuffers) {
    stage.output.reshape(rows: structure.order.count, columns: outputs)
    var start = 0
    for time in structure.active.indices {
      let step = Step(time, start: start, structure.active)
      for sequence in step.ending {
        stage.output.copyRows(
          from: Int(structure.order[sequence]), count: 1, of: stage.scratch[Buffers.states],
          from: start + sequence)
      }
      start += step.count
    }
  }

  /// V, and W₁ as the products want it.
  private func fold(_ buffers: Buffers) {
    if let adaptation {
      buffers.folded.setRows(of: output.weights.value, times: adaptation.importances)
    } else {
      buffers.folded.reshape(rows: width, columns: outputs)
      buffers.folded.assign(output.weights.value)
    }
    if !hidden.weights.value.isElastic {
      buffers.hiddenPadded.reshape(rows: inputs, columns: width)
      buffers.hiddenPadded.assign(hidden.weights.value)
    }
  }

  /// h_t = tanh(u_t + φ(h_{t−1} W₁ + b₁) V + b₂) of the sequences that last so long.
  private func compute(_ step: Step, _ input: Matrix, _ buffers: Buffers) {
    let (start, count) = (step.start, step.count)
    if let previous = step.previous {
      let weights = hidden.weights.value.isElastic ? hidden.weights.value : buffers.hiddenPadded
      buffers.neurons.setRows(
        from: start, count: count, toProduct: buffers.states, from: previous, weights)
    } else {
      buffers.neurons.clearRows(from: start, count: count)
    }
    buffers.neurons.activateRows(from: start, count: count, hidden.function, bias: hidden.bias.value)
    buffers.states.copyRows(from: start, count: count, of: input, from: start)
    buffers.states.setRows(
      from: start, count: count, toProduct: buffers.neurons, from: start, buffers.folded, adding: true)
    buffers.states.activateRows(from: start, count: count, .tanh, bias: output.bias.value)
  }

  public func backward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    let structure = flow.batch.structure
    stage.gradients[0].reshape(like: hidden.weights.value)
    stage.gradients[1].reshape(like: hidden.bias.value)
    stage.gradients[2].reshape(like: output.weights.value)
    stage.gradients[3].reshape(like: output.bias.value)
    let inputGradient = flow.inputGradient()
    inputGradient?.pointee.reshape(rows: flow.input().rows, columns: inputs)
    // Steps that the gradient does not reach.
    if backpropagationSteps != nil { inputGradient?.pointee.fill(0) }
    let gradient = stage.outputGradient
    stage.scratch.withUnsafeMutableBufferPointer { scratch in
      let buffers = Buffers(scratch.baseAddress!)
      buffers.clearGradients(hidden, output, sequences: structure.order.count)
      var start = buffers.states.rows
      for time in structure.active.indices.reversed() {
        start -= Int(structure.active[time])
        let step = Step(time, start: start, structure.active, reach: backpropagationSteps)
        for sequence in step.ending {
          buffers.stateGradient.copyRows(
            from: sequence, count: 1, of: gradient, from: Int(structure.order[sequence]))
        }
        retrace(step, buffers, inputGradient)
      }
    }
    writeGradients(&stage)
  }

  /// From ∂L/∂h_t to the parameters' gradients of this step, ∂L/∂u_t and ∂L/∂h_{t−1}.
  private func retrace(
    _ step: Step, _ buffers: Buffers, _ inputGradient: UnsafeMutablePointer<Matrix>?
  ) {
    let first = step.reached.lowerBound
    let count = step.reached.count
    if count == 0 { return }
    let row = step.start + first
    buffers.stateGradient.activateRowsBackward(
      from: first, count: count, .tanh, output: buffers.states, from: row, biasGradient: &buffers.stateSum)
    buffers.outputBias.add(buffers.stateSum)
    inputGradient?.pointee.copyRows(from: row, count: count, of: buffers.stateGradient, from: first)
    buffers.foldedGradient.addProduct(
      transposed: buffers.neurons, from: row, buffers.stateGradient, from: first, count: count)
    buffers.neuronGradient.setRows(
      from: 0, count: count, toProduct: buffers.stateGradient, from: first, buffers.foldedTransposed)
    buffers.neuronGradient.activateRowsBackward(
      from: 0, count: count, hidden.function, output: buffers.neurons, from: row,
      biasGradient: &buffers.neuronSum)
    buffers.hiddenBias.add(buffers.neuronSum)
    guard let previous = step.previous else { return }
    buffers.hiddenWeights.addProduct(
      transposed: buffers.states, from: previous + first, buffers.neuronGradient, from: 0, count: count)
    buffers.stateGradient.setRows(
      from: first, count: count, toProduct: buffers.neuronGradient, from: 0, buffers.hiddenTransposed)
  }

  /// ∂L/∂W₂ = diag(f) ∂L/∂V and ∂L/∂f_n = Σ_c ∂L/∂V_nc W₂_nc.
  private func writeGradients(_ stage: inout BlockBuffers) {
    stage.gradients[0].assign(stage.scratch[Buffers.hiddenWeights])
    stage.gradients[1].assign(stage.scratch[Buffers.hiddenBias])
    stage.gradients[3].assign(stage.scratch[Buffers.outputBias])
    let folded = stage.scratch[Buffers.foldedGradient]
    guard let adaptation else { return stage.gradients[2].assign(folded) }
    stage.gradients[2].setRows(of: folded, times: adaptation.importances)
    stage.importanceGradient.setRowDots(folded, output.weights.value)
  }
}
