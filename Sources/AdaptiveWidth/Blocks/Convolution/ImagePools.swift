import LinearAlgebra

/// The mean of each image's pixels: [rows, height · width · channels] → [rows, channels]. It passes channels of a learned
/// width on.
public struct GlobalAveragePool: NeuronwiseBlock {
  public let pixels: Int
  public private(set) var channels: Int

  public init(pixels: Int, channels: Int) {
    precondition(pixels > 0 && channels > 0, "an image has pixels")
    (self.pixels, self.channels) = (pixels, channels)
  }

  public var inputs: Int { pixels * channels }
  public var outputs: Int { channels }
  public mutating func resizeColumns(to count: Int) { channels = count }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    ImagePooling.mean(context.input(), channels: channels, to: &buffers.output)
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    guard let gradient = context.inputGradient() else { return }
    ImagePooling.meanBackward(buffers.outputGradient, pixels: pixels, to: &gradient.pointee)
  }
}

/// The largest of each 2×2 pixels, a channel at a time; an odd last line or column is left out.
///
/// It passes channels of a learned width on: importances are positive, so the largest of scaled pixels is the scaled
/// largest pixel.
public struct MaxPool: NeuronwiseBlock {
  public private(set) var image: ImageExtent

  /// - Parameter image: at least 2×2 pixels.
  public init(_ image: ImageExtent) {
    precondition(
      image.height >= 2 && image.width >= 2 && image.channels > 0, "an image of at least 2×2 pixels")
    self.image = image
  }

  public var inputs: Int { image.size }
  public var outputs: Int { image.height / 2 * (image.width / 2) * image.channels }
  public mutating func resizeColumns(to count: Int) { image.channels = count }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    ImagePooling.largest(
      context.input(), height: image.height, width: image.width, channels: image.channels, to: &buffers.output
    )
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    guard let gradient = context.inputGradient() else { return }
    ImagePooling.largestBackward(
      buffers.outputGradient, value: context.input(), result: buffers.output, height: image.height,
      width: image.width, channels: image.channels, to: &gradient.pointee)
  }
}
