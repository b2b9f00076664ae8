extension Frame {
  /// Draws text on one row, as far as `maxWidth` and the frame reach.
  ///
  /// What may not stand in a cell is replaced or dropped as `Text.form` says. Returns the columns
  /// written, so that the next piece can follow.
  @discardableResult
  public mutating func draw(
    _ text: some StringProtocol, x: Int, y: Int, style: Style = .plain, maxWidth: Int = .max,
    glyphs: GlyphSet = .braille
  ) -> Int {
    guard y >= 0, y < height, x < width, x > -1_000_000 else { return 0 }
    let limit = min(max(0, maxWidth), width - x)
    var written = 0
    Text.forEachGlyph(of: text, glyphs: glyphs) { glyph in
      guard written + glyph.columns <= limit else { return false }
      self[x + written, y] = Cell(glyph.scalar, style, marks: glyph.marks)
      written += glyph.columns
      return true
    }
    return written
  }

  /// Sets every cell of a rectangle.
  public mutating func fill(_ rect: Rect, _ cell: Cell = .blank) {
    let rect = rect.intersection(bounds)
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX { self[x, y] = cell }
    }
  }

  /// Draws a border with a title left and a label right in its top line; returns the space inside.
  ///
  /// A focused box has its title in brackets, so that focus shows without color. The title goes first when
  /// both do not fit. Rectangles narrower or lower than two cells get nothing.
  @discardableResult
  public mutating func box(
    _ rect: Rect, title: String = "", trailing: String = "", style: Style, titleStyle: Style? = nil,
    trailingStyle: Style? = nil, glyphs: GlyphSet = .braille, isFocused: Bool = false
  ) -> Rect {
    let visible = rect.intersection(bounds)
    guard visible == rect, rect.width >= 2, rect.height >= 2 else { return visible.inset(by: 1) }
    let lines = glyphs.lines
    let (right, bottom) = (rect.maxX - 1, rect.maxY - 1)
    for x in rect.x + 1..<right {
      self[x, rect.y] = Cell(lines.horizontal, style)
      self[x, bottom] = Cell(lines.horizontal, style)
    }
    for y in rect.y + 1..<bottom {
      self[rect.x, y] = Cell(lines.vertical, style)
      self[right, y] = Cell(lines.vertical, style)
    }
    self[rect.x, rect.y] = Cell(lines.topLeft, style)
    self[right, rect.y] = Cell(lines.topRight, style)
    self[rect.x, bottom] = Cell(lines.bottomLeft, style)
    self[right, bottom] = Cell(lines.bottomRight, style)

    let room = rect.width - 2
    let titleWidth = drawCaption(
      title, at: rect.x + 1, y: rect.y, room: room, style: titleStyle ?? style, border: style,
      isFocused: isFocused, glyphs: glyphs)
    let wanted = Text.columns(trailing, glyphs: glyphs) + 2
    if wanted > 2, titleWidth + wanted + 1 <= room {
      drawCaption(
        trailing, at: right - wanted, y: rect.y, room: wanted, style: trailingStyle ?? style, border: style,
        isFocused: false, glyphs: glyphs)
    }
    return rect.inset(by: 1)
  }

  /// A label in a border, with a column on either side; returns the columns taken.
  @discardableResult
  private mutating func drawCaption(
    _ text: String, at x: Int, y: Int, room: Int, style: Style, border: Style, isFocused: Bool,
    glyphs: GlyphSet
  ) -> Int {
    guard !text.isEmpty, room >= 3 else { return 0 }
    let lines = glyphs.lines
    self[x, y] = Cell(isFocused ? lines.titleLeft : " ", border)
    let shown = Text.fit(text, width: room - 2, glyphs: glyphs)
    let written = draw(shown, x: x + 1, y: y, style: style, glyphs: glyphs)
    self[x + 1 + written, y] = Cell(isFocused ? lines.titleRight : " ", border)
    return written + 2
  }
}

extension Rect {
  /// What two rectangles share; empty if nothing.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    let right = min(Self.end(x, width), Self.end(other.x, other.width))
    let bottom = min(Self.end(y, height), Self.end(other.y, other.height))
    return Rect(
      x: left, y: top, width: max(0, Self.extent(left, right)), height: max(0, Self.extent(top, bottom)))
  }

  private static func end(_ start: Int, _ extent: Int) -> Int {
    let (sum, overflow) = start.addingReportingOverflow(max(0, extent))
    return overflow ? .max : sum
  }

  private static func extent(_ start: Int, _ end: Int) -> Int {
    end <= start ? 0 : end - start
  }
}
