/// What is known of a curve at one place, or over a stretch of it that was merged into one.
public struct Sample: Equatable, Sendable {
  public var x: Double
  public var minimum: Double
  public var maximum: Double
  public var mean: Double

  public init(x: Double, minimum: Double, maximum: Double, mean: Double) {
    self.x = x
    self.minimum = minimum
    self.maximum = maximum
    self.mean = mean
  }

  /// A single value.
  public init(x: Double, y: Double) {
    self.init(x: x, minimum: y, maximum: y, mean: y)
  }

  var isFinite: Bool { minimum.isFinite && maximum.isFinite && mean.isFinite }
}

/// Curves over a common x axis.
///
/// One column of dots shows everything from the smallest minimum to the largest maximum of the samples that fall
/// into it, and successive means are connected, so no spike is lost however long the curve. A sample that is
/// not finite is a gap. Later series are drawn over earlier ones. Any rectangle and any data will do.
public struct LinePlot: Sendable {
  public struct Series: Sendable {
    /// Shown in the legend; empty: not shown.
    public var name: String
    public var style: Style
    public var samples: [Sample]
    public var stroke: Stroke
    /// Shades the area between the curve and the bottom.
    public var isFilled: Bool
    /// Draws minima and maxima, not only means.
    public var showsExtremes: Bool

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

  /// Tells curves apart without colour.
  public enum Stroke: Sendable {
    case solid
    case dashed
    case dotted
  }

  /// A labelled vertical line.
  public struct Marker: Sendable {
    public var x: Double
    public var label: String
    public var style: Style

    public init(x: Double, label: String, style: Style) {
      self.x = x
      self.label = label
      self.style = style
    }
  }

  /// A labelled horizontal line. It does not widen the y range.
  public struct Reference: Sendable {
    public var y: Double
    public var label: String
    public var style: Style

    public init(y: Double, label: String = "", style: Style) {
      self.y = y
      self.label = label
      self.style = style
    }
  }

  public var series: [Series]
  public var markers: [Marker] = []
  public var references: [Reference] = []
  public var xRange: AxisRange = .automatic
  public var yRange: AxisRange = .automatic
  public var yScale: AxisScale = .linear
  public var xFormat: AxisFormat = .number
  public var yFormat: AxisFormat = .number
  /// Names the x axis, with its unit.
  public var xLabel = ""
  public var showsAxes = true
  public var showsLegend = true
  /// Of labels and rules.
  public var axisStyle: Style

  public init(series: [Series], axisStyle: Style = .plain) {
    self.series = series
    self.axisStyle = axisStyle
  }
}
