extension Color {
  /// The first 16 colors, as xterm has them.
  static let ansi16: [Color] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ].map { Color(hex: $0) }

  /// The index of the one of 16 colors that stands for this one.
  ///
  /// The nearest to a soft color is a gray, and a screen in soft colors would lose all of them. So the hue is
  /// kept, unless that takes much of the contrast with the ground, which light colors have with a dark one.
  var nearest16: Int {
    let nearest = Self.ansi16.indices.min {
      distance(to: Self.ansi16[$0]) < distance(to: Self.ansi16[$1])
    }!
    guard let wanted = luminance, let hue = ansiHue else { return nearest }
    func contrast(_ index: Int) -> Double { self.contrast(with: Self.ansi16[index]) ?? .infinity }
    let candidate = contrast(hue) <= contrast(hue + 8) ? hue : hue + 8
    let isBrighter = (Self.ansi16[candidate].luminance ?? 0) > wanted
    let isForDarkGround = wanted > 0.25
    return isBrighter == isForDarkGround || contrast(candidate) < (isForDarkGround ? 3 : 2)
      ? candidate : nearest
  }

  /// Which of red 1, green 2, yellow 3, blue 4, magenta 5 and cyan 6 people would call it; `nil` for grays
  /// and what is nearly gray.
  private var ansiHue: Int? {
    guard case .rgb(let red, let green, let blue) = self else { return nil }
    let (most, least) = (max(red, green, blue), min(red, green, blue))
    // Paler ones are tints, which stay behind the colors they come from.
    guard most - least >= 68 else { return nil }
    let span = Double(most - least)
    let (r, g, b) = (Double(red), Double(green), Double(blue))
    let sixths = most == red ? (g - b) / span : most == green ? 2 + (b - r) / span : 4 + (r - g) / span
    switch (sixths * 60 + 360).truncatingRemainder(dividingBy: 360) {
    case 20..<75: return 3
    case 75..<165: return 2
    case 165..<200: return 6
    case 200..<250: return 4
    case 250..<335: return 5
    default: return 1
    }
  }
}
