import ArgumentParser
import Canvas
import Foundation
import PlainText
import Terminal

/// How a screen looks, and whether it takes the mouse.
package struct ScreenFlags: ParsableArguments {
  @Option(help: "A theme's name, as listed by themes, or a theme file (default: dark).")
  package var theme: String?
  @Option(help: "braille, block or ascii (default: what the locale can show).")
  package var glyphs: GlyphSet?
  @Option(help: "auto, truecolor, 256, 16 or never (default: auto).")
  package var color: ColorChoice?
  @Flag(
    help:
      "Leave the mouse to the terminal; M takes it and gives it back. With it taken, shift-drag selects text."
  )
  var noMouse = false

  /// Checks here, so that usage errors are reported with the usage of their own command; `run` reports errors in theme
  /// files.
  package init() {}

  package func validate() throws {
    try throwingOnlyUsageErrors { _ = try chosenTheme() }
  }

  /// The theme, and all there are.
  package func chosenTheme() throws -> (Theme, ThemeCatalogue) {
    let environment = ProcessInfo.processInfo.environment
    var catalogue = ThemeCatalogue(folder: UserFolder.ofThisUser(environment: environment)?.themes)
    // A broken file in the user's folder only matters to who asks for it.
    guard let theme else { return (catalogue.entries[0].theme, catalogue) }
    if let known = try catalogue.theme(named: theme) { return (known, catalogue) }
    guard theme.contains("/") || theme.hasSuffix(".toml") else {
      let names = catalogue.themes.map { sanitized($0.name) }.joined(separator: ", ")
      throw ValidationError(
        "there is no theme '\(sanitized(theme))': choose \(names), or give a theme file")
    }
    return (try catalogue.read(file: theme), catalogue)
  }
}

extension GlyphSet {
  /// What the locale, and the console's font, can show.
  package static func suiting(_ session: TerminalSession) -> GlyphSet {
    suiting(isUnicode: session.supportsUnicode, terminal: ProcessInfo.processInfo.environment["TERM"])
  }

  package static func suiting(isUnicode: Bool, terminal: String?) -> GlyphSet {
    guard isUnicode else { return .ascii }
    return terminal == "linux" ? .block : .braille
  }
}

extension GlyphSet: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}

/// Other errors come up again in `run`, which has exit codes of its own for them.
package func throwingOnlyUsageErrors(_ check: () throws -> Void) throws {
  do { try check() } catch let error as ValidationError { throw error } catch {}
}
