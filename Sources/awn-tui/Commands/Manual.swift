import ArgumentParser
import Dashboard
import Foundation

/// Prints the manual page, made from the commands themselves, so that it never goes stale.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-manual", abstract: "Print the manual page.", shouldDisplay: false)

  mutating func run() throws {
    print(try ManualPage(help: AwnTui._dumpHelp()).text)
  }
}

/// The man page of a command and all below it, in the `man` macros of roff.
struct ManualPage {
  private let tree: Tree

  /// - Parameter help: what `--experimental-dump-help` prints.
  init(help: String) throws {
    tree = try JSONDecoder().decode(Tree.self, from: Data(help.utf8))
  }

  private struct Tree: Decodable {
    var command: Command
  }

  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool?
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  private struct Argument: Decodable {
    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var defaultValue: String?
    var sectionTitle: String?
    var isOptional: Bool
    var isRepeating: Bool
    var shouldDisplay: Bool?

    struct Name: Decodable {
      var kind: String
      var name: String
    }
  }

  var text: String {
    let root = tree.command
    let title = root.commandName.uppercased()
    let commands = Self.shown(root.subcommands).filter { $0.commandName != "help" }
    return """
      .TH \(title) 1 "" "\(Self.escaped(Version.line))" "User Commands"
      .SH NAME
      \(root.commandName) \\- \(Self.escaped(Self.sentence(root.abstract)))
      .SH SYNOPSIS
      .B \(root.commandName)
      .I command
      [\\fIoptions\\fR]
      .SH EXAMPLES
      .nf
      \(Self.escaped(root.discussion ?? ""))
      .fi
      .SH COMMANDS
      \(commands.map(section).joined(separator: "\n"))
      .SH KEYS
      \(Self.keys)
      .SH EXIT STATUS
      \(Self.statuses.map { ".TP\n.B \($0.0)\n\($0.1)" }.joined(separator: "\n"))
      .SH ENVIRONMENT
      .TP
      .B NO_COLOR
      Not empty: no colors.
      .TP
      .B XDG_CONFIG_HOME
      If absolute, in place of ~/.config.
      .SH FILES
      .TP
      .I ~/.config/awn\\-tui/config.toml
      Keys and defaults of the dashboard; examples/config.toml shows all of it.
      """
  }

  /// From the table that the dashboard itself obeys.
  private static var keys: String {
    var lines = [
      "Of the dashboard, with the names that commands have in the palette and in config.toml.",
      escaped(KeyReference.note) + ".",
    ]
    for group in KeyBinding.Group.allCases {
      lines.append(".SS \(escaped(group.rawValue.prefix(1).uppercased() + group.rawValue.dropFirst()))")
      for row in KeyReference.rows(of: group) {
        let keys = row.writtenKeys.map { "\\fB\(inline($0))\\fR" }.joined(separator: ", ")
        lines += [
          ".TP", keys, escaped(row.description + "."), "(\(escaped(row.ids.joined(separator: ", "))))",
        ]
      }
    }
    lines.append(".SS With a value, in the palette")
    for (line, description) in KeyReference.values {
      lines += [".TP", "\\fB\(escaped(line))\\fR", escaped(description + ".")]
    }
    return lines.joined(separator: "\n")
  }

  private static let statuses = [
    ("0", "Done."), ("1", "Failed."), ("2", "Mistake of usage."), ("3", "Bad input data or file."),
    ("4", "The loss stopped being finite."), ("130", "Interrupted."),
  ]

  private func section(_ command: Command) -> String {
    let arguments = (command.arguments ?? []).filter { $0.shouldDisplay ?? true }
    let own = arguments.filter { !Self.isHelp($0) }
    let positional = own.filter { $0.kind == "positional" }.map { argument in
      let name = Self.italic((argument.valueName ?? "") + (argument.isRepeating ? "…" : ""))
      return argument.isOptional ? "[\(name)]" : name
    }
    var lines = [".SS \(command.commandName) \(positional.joined(separator: " "))"]
    lines.append(Self.escaped(command.abstract ?? ""))
    if let discussion = command.discussion, !discussion.isEmpty {
      lines += [".PP", ".nf", Self.escaped(discussion), ".fi"]
    }
    for argument in own {
      lines += [".TP", Self.head(argument), Self.escaped(argument.abstract ?? "")]
      if argument.kind == "option", let value = argument.defaultValue {
        lines.append("Default: \(Self.escaped(value)).")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func shown(_ commands: [Command]?) -> [Command] {
    (commands ?? []).filter { $0.shouldDisplay ?? true }
  }

  private static func isHelp(_ argument: Argument) -> Bool {
    argument.names?.contains { $0.name == "help" || $0.name == "version" } ?? false
  }

  private static func head(_ argument: Argument) -> String {
    let names = (argument.names ?? []).map {
      "\\fB\(escaped(($0.kind == "long" ? "--" : "-") + $0.name))\\fR"
    }
    guard argument.kind != "positional" else { return italic(argument.valueName ?? "") }
    let value = argument.kind == "option" ? " " + italic(argument.valueName ?? "") : ""
    return names.joined(separator: ", ") + value
  }

  private static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

  /// Without the full stop: names stand in lists.
  private static func sentence(_ text: String?) -> String {
    var text = text ?? ""
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Backslashes and hyphens mean something to roff, as does a full stop or an apostrophe that begins a line.
  private static func escaped(_ text: String) -> String {
    inline(text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : String($0) }
      .joined(separator: "\n")
  }

  /// For text that does not begin a line.
  private static func inline(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
  }
}
