import CTerminal
import Canvas

/// Turns what curses read into keys.
///
/// Curses resolves the sequences that the terminal's terminfo entry names. All else arrives here as single bytes:
/// text in UTF-8, control characters, and the sequences that terminals send beyond (or against) their entry, or
/// that a slow line delivered in pieces. Those with a known meaning become keys, the others vanish whole.
package struct KeyDecoder {
  package enum Token: Equatable { case byte(UInt8), key(ct_key) }
  package enum Output: Equatable { case key(Key), mouse(MouseEvent), pasted(String) }

  private enum State: Equatable {
    case text
    /// The bytes so far of a character, and how many are missing.
    case character([UInt8], missing: Int)
    case escape
    /// An escape was taken for the key. A mouse report may have lost it to a slow line: then `[<` comes in one piece.
    case tornEscape
    /// The bracket after that.
    case tornBracket
    /// ESC O
    case singleShift
    /// ESC [ and what followed.
    case sequence([UInt8])
    /// ESC [ [, which the Linux console sends for function keys.
    case linuxFunction
    /// ESC [ M, which three bytes follow: a mouse that reports in the oldest form, as nobody asked it to.
    case mouse(missing: Int)
    /// OSC, DCS and their like, up to BEL or ESC \
    case string
    case paste(Paste)
  }

  private var state = State.text
  private let decodesUTF8: Bool

  package init(decodesUTF8: Bool = true) { self.decodesUTF8 = decodesUTF8 }

  package mutating func decode(_ token: Token) -> [Output] {
    var outputs: [Output?] = []
    switch token {
    case .byte(let byte):
      // There is no Alt-Enter: an escape and the key after it came in one packet.
      if state == .escape && byte < 0x20 && byte != 0x1B { outputs.append(idle()) }
      // Typed after all, unless a report goes on.
      if state == .tornBracket && byte != UInt8(ascii: "<") { outputs.append(idle()) }
      outputs.append(decode(byte))
    case .key(let code):
      if case .paste = state { return [] }
      outputs.append(idle())
      state = .text
      outputs.append(Key(code).map(Output.key))
    }
    return outputs.compactMap { $0 }
  }

  /// No more is coming for now: an escape that stood alone was the key.
  package mutating func idle() -> Output? {
    switch state {
    case .escape:
      state = .tornEscape
      return .key(.escape)
    case .tornBracket:
      state = .text
      return .key(.character("["))
    case .string:
      state = .text
      return nil
    default: return nil
    }
  }

  private mutating func decode(_ byte: UInt8) -> Output? {
    switch state {
    case .text: return begin(byte)
    case .character(let bytes, let missing): return extend(bytes, missing: missing, with: byte)
    case .escape: return escaped(byte)
    case .tornEscape:
      state = .text
      guard byte == UInt8(ascii: "[") else { return begin(byte) }
      state = .tornBracket
      return nil
    case .tornBracket:
      state = .sequence([byte])
      return nil
    case .singleShift:
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        state = .sequence(Array("1;".utf8) + [byte])  // the modifier, in an old way of writing it
        return nil
      }
      state = .text
      return byte < 0x20 ? begin(byte) : Key(singleShift: byte).map(Output.key)
    case .sequence(let bytes): return extendSequence(bytes, with: byte)
    case .linuxFunction:
      state = .text
      return (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(byte)
        ? .key(.function(Int(byte - UInt8(ascii: "A")) + 1)) : nil
    case .mouse(let missing):
      state = missing > 1 ? .mouse(missing: missing - 1) : .text
      return nil
    case .string:
      if byte == 0x07 { state = .text }
      if byte == 0x1B { state = .escape }
      return nil
    case .paste(var paste):
      let text = paste.append(byte)
      state = paste.isOpen ? .paste(paste) : .text
      if byte == 0x03 && text == nil && !paste.isOpen { return .key(.control("c")) }
      return text.map(Output.pasted)
    }
  }

  private mutating func begin(_ byte: UInt8) -> Output? {
    switch byte {
    case 0x1B: state = .escape
    case 0xC2...0xDF where decodesUTF8: state = .character([byte], missing: 1)
    case 0xE0...0xEF where decodesUTF8: state = .character([byte], missing: 2)
    case 0xF0...0xF4 where decodesUTF8: state = .character([byte], missing: 3)
    case 0x80...: break
    default: return .key(Key(ascii: byte))
    }
    return nil
  }

  private mutating func extend(_ bytes: [UInt8], missing: Int, with byte: UInt8) -> Output? {
    state = .text
    guard (0x80...0xBF).contains(byte) else { return begin(byte) }
    if missing > 1 {
      state = .character(bytes + [byte], missing: missing - 1)
      return nil
    }
    guard let text = String(validating: bytes + [byte], as: UTF8.self),
      let scalar = text.unicodeScalars.first,
      !scalar.isControl
    else { return nil }
    return .key(.character(Character(scalar)))
  }

  private mutating func escaped(_ byte: UInt8) -> Output? {
    state = .text
    switch byte {
    case UInt8(ascii: "["): state = .sequence([])
    case UInt8(ascii: "O"): state = .singleShift
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
      state = .string
    case UInt8(ascii: "\\"): break  // the end of a string
    case 0x1B:
      state = .escape
      return .key(.escape)
    case 0x20..<0x7F: return .key(.alt(Character(Unicode.Scalar(byte))))
    default: return begin(byte)
    }
    return nil
  }

  private mutating func extendSequence(_ bytes: [UInt8], with byte: UInt8) -> Output? {
    switch byte {
    case UInt8(ascii: "[") where bytes.isEmpty: state = .linuxFunction
    case UInt8(ascii: "M") where bytes.isEmpty: state = .mouse(missing: 3)
    // One that is too long to mean anything vanishes whole too.
    case 0x20...0x3F: if bytes.count < 64 { state = .sequence(bytes + [byte]) }
    case 0x40...0x7E:
      state = .text
      if byte == UInt8(ascii: "~") && bytes == Array("200".utf8) {
        state = .paste(Paste())
        return nil
      }
      if bytes.first == UInt8(ascii: "<") {
        guard byte == UInt8(ascii: "M") || byte == UInt8(ascii: "m") else { return nil }
        return MouseEvent(report: bytes.dropFirst(), isRelease: byte == UInt8(ascii: "m")).map(Output.mouse)
      }
      return Key(parameters: bytes, final: byte).map(Output.key)
    default:
      state = .text
      return begin(byte)
    }
    return nil
  }
}
