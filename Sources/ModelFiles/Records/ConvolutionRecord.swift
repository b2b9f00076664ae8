import AdaptiveWidth
import LinearAlgebra

/// A convolution with batch normalization, optional shortcut and rectifier: `weights` [kernel² · inputs, outputs], row
/// by row of the patch with channels last, `scale`, `shift`, and the running `mean` and `variance`, all [1, outputs].
/// With `activation` relu6 it has no shortcut. With an adaptation, whose width the `filters` are, its channels are its own if
/// they are bounded, and otherwise those of a residual stream. `shortcut_targets` are the filters that the shortcut's
/// channels are added to, −1 for none; without them the channels lie in the middle.
struct ConvolutionRecord: BlockRecord {
  static let kind = "convolution"
  static let hasElasticParameters = false
  private var convolution: Geometry
  private var shortcut: ImageExtent?
  private var shortcutTargets: [Int]?
  /// `nil`: a rectifier.
  private let activation: DenseRecord.Function?

  private enum CodingKeys: String, CodingKey {
    case convolution, shortcut, activation
    case shortcutTargets = "shortcut_targets"
  }

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
    shortcut = block.shortcut?.image
    if let own = block.shortcut, own != Shortcut(own.image, inTheMiddleOf: convolution.outputs) {
      shortcutTargets = own.targets.map { $0 ?? -1 }
    }
    activation = block.function == .relu ? nil : DenseRecord.Function(block.function)
  }

  private var function: ElementFunction { activation?.function ?? .relu }

  func validationError(_ extents: BlockExtents) -> String? {
    guard let convolution = convolution.convolution else { return "there is no such convolution" }
    if let width = extents.width, width != convolution.outputs {
      return "the adaptation's width is \(width), but the convolution has \(convolution.outputs) filters"
    }
    guard ConvolutionBlock.isPossible(function, hasShortcut: shortcut != nil) else {
      return "its activation does not go with its shortcut"
    }
    guard convolution.inputSize == extents.inputs, convolution.outputSize == extents.outputs else {
      return "its convolution has \(convolution.inputSize) inputs and \(convolution.outputSize) outputs"
    }
    if let shortcut {
      guard [shortcut.height, shortcut.width, shortcut.channels].allSatisfy({ 1...1 << 14 ~= $0 }),
        shortcutTargets?.allSatisfy({ $0 >= -1 }) ?? (shortcut.channels <= convolution.outputs),
        placed(shortcut, convolution.outputs).reaches(convolution)
      else { return "its shortcut does not fit" }
    } else if shortcutTargets != nil {
      return "it has targets of a shortcut, and no shortcut"
    }
    return nil
  }

  private func placed(_ image: ImageExtent, _ channels: Int) -> Shortcut {
    shortcutTargets.map { Shortcut(image, targets: $0.map { $0 < 0 ? nil : $0 }) }
      ?? Shortcut(image, inTheMiddleOf: channels)
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
      convolution, shortcut: shortcut.map { placed($0, convolution.outputs) }, function: function,
      adaptation: adaptation, weights: parameters[0],
      scale: parameters[1], shift: parameters[2])
  }

  mutating func forgetWidths(ofInput: Bool, ofOutput: Bool) {
    if ofInput { convolution.channels = 0 }
    if ofOutput { convolution.filters = 0 }
    // The targets of a stream's shortcut follow from both widths.
    if shortcutTargets != nil || ofOutput {
      shortcut?.channels = 0
      shortcutTargets = nil
    }
  }
}
