import Canvas
import Fuzzing
import Testing

@Suite struct FrameDrawingTests {
  @Test func boxHasTitleAndTrailingLabel() {
    var frame = Frame(width: 20, height: 3)
    let inside = frame.box(frame.bounds, title: "loss", trailing: "log", style: .plain)
    #expect(frame.text == "╭ loss ─────── log ╮\n│                  │\n╰──────────────────╯")
    #expect(inside == Rect(x: 1, y: 1, width: 18, height: 1))
  }

  @Test func asciiBoxAndFocus() {
    var frame = Frame(width: 14, height: 2)
    frame.box(frame.bounds, title: "λ", style: .plain, glyphs: .ascii, isFocused: true)
    #expect(frame.text == "+[lambda]----+\n+------------+")
  }

  @Test func titleGoesBeforeTrailingLabel() {
    var frame = Frame(width: 12, height: 2)
    frame.box(frame.bounds, title: "a long title", trailing: "log", style: .plain)
    #expect(frame.text == "╭ a long … ╮\n╰──────────╯")
  }

  @Test func boxesStayInTheirRectangle() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<500 {
      var guarded = GuardedFrame()
      let rect = generator.awkwardRect()
      let inside = guarded.frame.box(rect, title: "title", trailing: "right", style: red)
      #expect(guarded.isUntouched(outside: rect))
      #expect(inside.isEmpty || inside.intersection(guarded.frame.bounds) == inside)
    }
  }

  @Test func fillStaysInTheFrame() {
    var frame = Frame(width: 4, height: 2)
    frame.fill(Rect(x: 2, y: -1, width: .max, height: 2), Cell("#"))
    #expect(frame.text == "  ##\n")
  }

  @Test(arguments: [(0.0, "────"), (0.5, "██──"), (0.8125, "███▎"), (1, "████"), (7, "████"), (.nan, "────")])
  func progressBarIsProportional(fraction: Double, expected: String) {
    var frame = Frame(width: 4, height: 1)
    ProgressBar(fraction: fraction, style: .plain, trackStyle: .plain).draw(
      in: frame.bounds, on: &frame, glyphs: .braille)
    #expect(frame.text == expected)
  }
}
