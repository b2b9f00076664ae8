import LinearAlgebra

/// The two layers of a recurrent block, its state and the neurons inside it, are edited by methods of their own.
extension Network {
  /// The adaptation of a block's neurons in a layer.
  func adaptation(of index: Int, in layer: AdaptiveLayer) -> Adaptation {
    index == layer.state
      ? capabilities[index].state!.stateAdaptation(of: blocks[index])
      : capabilities[index].adaptive!.adaptation(of: blocks[index])
  }

  mutating func editAdaptation(
    of index: Int, in layer: AdaptiveLayer, _ edit: (inout Adaptation) -> Void
  ) {
    if index == layer.state {
      capabilities[index].state!.editStateAdaptation(of: &blocks[index], edit)
    } else {
      capabilities[index].adaptive!.editAdaptation(of: &blocks[index], edit)
    }
  }

  /// The neurons of a layer that a block puts out, or has inside, scaled by their importances.
  func neurons(of index: Int, in layer: AdaptiveLayer, _ workspace: Workspace) -> Matrix {
    index == layer.state
      ? capabilities[index].state!.states(of: blocks[index], workspace.buffers[index])
      : capabilities[index].adaptive!.neurons(of: blocks[index], workspace.buffers[index])
  }

  mutating func resizeNeurons(
    of index: Int, in layer: AdaptiveLayer, to width: Int, _ initialization: NeuronInitialization,
    random: inout RandomStream
  ) {
    if index == layer.state {
      capabilities[index].state!.resizeState(of: &blocks[index], to: width, initialization, &random)
    } else {
      capabilities[index].adaptive!.resizeNeurons(of: &blocks[index], to: width, initialization, &random)
    }
  }

  mutating func permuteNeurons(of index: Int, in layer: AdaptiveLayer, by order: [Int]) {
    if index == layer.state {
      capabilities[index].state!.permuteState(of: &blocks[index], by: order)
    } else {
      capabilities[index].adaptive!.permuteNeurons(of: &blocks[index], by: order)
    }
  }

  /// Whether a reader of a layer reads another block's neurons.
  func readsAnother(_ reader: Int, in layer: AdaptiveLayer) -> Bool {
    reader != layer.state && !capabilities[reader].readsOwnNeurons
  }

  /// The weights with which a block multiplies a layer's neurons, and its biases.
  func outgoing(_ reader: Int, of layer: AdaptiveLayer) -> (weights: Matrix, bias: Matrix) {
    reader == layer.state
      ? capabilities[reader].state!.stateReads(of: blocks[reader])
      : capabilities[reader].reader!.outgoing(of: blocks[reader])
  }

  /// Replaces the weights with which a block multiplies a layer's neurons, and its biases.
  ///
  /// - Parameters:
  ///   - means: of what the weights make of the neurons, [1, outputs], for a block that normalizes it.
  ///   - variances: the same.
  mutating func setOutgoing(
    of reader: Int, in layer: AdaptiveLayer, weights: Matrix, bias: Matrix, means: Matrix, variances: Matrix
  ) {
    if reader == layer.state {
      capabilities[reader].state!.setStateReads(of: &blocks[reader], weights: weights, bias: bias)
    } else {
      capabilities[reader].reader!.setOutgoing(
        of: &blocks[reader], weights: weights, bias: bias, means: means, variances: variances)
    }
  }

  /// Columns in which a block reads each of a layer's neurons.
  func columnsPerNeuron(readBy reader: Int, in layer: AdaptiveLayer) -> Int {
    reader == layer.state ? 1 : capabilities[reader].reader!.columnsPerNeuron(of: blocks[reader])
  }

  /// Multiplies the weights with which a block reads each of a layer's neurons by a factor.
  mutating func scaleInputs(of reader: Int, in layer: AdaptiveLayer, by factors: [Float]) {
    if reader == layer.state {
      capabilities[reader].state!.scaleStateReads(of: &blocks[reader], by: factors)
    } else {
      capabilities[reader].reader!.scaleInputs(of: &blocks[reader], by: factors)
    }
  }
}

extension Workspace {
  /// ∂NLL/∂f of a block's neurons in a layer.
  package func importanceGradient(of index: Int, in layer: AdaptiveLayer) -> Matrix {
    index == layer.state ? buffers[index].stateImportanceGradient : buffers[index].importanceGradient
  }
}
