/// A grey picture, drawn as large as its rectangle allows with its proportions kept, two pixels a cell.
///
/// Without colours it becomes a ramp of characters, in ASCII or in shade blocks. Where pixels outnumber
/// places they are averaged by area.
public struct GreyImage: Sendable {
  /// Height in pixels.
  public let rows: Int
  /// Width in pixels.
  public let columns: Int
  /// Row-major from the top left, 0 black … 1 white; others are clipped, not-a-number is black.
  public let pixels: [Float]
  /// Set to false where the terminal shows fewer than 256 colours: 16 cannot show shades.
  public var usesColor = true

  /// Precondition: `pixels` has `rows` × `columns` elements.
  public init(rows: Int, columns: Int, pixels: [Float]) {
    precondition(rows >= 0 && columns >= 0 && pixels.count == rows * columns, "shapes differ")
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
        let level = UInt8(image[y * width + x] * 255)
        return .rgb(red: level, green: level, blue: level)
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
        let level = Int((image[y * rect.width + x] * Float(ramp.count - 1)).rounded())
        frame[rect.x + x, rect.y + y] = Cell(ramp[level])
      }
    }
  }

  /// Means over the area each new pixel covers, in 0 … 1.
  package func scaled(width: Int, height: Int) -> [Float] {
    var image = Array(repeating: Float(0), count: width * height)
    let (stepX, stepY) = (Double(columns) / Double(width), Double(rows) / Double(height))
    for y in 0..<height {
      for x in 0..<width {
        image[y * width + x] = mean(
          x: Double(x) * stepX..<Double(x + 1) * stepX, y: Double(y) * stepY..<Double(y + 1) * stepY)
      }
    }
    return image
  }

  private func mean(x: Range<Double>, y: Range<Double>) -> Float {
    var (sum, area) = (0.0, 0.0)
    for row in Int(y.lowerBound)..<min(rows, Int(y.upperBound.rounded(.up))) {
      let height = min(y.upperBound, Double(row + 1)) - max(y.lowerBound, Double(row))
      for column in Int(x.lowerBound)..<min(columns, Int(x.upperBound.rounded(.up))) {
        let part = height * (min(x.upperBound, Double(column + 1)) - max(x.lowerBound, Double(column)))
        let pixel = pixels[row * columns + column]
        sum += part * Double(pixel.isNaN ? 0 : min(1, max(0, pixel)))
        area += part
      }
    }
    return area > 0 ? Float(min(1, sum / area)) : 0
  }
}
