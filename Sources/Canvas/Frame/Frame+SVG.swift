extension Frame {
  /// A picture of the frame as an SVG document. `foreground` and `background` stand for the terminal's own
  /// colors.
  ///
  /// Blocks, borders and braille are drawn as shapes, and every word starts at its own place, so the
  /// columns align whatever the viewer's font.
  public func svg(foreground: Color, background: Color) -> String {
    SVGPicture(frame: self, foreground: foreground, background: background).text
  }

  /// A picture of the frame on a theme's ground.
  public func svg(ground: Theme.Ground) -> String {
    svg(foreground: ground.foreground, background: ground.color)
  }
}

/// Collects a frame's shapes by color, then writes them. Coordinates are those of `SVGShape`.
private struct SVGPicture {
  private static let cell = (width: 8, height: 16)
  private static let margin = 8
  /// The size at which the advance of the usual monospace fonts, 0.602 em, is a cell's width.
  private static let fontSize = "13.29"

  private let frame: Frame
  private let foreground: Color
  private let background: Color
  private var backgrounds = Layer()
  private var areas = Layer()
  private var dots = Layer()
  private var lines = Layer()
  private var words = ""

  /// Path data gathered under the attributes they are drawn with, in the order first used.
  private struct Layer {
    private var order: [String] = []
    private var paths: [String: String] = [:]

    mutating func add(_ path: String, _ attributes: String) {
      if paths[attributes] == nil { order.append(attributes) }
      paths[attributes, default: ""] += path
    }

    var text: String { order.map { "<path \($0) d=\"\(paths[$0] ?? "")\"/>\n" }.joined() }
  }

  init(frame: Frame, foreground: Color, background: Color) {
    self.frame = frame
    self.foreground = foreground
    self.background = background
    for row in 0..<frame.height {
      addBackgrounds(row: row)
      addWords(row: row)
      for column in 0..<frame.width {
        let cell = frame[column, row]
        if let shape = SVGShape(cell.scalar) { add(shape, style: cell.style, column: column, row: row) }
      }
    }
  }

  var text: String {
    let width = frame.width * Self.cell.width + 2 * Self.margin
    let height = frame.height * Self.cell.height + 2 * Self.margin
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width * 5 / 4)" height="\(height * 5 / 4)" \
      viewBox="\(-Self.margin) \(-Self.margin) \(width) \(height)">
      <rect x="\(-Self.margin)" y="\(-Self.margin)" width="\(width)" height="\(height)" rx="6" \
      fill="\(hex(background))"/>
      <g shape-rendering="crispEdges">
      \(backgrounds.text)\(areas.text)</g>
      <g fill="none" stroke-width="3" stroke-linecap="round">
      \(dots.text)</g>
      <g fill="none">
      \(lines.text)</g>
      <g font-family="DejaVu Sans Mono,Liberation Mono,Menlo,Consolas,monospace" font-size="\(Self.fontSize)">
      \(words)</g>
      </svg>

