import ArgumentParser
import Foundation
import PlainText
import TensorBoard
import Terminal
import UserInterface

/// Where every error ends: one sentence on standard error, and an exit code.
enum Failure {
  static func exit(_ error: any Error) -> Never {
    switch error {
    case let status as ExitStatus: Foundation.exit(status.rawValue)
    case let error as any UserFacingError: exit(error.sentence, error.exitStatus)
    default: exitAsParser(error)
    }
  }

  /// Help and version go to standard output, mistakes of usage to standard error.
  private static func exitAsParser(_ error: any Error) -> Never {
    let code = AwnTui.exitCode(for: error)
    if code == .success {
      print(AwnTui.fullMessage(for: error))
      Foundation.exit(ExitStatus.done.rawValue)
    }
    let status: ExitStatus = code == .validationFailure ? .usage : .failed
    tell(status == .usage ? usage(error) : "Error: \(AwnTui.message(for: error))")
    Foundation.exit(status.rawValue)
  }

  /// The parser's text about a mistake of usage, put right where the parser does not know better. Of an unknown option,
  /// it complains about the option's value; of a mistake that a command finds once it runs, it shows the usage of all
  /// commands.
  private static func usage(_ error: any Error) -> String {
    let (text, arguments) = (AwnTui.fullMessage(for: error), Array(CommandLine.arguments.dropFirst()))
    if let unknown = UnknownOption(in: arguments) {
      let usage = text.split(separator: "\n").drop { !$0.hasPrefix("Usage:") }
      return (["Error: \(unknown.sentence)"] + usage).joined(separator: "\n")
    }
    let names = AwnTui.configuration.subcommands.map { $0._commandName }
    guard let name = arguments.first, names.contains(name) else { return text }
    return text.replacing("Usage: awn-tui <subcommand>", with: "Usage: awn-tui \(name) [<options>]")
      .replacing("'awn-tui --help'", with: "'awn-tui \(name) --help'")
  }

  static func exit(_ sentence: String, _ status: ExitStatus) -> Never {
    tell("awn-tui: \(sentence)")
    Foundation.exit(status.rawValue)
  }

  private static func tell(_ text: String) {
    let rank = RankJob.launchedRank
    guard rank > 0 else { return Console.tell(text + "\n") }
    // What fails on rank 0 too is said there, and ends this process meanwhile.
    sleep(1)
    Console.tell("rank \(rank): \(text)\n")
  }
}

// These two say what to do in words of the command line, which their modules do not know.

extension EventFileError: UserFacingError {
  public var sentence: String {
    "\(sanitized("\(self)", limit: 400)): choose another folder with --tensorboard"
  }
  public var exitStatus: ExitStatus { .failed }
}

/// Requires a terminal, for commands that show something, which train would not do in their place.
///
/// - Throws: if standard input and output are not a terminal.
func requireTerminal(_ advice: String) throws {
  guard isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1 else { return }
  throw NoTerminal(advice: advice)
}

struct NoTerminal: UserFacingError {
  let advice: String
  var sentence: String { "\(TerminalError.notATerminal): \(advice)" }
  var exitStatus: ExitStatus { .failed }
}

extension TerminalError: UserFacingError {
  public var sentence: String {
    "\(self); train without the dashboard: awn-tui train, or resume --headless"
  }
  public var exitStatus: ExitStatus { .failed }
}
