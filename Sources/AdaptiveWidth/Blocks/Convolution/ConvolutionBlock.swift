import Experiment
import LinearAlgebra

/// h = max(0, γ (x ∗ W − μ)/√(σ² + ε) + β + s): a convolution, batch normalization of its channels, an optional
/// shortcut s from an earlier value, and a rectifier.
///
/// Shapes: images are rows [height · width · channels], W [kernel² · inputs, outputs], γ, β, μ, σ² [1, outputs]. μ and
/// σ² are those of the minibatch in training (of a worker's part of it), and running ones otherwise. A shortcut of a
/// larger or shallower image is every second (third, …) pixel of it, with channels of zeros on both sides.
public struct ConvolutionBlock: NormalizingBlock {
  public let convolution: Convolution
  /// What its second input looks like; `nil`: it has none.
  public let shortcut: ImageExtent?
  /// W
  public private(set) var weights: Parameter
  /// γ
  public private(set) var scale: Parameter
  /// β
  public private(set) var shift: Parameter
  var means: Matrix
  var variances: Matrix

  /// ε
  public static let epsilon = ChannelNormalization.epsilon

  /// W ~ N(0, 2/(kernel² · inputs)), γ = 1, β = 0.
  public init(_ convolution: Convolution, shortcut: ImageExtent? = nil, random: inout RandomStream) {
    var weights = Matrix(rows: convolution.patchSize, columns: convolution.outputs)
    let deviation = (2 / Double(convolution.patchSize)).squareRoot()
    for row in 0..<weights.rows {
      for column in 0..<weights.columns { weights[row, column] = Float(random.normal() * deviation) }
    }
    var scale = Matrix(rows: 1, columns: convolution.outputs)
    scale.fill(1)
    self.init(
      convolution, shortcut: shortcut, weights: weights, scale: scale,
      shift: Matrix(rows: 1, columns: convolution.outputs))
  }

  /// With given W, γ and β; running statistics of mean 0 and variance 1.
  public init(
    _ convolution: Convolution, shortcut: ImageExtent? = nil, weights: Matrix, scale: Matrix, shift: Matrix
  ) {
    precondition(
      weights.rows == convolution.patchSize && weights.columns == convolution.outputs
        && [scale, shift].allSatisfy { $0.rows == 1 && $0.columns == convolution.outputs },
      "shapes do not fit")
    if let shortcut { precondition(shortcut.reaches(convolution), "the shortcut does not fit") }
    self.convolution = convolution
    self.shortcut = shortcut
    self.weights = Parameter(weights)
    self.scale = Parameter(scale)
    self.shift = Parameter(shift)
    means = Matrix(rows: 1, columns: convolution.outputs)
    variances = means
    variances.fill(1)
  }

  public var inputs: Int { convolution.inputSize }
  public var outputs: Int { convolution.outputSize }
  public var inputColumns: [Int] { [inputs] + (shortcut.map { [$0.size] } ?? []) }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { convolution.multiplyAdds }

  /// μ and σ² that are used outside training.
  public var buffers: [Matrix] {
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
