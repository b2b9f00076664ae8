import LinearAlgebra

/// What a cut's repair does to the blocks that read a layer's neurons.
extension Network {
  /// The only reader of a layer's pixels, reading in place of every neuron what the fit makes of the first `width` of
  /// its order; `nil` if the fit is of what readers get.
  func composedReader(_ layer: Int, _ repair: LayerRepair, _ width: Int) -> (any Block)? {
    let reader = adaptiveLayers[layer].readers[0]
    guard let regression = repair.regression, LayerReading.fitsNeuronsThemselves(self, layer, [reader]) else {
      return nil
    }
    let (weights, bias) = regression.fit(first: width)
    var block = blocks[reader]
    capabilities[reader].prefix!.composeInputs(of: &block, by: weights, bias)
    return block
  }

  /// The fit by the first `width` neurons of its order: a part of its columns for each reader.
  mutating func setOutgoing(
    _ readers: [Int], of layer: AdaptiveLayer, _ regression: PrefixRegression, _ width: Int
  ) {
    var (weights, bias) = regression.fit(first: width)
    let (means, variances) = regression.moments(first: width, bias: bias)
    if regression.group > columnsPerNeuron(readBy: readers[0], in: layer) {
      // A dense block reads the neurons of one head after the other.
      weights.permute(rows: LayerReading.transposed(width, regression.group))
    }
    var first = 0
    for index in readers {
      let columns = outgoing(index, of: layer).bias.columns
      func part(_ matrix: Matrix) -> Matrix {
        var part = Matrix(rows: matrix.rows, columns: columns)
        part.assign(columnsFrom: first, of: matrix)
        return part
      }
      setOutgoing(
        of: index, in: layer, weights: part(weights), bias: part(bias), means: part(means),
        variances: part(variances))
      first += columns
    }
  }

  /// Replaces the weights with which a block multiplies what it reads.
  mutating func setOutgoing(of reader: Int, _ weights: Matrix, _ bias: Matrix) {
    capabilities[reader].reader!.setOutgoing(of: &blocks[reader], weights: weights, bias: bias)
  }

  /// Makes the convolution beside a shortcut add what its fit knows of the neurons that a cut takes from the shortcut.
  ///
  /// - Parameter lost: the numbers of these neurons.
  mutating func mend(_ repair: LayerRepair.Shortcut, without lost: ArraySlice<Int>) {
    guard let targets = (blocks[repair.block] as? ConvolutionBlock)?.shortcut?.targets else { return }
    var (weights, bias) = capabilities[repair.block].reader!.outgoing(of: blocks[repair.block])
    for neuron in lost {
      guard let target = targets[neuron] else { continue }
      for row in 0..<weights.rows { weights[row, target] += repair.fit.weights[row, neuron] }
      bias[0, target] += repair.fit.bias[0, neuron]
    }
    setOutgoing(of: repair.block, weights, bias)
  }
}
