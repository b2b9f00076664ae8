/// What is known of a curve at one place, or over a stretch of it that was merged into one.
public struct Sample: Equatable, Sendable {
  /// Where it is.
  public var x: Double
  /// The smallest value.
  public var minimum: Double
  /// The largest value.
  public var maximum: Double
  /// The mean of the values.
  public var mean: Double
  /// How far to either side of `x` the stretch goes: its extremes are shown over all of it.
  public var reach: Double
  /// Something in it was not finite: the curve does not go on to the next sample.
  public var isInterrupted: Bool

  /// Values that were merged into one sample.
  public init(
    x: Double, minimum: Double, maximum: Double, mean: Double, reach: Double = 0, isInterrupted: Bool = false
  ) {
    self.x = x
    self.minimum = minimum
    self.maximum = maximum
    self.mean = mean
    self.reach = reach
    self.isInterrupted = isInterrupted
  }

  /// A single value.
  public init(x: Double, y: Double) {
    self.init(x: x, minimum: y, maximum: y, mean: y)
  }

  var isFinite: Bool { minimum.isFinite && maximum.isFinite && mean.isFinite }
}

/// Curves over a common x axis.
///
/// One column of dots shows everything from the smallest minimum to the largest maximum of the samples that
/// fall into it, and successive means are connected, so no spike is lost however long the curve. A sample
/// that is not finite is a gap. Later series are drawn over earlier ones. Any rectangle and any data will
/// do.
public struct LinePlot: Sendable {
  /// One curve.
  public struct Series: Sendable {
    /// Shown in the legend; empty: not shown.
    public var name: String
    /// The style of the curve and its name.
    public var style: Style
    /// In any order.
    public var samples: [Sample]
    /// How the line is drawn.
    public var stroke: Stroke
    /// Shades the area between the curve and the bottom.
    public var isFilled: Bool
    /// Draws minima and maxima, not only means.
    public var showsExtremes: Bool
    /// Draws what lies between the 10th and the 90th percentile of each column, and dots for extremes well beyond, in
    /// place of all between the extremes.
    public var isBand = false
    /// The style of a `!` in the top row over every column with a sample that is not finite; `nil`: no such mark.
    public var gapStyle: Style?

    /// A solid line that shows extremes, unless told otherwise.
    public init(
      name: String, style: Style, samples: [Sample], stroke: Stroke = .solid, isFilled: Bool = false,
      showsExtremes: Bool = true
    ) {
      self.name = name
      self.style = style
      self.samples = samples
      self.stroke = stroke
      self.isFilled = isFilled
      self.showsExtremes = showsExtremes
    }
  }

  /// Tells curves apart without color.
  public enum Stroke: Sendable {
    case solid
    case dashed
    case dotted
  }

  /// A labeled vertical line.
  public struct Marker: Sendable {
    /// Where the line stands; outside the x range it is not drawn.
    public var x: Double
    /// Stands beside the line; may be empty.
    public var label: String
    /// The style of line and label.
    public var style: Style

    /// A line at `x`.
    public init(x: Double, label: String, style: Style) {
      self.x = x
      self.label = label
      self.style = style
    }
  }

  /// A labeled horizontal line. It does not widen the y range.
  public struct Reference: Sendable {
    /// Where the line lies.
    public var y: Double
    /// At the right end of the line; may be empty.
    public var label: String
    /// The style of line and label.
    public var style: Style

    /// A line at `y`.
    public init(y: Double, label: String = "", style: Style) {
      self.y = y
      self.label = label
      self.style = style
    }
  }

  /// Where the curves are being read.
  public struct Crosshair: Sendable {
    /// Outside the x range it is not drawn.
    public var x: Double
    /// The style of its line, and of the pointer on the x axis.
    public var style: Style

    /// A crosshair at `x`.
    public init(x: Double, style: Style) {
      self.x = x
      self.style = style
    }
  }

  /// From the back to the front.
  public var series: [Series]
  /// Index of the one that is drawn over all others, with the mark of its own place.
  public var front: Int?
  /// Vertical lines.
  public var markers: [Marker] = []
  /// Horizontal lines.
  public var references: [Reference] = []
  /// Over the markers, under the curves.
  public var crosshair: Crosshair?
  /// What is shown of the x axis.
  public var xRange: AxisRange = .automatic
  /// What is shown of the y axis.
  public var yRange: AxisRange = .automatic
  /// How values become heights.
  public var yScale: AxisScale = .linear
  /// How x values are written.
  public var xFormat: AxisFormat = .number
  /// How y values are written.
  public var yFormat: AxisFormat = .number
  /// Names the x axis, with its unit.
  public var xLabel = ""
  /// Whether labels of the axes are shown, where there is room.
  public var showsAxes = true
  /// Whether the names of the series are shown, where there is room.
  public var showsLegend = true
  /// Whether each name stands at the end of its curve, in place of a legend.
  public var labelsEnds = false
  /// The style of labels and rules.
  public var axisStyle: Style

  /// Curves with automatic ranges and linear axes.
  public init(series: [Series], axisStyle: Style = .plain) {
    self.series = series
    self.axisStyle = axisStyle
  }
}
