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
}
