/// Draws square pixels, two to a cell, as upper half blocks with a color for each half.
struct PixelGrid {
  /// Draws `width` × `height` pixels, `height` rounded up to whole cells, with the color `color(x, y)`.
  static func draw(
    width: Int, height: Int, x: Int, y: Int, on frame: inout Frame, color: (Int, Int) -> Color
  ) {
    for row in 0..<(height + 1) / 2 {
      for column in 0..<width {
        let upper = color(column, 2 * row)
        let lower = 2 * row + 1 < height ? color(column, 2 * row + 1) : .terminal
        let cell =
          upper == lower
          ? Cell(" ", Style(background: upper)) : Cell("▀", Style(foreground: upper, background: lower))
        frame[x + column, y + row] = cell
      }
    }
  }
}
