/// How much of something is done, in one row of eighth blocks.
public struct ProgressBar: Sendable {
  /// 0 … 1; others are clipped, not-a-number is 0.
  public var fraction: Double
  /// The style of what is done.
  public var style: Style
  /// The style of what is left.
  public var trackStyle: Style
  /// A line in the middle of the row, so that bars below one another stand apart.
  public var isThin = false

  /// A bar of this fraction.
  public init(fraction: Double, style: Style, trackStyle: Style) {
    self.fraction = fraction
    self.style = style
    self.trackStyle = trackStyle
  }

  /// Draws in the first row of the part of `rect` that the frame shows.
  public func draw(in rect: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    let rect = rect.intersection(frame.bounds)
    guard !rect.isEmpty else { return }
    let ladder: [Unicode.Scalar] =
      !isThin ? glyphs.horizontalLadder : glyphs == .ascii ? [" ", "="] : [" ", "╸", "━"]
    let steps = ladder.count - 1
    let part = fraction.isNaN ? 0 : min(1, max(0, fraction))
    let level = Int((part * Double(rect.width * steps)).rounded(.down))
    for column in 0..<rect.width {
      let filled = min(max(0, level - column * steps), steps)
      frame[rect.x + column, rect.y] =
        filled > 0 ? Cell(ladder[filled], style) : Cell(glyphs == .ascii ? "-" : "─", trackStyle)
    }
  }
}
