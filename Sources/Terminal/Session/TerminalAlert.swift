/// How a terminal calls its user's attention.
public enum TerminalAlert: String, CaseIterable, Sendable {
  case bell
  /// A notification of the desktop, as iTerm2, kitty, WezTerm, ConEmu and Windows Terminal show it.
  case osc9
  /// The same, as urxvt, foot, Ghostty and WezTerm show it.
  case osc777

  /// What to write to a terminal.
  ///
  /// - Parameter text: one line; control characters are left out.
  public func bytes(_ text: String) -> [UInt8] {
    let text = TerminalSession.plain(text)
    return switch self {
    case .bell: [7]
    case .osc9: Array("\u{1B}]9;\(text)\u{07}".utf8)
    // A semicolon would end the title.
    case .osc777: Array("\u{1B}]777;notify;awn-tui;\(text)\u{07}".utf8)
    }
  }
}

extension TerminalSession {
  /// Names the terminal's window. What it was called before comes back when the session ends. Terminals without titles
  /// show nothing of it.
  public func setTitle(_ title: String) {
    guard isOpen, !isGone, encoder.capabilities.isModern, title != self.title else { return }
    self.title = title
    writeBetweenFrames(Array("\u{1B}]2;\(Self.plain(title))\u{07}".utf8))
  }

  /// Calls the user's attention.
  public func alert(_ text: String, by way: TerminalAlert) {
    guard isOpen, !isGone, way == .bell || encoder.capabilities.isModern else { return }
    writeBetweenFrames(way.bytes(text))
  }

  /// Without what could end a sequence, and not longer than a title bar.
  static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.isControl }.prefix(200)))
  }
}
