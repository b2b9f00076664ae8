import Experiment
import LinearAlgebra

/// h = max(0, γ (x ∗ W − μ)/√(σ² + ε) + β + s): a convolution, batch normalization of its channels, an optional
/// shortcut s from an earlier value, and a rectifier.
///
/// Shapes: images are rows [height · width · channels], W [kernel² · inputs, outputs], γ, β, μ, σ² [1, outputs]. μ and
/// σ² are those of the minibatch in training (of a worker's part of it), and running ones otherwise. A shortcut of a
/// larger image is every second (third, …) pixel of it; of a shallower one, with channels of zeros on both sides unless
/// its channels have other places.
///
/// A block with an adaptation learns the number of its channels, f [1, channels] their importances. A neuron is a channel
/// with all its pixels. There are two kinds:
///
/// - With a bounded φ the channels are its own, h = f · φ(γ (x ∗ W − μ)/√(σ² + ε) + β), because γ would undo f behind an
///   unbounded one. Such a block has no shortcut.
/// - With a rectifier they are those of a residual stream, which several blocks write:
///   h = max(0, f · (γ (x ∗ W − μ)/√(σ² + ε) + β) + s). A rectifier is homogeneous, so the stream is f times that of a
///   network which multiplies each read by f, and never f twice. A shortcut of the output's extent is the same stream.
public struct ConvolutionBlock: NormalizingBlock, AdaptiveBlock, ElasticReader {
  public internal(set) var convolution: Convolution
  /// Its second input; `nil`: it has none.
  public internal(set) var shortcut: Shortcut?
  /// φ: `relu`, or `relu6` without a shortcut.
  public let function: ElementFunction
  public private(set) var adaptation: Adaptation?
  /// W
  public internal(set) var weights: Parameter
  /// γ
  public internal(set) var scale: Parameter
  /// β
  public internal(set) var shift: Parameter
  var means: Matrix
  var variances: Matrix
  /// See `FoldedPriorBlock`.
  public internal(set) var priorFactors: [Matrix] = []

  /// ε
  public static let epsilon = BatchNormalization.epsilon

  /// W ~ N(0, `variance`), γ = 1, β = 0.
  ///
  /// - Parameter variance: by default 2/(kernel² · inputs).
  public init(
    _ convolution: Convolution, shortcut: Shortcut? = nil, function: ElementFunction = .relu,
    adaptation: Adaptation? = nil, variance: Double? = nil, random: inout RandomStream
  ) {
    var weights = Matrix(rows: convolution.patchSize, columns: convolution.outputs)
    weights.fill(normal: (variance ?? 2 / Double(convolution.patchSize)).squareRoot(), &random)
    var scale = Matrix(rows: 1, columns: convolution.outputs)
    scale.fill(1)
    self.init(
      convolution, shortcut: shortcut, function: function, adaptation: adaptation, weights: weights,
      scale: scale, shift: Matrix(rows: 1, columns: convolution.outputs))
  }

  /// A block with given W, γ and β, and running statistics of mean 0 and variance 1.
  public init(
    _ convolution: Convolution, shortcut: Shortcut? = nil, function: ElementFunction = .relu,
    adaptation: Adaptation? = nil, weights: Matrix, scale: Matrix, shift: Matrix
  ) {
    precondition(Self.isPossible(function, hasShortcut: shortcut != nil))
    precondition(adaptation.map { $0.width == convolution.outputs } ?? true, "importances do not fit")
    precondition([weights, scale, shift].allSatisfy { !$0.isElastic }, "images have no spare columns")
    precondition(
      weights.rows == convolution.patchSize && weights.columns == convolution.outputs
        && [scale, shift].allSatisfy { $0.rows == 1 && $0.columns == convolution.outputs },
      "shapes do not fit")
    if let shortcut { precondition(shortcut.reaches(convolution), "the shortcut does not fit") }
    self.convolution = convolution
    self.shortcut = shortcut
    self.function = function
    self.adaptation = adaptation
    self.weights = Parameter(weights)
    self.scale = Parameter(scale)
    self.shift = Parameter(shift)
    means = Matrix(rows: 1, columns: convolution.outputs)
    variances = means
    variances.fill(1)
  }

  /// Whether a block can have this function: shortcuts are added before a rectifier.
  public static func isPossible(_ function: ElementFunction, hasShortcut: Bool) -> Bool {
    function == .relu || function == .relu6 && !hasShortcut
  }

  /// Whether its channels are those of a residual stream, of learned width.
  public var writesStream: Bool { adaptation != nil && function == .relu }

  /// The upper bound of φ.
  var ceiling: Float { function == .relu6 ? 6 : .infinity }

  public var inputs: Int { convolution.inputSize }
  public var outputs: Int { convolution.outputSize }
  public var inputColumns: [Int] { [inputs] + (shortcut.map { [$0.image.size] } ?? []) }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }

  /// Weights, γ and β.
  public func parameterCount(inputs: Int, width: Int) -> Int {
    (convolution.kernel * convolution.kernel * channels(ofInputs: inputs) + 2) * channels(ofWidth: width)
  }

  public func multiplyAdds(inputs: Int, width: Int) -> Int {
    let pixels = convolution.outputHeight * convolution.outputWidth
    return pixels * convolution.kernel * convolution.kernel * channels(ofInputs: inputs)
      * channels(ofWidth: width)
  }

  private func channels(ofInputs columns: Int) -> Int { columns / (convolution.height * convolution.width) }

  /// A network passes the outputs as the width of a block whose width is fixed.
  private func channels(ofWidth width: Int) -> Int { adaptation == nil ? convolution.outputs : width }

  public mutating func editAdaptation(_ edit: (inout Adaptation) -> Void) {
    if adaptation != nil { edit(&adaptation!) }
  }

  /// μ and σ² that are used outside training.
  public var runningStatistics: [Matrix] {
    get { [means, variances] }
    set {
      precondition(
        newValue.count == 2 && newValue.allSatisfy { $0.rows == 1 && $0.columns == convolution.outputs },
        "means and variances of every channel")
      (means, variances) = (newValue[0], newValue[1])
    }
  }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    body(&weights, 0)
    body(&scale, 1)
    body(&shift, 2)
  }
}
