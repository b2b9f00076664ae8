import ArgumentParser
import Foundation
import PlainText

/// An option that no command has, or not the one that is asked for. The parser would take its value for an argument,
/// and complain about that.
struct UnknownOption {
  let sentence: String

  /// - Parameter arguments: of the program.
  /// - Returns: `nil` if all options are known.
  init?(in arguments: [String]) {
    guard let help = try? JSONDecoder().decode(Help.self, from: Data(AwnTui._dumpHelp().utf8)) else {
      return nil
    }
    let command = help.command.subcommands?.first { $0.commandName == arguments.first }
    let known = (command ?? help.command).options + ["help", "version", "experimental-dump-help"]
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let name = String(argument.dropFirst(2).prefix { $0 != "=" })
      guard !known.contains(name) else { continue }
      let end = suggestion(nearestTo: name, of: known, "options")
      let isNear = end.contains("did you mean")
      sentence =
        "there is no option '--\(sanitized(name))'"
        + (isNear
          ? end.replacingOccurrences(of: "did you mean '", with: "did you mean '--")
          : "; \(["awn-tui", command?.commandName].compactMap { $0 }.joined(separator: " ")) --help lists all")
      return
    }
    return nil
  }

  private struct Help: Decodable {
    var command: Command
  }

  private struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?

    var options: [String] {
      let names: [Name] = (arguments ?? []).flatMap { $0.names ?? [] }
      return names.filter { $0.kind == "long" }.map(\.name)
    }
  }

  private struct Argument: Decodable {
    var names: [Name]?
  }

  private struct Name: Decodable {
    var kind: String
    var name: String
  }
}
