/// A grid of dots, several to a cell, that lines and points are drawn on before they become characters.
///
/// Every cell belongs to the owner who drew in it last: who draws later clears what others left there, so two
/// colors never share a cell.
public struct DotCanvas: Sendable {
  /// Extent in cells.
  public let columns: Int
  /// Height in cells.
  public let rows: Int
  /// The alphabet of the cells.
  public let glyphs: GlyphSet
  /// Extent in dots.
  public let width: Int
  /// Height in dots.
  public let height: Int
  private let dots: (x: Int, y: Int)
  private let marksOwners: Bool
  private var masks: [UInt8]
  private var owners: [UInt8]

  /// What tells owners apart in ASCII; the first gets the dots themselves: `'`, `.`, `:`.
  public static let asciiMarkers: [Unicode.Scalar] = [".", "*", "+", "o", "x", "#", "%", "@"]

  /// In ASCII, owners get their markers if `marksOwners`, else all get dots.
  public init(columns: Int, rows: Int, glyphs: GlyphSet, marksOwners: Bool = true) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    self.glyphs = glyphs
    self.marksOwners = marksOwners
    dots = glyphs.dotsPerCell
    width = self.columns * dots.x
    height = self.rows * dots.y
    masks = Array(repeating: 0, count: self.columns * self.rows)
    owners = masks
  }

  /// Sets the dot at a position from the top left; outside the grid nothing happens.
  public mutating func set(x: Int, y: Int, owner: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let cell = (y / dots.y) * columns + x / dots.x
    let owner = UInt8(truncatingIfNeeded: owner)
    if owners[cell] != owner {
      owners[cell] = owner
      masks[cell] = 0
    }
    masks[cell] |= bit(x % dots.x, y % dots.y)
  }

  /// Sets the dots between two heights of a column, in either order.
  public mutating func column(x: Int, from first: Int, to last: Int, owner: Int) {
    let (top, bottom) = (max(0, min(first, last)), min(height - 1, max(first, last)))
    guard top <= bottom else { return }
    for y in top...bottom { set(x: x, y: y, owner: owner) }
  }

  /// Sets the dots of a straight line. Both ends should lie in or near the grid: the cost is its length.
  public mutating func line(
    from start: (x: Int, y: Int), to end: (x: Int, y: Int), owner: Int
  ) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y))
    guard steps > 0 else { return set(x: start.x, y: start.y, owner: owner) }
    for step in 0...steps {
      let part = Double(step) / Double(steps)
      set(
        x: start.x + Int((Double(end.x - start.x) * part).rounded()),
        y: start.y + Int((Double(end.y - start.y) * part).rounded()), owner: owner)
    }
  }

  /// Whether a cell has no dot.
  public func isBlank(column: Int, row: Int) -> Bool {
    guard column >= 0, column < columns, row >= 0, row < rows else { return true }
    return masks[row * columns + column] == 0
  }

  /// The character and the owner of a cell with dots.
  public func glyph(column: Int, row: Int) -> (scalar: Unicode.Scalar, owner: Int)? {
    guard !isBlank(column: column, row: row) else { return nil }
    let cell = row * columns + column
    return (scalar(mask: masks[cell], owner: Int(owners[cell])), Int(owners[cell]))
  }

  /// Draws the cells that have dots, each in its owner's style; the others stay as they are.
  public func draw(x: Int, y: Int, styles: [Style], on frame: inout Frame) {
    for row in 0..<rows {
      for column in 0..<columns {
        guard let (scalar, owner) = glyph(column: column, row: row) else { continue }
        frame[x + column, y + row] = Cell(scalar, owner < styles.count ? styles[owner] : .plain)
      }
    }
  }

  private func bit(_ x: Int, _ y: Int) -> UInt8 {
    switch glyphs {
    case .braille: y == 3 ? 0x40 << UInt8(x) : (x == 0 ? 1 : 8) << UInt8(y)
    case .block: 1 << UInt8(2 * y + x)
    case .ascii: 1 << UInt8(y)
    }
  }

  private func scalar(mask: UInt8, owner: Int) -> Unicode.Scalar {
    switch glyphs {
    case .braille: Unicode.Scalar(0x2800 + UInt32(mask)) ?? " "
    case .block: Self.quadrants[Int(mask)]
    case .ascii:
      !marksOwners || owner % Self.asciiMarkers.count == 0
        ? Self.asciiDots[Int(mask)] : Self.asciiMarkers[owner % Self.asciiMarkers.count]
    }
  }

  private static let quadrants: [Unicode.Scalar] = [
    " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
  ]
  private static let asciiDots: [Unicode.Scalar] = [" ", "'", ".", ":"]
}
