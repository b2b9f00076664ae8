import ArgumentParser
import Experiment
import Foundation
import Training

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Train without the dashboard.")

  @OptionGroup var options: RunOptions

  mutating func run() throws {
    let configuration = try options.configuration()
    let news = DispatchSemaphore(value: 0)
    let channels = RunChannels { news.signal() }
    let run = Run(
      configuration: configuration, folder: options.output.folder(for: configuration.name),
      channels: channels, isWatched: false, measuresTest: true)
    let interruption = Interruption(channels)
    let loading = Mailbox<LoadingNews>()
    let background = BackgroundRun(run) {
      loading.send($0)
      news.signal()
    }
    var progress = Progress(options.output.progressStyle, epochs: configuration.training.epochs)
    while !progress.isOver {
      news.wait()
      for item in loading.drain() {
        if case .failed(let error) = item {
          progress.clear()
          Failure.exit(error)
        }
        progress.show(item)
      }
      progress.show(channels)
    }
    background.wait()
    progress.clear()
    guard let (problem, outcome) = background.outcome else { throw ExitStatus.failed }
    options.output.report((problem, outcome), of: configuration, folder: run.folder)
    if outcome.isDiverged {
      Failure.exit(
        "the loss stopped being finite at step \(outcome.steps + 1): try a smaller --learning-rate", .diverged
      )
    }
    if interruption.happened { throw ExitStatus.interrupted }
  }
}

/// SIGINT and SIGTERM end the run at the next step boundary; a second one ends the program at once.
private final class Interruption: @unchecked Sendable {
  private var sources: [any DispatchSourceSignal] = []
  private let flag = Latest<Bool>()

  init(_ channels: RunChannels) {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      let flag = flag
      source.setEventHandler {
        flag.post(true)
        channels.commands.send(Command(id: 0, action: .stop))
        signal(number, SIG_DFL)
      }
      source.resume()
      sources.append(source)
    }
  }

  var happened: Bool { flag.take() ?? false }
}
