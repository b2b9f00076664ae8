import Canvas
import Fuzzing
import Terminal
import Testing

@Suite struct FrameEncoderTests {
  /// A terminal whose commands are written out: `<x,y>`, `<plain>`, …
  private func encoder(_ level: ColorLevel = .trueColor, unicode: Bool = true, colors: Int = 256)
    -> FrameEncoder
  {
    var capabilities = Capabilities()
    capabilities.clear = Array("<clear>".utf8)
    capabilities.plain = Array("<plain>".utf8)
    capabilities.bold = Array("<bold>".utf8)
    capabilities.dim = Array("<dim>".utf8)
    capabilities.reverse = Array("<reverse>".utf8)
    capabilities.underline = Array("<underline>".utf8)
    capabilities.moveCursor = { Array("<\($0),\($1)>".utf8) }
    capabilities.foreground = { Array("<f\($0)>".utf8) }
    capabilities.background = { Array("<b\($0)>".utf8) }
    capabilities.colors = colors
    return FrameEncoder(capabilities: capabilities, level: level, supportsUnicode: unicode)
  }

  private func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).replacing("\u{1B}", with: "^")
  }

  private func frame(_ lines: String..., style: Style = .plain) -> Frame {
    var frame = Frame(width: lines.map(\.count).max() ?? 0, height: lines.count)
    for (y, line) in lines.enumerated() {
      for (x, scalar) in line.unicodeScalars.enumerated() { frame[x, y] = Cell(scalar, style) }
    }
    return frame
  }

  private let red = Color.rgb(red: 255, green: 0, blue: 0)

  @Test func theSameFrameCostsNothing() {
    let frame = frame("some", "text", style: Style(foreground: red))
    #expect(encoder().bytes(from: frame, to: frame).isEmpty)
  }

  @Test func anUnknownScreenIsClearedFirst() {
    #expect(text(encoder().bytes(from: nil, to: frame("  ab", "    "))) == "<plain><clear><2,0>ab")
  }

  @Test func anotherSizeStartsAnew() {
    #expect(text(encoder().bytes(from: frame("ab"), to: frame("abc"))) == "<plain><clear><0,0>abc")
  }

  @Test func onlyChangedCellsAreWritten() {
    let before = frame("0123456789", "abcdefghij")
    let after = frame("0x23456y89", "abcdefghij")
    #expect(text(encoder().bytes(from: before, to: after)) == "<1,0>x<7,0>y")
  }

  @Test func smallGapsAreWrittenAgainRatherThanJumped() {
    #expect(text(encoder().bytes(from: frame("012345"), to: frame("x123y5"))) == "<0,0>x123y")
  }

  @Test func lineEndsLeaveTheCursorUnknown() {
    #expect(text(encoder().bytes(from: frame("ab", "cd"), to: frame("aX", "Yd"))) == "<1,0>X<0,1>Y")
  }

  @Test func colorsFollowTheLevel() {
    let styled = frame("a", style: Style(foreground: red, background: .rgb(red: 0, green: 0, blue: 255)))
    func written(_ level: ColorLevel, colors: Int = 256) -> String {
      text(encoder(level, colors: colors).bytes(from: frame(" "), to: styled))
    }
    #expect(written(.trueColor) == "<0,0>^[38;2;255;0;0m^[48;2;0;0;255ma<plain>")
    #expect(written(.ansi256) == "<0,0><f196><b21>a<plain>")
    #expect(written(.ansi16) == "<0,0><f9><b4>a<plain>")
    // Beyond what the entry promises, in the terms that all terminals share.
    #expect(written(.ansi16, colors: 8) == "<0,0><f1><b4>a<plain>")
    #expect(written(.ansi16, colors: -1) == "<0,0>^[31m^[44ma<plain>")
    #expect(written(.ansi256, colors: 8) == "<0,0>^[38;5;196m^[48;5;21ma<plain>")
    // A "-direct" entry takes numbers for RGB.
    #expect(written(.ansi256, colors: 1 << 24) == "<0,0>^[38;5;196m^[48;5;21ma<plain>")
    #expect(written(.none) == "<0,0>a<plain>")
  }

  @Test func attributesAreSetAndTakenBack() {
    var styled = frame("abc")
    styled[0, 0] = Cell("a", Style(attributes: [.bold, .underline]))
    styled[1, 0] = Cell("b", Style(attributes: [.dim, .reverse]))
    #expect(
      text(encoder().bytes(from: frame("   "), to: styled))
        == "<0,0><plain><bold><underline>a<plain><dim><reverse>b<plain>c")
  }

  @Test func coloursChangeWithoutAReset() {
    var styled = frame("abc", style: Style(foreground: red))
    styled[1, 0] = Cell("b", Style(foreground: .rgb(red: 1, green: 2, blue: 3)))
    styled[2, 0] = Cell("c")
    #expect(
      text(encoder().bytes(from: frame("   "), to: styled))
        == "<0,0>^[38;2;255;0;0ma^[38;2;1;2;3mb<plain>c")
  }

  @Test func withoutUnicodeOnlyASCIIIsWritten() {
    #expect(text(encoder(unicode: false).bytes(from: frame("  "), to: frame("a⣿"))) == "<0,0>a?")
  }

  @Test func wideCharactersAreWrittenOnce() {
    func drawn(_ text: String) -> Frame {
      var frame = Frame(width: 6, height: 1)
      frame.draw(text, x: 0, y: 0)
      return frame
    }
    func written(_ before: String, _ after: String, unicode: Bool = true) -> String {
      text(encoder(unicode: unicode).bytes(from: drawn(before), to: drawn(after)))
    }
    #expect(written("", "日本x") == "<0,0>日本x")
    #expect(written("日本x", "日本y") == "<4,0>y")
    #expect(written("日a", "日b") == "<2,0>b")
    #expect(written("日本", "日ab") == "<2,0>ab")
    #expect(written("e", "e\u{301}") == "<0,0>e\u{301}")
    #expect(written("", "日e\u{301}", unicode: false) == "<0,0>??e")
    var careful = encoder()
    careful.capabilities.scrollsAtLastCell = true
    #expect(text(careful.bytes(from: drawn(""), to: drawn("ab日本"))) == "<0,0>ab日")
  }

  /// Whatever stood there, the terminal shows the new frame.
  @Test func aTerminalShowsWhatIsWritten() {
    var random = SeededGenerator(seed: 1)
    let alphabet: [Character] = ["a", "b", " ", "日", "本", "é", "한"]
    func randomFrame() -> Frame {
      var frame = Frame(width: 9, height: 1)
      let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      frame.draw(String(text), x: Int.random(in: 0...4, using: &random), y: 0)
      return frame
    }
    var before = randomFrame()
    for _ in 0..<2_000 {
      let after = randomFrame()
      var terminal = LineTerminal(before)
      terminal.write(text(encoder().bytes(from: before, to: after)))
      #expect(terminal.text == LineTerminal(after).text)
      before = after
    }
  }

  @Test func theLastCellStaysFreeWhereItWouldScroll() {
    var careful = encoder()
    careful.capabilities.scrollsAtLastCell = true
    #expect(text(careful.bytes(from: frame("  ", "  "), to: frame("ab", "cd"))) == "<0,0>ab<0,1>c")
  }

  @Test func modernTerminalsShowFramesAtOnce() {
    var modern = encoder()
    modern.capabilities.isModern = true
    #expect(text(modern.bytes(from: frame(" "), to: frame("a"))) == "^[?2026h<0,0>a^[?2026l")
    #expect(modern.bytes(from: frame("a"), to: frame("a")).isEmpty)
  }

  @Test func paddingIsRemoved() {
    #expect(text(Capabilities.withoutPadding("\u{1B}[H\u{1B}[J$<50/>x$y$<2.5*>".utf8)) == "^[H^[Jx$y")
  }

  /// Whatever two frames differ in, obeying the bytes turns the one into the other.
  @Test func theTerminalEndsUpWithTheFrame() {
    var generator = Xorshift(state: 11)
    let styles = [
      Style.plain, Style(foreground: red), Style(background: red), Style(foreground: red, attributes: .bold),
    ]
    var shown: Frame?
    var screen = Screen(width: 0, height: 0)
    for _ in 0..<300 {
      let (width, height) = (
        Int.random(in: 1...12, using: &generator), Int.random(in: 1...4, using: &generator)
      )
      var next =
        shown.flatMap { Bool.random(using: &generator) ? $0 : nil } ?? Frame(width: width, height: height)
      if shown?.bounds != next.bounds { screen = Screen(width: next.width, height: next.height) }
      for _ in 0..<Int.random(in: 0...20, using: &generator) {
        next[
          Int.random(in: 0..<next.width, using: &generator),
          Int.random(in: 0..<next.height, using: &generator)] =
          Cell(
            ["a", "b", " ", "⣿"].randomElement(using: &generator)!, styles.randomElement(using: &generator)!)
      }
      screen.obey(text(encoder().bytes(from: shown, to: next)), red: red)
      shown = next
      #expect(screen.frame == next)
    }
  }
}

