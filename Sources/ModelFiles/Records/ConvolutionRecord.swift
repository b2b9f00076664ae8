import AdaptiveWidth
import LinearAlgebra

/// A convolution with batch normalization, optional shortcut and rectifier: `weights` [kernel² · inputs, outputs], row
/// by row of the patch with channels last, `scale`, `shift`, and the running `mean` and `variance`, all [1, outputs].
/// With an adaptation, whose width the `filters` are, or with `activation` relu6, it has no shortcut.
struct ConvolutionRecord: BlockRecord {
  static let kind = "convolution"
  static let hasElasticParameters = false
  private var convolution: Geometry
  private let shortcut: ImageExtent?
  /// `nil`: a rectifier.
  private let activation: DenseRecord.Function?

  /// A convolution's extents, not checked yet.
  private struct Geometry: Codable, Equatable {
    var height, width, channels, filters, kernel, stride: Int

    /// `nil` if there is no such convolution.
    var convolution: Convolution? {
      let extents = [height, width, channels, filters, kernel, stride]
      guard extents.allSatisfy({ 1...1 << 14 ~= $0 }), kernel % 2 == 1, kernel < 64 else { return nil }
      return Convolution(
        height: height, width: width, inputs: channels, outputs: filters, kernel: kernel, stride: stride)
    }
  }

  init(_ block: ConvolutionBlock) {
    let convolution = block.convolution
    self.convolution = Geometry(
      height: convolution.height, width: convolution.width, channels: convolution.inputs,
      filters: convolution.outputs, kernel: convolution.kernel, stride: convolution.stride)
    shortcut = block.shortcut
    activation = block.function == .relu ? nil : DenseRecord.Function(block.function)
  }

  private var function: ElementFunction { activation?.function ?? .relu }

  func validationError(_ extents: BlockExtents) -> String? {
    guard let convolution = convolution.convolution else { return "there is no such convolution" }
    if let width = extents.width, width != convolution.outputs {
      return "the adaptation's width is \(width), but the convolution has \(convolution.outputs) filters"
    }
    guard
      ConvolutionBlock.isPossible(function, hasShortcut: shortcut != nil, isAdaptive: extents.width != nil)
    else { return "its activation does not go with its shortcut or its learned width" }
    guard convolution.inputSize == extents.inputs, convolution.outputSize == extents.outputs else {
      return "its convolution has \(convolution.inputSize) inputs and \(convolution.outputSize) outputs"
    }
    if let shortcut {
      guard [shortcut.height, shortcut.width, shortcut.channels].allSatisfy({ 1...1 << 14 ~= $0 }),
        shortcut.reaches(convolution)
      else { return "its shortcut does not fit" }
    }
    return nil
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    let patch = convolution.kernel * convolution.kernel * convolution.channels
    return [
      TensorShape("weights", patch, convolution.filters), TensorShape("scale", 1, convolution.filters),
      TensorShape("shift", 1, convolution.filters),
    ]
  }

  func runningStatistics(_ extents: BlockExtents) -> [TensorShape] {
    ["mean", "variance"].map { TensorShape($0, 1, convolution.filters) }
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> ConvolutionBlock {
    guard let convolution = convolution.convolution else {
      preconditionFailure("validationError has not been asked for")
    }
    return ConvolutionBlock(
      convolution, shortcut: shortcut, function: function, adaptation: adaptation, weights: parameters[0],
      scale: parameters[1], shift: parameters[2])
  }

  mutating func forgetWidths(ofInput: Bool, ofOutput: Bool) {
    if ofInput { convolution.channels = 0 }
    if ofOutput { convolution.filters = 0 }
  }
}
