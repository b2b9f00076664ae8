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
    let blank = Cell(" ", cell.style)
    let isNarrow = Text.form(of: cell.scalar) == .character(cell.scalar, columns: 1)
    cells = Array(repeating: isNarrow ? cell : blank, count: self.width * self.height)
  }

  /// All of the frame.
  public var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  /// The cell at a position; writes outside the frame are dropped, reads outside are blank. A character that
  /// may not stand in a cell is replaced as `Text.form` says, by a blank where it has no form.
  ///
  /// A wide character takes the next cell too. Whatever is written over one of its halves leaves the other blank.
  public subscript(x: Int, y: Int) -> Cell {
    get { contains(x, y) ? cells[y * width + x] : .blank }
    set {
      guard contains(x, y) else { return }
      let index = y * width + x
      if newValue.isContinuation && cells[index].isContinuation {
        cells[index].style = newValue.style
        return
      }
      switch Text.form(of: newValue.scalar) {
      case .character(let scalar, columns: 1): put(Cell(scalar, newValue.style, marks: newValue.marks), x, y)
      case .character(let scalar, _) where x + 1 < width:
        put(Cell(scalar, newValue.style, marks: newValue.marks), x, y)
        put(.continuation(newValue.style), x + 1, y)
      case .character: put(Cell(Text.substitute, newValue.style), x, y)
      case .nothing, .mark: put(Cell(" ", newValue.style), x, y)
      }
    }
  }

  /// Replaces a cell, and blanks the other half of a wide character that it was part of.
  private mutating func put(_ cell: Cell, _ x: Int, _ y: Int) {
    let index = y * width + x
    if cells[index].isContinuation && !cell.isContinuation {
      cells[index - 1] = Cell(" ", cells[index - 1].style)
    }
    if x + 1 < width, cells[index + 1].isContinuation { cells[index + 1] = Cell(" ", cells[index + 1].style) }
    cells[index] = cell
  }

  private func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && x < width && y >= 0 && y < height }

  /// The characters alone, a line a row, trailing blanks removed.
  public var text: String {
    (0..<height).map { y in
      var line = ""
      for x in 0..<width { line += self[x, y].text }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
