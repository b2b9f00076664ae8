import Canvas
import Fuzzing
import Testing

@Suite struct TextTests {
  @Test func controlCharactersNeverReachACell() {
    var frame = Frame(width: 40, height: 1)
    frame.draw("a\u{1B}[31mb\u{9B}2Jc\u{7}\u{8}d\u{202E}e\u{2066}f\u{200B}g", x: 0, y: 0)
    #expect(frame.text == "a[31mb2Jcdefg")
  }

  @Test func noScalarTakesMoreThanTwoColumns() {
    var frame = Frame(width: 4, height: 1)
    for value in UInt32(0)...0x3FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let written = frame.draw("a\(scalar)", x: 0, y: 0)
      let shown = frame[1, 0].scalar
      let isForbidden: Bool =
        switch shown.properties.generalCategory {
        case .control, .format, .nonspacingMark, .enclosingMark, .unassigned, .privateUse: written > 1
        default: false
        }
      if isForbidden || !(1...3).contains(written) || Text.columns("a\(scalar)") != written {
        Issue.record("U+\(String(value, radix: 16)) takes \(written - 1) columns")
      }
    }
  }

  @Test func halfAWideCharacterIsNone() {
    var frame = Frame(width: 6, height: 1)
    frame.draw("日本語", x: 0, y: 0)
    #expect(frame.cells.map(\.isContinuation) == [false, true, false, true, false, true])
    frame[1, 0] = Cell("x")
    #expect(frame.text == " x本語")
    frame[2, 0] = Cell("y")
    #expect(frame.text == " xy 語")
    frame[3, 0] = Cell("韓")
    #expect(frame.text == " xy韓" && frame[5, 0] == .blank)
    // There is one column left.
    frame[5, 0] = Cell("語")
    #expect(frame[5, 0].scalar == Text.substitute)
    #expect(frame.draw("日本", x: 0, y: 0, maxWidth: 3) == 2)
    // A style over a whole row, as that of a selection, leaves the characters.
    for x in 0..<6 { frame[x, 0].style.attributes.insert(.reverse) }
    #expect(frame.text == "日y韓▯" && frame.cells.allSatisfy { $0.style.attributes == .reverse })
  }

  @Test func wideTextIsFittedByItsColumns() {
    #expect(Text.fit("日本語です", width: 10) == "日本語です")
    #expect(Text.fit("日本語です", width: 9) == "日本語で…")
    #expect(Text.fit("日本語です", width: 8) == "日本語…")
    #expect(Text.fit("日本語です", width: 6, truncation: .middle) == "日…す")
    #expect(Text.fit("日本語です", width: 1) == "")
    #expect(Text.fit("e\u{301}e\u{301}e\u{301}", width: 2) == "e\u{301}…")
  }

  @Test func cellsAreCheckedHoweverTheyAreSet() {
    var frame = Frame(width: 2, height: 1, filledWith: Cell("\u{1B}"))
    frame[1, 0] = Cell("\u{202E}")
    #expect(frame.scalars == [" ", " "])
  }

  @Test(arguments: [
    ("日本", "日本", 4), ("한글", "한글", 4), ("ｱ", "ｱ", 1), ("e\u{301}a", "e\u{301}a", 2), ("\u{301}a", "a", 1),
    ("ที่", "ที่", 1), ("👩‍🔬", "👩🔬", 4), ("👍🏽", "👍", 2), ("❤️", "❤", 1), ("a\tb\nc", "a b c", 5),
    ("λ → ½", "λ → ½", 5), ("\u{E0B0}", "▯", 1), ("x\u{301}\u{302}\u{303}", "x\u{301}\u{302}", 1),
  ])
  func textTakesTheColumnsThatATerminalGivesIt(text: String, shown: String, columns: Int) {
    var frame = Frame(width: 20, height: 1)
    let written = frame.draw(text, x: 0, y: 0)
    #expect(Array(frame.text.unicodeScalars) == Array(shown.unicodeScalars))
    #expect(written == columns && Text.columns(text) == columns)
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
    for (width, text) in [
      (20, "next at step 30,000"), (18, "next at step…"), (15, "next at step…"), (13, "next at step…"),
      (12, "next at ste…"),
    ] {
      #expect(Text.fit("next at step 30,000", width: width, truncation: .wholeNumbers) == text)
    }
    #expect(Text.fit("30,000 steps", width: 10, truncation: .wholeNumbers) == "30,000 st…")
    // Nothing at all would say less.
    #expect(Text.fit("1234567", width: 4, truncation: .wholeNumbers) == "123…")
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
}
