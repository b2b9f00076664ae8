import LinearAlgebra

extension ConvolutionBlock {
  /// Indices of scratch matrices.
  enum Place {
    /// x ∗ W
    static let value = 0
    /// The convolution's own.
    static let work = 1
    /// μ and σ² of the minibatch, a row each.
    static let moments = 2
    /// A shortcut brought to the output's shape.
    static let shortcut = 3
  }

  public func makeBuffers() -> BlockBuffers {
    var buffers = BlockBuffers(parameterMatrices: 3, isElastic: false, scratch: 4)
    buffers.importanceGradient = Matrix(isElastic: adaptation != nil)
    buffers.channels.resize(channels: convolution.outputs)
    return buffers
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let channels = convolution.outputs
    buffers.channels.resize(channels: channels)
    buffers.scratch.withUnsafeMutableBufferPointer {
      convolution.apply(context.input(), weights.value, to: &$0[Place.value], scratch: &$0[Place.work])
    }
    if context.isTraining {
      BatchNormalization.moments(buffers.scratch[Place.value], &buffers.channels)
      buffers.scratch[Place.moments].reshape(rows: 2, columns: channels)
      for channel in 0..<channels {
        buffers.scratch[Place.moments][0, channel] = Float(buffers.channels.means[channel])
        buffers.scratch[Place.moments][1, channel] = Float(buffers.channels.variances[channel])
      }
    } else {
      for channel in 0..<channels {
        buffers.channels.means[channel] = Double(means[0, channel])
        buffers.channels.variances[channel] = Double(variances[0, channel])
      }
    }
    for channel in 0..<channels {
      let deviation = (buffers.channels.variances[channel] + Self.epsilon).squareRoot()
      let factor = Double(scale.value[0, channel]) / deviation
      let written = streamImportance(channel)
      buffers.channels.a[channel] = Float(written * factor)
      buffers.channels.b[channel] = Float(
        written * (Double(shift.value[0, channel]) - buffers.channels.means[channel] * factor))
    }
    if let importances = neuronImportances {
      BatchNormalization.apply(
        buffers.scratch[Place.value], buffers.channels, importances: importances, ceiling: ceiling,
        to: &buffers.output)
    } else {
      BatchNormalization.apply(
        buffers.scratch[Place.value], buffers.channels, shortcut: fittedShortcut(context, &buffers),
        isRectified: true, to: &buffers.output)
    }
  }

  /// f of a channel that the block writes to a stream; otherwise 1.
  func streamImportance(_ channel: Int) -> Double {
    writesStream ? Double(adaptation!.importances[0, channel]) : 1
  }

  /// f; of a bounded block whose width is fixed, ones. `nil`: a rectifier and a shortcut follow instead.
  private var neuronImportances: Matrix? {
    guard function == .relu6 else { return nil }
    if let adaptation { return adaptation.importances }
    var ones = Matrix(rows: 1, columns: convolution.outputs)
    ones.fill(1)
    return ones
  }

