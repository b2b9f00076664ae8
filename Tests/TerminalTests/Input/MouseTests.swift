import CTerminal
import Canvas
import Terminal
import Testing

@Suite struct MouseTests {
  private typealias Output = KeyDecoder.Output

  /// Pieces that arrive with pauses between them.
  private func decode(_ pieces: [UInt8]...) -> [Output] {
    var decoder = KeyDecoder()
    var result: [Output] = []
    for piece in pieces {
      for byte in piece { result += decoder.decode(.byte(byte)) }
      if let output = decoder.idle() { result.append(output) }
    }
    return result
  }

  private func decode(_ text: String) -> [Output] { decode(Array(text.utf8)) }

  static let reports: [(String, MouseEvent)] = [
    ("\u{1B}[<0;1;1M", MouseEvent(.press, x: 0, y: 0)),
    ("\u{1B}[<0;12;5m", MouseEvent(.release, x: 11, y: 4)),
    ("\u{1B}[<32;300;99M", MouseEvent(.drag, x: 299, y: 98)),
    ("\u{1B}[<64;80;24M", MouseEvent(.wheelUp, x: 79, y: 23)),
    ("\u{1B}[<65;80;24M", MouseEvent(.wheelDown, x: 79, y: 23)),
    // With shift, alt and control.
    ("\u{1B}[<28;2;2M", MouseEvent(.press, x: 1, y: 1)),
    ("\u{1B}[<81;2;3M", MouseEvent(.wheelDown, x: 1, y: 2)),
  ]

  @Test(arguments: reports) func reportsAreEvents(bytes: String, mouse: MouseEvent) {
    #expect(decode(bytes + "x") == [.mouse(mouse), .key(.character("x"))])
  }

  @Test(arguments: reports) func reportsTornAnywhereAreJoinedAndLeakNoCharacter(
    bytes: String, mouse: MouseEvent
  ) {
    let bytes = Array(bytes.utf8)
    for cut in 1..<bytes.count {
      let outputs = decode(Array(bytes[..<cut]), Array(bytes[cut...]) + Array("x".utf8))
      // Nobody can tell an escape alone from the key.
      let expected: [Output] = (cut == 1 ? [.key(.escape)] : []) + [.mouse(mouse), .key(.character("x"))]
      #expect(outputs == expected, "cut at \(cut)")
    }
  }

  @Test func bracketsAfterAnEscapeCanStillBeTyped() {
    let (escape, bracket, less) = (
      Output.key(.escape), Output.key(.character("[")), Output.key(.character("<"))
    )
    #expect(decode([0x1B], Array("[".utf8), Array("<".utf8)) == [escape, bracket, less])
    #expect(decode([0x1B], Array("[[".utf8)) == [escape, bracket, bracket])
    #expect(decode([0x1B], Array("[\u{3}".utf8)) == [escape, bracket, .key(.control("c"))])
    #expect(decode([0x1B], Array("<".utf8)) == [escape, less])
    var decoder = KeyDecoder()
    _ = decoder.decode(.byte(0x1B))
    _ = decoder.idle()
    _ = decoder.decode(.byte(UInt8(ascii: "[")))
    #expect(decoder.decode(.key(CT_KEY_UP)) == [bracket, .key(.up)])
  }

  @Test(arguments: [
    // Other buttons, motion without one, wheels to the side, buttons eight and up.
    "<1;2;2M", "<2;2;2M", "<34;2;2M", "<35;2;2M", "<66;2;2M", "<67;2;2M", "<128;2;2M", "<64;2;2m", "<32;2;2m",
    // Not of the form.
    "<M", "<;;M", "<0;1M", "<0;1;M", "<0;0;1M", "<0;1;0M", "<0;1;1;1M", "<-1;1;1M", "<0;+1;1M", "<0; 1;1M",
    "<0;1;999999M", "<99999999999999999999;1;1M", "<0;1;1A", "<0:1:1M", "<<0;1;1M", "?0;1;1M", "0;1;1M",
    // The oldest form: button, column and row are one byte each, whatever byte.
    "M #q", "M\u{3}\u{1B}\r", "Mabc",
  ]) func whatMeansNothingVanishesWhole(bytes: String) {
    #expect(decode("\u{1B}[\(bytes)x") == [.key(.character("x"))])
  }

  @Test func theOldestFormTornAnywhereLeaksNothing() {
    let bytes: [UInt8] = [0x1B, UInt8(ascii: "["), UInt8(ascii: "M"), 0x60, 0xFF, UInt8(ascii: "q")]
    for cut in 2..<bytes.count { #expect(decode(Array(bytes[..<cut]), Array(bytes[cut...])).isEmpty) }
  }

  @Test(arguments: [62, 64, 65, 1000]) func endlessReportsVanishWhole(length: Int) {
    let digits = String(repeating: "1", count: length)
    #expect(decode("\u{1B}[<\(digits)Mx") == [.key(.character("x"))])
    #expect(decode("\u{1B}[<0;1;\(digits);1Mx") == [.key(.character("x"))])
  }

  /// Reports among damaged reports: whatever comes, events lie on a screen, and the key that ends a round is read
  /// within a few bytes.
  @Test func hostileStreamsMakeNoEventOffTheScreenAndEnd() {
    var generator = Xorshift(state: 11)
    let parts = Array("\u{1B}[<0;12M9m65".utf8)
    for _ in 0..<5000 {
      var decoder = KeyDecoder()
      var outputs: [Output] = []
      for _ in 0..<Int.random(in: 1...40, using: &generator) {
        let isAwkward = Int.random(in: 0..<8, using: &generator) == 0
        let byte =
          isAwkward ? UInt8.random(in: 0...255, using: &generator) : parts.randomElement(using: &generator)!
        outputs += decoder.decode(.byte(byte))
        if Int.random(in: 0..<10, using: &generator) == 0, let output = decoder.idle() {
          outputs.append(output)
        }
      }
      for case .mouse(let mouse) in outputs {
        #expect((0..<99_999).contains(mouse.x) && (0..<99_999).contains(mouse.y))
      }
      if let output = decoder.idle() { outputs.append(output) }
      // An open string ends at the first silence, a sequence at its final letter, the oldest form after three bytes.
      let rest = Array("aaaax".utf8).flatMap { decoder.decode(.byte($0)) }
      #expect(rest.last == .key(.character("x")))
    }
  }
}
