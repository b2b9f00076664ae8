import Canvas
import Testing

/// What is left of the themes on terminals with fewer colors.
@Suite struct ThemeReductionTests {
  @Test(arguments: Theme.builtIn, [ColorLevel.ansi256, .ansi16])
  func rolesStayReadable(theme: Theme, level: ColorLevel) {
    let decorations: Set<Theme.Role> = [.dim, .border, .barCut]
    for role in Theme.Role.allCases {
      let least = level == .ansi16 || decorations.contains(role) ? 3 : 4.0
      expect(theme[role], of: theme, at: level, least: least, "\(theme.name): \(role)")
    }
    for style in theme.series + theme.classes {
      expect(style, of: theme, at: level, least: level == .ansi16 ? 3 : 4, theme.name)
    }
  }

  /// 2.9 of the 3 that is asked for: 16 colors are few.
  private func expect(
    _ style: Style, of theme: Theme, at level: ColorLevel, least: Double, _ what: String
  ) {
    let reduced = { (color: Color) in shown(color.reduced(to: level)) }
    let grounds = reduced(style.background).map { [$0] } ?? theme.ground.backgrounds
    guard let foreground = reduced(style.foreground) else { return }
    for ground in grounds {
      let contrast = foreground.contrast(with: ground) ?? 0
      #expect(contrast >= least - 0.1, "\(what): \(style.foreground) is \(foreground) on \(ground)")
    }
  }

  private func shown(_ color: ReducedColor) -> Color? {
    guard case .palette(let index) = color else { return nil }
    return .palette(index)
  }

  @Test(arguments: Theme.builtIn.filter { $0.name != "monochrome" })
  func layersStayApart(theme: Theme) {
    let count = { (level: ColorLevel) in Set(theme.series.map { $0.foreground.reduced(to: level) }).count }
    #expect(count(.ansi256) >= 7)
    #expect(count(.ansi16) >= 4)
    #expect(
      theme[.train].foreground.reduced(to: .ansi16) != theme[.validation].foreground.reduced(to: .ansi16))
  }

  /// The raw trace of the loss is train's color, mixed with the ground.
  @Test(arguments: Theme.builtIn.filter { $0.name != "monochrome" })
  func whatIsMixedWithTheGroundStaysBehind(theme: Theme) {
    let train = theme[.train].foreground
    let faint = train.blended(with: theme.ground.color, amount: 0.6)
    for level in [ColorLevel.ansi256, .ansi16] {
      #expect(faint.reduced(to: level) != train.reduced(to: level), "\(theme.name), \(level)")
    }
  }

  /// The nearest of 16 would be a gray for each of these.
  @Test(arguments: [
    (UInt32(0x8FDCB0), UInt8(2)), (0x8CCF7E, 2), (0xF9B27C, 3), (0x8FC4FF, 12), (0xC9ABFF, 5), (0xFF938C, 9),
    (0x86D2D4, 6),
  ])
  func softColoursKeepTheirHue(hex: UInt32, index: UInt8) {
    let reduced = Color(hex: hex).reduced(to: .ansi16)
    // Light or dark, of the same hue.
    #expect(reduced == .palette(index) || reduced == .palette((index + 8) % 16), "\(reduced)")
  }

  @Test func greysAndDarkInksDoNot() {
    #expect(Color(hex: 0xA3A9B8).reduced(to: .ansi16) == .palette(8))
    // Bright green on white could not be read.
    #expect(Color(hex: 0x28702C).reduced(to: .ansi16) == .palette(8))
  }
}
