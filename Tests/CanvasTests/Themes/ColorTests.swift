import Canvas
import Fuzzing
import Testing

@Suite struct ColorTests {
  @Test func paletteColoursReduceToThemselves() {
    for index in UInt8(16)...255 {
      guard case .palette(let nearest) = Color.palette(index).reduced(to: .ansi256) else {
        Issue.record("no palette colour for \(index)")
        continue
      }
      #expect(Color.palette(nearest) == Color.palette(index))
    }
    for index in UInt8(0)..<16 {
      #expect(Color.palette(index).reduced(to: .ansi16) == .palette(index))
    }
  }

  @Test(arguments: [
    (UInt32(0x808080), UInt8(244)), (0xFF0000, 196), (0x7FB4F5, 111), (0x000000, 16), (0xFFFFFF, 231),
    (0x121212, 233),
  ])
  func nearestOf256(hex: UInt32, index: UInt8) {
    #expect(Color(hex: hex).reduced(to: .ansi256) == .palette(index))
  }

  @Test func nearestOf256IsNearlyTheBest() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      let color = Color(hex: UInt32.random(in: 0...0xFFFFFF, using: &generator))
      guard case .palette(let index) = color.reduced(to: .ansi256) else {
        Issue.record("no palette colour")
        return
      }
      let best = (UInt8(16)...255).map { color.distance(to: .palette($0)) }.min() ?? 0
      #expect(color.distance(to: .palette(index)) <= best * 1.5)
    }
  }

  @Test func otherLevels() {
    let color = Color(hex: 0x123456)
    #expect(color.reduced(to: .trueColor) == .rgb(red: 0x12, green: 0x34, blue: 0x56))
    #expect(color.reduced(to: .none) == .terminal)
    for level in ColorLevel.allCases { #expect(Color.terminal.reduced(to: level) == .terminal) }
    #expect(ColorLevel.none < .ansi16 && ColorLevel.ansi256 < .trueColor)
  }

  @Test func blending() {
    let (black, white) = (Color(hex: 0), Color(hex: 0xFFFFFF))
    #expect(black.blended(with: white, amount: 0.5) == Color(hex: 0x808080))
    #expect(black.blended(with: white, amount: 7) == white)
    #expect(black.blended(with: white, amount: .nan) == black)
    #expect(Color.terminal.blended(with: white, amount: 0.2) == .terminal)
  }

  @Test func contrastIsThatOfTheStandard() throws {
    let white = Color(hex: 0xFFFFFF)
    #expect(abs(try #require(white.contrast(with: Color(hex: 0))) - 21) < 1e-9)
    #expect(abs(try #require(Color(hex: 0x767676).contrast(with: white)) - 4.54) < 0.01)
    #expect(white.contrast(with: .terminal) == nil)
  }
}
