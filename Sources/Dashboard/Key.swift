/// A key as the dashboard understands it. The terminal decodes its own and the program maps one to the other.
public enum Key: Hashable, Sendable {
  case character(Character)
  /// With `ctrl` held, in lower case.
  case control(Character)
  case up, down, left, right, shiftLeft, shiftRight
  case home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, delete

  /// As footer and help name it.
  public var name: String {
    switch self {
    case .character(" "): "space"
    case .character(let character): String(character)
    case .control(let character): "ctrl-\(character)"
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
    case .delete: "delete"
    }
  }
}
