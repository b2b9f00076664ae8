import Experiment
import LinearAlgebra

// MARK: Its own channels

extension ConvolutionBlock {
  /// New channels begin with W ~ N(0, 2/(kernel² · inputs)), γ = 1 and β = 0, whatever `initialization` says:
  /// normalization makes the scale of W meaningless. Their running statistics are those of the next minibatch.
  public mutating func resizeNeurons(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    let old = convolution.outputs
    weights.resize(rows: convolution.patchSize, columns: count)
    scale.resize(rows: 1, columns: count)
    shift.resize(rows: 1, columns: count)
    means.resize(rows: 1, columns: count)
    variances.resize(rows: 1, columns: count)
    setChannels(inputs: convolution.inputs, outputs: count)
    if addedInput == nil {
      shortcut?.resizeTargets(to: count)
    } else {
      shortcut?.becomeIdentity(channels: count)
    }
    let deviation = (2 / Double(convolution.patchSize)).squareRoot()
    for channel in min(old, count)..<count {
      for row in 0..<convolution.patchSize {
        weights.value[row, channel] = Float(deviation * random.normal())
      }
      scale.value[0, channel] = 1
    }
  }

  public mutating func permuteNeurons(by order: [Int]) {
    weights.permute(columns: order)
    scale.permute(columns: order)
    shift.permute(columns: order)
    means.gather(columns: order, from: means)
    variances.gather(columns: order, from: variances)
    if addedInput == nil { shortcut?.permuteTargets(by: order) }
  }

  public var absorbsImportances: Bool { writesStream }

  public mutating func scaleNeurons(by factors: [Float]) {
    scale.scale(columns: factors)
    shift.scale(columns: factors)
  }

  private mutating func setChannels(inputs: Int, outputs: Int) {
    convolution = Convolution(
      height: convolution.height, width: convolution.width, inputs: inputs, outputs: outputs,
      kernel: convolution.kernel, stride: convolution.stride)
  }
}

// MARK: The shortcut

extension ConvolutionBlock: ShortcutReader {
  public var addedInput: Int? {
    guard writesStream, let shortcut, shortcut.image.height == convolution.outputHeight else { return nil }
    return 1
  }

  public var followedInputs: [Int] { shortcut == nil || addedInput != nil ? [] : [1] }

  public mutating func resizeFollowed(to count: Int) { shortcut?.resizeChannels(to: count) }

  public mutating func permuteFollowed(by order: [Int]) { shortcut?.permuteChannels(by: order) }
}

// MARK: The channels it reads

extension ConvolutionBlock {
  /// kernel²: a channel enters every pixel of the output once for each tap of the kernel.
  public var columnsPerNeuron: Int { convolution.kernel * convolution.kernel }

  /// The weights of new channels are 0, so that no output changes: a layer behind batch normalization has no weights of
  /// variance 1.
  public mutating func resizeInputs(
    from old: Int, to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    precondition(old == convolution.inputs, "neurons are channels")
    weights.regroup(columnsPerNeuron, from: old, to: count)
    setChannels(inputs: count, outputs: convolution.outputs)
  }

  public mutating func permuteInputs(by order: [Int]) {
    precondition(order.count == convolution.inputs, "an index for each channel")
    weights.permute(
      rows: (0..<columnsPerNeuron).flatMap { tap in order.map { tap * convolution.inputs + $0 } })
  }

  /// The gradients of the scaled weights are 1/factor as large, so the moments, if there are any, are divided.
  public mutating func scaleInputs(by factors: [Float]) {
    precondition(factors.count == convolution.inputs, "one factor for each channel")
    for row in 0..<convolution.patchSize {
      weights.scale(row: row, by: factors[row % convolution.inputs])
    }
  }

  /// Normalization by running statistics, and the importances of a stream, as a product and a sum: y = factor · x + shift,
  /// channel by channel.
  var folded: (factors: [Double], shifts: [Double]) {
    let factors = (0..<convolution.outputs).map {
      streamImportance($0) * Double(scale.value[0, $0])
        / (Double(variances[0, $0]) + Self.epsilon).squareRoot()
    }
    let shifts = factors.enumerated().map {
      streamImportance($0) * Double(shift.value[0, $0]) - Double(means[0, $0]) * $1
    }
    return (factors, shifts)
  }

  /// γ W/√(σ² + ε), [channels · kernel², outputs], with the taps of each channel side by side, and β − μ γ/√(σ² + ε);
  /// both times f, if a stream is written.
  public var outgoing: (weights: Matrix, bias: Matrix) {
    let (factors, shifts) = folded
    let (taps, inputs) = (columnsPerNeuron, convolution.inputs)
    var result = Matrix(rows: convolution.patchSize, columns: convolution.outputs)
    for row in 0..<convolution.patchSize {
      for column in 0..<convolution.outputs {
        result[row % inputs * taps + row / inputs, column] = Float(
          Double(weights.value[row, column]) * factors[column])
      }
    }
    return (result, Matrix(rows: 1, columns: convolution.outputs, shifts.map { Float($0) }))
  }

  /// Sets γ = √(σ² + ε), μ = 0 and β = bias: outside of training the block then computes x ∗ W + bias. The running
  /// variances stay.
  public mutating func setOutgoing(weights: Matrix, bias: Matrix) {
    let zeros = Matrix(rows: 1, columns: convolution.outputs)
    var written = variances
    for channel in 0..<convolution.outputs {
      let importance = Float(streamImportance(channel))
      written[0, channel] *= importance * importance
    }
    setOutgoing(weights: weights, bias: bias, means: zeros, variances: written)
  }

  /// Sets μ and σ² to the moments of x ∗ W, γ = √(σ² + ε) and β = bias + μ: the block then computes x ∗ W + bias
  /// outside of training, and nearly the same in training. If it writes a stream, all of this is divided by f before.
  public mutating func setOutgoing(weights: Matrix, bias: Matrix, means: Matrix, variances: Matrix) {
    let (taps, outputs) = (columnsPerNeuron, convolution.outputs)
    precondition(weights.rows % taps == 0 && weights.columns == outputs, "shapes do not fit")
    let inputs = weights.rows / taps
    let written = (0..<outputs).map { Float(streamImportance($0)) }
    var ordered = Matrix(rows: weights.rows, columns: outputs)
    for row in 0..<weights.rows {
      for column in 0..<outputs {
        ordered[row, column] = weights[row % inputs * taps + row / inputs, column] / written[column]
      }
    }
    var (scale, shift, means, variances) = (self.scale.value, self.shift.value, means, variances)
    for column in 0..<outputs {
      means[0, column] /= written[column]
      variances[0, column] /= written[column] * written[column]
      scale[0, column] = Float((Double(variances[0, column]) + Self.epsilon).squareRoot())
      shift[0, column] = bias[0, column] / written[column] + means[0, column]
    }
    self.weights.replace(by: ordered)
    self.scale.replace(by: scale)
    self.shift.replace(by: shift)
    (self.means, self.variances) = (means, variances)
    setChannels(inputs: inputs, outputs: outputs)
  }
}
