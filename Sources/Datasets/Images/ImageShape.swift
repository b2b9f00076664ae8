/// Pixels of an image and the channels of each.
public struct ImageShape: Equatable, Sendable {
  /// Pixels in a row.
  public var width: Int
  /// Rows of pixels.
  public var height: Int
  /// 1 of gray images, 3 of colored ones: red, green, blue.
  public var channels: Int

  /// An image of `height` rows of `width` pixels.
  public init(width: Int, height: Int, channels: Int = 1) {
    self.width = width
    self.height = height
    self.channels = channels
  }

  /// Numbers of an image; `nil` if it has none, or more than can be counted.
  package var size: Int? {
    guard width > 0, height > 0, channels > 0 else { return nil }
    let (pixels, tooMany) = width.multipliedReportingOverflow(by: height)
    let (size, overflows) = pixels.multipliedReportingOverflow(by: channels)
    return tooMany || overflows ? nil : size
  }
}

extension ImageShape: Codable {
  private enum CodingKeys: String, CodingKey { case width, height, channels }

  /// Files of gray images need not give the number of channels.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    width = try container.decode(Int.self, forKey: .width)
    height = try container.decode(Int.self, forKey: .height)
    channels = try container.decodeIfPresent(Int.self, forKey: .channels) ?? 1
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(width, forKey: .width)
    try container.encode(height, forKey: .height)
    if channels != 1 { try container.encode(channels, forKey: .channels) }
  }
}
