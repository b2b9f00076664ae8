import AdaptiveWidth
import LinearAlgebra

/// A dense layer: `weights` [inputs, outputs] and `bias` [1, outputs]. A `summand` of a recurrent state has its adaptation.
struct DenseRecord: BlockRecord {
  static let kind = "dense"
  private let activation: Function
  /// `nil`: it is none.
  private let summand: Bool?

  init(_ block: Dense) {
    activation = Function(block.function)
    summand = block.isSummand ? true : nil
  }

  func validationError(_ extents: BlockExtents) -> String? {
    if summand == true && (activation != .identity || extents.width == nil) {
      return "a summand of a state has its adaptation, and no activation"
    }
    guard let width = extents.width, width != extents.outputs else { return nil }
    return "the adaptation's width is \(width), but the block has \(extents.outputs) outputs"
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    [TensorShape("weights", extents.inputs, extents.outputs), TensorShape("bias", 1, extents.outputs)]
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> Dense {
    Dense(
      weights: parameters[0], bias: parameters[1], function: activation.function, adaptation: adaptation,
      isSummand: summand ?? false)
  }

  /// Names of element-wise functions.
  enum Function: String, Codable {
    case identity, relu6, tanh, relu
    case leakyReLU = "leaky_relu"

    init(_ function: ElementFunction) {
      switch function {
      case .identity: self = .identity
      case .relu6: self = .relu6
      case .tanh: self = .tanh
      case .relu: self = .relu
      case .leakyReLU: self = .leakyReLU
      }
    }

    var function: ElementFunction {
      switch self {
      case .identity: .identity
      case .relu6: .relu6
      case .tanh: .tanh
      case .relu: .relu
      case .leakyReLU: .leakyReLU
      }
    }
  }
}
