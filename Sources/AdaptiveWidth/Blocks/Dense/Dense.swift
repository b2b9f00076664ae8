import Experiment
import Glibc
import LinearAlgebra

/// h = φ(x W + b) · f: a dense layer. With an adaptation its width is learned; without an activation it is affine.
///
/// Shapes: x [rows, inputs], W [inputs, outputs], b [1, outputs], f [1, outputs].
///
/// A summand is affine and has an adaptation, but x W + b is all it computes: it is a part of neurons that another block
/// completes, and multiplies by their importances, as a recurrent cell does with its state.
public struct Dense: AdaptiveBlock, PrefixReader {
  public private(set) var weights: Parameter
  public private(set) var bias: Parameter
  public let function: ElementFunction
  public private(set) var adaptation: Adaptation?
  public let isSummand: Bool

  /// W ~ N(0, `variance`), b ~ N(0, `biasScale`²).
  public init(
    inputs: Int, outputs: Int, function: ElementFunction, adaptation: Adaptation? = nil,
    isSummand: Bool = false, variance: Double, biasScale: Double = 0, random: inout RandomStream
  ) {
    let isElastic = adaptation != nil
    var w = Matrix(rows: inputs, columns: outputs, isElastic: isElastic)
    w.fill(normal: variance.squareRoot(), &random)
    var b = Matrix(rows: 1, columns: outputs, isElastic: isElastic)
    if biasScale > 0 { b.fill(normal: biasScale, &random) }
    self.init(weights: w, bias: b, function: function, adaptation: adaptation, isSummand: isSummand)
  }

  /// A layer with given weights [inputs, outputs] and biases [1, outputs].
  public init(
    weights: Matrix, bias: Matrix, function: ElementFunction, adaptation: Adaptation? = nil,
    isSummand: Bool = false
  ) {
    precondition(bias.rows == 1 && bias.columns == weights.columns, "shapes do not fit")
    precondition(adaptation == nil || adaptation?.width == weights.columns, "importances do not fit")
    precondition(!isSummand || function == .identity && adaptation != nil, "no summand of neurons")
    self.weights = Parameter(weights)
    self.bias = Parameter(bias)
    self.function = function
    self.adaptation = adaptation
    self.isSummand = isSummand
  }

  /// Whether x W + b is all it computes.
  public var isAffine: Bool { !isScaled && function == .identity }
  /// Whether it multiplies its outputs by importances.
  var isScaled: Bool { adaptation != nil && !isSummand }
  /// Hidden layers are.
  public var isDropped: Bool { !isAffine }
  public var inputs: Int { weights.value.rows }
  public var outputs: Int { weights.value.columns }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }
  public func parameterCount(inputs: Int, width: Int) -> Int { (inputs + 1) * width }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { inputs * width }

  public mutating func editAdaptation(_ edit: (inout Adaptation) -> Void) {
    if adaptation != nil { edit(&adaptation!) }
  }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    body(&weights, 0)
    body(&bias, 1)
  }
}

// MARK: Forward and backward

extension Dense {
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 2, isElastic: adaptation != nil, scratch: Background.matrices)
  }

  public func accumulate(_ input: Matrix, neurons: Range<Int>, into sum: inout Matrix) {
    sum.addProduct(input, columns: neurons, weights.value)
  }

  public var affineMap: (weights: Matrix, bias: Matrix)? { isAffine ? (weights.value, bias.value) : nil }

  public func finish(_ buffers: inout BlockBuffers, from sum: Matrix) {
    buffers.output.reshape(rows: sum.rows, columns: outputs)
    buffers.output.assign(sum)
    activate(&buffers.output, bias: bias.value)
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    if let background = background(context) {
      forward(context.input(), on: background, &buffers)
    } else {
      forward(context.input(), &buffers)
    }
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    if background(context) != nil {
      backwardOnBackground(&buffers)
    } else {
      backward(context.input(), &buffers, inputGradient: context.inputGradient())
    }
  }

  /// input [rows, inputs] → `buffers.output`
  ///
  /// Inlined, as its reverse, because a call copies the whole layer.
  @inline(__always) func forward(_ input: Matrix, _ buffers: inout BlockBuffers) {
    buffers.output.reshape(rows: input.rows, columns: outputs)
    if isScaled && Matrix.isNarrow(inputs) {
      buffers.output.setActivatedProduct(
        function, input, weights.value, bias: bias.value, scale: adaptation!.importances)
    } else if isNarrowOutput {
      buffers.output.setNarrowOutput(input, weights.value, bias: bias.value)
    } else {
      buffers.output.setProduct(input, weights.value)
      activate(&buffers.output, bias: bias.value)
    }
  }

  private var isNarrowOutput: Bool { isAffine && Matrix.isNarrow(outputs) }

  /// Turns pre-activations without bias into outputs, in place.
  @inline(__always) func activate(_ values: inout Matrix, bias: Matrix) {
    if isScaled {
      values.activate(function, bias: bias, scale: adaptation!.importances)
    } else {
      values.activate(function, bias: bias)
    }
  }

  /// `buffers.outputGradient` → its gradients, and that of the input unless it is nil.
  @inline(__always) func backward(
    _ input: Matrix, _ buffers: inout BlockBuffers, inputGradient: UnsafeMutablePointer<Matrix>?
  ) {
    reshapeGradients(&buffers)
    inputGradient?.pointee.reshape(rows: input.rows, columns: inputs)
    if let inputGradient, isNarrowOutput {
      buffers.outputGradient.narrowOutputBackward(
        weights.value, inputGradient: &inputGradient.pointee, biasGradient: &buffers.gradients[1])
      buffers.gradients[0].setProduct(transposed: input, buffers.outputGradient)
    } else if isScaled && inputGradient == nil && Matrix.isNarrow(inputs) {
      narrowBackward(input, &buffers)
    } else {
      activateBackward(&buffers)
      buffers.gradients[0].setProduct(transposed: input, buffers.outputGradient)
      inputGradient?.pointee.setProduct(buffers.outputGradient, transposed: weights.value)
    }
  }

  @inline(__always) func reshapeGradients(_ buffers: inout BlockBuffers) {
    buffers.gradients[0].reshape(like: weights.value)
    buffers.gradients[1].reshape(like: bias.value)
    if adaptation != nil { buffers.importanceGradient.reshape(rows: 1, columns: outputs) }
    if isSummand { buffers.importanceGradient.fill(0) }
  }

  /// Turns the gradient of the outputs into the gradient of the pre-activations, in place.
  @inline(__always) func activateBackward(_ buffers: inout BlockBuffers) {
    if isScaled {
      buffers.outputGradient.activateBackward(
        function, output: buffers.output, scale: adaptation!.importances,
        scaleGradient: &buffers.importanceGradient, biasGradient: &buffers.gradients[1])
    } else {
      buffers.outputGradient.activateBackward(
        function, output: buffers.output, biasGradient: &buffers.gradients[1])
    }
  }

  @inline(__always) private func narrowBackward(_ input: Matrix, _ buffers: inout BlockBuffers) {
    buffers.gradients.withUnsafeMutableBufferPointer { gradients in
      buffers.outputGradient.activatedProductBackward(
        function, input, output: buffers.output, scale: adaptation!.importances,
        weightGradient: &gradients[0], biasGradient: &gradients[1],
        scaleGradient: &buffers.importanceGradient)
    }
  }
}

