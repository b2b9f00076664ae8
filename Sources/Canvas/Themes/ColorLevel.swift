/// How many colors a terminal shows.
public enum ColorLevel: String, CaseIterable, Comparable, Sendable {
  case none
  case ansi16
  case ansi256
  case trueColor

  /// From fewer to more colors.
  public static func < (first: ColorLevel, second: ColorLevel) -> Bool {
    allCases.firstIndex(of: first)! < allCases.firstIndex(of: second)!
  }
}

/// A color as a terminal can be told it.
public enum ReducedColor: Equatable, Hashable, Sendable {
  /// The terminal's own foreground or background.
  case terminal
  /// One of the terminal's palette: 0 … 15, or 0 … 255.
  case palette(UInt8)
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

extension Color {
  /// The nearest color of those a terminal shows.
  ///
  /// Of 256, only the color cube and the gray ramp are used: people change the first 16. Those are taken to
  /// be xterm's when there are no others, and then the hue counts most.
  public func reduced(to level: ColorLevel) -> ReducedColor {
    guard case .rgb(let red, let green, let blue) = self else { return .terminal }
    switch level {
    case .none: return .terminal
    case .ansi16: return .palette(UInt8(nearest16))
    case .ansi256: return .palette(Self.nearest256(red, green, blue))
    case .trueColor: return .rgb(red: red, green: green, blue: blue)
    }
  }

  /// What xterm shows for a palette index.
  public static func palette(_ index: UInt8) -> Color {
    switch index {
    case 0..<16: return ansi16[Int(index)]
    case 232...:
      let level = 8 + 10 * (index - 232)
      return .rgb(red: level, green: level, blue: level)
    default:
      let cube = Int(index) - 16
      return .rgb(
        red: cubeLevels[cube / 36], green: cubeLevels[cube / 6 % 6], blue: cubeLevels[cube % 6])
    }
  }

  private static let cubeLevels: [UInt8] = [0, 95, 135, 175, 215, 255]

  private static func nearest256(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let side = { (level: UInt8) in
      cubeLevels.indices.min {
        abs(Int(cubeLevels[$0]) - Int(level)) < abs(Int(cubeLevels[$1]) - Int(level))
      }!
    }
    let cube = UInt8(16 + 36 * side(red) + 6 * side(green) + side(blue))
    let mean = (Int(red) + Int(green) + Int(blue)) / 3
    let gray = UInt8(232 + min(23, max(0, (mean - 3) / 10)))
    let color = Color.rgb(red: red, green: green, blue: blue)
    return color.distance(to: palette(gray)) < color.distance(to: palette(cube)) ? gray : cube
  }

  /// Squared distance with the weights of the "redmean" approximation to how different colors look.
  package func distance(to other: Color) -> Double {
    guard case .rgb(let r0, let g0, let b0) = self, case .rgb(let r1, let g1, let b1) = other else {
      return self == other ? 0 : .infinity
    }
    let mean = (Double(r0) + Double(r1)) / 2
    let (red, green, blue) = (Double(r0) - Double(r1), Double(g0) - Double(g1), Double(b0) - Double(b1))
    return (2 + mean / 256) * red * red + 4 * green * green + (2 + (255 - mean) / 256) * blue * blue
  }
}
