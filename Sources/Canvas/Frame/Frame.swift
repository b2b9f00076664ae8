/// A position or extent on the screen, in cells, from the top left.
public struct Rect: Equatable, Hashable, Sendable {
  /// The first column.
  public var x: Int
  /// The first row.
  public var y: Int
  /// Columns.
  public var width: Int
  /// Rows.
  public var height: Int

  /// From its top left cell and extent.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The column after the last.
  public var maxX: Int { x + width }
  /// The row after the last.
  public var maxY: Int { y + height }
  /// Whether it has no cell.
  public var isEmpty: Bool { width <= 0 || height <= 0 }

  /// Smaller by so many cells on every side; never of negative extent.
  public func inset(by amount: Int) -> Rect {
    Rect(x: x + amount, y: y + amount, width: max(0, width - 2 * amount), height: max(0, height - 2 * amount))
  }

  /// Whether two rectangles share a cell.
  public func intersects(_ other: Rect) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }
}

/// A screenful of cells. Drawing outside it is clipped.
public struct Frame: Equatable, Sendable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Row-major, `width` × `height`.
  public private(set) var cells: [Cell]

  /// A frame of equal cells; negative extents are 0.
  public init(width: Int, height: Int, filledWith cell: Cell = .blank) {
    self.width = max(0, width)
    self.height = max(0, height)
    let scalar = Text.printable(cell.scalar) ?? " "
    cells = Array(repeating: Cell(scalar, cell.style), count: self.width * self.height)
  }

  /// All of the frame.
  public var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  /// The cell at a position; writes outside the frame are dropped, reads outside are blank. A character that
  /// may not stand in a cell is replaced as `Text.printable` says, by a blank where it has no form.
  public subscript(x: Int, y: Int) -> Cell {
    get { contains(x, y) ? cells[y * width + x] : .blank }
    set {
      guard contains(x, y) else { return }
      cells[y * width + x] = Cell(Text.printable(newValue.scalar) ?? " ", newValue.style)
    }
  }

  private func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && x < width && y >= 0 && y < height }

  /// The characters alone, a line a row, trailing blanks removed.
  public var text: String {
    (0..<height).map { y in
      var line = String.UnicodeScalarView()
      for x in 0..<width { line.append(self[x, y].scalar) }
      return String(String(line).reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