// MARK: Edits

extension Dense {
  public var outgoing: (weights: Matrix, bias: Matrix) { (weights.value, bias.value) }

  public mutating func setOutgoing(weights: Matrix, bias: Matrix) {
    precondition(weights.columns == outputs && bias.columns == outputs, "shapes do not fit")
    self.weights.replace(by: weights)
    self.bias.replace(by: bias)
  }

  public mutating func resizeNeurons(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    let old = outputs
    weights.resize(rows: inputs, columns: count)
    bias.resize(rows: 1, columns: count)
    for neuron in min(old, count)..<count {
      switch initialization {
      case .standardNormal:
        for row in 0..<inputs { weights.value[row, neuron] = Float(random.normal()) }
        bias.value[0, neuron] = Float(random.normal())
      case .zeroOutgoing(let variance):
        let deviation = (isSummand ? Recurrence.inputShare : 1) * variance.squareRoot()
        for row in 0..<inputs { weights.value[row, neuron] = Float(deviation * random.normal()) }
        bias.value[0, neuron] = bias.value[0, random.below(old)]
      }
    }
  }

  public mutating func permuteNeurons(by order: [Int]) {
    weights.permute(columns: order)
    bias.permute(columns: order)
  }

  /// Resizes the weights that read the neurons. If the input is an image, each pixel has its neurons in adjacent
  /// columns.
  public mutating func resizeInputs(
    from old: Int, to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    let pixels = pixels(ofNeurons: old)
    if pixels == 1 {
      weights.resize(rows: count, columns: outputs)
    } else {
      weights.regroup(pixels, from: old, to: count)
    }
    guard case .standardNormal = initialization else { return }
    for pixel in 0..<pixels {
      for row in pixel * count + min(old, count)..<(pixel + 1) * count {
        for column in 0..<outputs { weights.value[row, column] = Float(random.normal()) }
      }
    }
  }

  private func pixels(ofNeurons count: Int) -> Int {
    precondition(count > 0 && inputs % count == 0, "the neurons of whole pixels")
    return inputs / count
  }

  public mutating func permuteInputs(by order: [Int]) {
    let pixels = pixels(ofNeurons: order.count)
    weights.permute(
      rows: pixels == 1 ? order : (0..<pixels).flatMap { pixel in order.map { pixel * order.count + $0 } })
  }

  /// Replaces the weights W_p of each pixel by A W_p, and adds Σ c W_p to the bias.
  public mutating func composeInputs(by mixture: Matrix, _ offset: Matrix) {
    let (old, new) = (mixture.columns, mixture.rows)
    let pixels = pixels(ofNeurons: old)
    var mixed = Matrix(rows: pixels * new, columns: outputs)
    var bias = bias.value
    for pixel in 0..<pixels {
      mixed.setProduct(atRow: pixel * new, mixture, weights.value, fromRow: pixel * old)
      bias.addProduct(offset, weights.value, fromRow: pixel * old)
    }
    weights.replace(by: mixed)
    self.bias.replace(by: bias)
  }

  /// The gradients of the scaled weights are 1/factor as large, so the moments, if there are any, are divided.
  public mutating func scaleInputs(by factors: [Float]) {
    precondition(inputs % max(1, factors.count) == 0, "one factor for each neuron")
    for row in 0..<inputs { weights.scale(row: row, by: factors[row % factors.count]) }
  }
}
