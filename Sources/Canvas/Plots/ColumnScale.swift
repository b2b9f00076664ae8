/// What the columns of a drawn plot stand for, so that a pointer or a crosshair can be placed on it.
public struct ColumnScale: Equatable, Sendable {
  /// The columns of the frame that it covers.
  public let columns: Range<Int>
  /// In the middle of the first column.
  private let first: Double
  /// From the middle of a column to that of the next.
  public let perColumn: Double

  init(columns: Range<Int>, first: Double, perColumn: Double) {
    self.columns = columns
    self.first = first
    self.perColumn = perColumn
  }

  /// The scale of a plot that draws an interval over so many dots, with the interval's ends on the first and last dot.
  init(x: Int, width: Int, dotsPerColumn: Int, axis: Axis) {
    let dots = width * dotsPerColumn
    guard dots > 1 else {
      // Everything is in the only column.
      let span = axis.high - axis.low
      self.init(columns: x..<x + width, first: axis.low + span / 2, perColumn: 2 * span)
      return
    }
    let perDot = (axis.high - axis.low) / Double(dots - 1)
    self.init(
      columns: x..<x + width, first: axis.low + perDot * Double(dotsPerColumn - 1) / 2,
      perColumn: perDot * Double(dotsPerColumn))
  }

  /// The value in the middle of a column; beyond the columns the scale goes on.
  public func value(at column: Int) -> Double {
    first + perColumn * (Double(column) - Double(columns.lowerBound))
  }

  /// The column that shows a value; `nil` outside the plot.
  public func column(of value: Double) -> Int? {
    let offset = ((value - first) / perColumn).rounded()
    guard offset >= 0, offset < Double(columns.count) else { return nil }
    return columns.lowerBound + Int(offset)
  }
}
