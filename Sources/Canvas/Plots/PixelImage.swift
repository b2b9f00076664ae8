/// A gray or colored picture, drawn as large as its rectangle allows with its proportions kept, two pixels a cell.
///
/// Without colors it becomes a ramp of characters, in ASCII or in shade blocks. Where pixels outnumber
/// places they are averaged by area.
public struct PixelImage: Sendable {
  /// Height in pixels.
  public let rows: Int
  /// Width in pixels.
  public let columns: Int
  /// 1: gray; 3: red, green and blue.
  public let channels: Int
  /// Row-major from the top left, channels last, 0 dark … 1 bright; others are clipped, not-a-number is dark.
  public let pixels: [Float]
  /// Set to false where the terminal shows fewer than 256 colors: 16 cannot show shades.
  public var usesColor = true

  /// Precondition: `pixels` has `rows` × `columns` × `channels` elements.
  public init(rows: Int, columns: Int, channels: Int = 1, pixels: [Float]) {
    precondition(channels == 1 || channels == 3, "pictures are gray or have three colors")
    precondition(
      rows >= 0 && columns >= 0 && pixels.count == rows * columns * channels, "shapes differ")
    self.channels = channels
    self.rows = rows
    self.columns = columns
    self.pixels = pixels
  }

  /// Draws inside the part of `rect` that the frame shows, from its top left; returns what was used of it.
  @discardableResult
  public func draw(in rect: Rect, on frame: inout Frame, glyphs: GlyphSet) -> Rect {
    let rect = rect.intersection(frame.bounds)
    guard !rect.isEmpty, rows > 0, columns > 0 else { return Rect(x: rect.x, y: rect.y, width: 0, height: 0) }
    let scale = min(Double(rect.width) / Double(columns), Double(2 * rect.height) / Double(rows))
    let width = min(rect.width, max(1, Int(Double(columns) * scale)))
    let height = min(2 * rect.height, max(1, Int(Double(rows) * scale)))
    let used = Rect(x: rect.x, y: rect.y, width: width, height: (height + 1) / 2)
    if usesColor && glyphs != .ascii {
      let image = scaled(width: width, height: height)
      PixelGrid.draw(width: width, height: height, x: rect.x, y: rect.y, on: &frame) { x, y in
        let pixel = (y * width + x) * channels
        let levels = (0..<channels).map { UInt8(image[pixel + $0] * 255) }
        return .rgb(red: levels[0], green: levels[channels / 2], blue: levels[channels - 1])
      }
    } else {
      drawRamp(in: used, on: &frame, ramp: glyphs == .ascii ? GlyphSet.asciiRamp : GlyphSet.shades)
    }
    return used
  }

  private func drawRamp(in rect: Rect, on frame: inout Frame, ramp: [Unicode.Scalar]) {
    let image = scaled(width: rect.width, height: rect.height)
    for y in 0..<rect.height {
      for x in 0..<rect.width {
        let pixel = (y * rect.width + x) * channels
        let level = Int((brightness(image[pixel..<pixel + channels]) * Float(ramp.count - 1)).rounded())
        frame[rect.x + x, rect.y + y] = Cell(ramp[level])
      }
    }
  }

  /// As the eye sees it (ITU-R BT.601).
  private func brightness(_ levels: ArraySlice<Float>) -> Float {
    channels == 1
      ? levels.first! : zip(levels, [0.299, 0.587, 0.114]).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Means over the area each new pixel covers, in 0 … 1.
  package func scaled(width: Int, height: Int) -> [Float] {
    var image = Array(repeating: Float(0), count: width * height * channels)
    let (stepX, stepY) = (Double(columns) / Double(width), Double(rows) / Double(height))
    for y in 0..<height {
      for x in 0..<width {
        let (across, down) = (
          Double(x) * stepX..<Double(x + 1) * stepX, Double(y) * stepY..<Double(y + 1) * stepY
        )
        for channel in 0..<channels {
          image[(y * width + x) * channels + channel] = mean(x: across, y: down, channel)
        }
      }
    }
    return image
  }

  private func mean(x: Range<Double>, y: Range<Double>, _ channel: Int) -> Float {
    var (sum, area) = (0.0, 0.0)
    for row in Int(y.lowerBound)..<min(rows, Int(y.upperBound.rounded(.up))) {
      let height = min(y.upperBound, Double(row + 1)) - max(y.lowerBound, Double(row))
      for column in Int(x.lowerBound)..<min(columns, Int(x.upperBound.rounded(.up))) {
        let part = height * (min(x.upperBound, Double(column + 1)) - max(x.lowerBound, Double(column)))
        let pixel = pixels[(row * columns + column) * channels + channel]
        sum += part * Double(pixel.isNaN ? 0 : min(1, max(0, pixel)))
        area += part
      }
    }
    return area > 0 ? Float(min(1, sum / area)) : 0
  }
}