  /// For g = ∂L/∂h behind the rectifier, n pixels and v = x ∗ W: ∂L/∂β = Σ g, ∂L/∂γ = Σ g (v − μ)/√(σ² + ε), and ∂L/∂v
  /// = γ/√(σ² + ε) · (g − Σ g / n − (v − μ)/(σ² + ε) Σ g (v − μ) / n). With importances, ∂L/∂f = Σ ∂L/∂h · h/f over
  /// rows and pixels, and g is f · ∂L/∂h where φ is not flat. Of a stream, ∂L/∂f = γ/√(σ² + ε) Σ g (v − μ) + β Σ g, and
  /// f · g takes the place of g.
  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let channels = convolution.outputs
    let value = buffers.scratch[Place.value]
    let moments = buffers.scratch[Place.moments]
    if let importances = neuronImportances {
      BatchNormalization.gradientSums(
        &buffers.outputGradient, value: value, means: moments, result: buffers.output,
        importances: importances, ceiling: ceiling, importanceGradient: &buffers.importanceGradient,
        &buffers.channels)
    } else {
      BatchNormalization.gradientSums(
        &buffers.outputGradient, value: value, means: moments, result: buffers.output, isRectified: true,
        &buffers.channels)
    }
    if shortcut != nil, let gradient = context.inputGradient(1) {
      backwardShortcut(buffers.outputGradient, to: &gradient.pointee)
    }
    if writesStream { buffers.importanceGradient.reshape(rows: 1, columns: channels) }
    buffers.gradients[1].reshape(rows: 1, columns: channels)
    buffers.gradients[2].reshape(rows: 1, columns: channels)
    let count = Double(value.rows * convolution.outputHeight * convolution.outputWidth)
    for channel in 0..<channels {
      let inverse = 1 / (Double(moments[1, channel]) + Self.epsilon).squareRoot()
      let factor = Double(scale.value[0, channel]) * inverse
      var (sum, product) = (buffers.channels.sums[channel], buffers.channels.products[channel])
      let written = streamImportance(channel)
      if writesStream {
        buffers.importanceGradient[0, channel] = Float(
          factor * product + Double(shift.value[0, channel]) * sum)
        (sum, product) = (written * sum, written * product)
      }
      buffers.gradients[1][0, channel] = Float(product * inverse)
      buffers.gradients[2][0, channel] = Float(sum)
      let slope = -factor * inverse * inverse * product / count
      buffers.channels.a[channel] = Float(written * factor)
      buffers.channels.b[channel] = Float(slope)
      buffers.channels.c[channel] = Float(-factor * sum / count - slope * Double(moments[0, channel]))
    }
    BatchNormalization.combine(&buffers.outputGradient, value, buffers.channels)
    convolution.weightGradient(
      context.input(), buffers.outputGradient, to: &buffers.gradients[0],
      scratch: &buffers.scratch[Place.work])
    if let gradient = context.inputGradient() {
      convolution.applyBackward(
        buffers.outputGradient, weights.value, to: &gradient.pointee, scratch: &buffers.scratch[Place.work])
    }
  }

  /// running ← (1 − share) running + share · minibatch, with the variance divided by one observation less.
  public mutating func learnStatistics(from buffers: BlockBuffers, share: Double) {
    let moments = buffers.channels
    if moments.count == 0 { return }
    let count = Double(moments.count)
    let hasNewChannels = adaptation != nil
    func mixed(_ old: Float, _ new: Double, _ share: Double) -> Float {
      Float((1 - share) * Double(old) + share * new)
    }
    for channel in 0..<convolution.outputs {
      // A new channel's statistics are those of its first minibatch.
      let share = hasNewChannels && variances[0, channel] == 0 ? 1 : share
      means[0, channel] = mixed(means[0, channel], Double(Float(moments.means[channel])), share)
      variances[0, channel] = mixed(
        variances[0, channel], Double(Float(moments.variances[channel])) * count / max(count - 1, 1),
        share)
    }
  }
}

// MARK: The shortcut

extension ConvolutionBlock {
  /// Every pixel of the output with the shortcut's pixel that is added to it: their first floats.
  private func forEachPixel(
    _ shortcut: Shortcut, rows: Int, _ body: (_ output: Int, _ shortcut: Int) -> Void
  ) {
    let (image, step) = (shortcut.image, shortcut.step(to: convolution))
    for row in 0..<rows {
      for y in 0..<convolution.outputHeight {
        for x in 0..<convolution.outputWidth {
          let pixel = (row * convolution.outputHeight + y) * convolution.outputWidth + x
          let source = (row * image.height + y * step) * image.width + x * step
          body(pixel * convolution.outputs, source * image.channels)
        }
      }
    }
  }

  private func fittedShortcut(_ context: PassContext, _ buffers: inout BlockBuffers) -> Matrix? {
    guard let shortcut else { return nil }
    let source = context.input(1)
    if shortcut.isIdentity(to: convolution) { return source }
    buffers.scratch[Place.shortcut].reshape(rows: source.rows, columns: outputs)
    buffers.scratch[Place.shortcut].fill(0)
    let (from, to) = (source.base, buffers.scratch[Place.shortcut].mutableBase)
    forEachPixel(shortcut, rows: source.rows) { output, input in
      shortcut.place(pixel: from + input, in: to + output)
    }
    return buffers.scratch[Place.shortcut]
  }

  /// The output's gradient becomes the shortcut's.
  private func backwardShortcut(_ gradient: Matrix, to shortcutGradient: inout Matrix) {
    guard let shortcut else { return }
    shortcutGradient.reshape(rows: gradient.rows, columns: shortcut.image.size)
    if shortcut.isIdentity(to: convolution) { return shortcutGradient.assign(gradient) }
    shortcutGradient.fill(0)
    let (from, to) = (gradient.base, shortcutGradient.mutableBase)
    forEachPixel(shortcut, rows: gradient.rows) { output, input in
      shortcut.collect(pixel: to + input, from: from + output)
    }
  }
}
