import LinearAlgebra

/// Height, width and channels of an image.
public struct ImageExtent: Codable, Equatable, Sendable {
  public var height: Int
  public var width: Int
  public var channels: Int

  public init(height: Int, width: Int, channels: Int) {
    (self.height, self.width, self.channels) = (height, width, channels)
  }

  /// Floats of an image.
  public var size: Int { height * width * channels }

  /// Whether it can be added to what a convolution makes, after pixels are left out and channels added.
  public func reaches(_ convolution: Convolution) -> Bool {
    guard height > 0, width > 0, channels > 0, channels <= convolution.outputs else { return false }
    let step = (height - 1) / convolution.outputHeight + 1
    return (height - 1) / step + 1 == convolution.outputHeight
      && (width - 1) / step + 1 == convolution.outputWidth
  }
}
