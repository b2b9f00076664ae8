import AdaptiveWidth
import LinearAlgebra

/// The mean of all pixels of each channel, without tensors.
struct AveragePoolRecord: BlockRecord {
  static let kind = "average_pool"

  init(_ block: GlobalAveragePool) {}

  func validationError(_ extents: BlockExtents) -> String? {
    guard extents.width == nil, extents.outputs > 0, extents.inputs % extents.outputs == 0,
      extents.inputs > 0
    else { return "its inputs are not pixels of \(extents.outputs) channels" }
    return nil
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> GlobalAveragePool {
    GlobalAveragePool(pixels: extents.inputs / extents.outputs, channels: extents.outputs)
  }
}
