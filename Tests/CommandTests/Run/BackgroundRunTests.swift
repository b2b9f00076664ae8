import awn_tui
import Experiment
import Foundation
import Messaging
import Testing

/// The end of a run that its user has left.
@Suite(.timeLimit(.minutes(15))) struct BackgroundRunTests {
  /// A file that nobody reads holds the end up: what is waited for is said, and then it is read.
  @Test func whatThereIsToWaitForIsSaid() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let pipe = "\(folder)/metrics.jsonl"
    var configuration = Configuration.defaults(for: .spiral)
    configuration.training.epochs = 1_000_000
    let run = Run(
      configuration: configuration, folder: folder, channels: RunChannels(), isWatched: false,
      measuresTest: false)
    let (beginning, begun) = AsyncStream<Void>.makeStream()
    let background = BackgroundRun(run) { news in
      guard case .ready = news else { return }
      mkfifo(pipe, 0o600)
      begun.finish()
    }
    for await _ in beginning {}
    let said = await onOwnThread { () -> [String] in
      var said: [String] = []
      let isSkipped = background.stop(run.channels, work: "saving the run") { text in
        said.append(text)
        Thread.detachNewThread {
          let descriptor = open(pipe, O_RDONLY)
          var bytes = [UInt8](repeating: 0, count: 1 << 12)
          while read(descriptor, &bytes, bytes.count) > 0 {}
          close(descriptor)
        }
      }
      #expect(!isSkipped)
      return said
    }
    #expect(said == ["saving the run…; Ctrl-C skips that"])
    #expect(background.isOver)
  }
}
