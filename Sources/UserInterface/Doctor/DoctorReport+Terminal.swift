import Canvas
import Dashboard
import Terminal

extension DoctorReport {
  package var terminal: [Finding] {
    [
      descriptor("standard input", facts.terminal.isInputTerminal),
      descriptor("standard output", facts.terminal.isOutputTerminal), type, size, colors, locale, glyphs,
      mouse,
      multiplexer,
    ]
  }

  private func descriptor(_ name: String, _ isTerminal: Bool) -> Finding {
    isTerminal
      ? Finding(name, "a terminal")
      : Finding(name, "no terminal", "the dashboard needs one; in scripts, use awn-tui train")
  }

  private var type: Finding {
    let name = "TERM"
    let type = variable(name) ?? ""
    switch facts.terminal.typeStatus {
    case .notSet:
      return Finding(name, "not set", "export TERM=xterm-256color, which nearly every terminal understands")
    case .noDatabase:
      return Finding(name, "\(type); there is no terminfo database", "apt-get install ncurses-base")
    case .unknown:
      return Finding(
        name, "\(type), which terminfo does not know",
        "apt-get install ncurses-term, or export TERM=xterm-256color")
    case .unsuitable:
      return Finding(
        name, "\(type), which cannot place the cursor",
        "if that is not so, export TERM=xterm-256color; otherwise use awn-tui train")
    case .usable: break
    }
    if variable("TMUX") != nil, !type.hasPrefix("tmux"), !type.hasPrefix("screen") {
      return Finding(
        name, "\(type), but this is tmux",
        "put `set -g default-terminal tmux-256color` into ~/.tmux.conf, and unset TERM in your shell's files")
    }
    return Finding(name, "\(type), known to terminfo")
  }

  private var size: Finding {
    guard let width = facts.terminal.width, let height = facts.terminal.height else {
      return Finding(
        "size", "unknown: there is no terminal", "run awn-tui doctor in the terminal to be looked at")
    }
    let size = "\(width) × \(height)"
    let advice = "enlarge it to 110 × 32 or choose a smaller font, and all panes are seen at once"
    return switch Layout(width: width, height: height, focus: .loss, lower: .tradeoff, isZoomed: false).kind {
    case .wide: Finding("size", "\(size), room for all panes")
    case .medium: Finding("size", "\(size), room for three panes", advice)
    case .compact: Finding("size", "\(size), room for one pane", advice)
    case .tooSmall: Finding("size", "\(size), too small", advice)
    }
  }

  private var colors: Finding {
    let level = facts.terminal.colorLevel(environment: facts.environment)
    if variable("NO_COLOR") != nil {
      return Finding("colors", "none: NO_COLOR is set", "unset NO_COLOR, or give --color truecolor")
    }
    let name =
      [ColorLevel.none: "none", .ansi16: "16", .ansi256: "256", .trueColor: "truecolor"][level] ?? ""
    if let word = variable("COLORTERM"), level == .trueColor {
      return Finding("colors", "\(name): COLORTERM=\(word)")
    }
    let promised = facts.terminal.colors
    let reason = promised < 0 ? "terminfo states none" : "terminfo states \(promised)"
    guard level < .trueColor else { return Finding("colors", "\(name): \(reason)") }
    return Finding("colors", "\(name): COLORTERM is not truecolor, and \(reason)", colorAdvice)
  }

  private var colorAdvice: String {
    if variable("TERM") == "linux" { return "the console has no more; a terminal in a window has" }
    if variable("STY") != nil { return "screen has no more before its version 5; tmux has" }
    return "if the terminal can do more (most can), export COLORTERM=truecolor"
      + (variable("TMUX") == nil
        ? "" : " and put `set -as terminal-features ',*:RGB'` into ~/.tmux.conf")
  }

  private var locale: Finding {
    guard let name = facts.terminal.localeVariable, let value = variable(name) else {
      return Finding("locale", "none set, so ASCII", "export LANG=C.UTF-8")
    }
    let setting = "\(name)=\(value)"
    // Where LC_ALL is set, LANG does not count.
    let remedy = "export \(name)=C.UTF-8"
    guard facts.terminal.isLocaleInstalled else {
      if facts.terminal.isUTF8 {
        return Finding("locale", "\(setting), which is not installed: C.UTF-8 stands in for it")
      }
      return Finding(
        "locale", "\(setting), which is not installed, so ASCII", "sudo locale-gen \(value), or \(remedy)")
    }
    guard facts.terminal.isUTF8 else { return Finding("locale", "\(setting), not UTF-8", remedy) }
    return Finding("locale", "\(setting), UTF-8")
  }

  private var glyphs: Finding {
    let set = GlyphSet.suiting(isUnicode: facts.terminal.isUTF8, terminal: variable("TERM"))
    return switch set {
    case .braille: Finding("glyphs", "braille")
    case .block: Finding("glyphs", "blocks: the console's font has no braille", "a terminal in a window has")
    case .ascii: Finding("glyphs", "ASCII: the locale has no more", "choose a UTF-8 locale, see above")
    }
  }

  private var mouse: Finding {
    guard facts.terminal.typeStatus == .usable else {
      return Finding("mouse", "unknown without a known TERM", "see TERM above")
    }
    return facts.terminal.reportsMouse
      ? Finding("mouse", "reported, as terminfo has it")
      : Finding("mouse", "not reported, as terminfo has it", "use the keys: ? shows them all")
  }

  private var multiplexer: Finding {
    if variable("TMUX") != nil { return Finding("multiplexer", "tmux") }
    if variable("STY") != nil { return Finding("multiplexer", "screen") }
    return Finding("multiplexer", "none")
  }
}
