import Canvas
import Testing

@Suite struct TextTests {
  @Test func controlCharactersNeverReachACell() {
    var frame = Frame(width: 40, height: 1)
    frame.draw("a\u{1B}[31mb\u{9B}2Jc\u{7}\u{8}d\u{202E}e\u{2066}f\u{200B}g", x: 0, y: 0)
    #expect(frame.text == "a[31mb2Jcdefg")
  }

  @Test func everyScalarTakesNoColumnOrOne() {
    for value in UInt32(0)...0x3FFFF {
      guard let scalar = Unicode.Scalar(value), let shown = Text.printable(scalar) else { continue }
      let category = shown.properties.generalCategory
      let isForbidden: Bool =
        switch category {
        case .control, .format, .nonspacingMark, .spacingMark, .enclosingMark, .unassigned, .privateUse: true
        default: shown.properties.isEmojiPresentation
        }
      #expect(!isForbidden, "U+\(String(value, radix: 16))")
    }
  }

  @Test func cellsAreCheckedHoweverTheyAreSet() {
    var frame = Frame(width: 2, height: 1, filledWith: Cell("\u{1B}"))
    frame[1, 0] = Cell("\u{202E}")
    #expect(frame.scalars == [" ", " "])
  }

  @Test(arguments: [
    ("日本", "▯▯"), ("e\u{301}a", "ea"), ("👩‍🔬", "▯▯"), ("a\tb\nc", "a b c"), ("λ → ½", "λ → ½"),
    ("\u{E0B0}", "▯"),
  ])
  func widthsAreOneColumn(text: String, shown: String) {
    var frame = Frame(width: 20, height: 1)
    let columns = frame.draw(text, x: 0, y: 0)
    #expect(frame.text == shown)
    #expect(columns == shown.unicodeScalars.count)
    #expect(Text.columns(text) == columns)
  }

  @Test func drawingStopsAtItsLimitAndAtTheFrame() {
    var frame = Frame(width: 6, height: 2)
    #expect(frame.draw("abcdef", x: 1, y: 0, maxWidth: 3) == 3)
    #expect(frame.draw("abcdef", x: 4, y: 1) == 2)
    #expect(frame.draw("abcdef", x: -2, y: 1) == 6)
    #expect(frame.draw("abc", x: 0, y: 2) == 0)
    #expect(frame.draw("abc", x: .min, y: 0) == 0)
    #expect(frame.draw("abc", x: 0, y: 0, maxWidth: -1) == 0)
    #expect(frame.text == " abc\ncdefab")
  }

  @Test func fittingKeepsWhatFits() {
    #expect(Text.fit("abcdef", width: 6) == "abcdef")
    #expect(Text.fit("abcdef", width: 4) == "abc…")
    #expect(Text.fit("abcdefgh", width: 5, truncation: .middle) == "ab…gh")
    #expect(Text.fit("abcdef", width: 4, glyphs: .ascii) == "ab..")
    #expect(Text.fit("abcdef", width: 1) == "a")
    #expect(Text.fit("abcdef", width: 0) == "")
    #expect(Text.fit("abcdef", width: -3) == "")
  }

  @Test func fittedTextIsNeverWider() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let scalars = (0..<Int.random(in: 0...20, using: &generator)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x3FFF, using: &generator))
      }
      let text = String(String.UnicodeScalarView(scalars))
      let width = Int.random(in: 0...12, using: &generator)
      for glyphs in GlyphSet.allCases {
        for truncation in [Text.Truncation.middle, .end] {
          let fitted = Text.fit(text, width: width, truncation: truncation, glyphs: glyphs)
          #expect(Text.columns(fitted, glyphs: glyphs) <= width)
        }
      }
    }
  }

  @Test func asciiSpellsWhatItCan() {
    var frame = Frame(width: 40, height: 1)
    frame.draw("λ 67→47 é 日", x: 0, y: 0, glyphs: .ascii)
    #expect(frame.text == "lambda 67>47 e ?")
  }

  @Test func asciiOnlyKeepsPlaces() {
    var frame = Frame(width: 8, height: 1)
    frame.draw("a→λ│日z", x: 0, y: 0)
    #expect(frame.asciiOnly().text == "a>l|?z")
  }
}
