import Dashboard
import Datasets
import Experiment
import Foundation
import Terminal
import Testing
import Training
import struct awn_tui.RunLoop
import awn_tui

/// The run loop on a trainer that trains: what `launch` does, without a terminal.
@Suite struct TrainedRunTests {
  private struct Played: Sendable {
    var isQuit: Bool
    var problem: String?
    var impasse: String?
    var frames: [String]
    var outcome: Outcome?
  }

  /// Trains, and lets the script press the keys.
  private func play(
    _ configuration: Configuration, _ steps: @escaping @Sendable () -> [ScriptedScreen.Step]
  ) async -> Played {
    await onOwnThread {
      let bell = Bell()
      let channels = RunChannels { bell.ring() }
      let loading = Mailbox<LoadingNews>()
      let screen = ScriptedScreen(steps(), width: 120, height: 36, bell: bell)
      let run = Run(
        configuration: configuration, folder: nil, channels: channels, isWatched: true, measuresTest: false)
      let background = BackgroundRun(run) { news in
        loading.send(news)
        bell.ring()
      }
      var loop = RunLoop(
        screen: screen, state: .forTests(width: 120, height: 36), channels: channels, loading: loading,
        export: { _, _ in "" })
      let ending = loop.run()
      background.stop(channels)
      var problem: String?
      if case .failed(let error) = ending { problem = "\(error)" }
      return Played(
        isQuit: ending.isQuit, problem: problem, impasse: screen.impasse, frames: screen.frames.map(\.text),
        outcome: background.outcome?.1)
    }
  }

  private var smallSpiral: Configuration {
    var result = Configuration.defaults(for: .spiral)
    // Few neurons and no end: the script decides when it is over.
    result.network.initialRate = 0.05
    result.training.epochs = 1_000_000
    return result
  }

  @Test func aCutIsShownUndoneAndGone() async throws {
    let five = Array(repeating: Input.key(.left), count: 5)
    let played = await play(smallSpiral) {
      [
        .when("held-out accuracy", .key(" ")),
        .init(moment: .frame, condition: { $0.contains("· paused") }, inputs: { _ in five }),
        .when("keep ", .key("t")), .when("enter truncates", .key(.enter)),
        .when("truncated layer 1", .key("u")), .when("undone: back at step", .key("q")),
        .when("enter quits", .key(.enter)),
      ]
    }
    #expect(played.impasse == nil)
    #expect(played.isQuit)
    let outcome = try #require(played.outcome)
    let width = try #require(outcome.widths.first)
    let cut = try #require(played.frames.first { $0.contains("truncated layer 1") })
    #expect(cut.contains("truncated layer 1: \(width) → \(width - 5) neurons"))
    // The edit marks the charts, and the undo brings the width back.
    #expect(cut.contains("\(width)→\(width - 5)"))
    #expect(cut.contains("[\(width - 5)]"))
    #expect(played.frames.last { $0.contains("undone") }?.contains("[\(width)]") == true)
    #expect(outcome.isStopped)
  }

  @Test func aFinishedRunCanBeTrainedOn() async throws {
    var configuration = smallSpiral
    configuration.training.epochs = 2
    let played = await play(configuration) {
      [.when("epoch 2/2", .key(" ")), .when("epoch 3/3", .key("q"))]
    }
    #expect(played.impasse == nil)
    #expect(played.isQuit)
    #expect(try #require(played.outcome).steps == 3 * 125)
  }

  @Test func dataThatCannotBeReadEndTheLoop() async throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/none.csv"
    let configuration = Configuration.defaults(forData: DataOptions(path: path), name: "none", kind: .table)
    let played = await play(configuration) { [] }
    #expect(played.problem == "\(DataError(.file(.notFound), file: path))")
    #expect(played.outcome == nil)
  }
}
