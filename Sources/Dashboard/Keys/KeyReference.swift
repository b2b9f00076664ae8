import Canvas

/// The table of commands as text for other places: README, manual, settings.
public enum KeyReference {
  /// Commands that share a line.
  public struct Row: Sendable {
    /// Standard keys as on the screen: "←".
    public var keys: [String]
    /// The same in ASCII: "left".
    public var writtenKeys: [String]
    /// The identifiers of the commands, in the order of their keys.
    public var ids: [String]
    /// What they do, a sentence without its full stop.
    public var description: String
  }

  /// The lines of a group, in the order of the help.
  public static func rows(of group: KeyBinding.Group) -> [Row] {
    KeyBinding.all.filter { $0.group == group }.map { binding in
      let keys = binding.commands.flatMap(\.keys)
      let (first, last) = (binding.commands.first?.id ?? "", binding.commands.last?.id ?? "")
      return Row(
        keys: binding.keyRange.map { [$0] } ?? keys.map(\.name),
        writtenKeys: binding.keyRange.map { [$0] } ?? keys.map(\.writtenName),
        ids: binding.keyRange == nil ? binding.commands.map(\.id) : ["\(first) … \(last)"],
        description: binding.description + (binding.changesModel ? " *" : ""))
    }
  }

  /// What the palette takes with a value: "truncate N|N%", and what that does.
  public static var values: [(line: String, description: String)] {
    ArgumentCommand.all.map { ("\($0.id) \($0.argument)", $0.description) }
  }

  /// What the stars of descriptions mean.
  public static let note = "* changes the network or how it learns"

  /// For the README.
  public static var markdown: String {
    var lines = ["| key | what it does | command |", "|---|---|---|"]
    for group in KeyBinding.Group.allCases {
      lines.append("| **\(group.rawValue)** | | |")
      for row in rows(of: group) {
        let (keys, ids) = (row.keys.map(code), row.ids.map(code))
        lines.append(
          "| \(keys.joined(separator: " ")) | \(row.description) | \(ids.joined(separator: " ")) |")
      }
    }
    let taken = values.map { "`\($0.line)`" }.joined(separator: ", ")
    return (lines + ["", "\\\(note). With a value, in the palette: \(taken).", ""]).joined(separator: "\n")
  }

  /// For the `[keys]` section of settings: every command with its standard keys, commented out.
  public static var settings: String {
    KeyBinding.Group.allCases.map { group in
      let commands = KeyBinding.all.filter { $0.group == group }.flatMap(\.commands)
      return "\n# \(group.rawValue)\n" + commands.map { line($0) + "\n" }.joined()
    }.joined()
  }

  private static func line(_ command: KeyCommand) -> String {
    // Need not be said: it stays whatever is set.
    let keys = command.keys.filter { $0 != KeyMap.lastResort }.map { "\"\($0.writtenName)\"" }
    let value = keys.count == 1 ? keys[0] : "[\(keys.joined(separator: ", "))]"
    let setting = "# \(command.id) = \(value)"
    return setting + String(repeating: " ", count: max(1, 36 - setting.count)) + "# \(command.description)"
  }

  private static func code(_ text: String) -> String { "`\(text.replacing("|", with: "\\|"))`" }
}
