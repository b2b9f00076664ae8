import Canvas
import Fuzzing
import Testing

extension SeededGenerator {
  /// An ordinary number most of the time, else one that breaks careless arithmetic.
  mutating func awkwardDouble() -> Double {
    switch Int.random(in: 0..<12, using: &self) {
    case 0: .nan
    case 1: .infinity
    case 2: -.infinity
    case 3: Bool.random(using: &self) ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude
    case 4: .leastNonzeroMagnitude
    case 5: 0
    default: Double.random(in: -10...1000, using: &self)
    }
  }

  /// A rectangle in, partly in or outside a frame of 60 × 24, now and then absurd.
  mutating func awkwardRect() -> Rect {
    if Int.random(in: 0..<30, using: &self) == 0 { return Rect(x: .min, y: .min, width: .max, height: .max) }
    if Int.random(in: 0..<30, using: &self) == 0 { return Rect(x: 5, y: 5, width: .max, height: .max) }
    return Rect(
      x: Int.random(in: -5...55, using: &self), y: Int.random(in: -3...20, using: &self),
      width: Int.random(in: -1...50, using: &self), height: Int.random(in: -1...20, using: &self))
  }
}

/// A frame in which nothing may change outside a rectangle.
struct GuardedFrame {
  static let sentinel = Cell("~", Style(attributes: .underline))
  var frame = Frame(width: 60, height: 24, filledWith: sentinel)

  func isUntouched(outside rect: Rect) -> Bool {
    let inside = rect.intersection(frame.bounds)
    for y in 0..<frame.height {
      for x in 0..<frame.width where !inside.intersects(Rect(x: x, y: y, width: 1, height: 1)) {
        if frame[x, y] != Self.sentinel { return false }
      }
    }
    return true
  }
}

extension Frame {
  var scalars: [Unicode.Scalar] { cells.map(\.scalar) }
  var isASCII: Bool { cells.allSatisfy { $0.scalar.isASCII } }
}

let red = Style(foreground: Color(hex: 0xFF0000))
let green = Style(foreground: Color(hex: 0x00FF00))
let blue = Style(foreground: Color(hex: 0x0000FF))

extension Theme: CustomTestStringConvertible {
  public var testDescription: String { name }
}
