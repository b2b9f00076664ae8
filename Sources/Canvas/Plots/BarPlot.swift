/// Vertical bars for very many values in few columns, such as the neurons of a layer in their order.
///
/// Where values outnumber columns, a column shows the largest of its values; where columns outnumber values,
/// bars are widened evenly. A cut has a column of its own, and no column mixes values from both sides of it.
public struct BarPlot: Sendable {
  /// One series of bars.
  public struct Row: Sendable {
    /// Left of the bars; empty: none.
    public var name: String
    /// Bars show values from 0 up; negative and non-finite ones are drawn as 0 and +∞ as full.
    public var values: [Double]
    /// The style of the bars before the cut.
    public var style: Style
    /// The style of the bars from the cut on.
    public var cutStyle: Style
    /// The value of a full bar; `nil`: the largest finite value.
    public var maximum: Double?

    /// Bars beyond the cut look like the others unless `cutStyle` says otherwise.
    public init(
      name: String = "", values: [Double], style: Style, cutStyle: Style? = nil, maximum: Double? = nil
    ) {
      self.name = name
      self.values = values
      self.style = style
      self.cutStyle = cutStyle ?? style
      self.maximum = maximum
    }
  }

  /// From top to bottom; they share the height and the columns.
  public var rows: [Row]
  /// The values before this index are kept; `nil`, or outside 1 ..< count: no cut is shown.
  public var cut: Int?
  /// Under the cut, in the last row, from three rows of height on; empty: no such row.
  public var cutLabel = ""
  /// The style of the line at the cut and its pointer.
  public var cutLineStyle: Style
  /// The style of names and the cut's label.
  public var labelStyle: Style

  /// Rows and a cut; everything else has a default.
  public init(rows: [Row], cut: Int? = nil, cutLineStyle: Style = .plain, labelStyle: Style = .plain) {
    self.rows = rows
    self.cut = cut
    self.cutLineStyle = cutLineStyle
    self.labelStyle = labelStyle
  }

  /// Draws inside the part of `rect` that the frame shows. Rows that find no place are left out. Returns how many
  /// values are before a cut at each column; `nil` if nothing was drawn.
  @discardableResult
  public func draw(in rect: Rect, on frame: inout Frame, glyphs: GlyphSet) -> ColumnScale? {
    let rect = rect.intersection(frame.bounds)
    let count = rows.map(\.values.count).max() ?? 0
    guard !rect.isEmpty, count > 0 else { return nil }
    let names = rows.map { Text.columns($0.name, glyphs: glyphs) }.max() ?? 0
    let gutter = names > 0 && rect.width >= names + 13 ? names + 1 : 0
    let bars = Rect(x: rect.x + gutter, y: rect.y, width: rect.width - gutter, height: rect.height)
    let columns = BarColumns(count: count, cut: cut, width: bars.width)
    let hasLabel = !cutLabel.isEmpty && rect.height > max(2, rows.count)
    let height = rect.height - (hasLabel ? 1 : 0)

    let shown = min(rows.count, height)
    for (index, row) in rows.prefix(shown).enumerated() {
      let top = rect.y + height * index / shown
      let bottom = rect.y + height * (index + 1) / shown
      draw(row, columns: columns, x: bars.x, top: top, bottom: bottom, on: &frame, glyphs: glyphs)
      if gutter > 0 {
        frame.draw(row.name, x: rect.x, y: bottom - 1, style: labelStyle, maxWidth: names, glyphs: glyphs)
      }
    }
    let scale = BarColumns.cutScale(count: count, x: bars.x, width: bars.width)
    guard let line = columns.cutColumn else { return scale }
    for y in rect.y..<rect.y + height {
      frame[bars.x + line, y] = Cell(glyphs.lines.dashedVertical, cutLineStyle)
    }
    if hasLabel { drawCutLabel(at: line, in: rect, bars: bars, on: &frame, glyphs: glyphs) }
    return scale
  }

  private func draw(
    _ row: Row, columns: BarColumns, x: Int, top: Int, bottom: Int, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let largest = row.maximum ?? row.values.lazy.filter(\.isFinite).max() ?? 0
    guard largest > 0 else { return }
    let ladder = glyphs.verticalLadder
    let steps = ladder.count - 1
    for (column, range) in columns.ranges.enumerated() {
      guard let range, let value = row.values[clamped: range].max(by: Self.isLower), value > 0 else {
        continue
      }
      let style = columns.cutColumn.map { column > $0 } ?? false ? row.cutStyle : row.style
      let full = (bottom - top) * steps
      // A value that is there shows, however small.
      var level = max(1, Int((min(value / largest, 1) * Double(full)).rounded()))
      for y in stride(from: bottom - 1, through: top, by: -1) where level > 0 {
        frame[x + column, y] = Cell(ladder[min(level, steps)], style)
        level -= steps
      }
    }
  }

  /// Not-a-number is lower than any number.
  private static func isLower(_ first: Double, _ second: Double) -> Bool {
    first.isNaN ? !second.isNaN : first < second
  }

  private func drawCutLabel(
    at line: Int, in rect: Rect, bars: Rect, on frame: inout Frame, glyphs: GlyphSet
  ) {
    let text = Text.fit(cutLabel, width: max(0, rect.width - 2), glyphs: glyphs)
    let width = Text.columns(text, glyphs: glyphs)
    let x = bars.x + line
    frame[x, rect.maxY - 1] = Cell(glyphs.lines.pointer, cutLineStyle)
    let start = x + 2 + width <= rect.maxX ? x + 2 : x - 1 - width
    guard start >= rect.x else { return }
    frame.draw(text, x: start, y: rect.maxY - 1, style: labelStyle, maxWidth: width, glyphs: glyphs)
  }
}

/// Which values each column of a bar plot shows.
package struct BarColumns {
  /// `nil`: the column of the cut.
  package private(set) var ranges: [Range<Int>?] = []
  package private(set) var cutColumn: Int?

  package init(count: Int, cut: Int?, width: Int) {
    guard let cut, cut > 0, cut < count, width >= 3 else {
      ranges = Self.divide(0..<count, into: Self.columns(for: count, room: width))
      return
    }
    let room = width - 1
    let total = Self.columns(for: count, room: room)
    let kept = count <= room ? total / count * cut : min(max(1, (total * cut + count / 2) / count), total - 1)
    ranges = Self.divide(0..<cut, into: kept)
    cutColumn = kept
    ranges.append(nil)
    ranges += Self.divide(cut..<count, into: total - kept)
  }

  /// The cut that stands at each column. It does not depend on where the cut stands now, lest it jump about under a
  /// pointer that drags it.
  static func cutScale(count: Int, x: Int, width: Int) -> ColumnScale {
    let total = columns(for: count, room: max(1, width - 1))
    return ColumnScale(columns: x..<x + width, first: 0, perColumn: Double(count) / Double(total))
  }

  /// A whole multiple of the count where there is room for it.
  private static func columns(for count: Int, room: Int) -> Int {
    count <= room ? room / count * count : room
  }

  private static func divide(_ range: Range<Int>, into columns: Int) -> [Range<Int>?] {
    (0..<max(0, columns)).map { column in
      let start = range.lowerBound + range.count * column / columns
      let end = range.lowerBound + range.count * (column + 1) / columns
      return start..<max(start + 1, end)
    }
  }
}

extension Array {
  /// The elements of a range as far as there are any.
  fileprivate subscript(clamped range: Range<Int>) -> ArraySlice<Element> {
    self[Swift.min(range.lowerBound, count)..<Swift.min(range.upperBound, count)]
  }
}
