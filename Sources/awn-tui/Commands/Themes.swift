import ArgumentParser
import Canvas
import Foundation
import PlainText
import Terminal
import UserInterface

struct Themes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the themes.",
    discussion: """
      With the background each is made for, and where it comes from. Your own are files with the ending .toml in \
      awn-tui/themes in your configuration folder ($XDG_CONFIG_HOME, or ~/.config); one with the name of a built-in \
      theme takes its place.
      """)

  mutating func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let catalogue = ThemeCatalogue(folder: UserFolder.ofThisUser(environment: environment)?.themes)
    let terminal = TerminalFacts(environment: environment)
    let showsColor = terminal.isOutputTerminal && terminal.typeStatus == .usable
    let list = ThemeList(
      catalogue, level: showsColor ? terminal.colorLevel(environment: environment) : .none)
    try Console.print(list.text)
    for problem in catalogue.problems { Console.tell("awn-tui: \(problem)\n") }
  }
}

/// The themes as text, with a sample of each where there are colors.
package struct ThemeList {
  private let entries: [ThemeCatalogue.Entry]
  private let level: ColorLevel

  package init(_ catalogue: ThemeCatalogue, level: ColorLevel) {
    entries = catalogue.entries
    self.level = level
  }

  package var text: String {
    let names = entries.map { sanitized($0.theme.name) }
    let width = (names.map(\.count).max() ?? 0) + 2
    return zip(entries, names).map { entry, name in
      let origin = entry.file.map { sanitized($0, limit: 300) } ?? "built in"
      let row = name.padding(to: width) + entry.theme.ground.rawValue.padding(to: 7) + origin + "\n"
      return level == .none ? row : row + sample(of: entry.theme) + "\n\n"
    }.joined()
  }

  /// On the ground the theme is made for, whatever the terminal's own is.
  private func sample(of theme: Theme) -> String {
    let roles: [(String, Theme.Role)] = [
      ("text", .text), ("dim", .dim), ("title", .title), ("good", .good), ("warning", .warning),
      ("bad", .bad), ("train", .train), ("held-out", .validation), ("cut", .cut),
    ]
    let words = roles.map { ($0, theme[$1]) } + theme.series.enumerated().map { ("\($0 + 1)", $1) }
    let space = escape(Style(), of: theme) + " "
    return "  " + space + words.map { escape($1, of: theme) + $0 + space }.joined() + "\u{1B}[0m"
  }

  private func escape(_ style: Style, of theme: Theme) -> String {
    let own = { (color: Color, standard: Color) in color == .terminal ? standard : color }
    let attributes: [(Style.Attributes, String)] = [
      (.bold, "1"), (.dim, "2"), (.underline, "4"), (.reverse, "7"),
    ]
    let codes =
      ["0"] + attributes.filter { style.attributes.contains($0.0) }.map(\.1)
      + code(own(style.foreground, theme.ground.foreground), base: 30)
      + code(own(style.background, theme.ground.color), base: 40)
    return "\u{1B}[\(codes.joined(separator: ";"))m"
  }

  private func code(_ color: Color, base: Int) -> [String] {
    switch color.reduced(to: level) {
    case .terminal: []
    case .rgb(let red, let green, let blue): ["\(base + 8);2;\(red);\(green);\(blue)"]
    case .palette(let index) where level == .ansi16:
      ["\(index < 8 ? base + Int(index) : base + 52 + Int(index))"]
    case .palette(let index): ["\(base + 8);5;\(index)"]
    }
  }
}
