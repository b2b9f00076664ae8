import Experiment
import LinearAlgebra

/// h = max(0, γ (x ∗ W − μ)/√(σ² + ε) + β + s): a convolution, batch normalization of its channels, an optional
/// shortcut s from an earlier value, and a rectifier.
///
/// Shapes: images are rows [height · width · channels], W [kernel² · inputs, outputs], γ, β, μ, σ² [1, outputs]. μ and
/// σ² are those of the minibatch in training (of a worker's part of it), and running ones otherwise. A shortcut of a
/// larger or shallower image is every second (third, …) pixel of it, with channels of zeros on both sides.
///
/// A block with an adaptation learns the number of its channels and scales each by its importance: h = f · φ(γ (x ∗ W −
/// μ)/√(σ² + ε) + β), with f [1, channels] and φ bounded, because γ would undo f behind an unbounded φ. Such a block
/// has no shortcut. A neuron is a channel with all its pixels.
public struct ConvolutionBlock: NormalizingBlock, AdaptiveBlock, ElasticReader {
  public internal(set) var convolution: Convolution
  /// What its second input looks like; `nil`: it has none.
  public let shortcut: ImageExtent?
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

  /// ε
  public static let epsilon = BatchNormalization.epsilon

  /// W ~ N(0, `variance`), γ = 1, β = 0.
  ///
  /// - Parameter variance: by default 2/(kernel² · inputs).
  public init(
    _ convolution: Convolution, shortcut: ImageExtent? = nil, function: ElementFunction = .relu,
    adaptation: Adaptation? = nil, variance: Double? = nil, random: inout RandomStream
  ) {
    var weights = Matrix(rows: convolution.patchSize, columns: convolution.outputs)
    let deviation = (variance ?? 2 / Double(convolution.patchSize)).squareRoot()
    for row in 0..<weights.rows {
      for column in 0..<weights.columns { weights[row, column] = Float(random.normal() * deviation) }
    }
    var scale = Matrix(rows: 1, columns: convolution.outputs)
    scale.fill(1)
    self.init(
      convolution, shortcut: shortcut, function: function, adaptation: adaptation, weights: weights,
      scale: scale, shift: Matrix(rows: 1, columns: convolution.outputs))
  }

  /// A block with given W, γ and β, and running statistics of mean 0 and variance 1.
  public init(
    _ convolution: Convolution, shortcut: ImageExtent? = nil, function: ElementFunction = .relu,
    adaptation: Adaptation? = nil, weights: Matrix, scale: Matrix, shift: Matrix
  ) {
    precondition(Self.isPossible(function, hasShortcut: shortcut != nil, isAdaptive: adaptation != nil))
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

  /// Whether a block can have this function: shortcuts are added before a rectifier, and importances need a bounded
  /// one.
  public static func isPossible(
    _ function: ElementFunction, hasShortcut: Bool, isAdaptive: Bool
  ) -> Bool {
    function == .relu && !isAdaptive || function == .relu6 && !hasShortcut
  }

  /// The upper bound of φ.
  var ceiling: Float { function == .relu6 ? 6 : .infinity }

  public var inputs: Int { convolution.inputSize }
  public var outputs: Int { convolution.outputSize }
  public var inputColumns: [Int] { [inputs] + (shortcut.map { [$0.size] } ?? []) }
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
