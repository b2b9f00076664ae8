import Canvas
import Testing

@Suite struct PictureTests {
  private let map = RasterMap(
    rows: 2, columns: 2, classes: [0, 1, 1, 0], confidences: [1, 1, 0, 1], classStyles: [red, blue],
    ground: Color(hex: 0x000000))

  @Test func twoPixelsToACellShadedByConfidence() throws {
    var frame = Frame(width: 2, height: 1)
    map.draw(in: frame.bounds, on: &frame, glyphs: .braille)
    #expect(frame.scalars == ["▀", "▀"])
    guard case .rgb(let strong, 0, 0) = frame[0, 0].style.foreground,
      case .rgb(0, 0, let weak) = frame[0, 0].style.background,
      case .rgb(0, 0, let sure) = frame[1, 0].style.foreground
    else {
      Issue.record("wrong hues: \(frame.cells)")
      return
    }
    #expect(strong == sure && weak < sure && weak > 0)
  }

  @Test func pointsAreDotsInTheirClassOnTheMap() {
    var map = map
    map.points = [.init(x: 0.1, y: 0.1, classIndex: 1)]
    var frame = Frame(width: 2, height: 1)
    map.draw(in: frame.bounds, on: &frame, glyphs: .braille)
    #expect(frame[0, 0].scalar == "⠁")
    #expect(frame[0, 0].style.foreground == blue.foreground)
    #expect(frame[0, 0].style.background != .terminal)
  }

  @Test func withoutColoursClassesAreLetters() {
    var map = map
    map.points = [.init(x: 0.9, y: 0.9, classIndex: 1)]
    for (usesColor, glyphs) in [(false, GlyphSet.braille), (true, .ascii)] {
      var frame = Frame(width: 2, height: 2)
      map.usesColor = usesColor
      map.draw(in: frame.bounds, on: &frame, glyphs: glyphs)
      #expect(frame.text == "ab\n.B")
    }
  }

  @Test func imagesKeepTheirProportions() {
    let image = PixelImage(rows: 28, columns: 28, pixels: Array(repeating: 0.5, count: 784))
    var frame = Frame(width: 80, height: 10)
    #expect(
      image.draw(in: frame.bounds, on: &frame, glyphs: .braille) == Rect(x: 0, y: 0, width: 20, height: 10))
  }

  @Test func downscalingAveragesByArea() {
    let image = PixelImage(rows: 3, columns: 3, pixels: [0, 0, 1, 0, 0, 1, 1, 1, 1])
    #expect(image.scaled(width: 1, height: 1).allSatisfy { abs($0 - 5.0 / 9) < 1e-6 })
    let half = image.scaled(width: 2, height: 1)
    #expect(abs(half[0] - 1.0 / 3) < 1e-6 && abs(half[1] - (0.5 / 4.5 + 3 / 4.5)) < 1e-6)
  }

  @Test func rampWithoutColours() {
    var image = PixelImage(rows: 1, columns: 3, pixels: [0, 0.5, 1])
    image.usesColor = false
    var frame = Frame(width: 3, height: 1)
    image.draw(in: frame.bounds, on: &frame, glyphs: .block)
    #expect(frame.scalars == [" ", "▒", "█"])
    image.draw(in: frame.bounds, on: &frame, glyphs: .ascii)
    #expect(frame.scalars.first == " " && frame.scalars.last == "@")
  }
}