/// The least terminal that understands the encoder of these tests.
private struct Screen {
  var frame: Frame
  private var style = Style.plain
  private var x = 0
  private var y = 0

  init(width: Int, height: Int) { frame = Frame(width: width, height: height, filledWith: Cell("#")) }

  mutating func obey(_ text: String, red: Color) {
    var rest = text[...]
    while let first = rest.first {
      if let command = rest.prefixMatch(of: /<([a-z]+|(\d+),(\d+))>/) {
        if let x = command.2.flatMap({ Int($0) }), let y = command.3.flatMap({ Int($0) }) {
          (self.x, self.y) = (x, y)
        }
        switch command.1 {
        case "clear": frame = Frame(width: frame.width, height: frame.height)
        case "plain": style = .plain
        case "bold": style.attributes.insert(.bold)
        default: break
        }
        rest = rest[command.range.upperBound...]
      } else if let color = rest.prefixMatch(of: /\^\[(3|4)8;2;255;0;0m/) {
        if color.1 == "3" { style.foreground = red } else { style.background = red }
        rest = rest[color.range.upperBound...]
      } else {
        frame[x, y] = Cell(first.unicodeScalars.first!, style)
        x += 1
        rest = rest.dropFirst()
      }
    }
  }
}

/// One line of a terminal that gives wide characters two columns, as those in use do: writing over a half of one
/// leaves the other half blank.
private struct LineTerminal {
  private var columns: [Character]
  /// Stands for the second column of a wide character.
  private static let rest: Character = "\0"

  init(_ frame: Frame) {
    columns = frame.cells.map { $0.isContinuation ? Self.rest : Character($0.text) }
  }

  var text: String { String(columns) }

  /// - Parameter written: characters, and `<x,0>` for a movement of the cursor.
  mutating func write(_ written: String) {
    var rest = Substring(written)
    var x = 0
    while let next = rest.popFirst() {
      if next == "<" {
        let place = rest.prefix { $0 != "," }
        x = Int(place) ?? 0
        rest = rest.drop { $0 != ">" }.dropFirst()
      } else {
        let width = Text.columns(String(next))
        for column in x..<x + width { clear(column) }
        columns[x] = next
        if width == 2 { columns[x + 1] = Self.rest }
        x += width
      }
    }
  }

  private mutating func clear(_ column: Int) {
    if columns[column] == Self.rest { columns[column - 1] = " " }
    if column + 1 < columns.count, columns[column + 1] == Self.rest { columns[column + 1] = " " }
    columns[column] = " "
  }
}
