import ArgumentParser
import Foundation
import PlainText
import Terminal
import UserInterface

struct AwnTui: ParsableCommand {
  static let version = "0.1.0"
  static let configuration = CommandConfiguration(
    commandName: "awn-tui",
    abstract: "Train networks that learn their own width, watch them do it, and cut them.",
    discussion: """
      awn-tui                          the runs there are, and new ones
      awn-tui launch spiral            a built-in task in the dashboard
      awn-tui train spiral --summary - the same run without the dashboard
      awn-tui launch --data FILE.csv   your own table; its last column is predicted
      awn-tui data FILE.csv            how it is read, before anything is trained
      awn-tui attach runs/NAME-TIME    the dashboard of a run that trains elsewhere
      awn-tui replay runs/NAME-TIME    a recorded run, step by step
      awn-tui resume runs/NAME-TIME    continue a stopped or finished run
      """,
    version: Version.details,
    subcommands: [
      Launch.self, Train.self, Resume.self, Attach.self, Replay.self, DataCommand.self, Evaluate.self,
      Predict.self, Curve.self,
      Truncate.self,
      Compress.self, BaselinesCommand.self, Export.self, Compare.self, Tasks.self, Themes.self, Doctor.self,
      Manual.self,
    ])

  /// The parser calls an unknown command an unexpected argument.
  ///
  /// - Throws: a `ValidationError` that names the nearest command, if the first argument is the name of none.
  static func requireCommand(_ name: String?) throws {
    guard let name, !name.hasPrefix("-") else { return }
    let commands = configuration.subcommands
    guard !commands.contains(where: { $0._commandName == name }), name != "help" else { return }
    let names = commands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
    throw ValidationError(
      "there is no command \(quoted(name))" + suggestion(nearestTo: name, of: names, "commands"))
  }
}

@main
enum Main {
  static func main() {
    Console.keepDescriptors()
    let arguments = Array(CommandLine.arguments.dropFirst())
    superviseIfNeeded(arguments)
    do {
      if let home = HomeProgram(arguments: arguments) { return try home.run() }
      try AwnTui.requireCommand(arguments.first)
      try RankJob.requireOneProcess(for: arguments.first)
      var command = try AwnTui.parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(error)
    }
  }

  /// A dashboard can leave its terminal, and its shell gets that back, only if there is a process between them.
  private static func superviseIfNeeded(_ arguments: [String]) {
    let command = arguments.first ?? ""
    let isDetached = command == "launch" && arguments.contains("--detach")
    let isOnTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    guard isDetached || isOnTerminal, RankJob.launchedRank == 0 else { return }
    let isHome = HomeProgram.suits(arguments)
    let hasDashboard = command == "launch" || command == "resume" && !arguments.contains("--headless")
    if isHome || hasDashboard { Supervisor.fork(restartsAfterDetach: isHome) }
  }
}
