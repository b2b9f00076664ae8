import ArgumentParser

@main
struct AwnTui: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "awn-tui",
    abstract: "Train networks that learn their own width, watch them do it, and cut them.",
    version: "0.1.0",
    subcommands: [Train.self])
}
