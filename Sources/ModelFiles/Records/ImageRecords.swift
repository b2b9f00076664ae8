import AdaptiveWidth
import LinearAlgebra

/// A convolution with batch normalization, shortcut and rectifier: `weights` [kernel² · inputs, outputs], a line of
/// the patch after the other, `scale` and `shift` [1, outputs]; of its statistics, `mean` and `variance`.
struct ConvolutionRecord: BlockRecord {
  static let kind = "convolution"
  private let convolution: Geometry
  private let shortcut: ImageExtent?

  /// As a convolution, but not checked yet.
  private struct Geometry: Codable {
    var height, width, channels, filters, kernel, stride: Int

    var convolution: Convolution? {
      let extents = [height, width, channels, filters, kernel, stride]
      guard extents.allSatisfy({ 1...1 << 14 ~= $0 }), kernel % 2 == 1, kernel < 64 else { return nil }
      return Convolution(
        height: height, width: width, inputs: channels, outputs: filters, kernel: kernel, stride: stride)
    }
  }

  init?(_ block: any Block) {
    guard let block = block as? ConvolutionBlock else { return nil }
    let convolution = block.convolution
    self.convolution = Geometry(
      height: convolution.height, width: convolution.width, channels: convolution.inputs,
      filters: convolution.outputs, kernel: convolution.kernel, stride: convolution.stride)
    shortcut = block.shortcut
  }

  func problem(_ extents: BlockExtents) -> String? {
    guard let convolution = convolution.convolution else { return "there is no such convolution" }
    if extents.width != nil { return "a convolution has no learned width" }
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
    let geometry = convolution
    return [
      TensorShape(
        name: "weights", rows: geometry.kernel * geometry.kernel * geometry.channels,
        columns: geometry.filters),
      TensorShape(name: "scale", rows: 1, columns: geometry.filters),
      TensorShape(name: "shift", rows: 1, columns: geometry.filters),
    ]
  }

  func buffers(_ extents: BlockExtents) -> [TensorShape] {
    ["mean", "variance"].map { TensorShape(name: $0, rows: 1, columns: convolution.filters) }
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    guard let convolution = convolution.convolution else {
      preconditionFailure("asked for its problem first")
    }
    return ConvolutionBlock(
      convolution, shortcut: shortcut, weights: parameters[0], scale: parameters[1], shift: parameters[2])
  }
}

/// The mean of all pixels.
struct AveragePoolRecord: BlockRecord {
  static let kind = "average_pool"

  init?(_ block: any Block) {
    if !(block is GlobalAveragePool) { return nil }
  }

  func problem(_ extents: BlockExtents) -> String? {
    guard extents.width == nil, extents.outputs > 0, extents.inputs % extents.outputs == 0,
      extents.inputs > 0
    else { return "the inputs are no pixels of so many channels" }
    return nil
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] { [] }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    GlobalAveragePool(pixels: extents.inputs / extents.outputs, channels: extents.outputs)
  }
}

/// The largest of 2×2 pixels.
struct MaxPoolRecord: BlockRecord {
  static let kind = "max_pool"
  private let image: ImageExtent

  init?(_ block: any Block) {
    guard let block = block as? MaxPool else { return nil }
    image = block.image
  }

  func problem(_ extents: BlockExtents) -> String? {
    let range = 2...1 << 14
    guard extents.width == nil, range ~= image.height, range ~= image.width, 1...1 << 14 ~= image.channels,
      image.size == extents.inputs, MaxPool(image).outputs == extents.outputs
    else { return "its image does not fit" }
    return nil
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] { [] }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    MaxPool(image)
  }
}
