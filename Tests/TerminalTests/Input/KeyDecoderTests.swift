import CTerminal
import Canvas
import Terminal
import Testing

@Suite struct KeyDecoderTests {
  private typealias Output = KeyDecoder.Output

  private func decode(_ text: String, utf8: Bool = true) -> [Output] {
    decode([Array(text.utf8)], utf8: utf8)
  }

  /// Pieces that arrive with pauses between them.
  private func decode(_ pieces: [[UInt8]], utf8: Bool = true) -> [Output] {
    var decoder = KeyDecoder(decodesUTF8: utf8)
    var result: [Output] = []
    for piece in pieces {
      for byte in piece { result += decoder.decode(.byte(byte)) }
      if let output = decoder.idle() { result.append(output) }
    }
    return result
  }

  static let sequences: [(String, Key)] = [
    ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[C", .right), ("\u{1B}OD", .left),
    ("\u{1B}[1;2D", .shiftLeft),
    ("\u{1B}[1;2C", .shiftRight), ("\u{1B}[d", .shiftLeft), ("\u{1B}[H", .home), ("\u{1B}OH", .home),
    ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}[F", .end), ("\u{1B}[4~", .end), ("\u{1B}[8~", .end),
    ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1B}[2~", .insert), ("\u{1B}[3~", .delete),
    ("\u{1B}[Z", .backTab), ("\u{1B}OM", .enter), ("\u{1B}OP", .function(1)), ("\u{1B}[15~", .function(5)),
    ("\u{1B}[24~", .function(12)), ("\u{1B}[[C", .function(3)), ("\u{1B}Oq", .character("1")),
    ("\u{1B}x", .alt("x")), ("\u{1B}O2D", .shiftLeft),
  ]

  @Test(arguments: sequences) func escapeSequencesAreKeys(bytes: String, key: Key) {
    #expect(decode(bytes) == [.key(key)])
  }

  @Test(arguments: sequences) func piecesOfSequencesAreJoined(bytes: String, key: Key) {
    let bytes = Array(bytes.utf8)
    // Cut anywhere but after the escape, which alone is a key.
    for cut in stride(from: 2, to: bytes.count, by: 1) {
      #expect(decode([Array(bytes[..<cut]), Array(bytes[cut...])]) == [.key(key)])
    }
  }

  @Test func anEscapeAloneIsAKey() {
    #expect(decode([[0x1B], Array("q".utf8)]) == [.key(.escape), .key(.character("q"))])
  }

  @Test func anEscapeInOnePacketWithAnotherKeyIsNotLost() {
    #expect(decode("\u{1B}\r") == [.key(.escape), .key(.enter)])
    #expect(decode("\u{1B}\u{3}") == [.key(.escape), .key(.control("c"))])
    var decoder = KeyDecoder()
    #expect(decoder.decode(.byte(0x1B)).isEmpty)
    #expect(decoder.decode(.key(CT_KEY_UP)) == [.key(.escape), .key(.up)])
  }

  @Test(arguments: [
    "\u{1B}[?62;1;6c", "\u{1B}[1;9A", "\u{1B}[99~", "\u{1B}[M !!", "\u{1B}[1;1;1A",
    "\u{1B}[ q", "\u{1B}[I",
    "\u{1B}]11;rgb:00/00/00\u{7}", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_x\u{1B}\\", "\u{1B}O5A", "\u{1B}[97;5u",
  ]) func unknownSequencesVanish(bytes: String) {
    #expect(decode(bytes + "x") == [.key(.character("x"))])
  }

  @Test func controlCharactersAreNamed() {
    let expected: [Key] = [
      .control("a"), .control("c"), .control("z"), .tab, .enter, .enter, .backspace, .control(" "),
    ]
    #expect(decode("\u{1}\u{3}\u{1A}\t\r\n\u{7F}\u{0}") == expected.map(Output.key))
  }

  @Test func textIsUTF8HoweverItIsCut() {
    let text = "aäλ⣿𝛌é"
    let bytes = Array(text.utf8)
    let expected = text.map { Output.key(.character($0)) }
    for cut in 0...bytes.count {
      #expect(decode([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected)
    }
  }

  @Test func invalidUTF8VanishesAndTakesNothingAlong() {
    let x = Output.key(.character("x"))
    for bytes: [UInt8] in [
      [0xFF], [0x80], [0xC3], [0xE2, 0x82], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x9F, 0x98],
      [0xC2, 0x85],
    ] {
      #expect(decode([bytes + Array("x".utf8)]) == [x])
    }
    #expect(decode([[0xE4], Array("x".utf8)], utf8: false) == [x])
  }

  @Test func pastesAreTextWithoutControlCharacters() {
    #expect(
      decode("\u{1B}[200~t\r\ny\u{1B}[31m\u{7}\tz\u{1B}[201~x") == [
        .pasted("t\ny[31m z"), .key(.character("x")),
      ])
  }

  @Test func pastesAreCutAtTheirBound() {
    for length in [65530, 65535, 65536, 65537, 100_000] {
      let text = String(repeating: "a", count: length)
      let expected = String(text.prefix(65536))
      #expect(decode("\u{1B}[200~\(text)\u{1B}[201~") == [.pasted(expected)])
    }
  }

  @Test func aPasteWithoutEndCanBeLeft() {
    #expect(decode("\u{1B}[200~abc\u{3}x") == [.key(.control("c")), .key(.character("x"))])
  }

  @Test func keysThatCursesKnowsAreTranslated() {
    var decoder = KeyDecoder()
    #expect(decoder.decode(.key(CT_KEY_SHIFT_LEFT)) == [.key(.shiftLeft)])
    #expect(decoder.decode(.key(ct_key(CT_KEY_FUNCTION.rawValue + 7))) == [.key(.function(7))])
    #expect(decoder.decode(.key(CT_KEY_OTHER)).isEmpty)
  }

  @Test func noBytesMakeControlCharacters() {
    var generator = Xorshift(state: 7)
    let parts = Array("\u{1B}[O2;~A0 é".utf8)
    for _ in 0..<2000 {
      let bytes = (0..<12).map { _ in
        // Mostly what sequences are made of.
        generator.next() % 3 == 0
          ? UInt8(truncatingIfNeeded: generator.next()) : parts.randomElement(using: &generator)!
      }
      for output in decode([bytes]) {
        guard case .key(.character(let key)) = output else { continue }
        #expect(key.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
      }
    }
  }
}

struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