      """
  }

  private mutating func addBackgrounds(row: Int) {
    forEachRun(in: row, by: { colors($0.style).paper }) { columns, paper in
      guard paper != background else { return }
      let area = Rect(x: columns.lowerBound * 8, y: row * 16, width: columns.count * 8, height: 16)
      backgrounds.add(path(area), "fill=\"\(hex(paper))\"")
    }
  }

  private mutating func add(_ shape: SVGShape, style: Style, column: Int, row: Int) {
    let (ink, paper) = colors(style)
    let (x, y) = (column * Self.cell.width, row * Self.cell.height)
    switch shape {
    case .rectangles(let rects):
      for rect in rects {
        let area = Rect(x: x + rect.x, y: y + rect.y, width: rect.width, height: rect.height)
        areas.add(path(area), "fill=\"\(hex(ink))\"")
      }
    case .shade(let amount):
      let area = Rect(x: x, y: y, width: Self.cell.width, height: Self.cell.height)
      areas.add(path(area), "fill=\"\(hex(paper.blended(with: ink, amount: amount)))\"")
    case .dots(let centers):
      for center in centers { dots.add("M\(x + center.x) \(y + center.y)h0", "stroke=\"\(hex(ink))\"") }
    case .lines(let arms, let isRound, let isHeavy, let dashes):
      let dash = [0: "", 2: " stroke-dasharray=\"3 1\"", 3: " stroke-dasharray=\"1.67 1\""]
      let attributes = "stroke=\"\(hex(ink))\" stroke-width=\"\(isHeavy ? 2 : 1)\""
      lines.add(
        isRound ? corner(arms, x: x, y: y) : straight(arms, x: x, y: y),
        attributes + (dash[dashes] ?? " stroke-dasharray=\"2 2\""))
    }
  }

  private func path(_ area: Rect) -> String {
    "M\(area.x) \(area.y)h\(area.width)v\(area.height)h\(-area.width)z"
  }

  private func straight(_ arms: [SVGShape.Arm], x: Int, y: Int) -> String {
    arms.map { arm in
      switch arm {
      case .left: "M\(x) \(y + 8)h4"
      case .right: "M\(x + 4) \(y + 8)h4"
      case .up: "M\(x + 4) \(y)v8"
      case .down: "M\(x + 4) \(y + 8)v8"
      }
    }.joined()
  }

  /// A quarter of a circle between the two sides the arms lead to.
  private func corner(_ arms: [SVGShape.Arm], x: Int, y: Int) -> String {
    let vertical = arms.contains(.up) ? (end: y, start: y + 4) : (end: y + 16, start: y + 12)
    let side = arms.contains(.left) ? x : x + 8
    return "M\(x + 4) \(vertical.end)V\(vertical.start)Q\(x + 4) \(y + 8) \(side) \(y + 8)"
  }

  private mutating func addWords(row: Int) {
    forEachRun(in: row, by: { SVGShape($0.scalar) == nil ? $0.style : nil }) { columns, style in
      guard let style else { return }
      let cells = columns.map { frame[$0, row] }
      if style.attributes.contains(.underline) {
        lines.add(
          "M\(columns.lowerBound * 8) \(row * 16 + 14)h\(columns.count * 8)",
          "stroke=\"\(hex(colors(style).ink))\" stroke-width=\"1\"")
      }
      // Two blanks or more end a piece: an advance that is a little off has no room to add up.
      for piece in pieces(of: cells) {
        let x = (columns.lowerBound + piece.lowerBound) * Self.cell.width
        let weight = style.attributes.contains(.bold) ? " font-weight=\"bold\"" : ""
        words +=
          "<text x=\"\(x)\" y=\"\(row * Self.cell.height + 12)\" fill=\"\(hex(colors(style).ink))\"\(weight)"
        words += " textLength=\"\(piece.count * Self.cell.width)\" lengthAdjust=\"spacingAndGlyphs\">"
        for cell in cells[piece] { words += escaped(cell) }
        words += "</text>\n"
      }
    }
  }

  /// Where words are, single blanks between them included.
  private func pieces(of cells: [Cell]) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    for index in cells.indices where cells[index].scalar != " " {
      if let last = pieces.last, index - last.upperBound <= 1 {
        pieces[pieces.count - 1] = last.lowerBound..<index + 1
      } else {
        pieces.append(index..<index + 1)
      }
    }
    return pieces
  }

  /// Calls `body` with every longest stretch of a row whose cells have the same key.
  private func forEachRun<Key: Equatable>(
    in row: Int, by key: (Cell) -> Key, _ body: (Range<Int>, Key) -> Void
  ) {
    var start = 0
    while start < frame.width {
      let first = key(frame[start, row])
      var end = start + 1
      while end < frame.width, key(frame[end, row]) == first { end += 1 }
      body(start..<end, first)
      start = end
    }
  }

  /// The colors that show, with reverse and dim applied.
  private func colors(_ style: Style) -> (ink: Color, paper: Color) {
    var ink = style.foreground == .terminal ? foreground : style.foreground
    var paper = style.background == .terminal ? background : style.background
    if style.attributes.contains(.reverse) { swap(&ink, &paper) }
    if style.attributes.contains(.dim) { ink = paper.blended(with: ink, amount: 0.6) }
    return (ink, paper)
  }

  private func hex(_ color: Color) -> String {
    guard case .rgb(let red, let green, let blue) = color else { return "currentColor" }
    let digits = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  private func escaped(_ cell: Cell) -> String {
    switch cell.scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    default: cell.text
    }
  }
}
