/// What a character looks like as geometry, in a cell of 8 × 16 units. Fonts differ in how they draw
/// blocks, borders and braille, so a picture draws these itself.
enum SVGShape {
  case rectangles([Rect])
  /// The whole cell in a mixture of foreground and background.
  case shade(Double)
  /// Centers of round dots.
  case dots([(x: Int, y: Int)])
  /// Lines from the center, as path data relative to the cell's top left.
  case lines(arms: [Arm], isRound: Bool, isHeavy: Bool, dashes: Int)

  /// A line from the center of a cell to one of its sides.
  enum Arm {
    case left
    case right
    case up
    case down
  }

  init?(_ scalar: Unicode.Scalar) {
    let code = Int(scalar.value)
    switch code {
    case 0x2580: self = .rectangles([Rect(x: 0, y: 0, width: 8, height: 8)])
    case 0x2581...0x2588:
      let height = 2 * (code - 0x2580)
      self = .rectangles([Rect(x: 0, y: 16 - height, width: 8, height: height)])
    case 0x2589...0x258F: self = .rectangles([Rect(x: 0, y: 0, width: 0x2590 - code, height: 16)])
    case 0x2590: self = .rectangles([Rect(x: 4, y: 0, width: 4, height: 16)])
    case 0x2591...0x2593: self = .shade(Double(code - 0x2590) / 4)
    case 0x2596...0x259F:
      let mask = Self.quadrants[code - 0x2596]
      self = .rectangles(
        (0..<4).filter { mask >> $0 & 1 == 1 }.map {
          Rect(x: 4 * ($0 % 2), y: 8 * ($0 / 2), width: 4, height: 8)
        })
    case 0x2800...0x28FF:
      self = .dots((0..<8).filter { (code - 0x2800) >> $0 & 1 == 1 }.map(Self.dot))
    default:
      guard let lines = Self.lines[scalar] else { return nil }
      self = .lines(arms: lines.arms, isRound: lines.isRound, isHeavy: lines.isHeavy, dashes: lines.dashes)
    }
  }

  /// From U+2596; bits: upper left, upper right, lower left, lower right.
  private static let quadrants = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14]

  /// Bits 0–2 are the left column, 3–5 the right, 6 and 7 the last row.
  private static func dot(_ bit: Int) -> (x: Int, y: Int) {
    bit < 6 ? (2 + 4 * (bit / 3), 2 + 4 * (bit % 3)) : (2 + 4 * (bit - 6), 14)
  }

  private typealias Lines = (arms: [Arm], isRound: Bool, isHeavy: Bool, dashes: Int)

  private static let lines: [Unicode.Scalar: Lines] = [
    "─": ([.left, .right], false, false, 0), "│": ([.up, .down], false, false, 0),
    "━": ([.left, .right], false, true, 0), "╍": ([.left, .right], false, true, 2),
    "┅": ([.left, .right], false, true, 3), "┄": ([.left, .right], false, false, 3),
    "┊": ([.up, .down], false, false, 4),
    "╭": ([.down, .right], true, false, 0), "╮": ([.left, .down], true, false, 0),
    "╰": ([.up, .right], true, false, 0), "╯": ([.left, .up], true, false, 0),
    "┌": ([.down, .right], false, false, 0), "┐": ([.left, .down], false, false, 0),
    "└": ([.up, .right], false, false, 0), "┘": ([.left, .up], false, false, 0),
    "├": ([.up, .down, .right], false, false, 0), "┤": ([.up, .down, .left], false, false, 0),
    "┬": ([.left, .right, .down], false, false, 0), "┴": ([.left, .right, .up], false, false, 0),
    "┼": ([.left, .right, .up, .down], false, false, 0),
  ]
}
