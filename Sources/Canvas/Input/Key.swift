/// A key, or a combination of keys that terminals can distinguish.
public enum Key: Hashable, Sendable {
  /// Printable, the space bar included.
  case character(Character)
  /// With `ctrl` held, in lower case.
  case control(Character)
  case alt(Character)
  /// Numbered from 1.
  case function(Int)
  case up, down, left, right, shiftLeft, shiftRight
  case home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, insert, delete

  /// As footer and help name it.
  public var name: String {
    switch self {
    case .character(" "): "space"
    case .character(let character): String(character)
    case .control(let character): "ctrl-\(character == " " ? "space" : String(character))"
    case .alt(let character): "alt-\(character == " " ? "space" : String(character))"
    case .function(let number): "f\(number)"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .shiftLeft: "shift-←"
    case .shiftRight: "shift-→"
    case .home: "home"
    case .end: "end"
    case .pageUp: "page-up"
    case .pageDown: "page-down"
    case .enter: "enter"
    case .escape: "esc"
    case .tab: "tab"
    case .backTab: "shift-tab"
    case .backspace: "backspace"
    case .insert: "insert"
    case .delete: "delete"
    }
  }

  /// In ASCII arrows have words: `<` and `>` are keys of their own.
  package func name(in glyphs: GlyphSet) -> String {
    glyphs == .ascii ? writtenName : name
  }

  /// As settings spell it, in ASCII but for characters that are not.
  public var writtenName: String {
    switch self {
    case .up: "up"
    case .down: "down"
    case .left: "left"
    case .right: "right"
    case .shiftLeft: "shift-left"
    case .shiftRight: "shift-right"
    default: name
    }
  }
}
