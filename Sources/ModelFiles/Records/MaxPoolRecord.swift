import AdaptiveWidth
import LinearAlgebra

/// The largest of 2 × 2 pixels of each channel, without tensors; `image` is the extent of its input.
struct MaxPoolRecord: BlockRecord {
  static let kind = "max_pool"
  private var image: ImageExtent

  init(_ block: MaxPool) { image = block.image }

  func validationError(_ extents: BlockExtents) -> String? {
    let range = 2...1 << 14
    guard extents.width == nil, range ~= image.height, range ~= image.width, 1...1 << 14 ~= image.channels,
      image.size == extents.inputs, MaxPool(image).outputs == extents.outputs
    else { return "its image does not fit" }
    return nil
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> MaxPool {
    MaxPool(image)
  }

  mutating func forgetWidths(ofInput: Bool, ofOutput: Bool) {
    if ofInput { image.channels = 0 }
  }
}
