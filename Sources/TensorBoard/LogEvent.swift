import Foundation

/// What was measured at one step.
public struct LogEvent: Equatable, Sendable {
  /// Optimizer steps done.
  public var step: Int
  /// Seconds since 1970.
  public var wallTime: Double
  public var content: Content

  public enum Content: Equatable, Sendable {
    case values([LogValue])
    /// Training went back to this step: what was logged from here on no longer holds.
    case restart
  }

  /// An event of now, unless said otherwise.
  public init(step: Int, wallTime: Double = Date().timeIntervalSince1970, _ content: Content) {
    self.step = step
    self.wallTime = wallTime
    self.content = content
  }
}

/// One value under a tag. TensorBoard groups tags by what comes before the first slash.
public struct LogValue: Equatable, Sendable {
  public var tag: String
  public var content: Content

  public enum Content: Equatable, Sendable {
    case scalar(Double)
    case histogram(Histogram)
    /// Markdown.
    case text(String)
  }

  public init(_ tag: String, _ content: Content) {
    self.tag = tag
    self.content = content
  }
}
