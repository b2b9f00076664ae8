/// A map of classes over the plane, shaded by confidence, with points on it.
///
/// It fills its rectangle, two pixels a cell. Without colors every class is a small letter, a full stop
/// stands where confidence is below ½, and points are capital letters.
public struct RasterMap: Sendable {
  /// A row of the data.
  public struct Point: Sendable {
    /// From the left edge, 0, to the right, 1.
    public var x: Double
    /// From the top edge, 0, to the bottom, 1.
    public var y: Double
    /// From 0.
    public var classIndex: Int

    /// A point of a class.
    public init(x: Double, y: Double, classIndex: Int) {
      self.x = x
      self.y = y
      self.classIndex = classIndex
    }
  }

  /// Height in pixels.
  public let rows: Int
  /// Width in pixels.
  public let columns: Int
  /// Row-major from the top left, `rows` × `columns`.
  public let classes: [Int]
  /// 0 (no better than a guess) to 1, in the shape of `classes`.
  public let confidences: [Float]
  /// Drawn over the map; those outside 0 … 1 are left out.
  public var points: [Point]
  /// A class beyond the last takes the first again, and so on.
  public var classStyles: [Style]
  /// What colors fade to where confidence is low.
  public var ground: Color
  /// Set to false where the terminal shows fewer than 256 colors: 16 cannot show shades.
  public var usesColor = true

  /// Precondition: `classes` and `confidences` have `rows` × `columns` elements.
  public init(
    rows: Int, columns: Int, classes: [Int], confidences: [Float], points: [Point] = [],
    classStyles: [Style], ground: Color
  ) {
    precondition(rows >= 0 && columns >= 0, "negative extent")
    precondition(classes.count == rows * columns && confidences.count == classes.count, "shapes differ")
    self.rows = rows
    self.columns = columns
    self.classes = classes
    self.confidences = confidences
    self.points = points
    self.classStyles = classStyles
    self.ground = ground
  }

  /// Draws inside the part of `rect` that the frame shows.
  public func draw(in rect: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let rect = rect.intersection(frame.bounds)
    guard !rect.isEmpty else { return }
    if hasColors(glyphs) {
      drawColors(in: rect, on: &frame)
      drawDots(in: rect, on: &frame, glyphs: glyphs)
    } else {
      drawLetters(in: rect, on: &frame)
    }
  }

  /// Whether classes are shown by colors, and not by letters.
  public func hasColors(_ glyphs: GlyphSet) -> Bool {
    usesColor && glyphs != .ascii && !classStyles.isEmpty
      && classStyles.allSatisfy { $0.foreground != .terminal }
  }

  private func index(x: Int, width: Int, y: Int, height: Int) -> Int {
    let row = (2 * y + 1) * rows / (2 * height)
    let column = (2 * x + 1) * columns / (2 * width)
    return row * columns + column
  }

  private func style(of classIndex: Int) -> Style {
    classStyles.isEmpty ? .plain : classStyles[Self.wrapped(classIndex, classStyles.count)]
  }

  private static func wrapped(_ index: Int, _ count: Int) -> Int {
    let rest = index % count
    return rest < 0 ? rest + count : rest
  }

  private func drawColors(in rect: Rect, on frame: inout Frame) {
    guard rows > 0, columns > 0 else { return }
    PixelGrid.draw(
      width: rect.width, height: 2 * rect.height, x: rect.x, y: rect.y, on: &frame
    ) { x, y in
      let index = index(x: x, width: rect.width, y: y, height: 2 * rect.height)
      let color = style(of: classes[index]).foreground
      // Never so strong that points in the same color would drown.
      return ground.blended(with: color, amount: 0.10 + 0.32 * Double(confidence(index)))
    }
  }

  private func confidence(_ index: Int) -> Float {
    let value = confidences[index]
    return value.isNaN ? 0 : min(1, max(0, value))
  }

  /// Points as dots, over the colors that are there.
  private func drawDots(in rect: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    var dots = DotCanvas(columns: rect.width, rows: rect.height, glyphs: glyphs)
    for point in points {
      guard let (x, y) = Self.place(point, width: dots.width, height: dots.height) else { continue }
      dots.set(x: x, y: y, owner: Self.wrapped(point.classIndex, min(classStyles.count, 256)))
    }
    for row in 0..<rect.height {
      for column in 0..<rect.width {
        guard let (scalar, owner) = dots.glyph(column: column, row: row) else { continue }
        let below = frame[rect.x + column, rect.y + row]
        let upper = below.scalar == "▀" ? below.style.foreground : below.style.background
        var style = classStyles[owner]
        style.background = upper.blended(with: below.style.background, amount: 0.5)
        frame[rect.x + column, rect.y + row] = Cell(scalar, style)
      }
    }
  }

  private func drawLetters(in rect: Rect, on frame: inout Frame) {
    if rows > 0, columns > 0 {
      for y in 0..<rect.height {
        for x in 0..<rect.width {
          let index = index(x: x, width: rect.width, y: y, height: rect.height)
          let letter: Unicode.Scalar =
            confidence(index) < 0.5 ? "." : Self.letter(classes[index], first: "a")
          var style = style(of: classes[index])
          style.attributes.insert(.dim)
          frame[rect.x + x, rect.y + y] = Cell(letter, style)
        }
      }
    }
    for point in points {
      guard let (x, y) = Self.place(point, width: rect.width, height: rect.height) else { continue }
      var style = style(of: point.classIndex)
      style.attributes.insert(.bold)
      frame[rect.x + x, rect.y + y] = Cell(Self.letter(point.classIndex, first: "A"), style)
    }
  }

  /// What stands for a class without colors.
  public static func letter(_ classIndex: Int, first: Unicode.Scalar) -> Unicode.Scalar {
    Unicode.Scalar(first.value + UInt32(wrapped(classIndex, 26))) ?? first
  }

  private static func place(_ point: Point, width: Int, height: Int) -> (Int, Int)? {
    guard (0...1).contains(point.x), (0...1).contains(point.y) else { return nil }
    return (min(width - 1, Int(point.x * Double(width))), min(height - 1, Int(point.y * Double(height))))
  }
}
