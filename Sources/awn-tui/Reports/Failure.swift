import ArgumentParser
import Canvas
import Datasets
import Foundation
import ModelExport
import ModelFiles
import PlainText
import TensorBoard
import Terminal
import Training

/// The exit codes scripts rely on.
enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  case usage = 2
  case badInput = 3
  case diverged = 4
  case interrupted = 130
}

/// Where every error ends: one sentence on standard error, and an exit code.
enum Failure {
  static func exit(_ error: any Error) -> Never {
    switch error {
    case let status as ExitStatus: Foundation.exit(status.rawValue)
    case let error as DataError: exit("\(error)", .badInput)
    case let error as ThemeError: exit("\(error)", .badInput)
    case let error as SettingsError: exit("\(error)", .badInput)
    case let error as RunRecordError: exit("\(error)", .badInput)
    case let error as ExperimentError: exit("\(error)", .badInput)
    case let error as ModelFileError: exit("\(error)", error.isOfWriting ? .failed : .badInput)
    case let error as ModelCommandError: exit("\(error)", error.status)
    case let error as ExportError: exit("\(error)", .failed)
    case let error as ResumeError: exit("\(error)", error.isUsage ? .usage : .badInput)
    case RunFolderError.notFound, RunFolderError.noExperiment: exit("\(error)", .badInput)
    case let error as EventFileError:
      exit("\(sanitized("\(error)", limit: 400)): choose another folder with --tensorboard", .failed)
    case let error as RunFolderError: exit("\(error)", .failed)
    case let error as TerminalError:
      exit("\(error); train without the dashboard: awn-tui train, or resume --headless", .failed)
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
    tell(status == .usage ? AwnTui.fullMessage(for: error) : "Error: \(AwnTui.message(for: error))")
    Foundation.exit(status.rawValue)
  }

  static func exit(_ sentence: String, _ status: ExitStatus) -> Never {
    tell("awn-tui: \(sentence)")
    Foundation.exit(status.rawValue)
  }

  private static func tell(_ text: String) { Console.tell(text + "\n") }
}
