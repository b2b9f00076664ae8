import CTerminal

/// What to write for what on this terminal, from its terminfo entry. Absent strings are empty.
package struct Capabilities: Sendable {
  package var clear: [UInt8] = []
  package var plain: [UInt8] = []
  package var bold: [UInt8] = []
  package var dim: [UInt8] = []
  package var reverse: [UInt8] = []
  package var underline: [UInt8] = []
  package var showCursor: [UInt8] = []
  package var leaveKeypad: [UInt8] = []
  package var leaveScreen: [UInt8] = []
  /// −1: none stated.
  package var colors = -1
  /// Column and row, from 0.
  package var moveCursor: @Sendable (Int, Int) -> [UInt8] = { _, _ in [] }
  /// Sets a color of the palette, as the entry has it.
  package var foreground: @Sendable (Int) -> [UInt8] = { _ in [] }
  package var background: @Sendable (Int) -> [UInt8] = { _ in [] }
  /// Writing into the last cell would scroll the screen.
  package var scrollsAtLastCell = false
  /// Whether it is of xterm's kind, which ignores private modes that it does not know.
  package var isModern = false
  /// Can be asked to report the mouse.
  package var hasMouse = false

  package init() {}

  /// The capabilities in the running session: valid, like their closures, as long as that one.
  static func ofSession() -> Capabilities {
    var result = Capabilities()
    result.clear = string("clear")
    result.plain = string("sgr0")
    result.bold = string("bold")
    result.dim = string("dim")
    result.reverse = string("rev")
    result.underline = string("smul")
    result.showCursor = string("cnorm")
    result.leaveKeypad = string("rmkx")
    result.leaveScreen = string("rmcup")
    result.colors = Int(ct_capability_number("colors"))
    result.moveCursor = { x, y in expanded("cup", Int32(y), Int32(x)) }
    result.foreground = { expanded("setaf", Int32($0), 0) }
    result.background = { expanded("setab", Int32($0), 0) }
    result.scrollsAtLastCell = ct_capability_flag("am") && !ct_capability_flag("xenl")
    let enterScreen = String(decoding: string("smcup"), as: UTF8.self)
    result.isModern = !string("BE").isEmpty || enterScreen.contains("?1049h")
    result.hasMouse = result.isModern || !string("kmous").isEmpty
    return result
  }

  private static func string(_ name: String) -> [UInt8] {
    ct_capability(name).map { withoutPadding(String(cString: $0).utf8) } ?? []
  }

  private static func expanded(_ name: String, _ first: Int32, _ second: Int32) -> [UInt8] {
    ct_capability_with(name, first, second).map { withoutPadding(String(cString: $0).utf8) } ?? []
  }

  /// Without `$<5/>` and the like: pauses for terminals of the seventies, in nobody's hands today.
  package static func withoutPadding(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"),
        let end = rest.firstIndex(of: UInt8(ascii: ">"))
      {
        rest = rest[(end + 1)...]
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
