import Canvas
import Foundation
import FoundationXML
import Fuzzing
import Testing

@Suite struct SVGTests {
  /// Elements in the order they open, and all text.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var texts: [String] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements.append((name, attributes))
      if name == "text" { texts.append("") }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
      if !texts.isEmpty { texts[texts.count - 1] += string }
    }
  }

  private func read(_ frame: Frame) throws -> Reader {
    let reader = Reader()
    let parser = XMLParser(data: Data(frame.svg(ground: .dark).utf8))
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    return reader
  }

  @Test func markupInTextIsEscaped() throws {
    var frame = Frame(width: 30, height: 1)
    frame.draw("<b a=\"1\">&amp;</b>", x: 0, y: 0)
    #expect(try read(frame).texts.joined().trimmingCharacters(in: .newlines) == "<b a=\"1\">&amp;</b>")
  }

  @Test func wordsStartInTheirColumn() throws {
    var frame = Frame(width: 30, height: 2)
    frame.draw("ab cd   ef", x: 3, y: 1)
    let words = try read(frame).elements.filter { $0.name == "text" }.map(\.attributes)
    #expect(words.map { $0["x"] } == ["24", "88"])
    #expect(words.map { $0["textLength"] } == ["40", "16"])
  }

  @Test func everyBlockAndBraillePatternIsAShape() throws {
    for code in Array(UInt32(0x2580)...0x2593) + Array(0x2596...0x259F) + Array(0x2801...0x28FF) {
      let scalar = try #require(Unicode.Scalar(code))
      let svg = Frame(width: 1, height: 1, filledWith: Cell(scalar)).svg(ground: .dark)
      #expect(!svg.contains("<text"))
      if code > 0x2800 {
        #expect(svg.components(separatedBy: "h0").count - 1 == (code - 0x2800).nonzeroBitCount)
      }
    }
  }

  @Test func coloursAndAttributesShow() throws {
    var frame = Frame(width: 4, height: 1)
    frame.draw(
      "ab", x: 0, y: 0, style: Style(foreground: Color(hex: 0x112233), attributes: [.reverse, .bold]))
    let svg = frame.svg(foreground: Color(hex: 0xFFFFFF), background: Color(hex: 0))
    #expect(svg.contains("<path fill=\"#112233\" d=\"M0 0h16v16h-16z\"/>"))
    #expect(svg.contains("fill=\"#000000\" font-weight=\"bold\""))
  }

  @Test func anyFrameIsWellFormed() throws {
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<20 {
      var frame = Frame(width: Int.random(in: 0...30, using: &generator), height: 6)
      for y in 0..<6 {
        for x in 0..<frame.width {
          let scalar = Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &generator)) ?? "x"
          let attributes = Style.Attributes(rawValue: UInt8.random(in: 0...15, using: &generator))
          frame[x, y] = Cell(scalar, Style(foreground: Color(hex: 0xABCDEF), attributes: attributes))
        }
      }
      _ = try read(frame)
    }
  }
}
