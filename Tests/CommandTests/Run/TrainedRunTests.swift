import Dashboard
import Datasets
import Experiment
import Foundation
import Messaging
import ModelFiles
import enum PlainText.ExitStatus
import awn_tui
import Terminal
import Testing
import Training
import UserInterface

/// What `launch` does, without a terminal: a trainer that trains, on a screen that a script plays.
@Suite struct TrainedRunTests {
  private struct Played: Sendable {
    /// `nil`: the user quit.
    var error: (any Error)?
    var impasse: String?
    var frames: [String]
    /// As it was reported.
    var outcome: Outcome?
  }

  /// Trains, and lets the script press the keys.
  private func play(
    _ configuration: Configuration, folder: String? = nil, loading: Mailbox<LoadingNews> = Mailbox(),
    _ steps: @escaping @Sendable () -> [ScriptedScreen.Step]
  ) async -> Played {
    await onOwnThread {
      let bell = Bell()
      let screen = ScriptedScreen(steps(), width: 120, height: 36, bell: bell)
      let run = Run(
        configuration: configuration, folder: folder, channels: RunChannels { bell.ring() }, isWatched: true,
        measuresTest: false)
      var played = Played(frames: [])
      let program = DashboardProgram(
        run, state: .forTests(width: 120, height: 36), on: screen, catalogue: ThemeCatalogue(folder: nil),
        loading: loading, wake: { bell.ring() }
      ) { _, outcome in
        #expect(screen.isClosed, "the terminal is given back before anything is said")
        played.outcome = outcome
      }
      do { try program.play() } catch { played.error = error }
      #expect(screen.isClosed)
      played.impasse = screen.impasse
      played.frames = screen.frames.map(\.text)
      return played
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
        .when("cut layer 1", .key("u")), .when("undone: back at step", .key("q")),
        .when("enter quits", .key(.enter)),
      ]
    }
    #expect(played.impasse == nil)
    #expect(played.error == nil)
    let outcome = try #require(played.outcome)
    let width = try #require(outcome.widths.first)
    let cut = try #require(played.frames.first { $0.contains("cut layer 1") })
    #expect(cut.contains("cut layer 1: \(width) → \(width - 5) neurons"))
    // The edit marks the charts, and the undo brings the width back.
    // At the step at which the layer was given room, only what both edits came to is named.
    #expect(cut.contains("\(width)→\(width - 5)") || cut.contains("→\(width), →\(width - 5)"))
    #expect(cut.contains("[\(width - 5)]"))
    #expect(played.frames.last { $0.contains("undone") }?.contains("[\(width)]") == true)
    #expect(outcome.isStopped)
  }

  @Test func aFinishedRunCanBeTrainedOn() async throws {
    var configuration = smallSpiral
    configuration.training.epochs = 2
    let played = await play(configuration) {
      [
        .when("epoch 2/2", .key(" ")),
        .when("enter trains on", .key(.enter)),
        .init(
          moment: .frame, condition: { $0.contains("epoch 3/3") && $0.contains("· finished") },
          inputs: { _ in [.key("q")] }),
        // Its widths were settled, which nothing keeps.
        .when("enter quits", .key(.enter)),
      ]
    }
    #expect(played.impasse == nil)
    #expect(played.error == nil)
    #expect(try #require(played.outcome).steps == 3 * 125)
  }

  @Test func dataThatCannotBeReadEndTheLoop() async throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/none.csv"
    let configuration = Configuration.defaults(forData: DataOptions(path: path), name: "none", kind: .table)
    let played = await play(configuration) { [] }
    #expect(played.error as? DataError == DataError(.file(.notFound), file: path))
    #expect(played.outcome == nil)
  }

  @Test func aSignalStopsAndReportsTheRun() async {
    let played = await play(smallSpiral) { [.when("held-out accuracy", .terminate(signal: SIGTERM))] }
    #expect(played.error as? ExitStatus == .interrupted)
    #expect(played.outcome?.isStopped == true)
  }

  /// Whatever ends the dashboard, training is stopped and its last checkpoint written before the program ends.
  @Test func aFailureDoesNotLoseTheRun() async throws {
    struct Fault: Error {}
    let (scratch, loading) = (try Scratch(), Mailbox<LoadingNews>())
    let folder = "\(scratch.path)/run"
    let played = await play(smallSpiral, folder: folder, loading: loading) {
      [
        .init(
          moment: .frame, condition: { $0.contains("held-out accuracy") },
          inputs: { _ in
            loading.send(.failed(Fault()))
            return [.woken]
          })
      ]
    }
    #expect(played.error is Fault)
    let outcome = try #require(played.outcome)
    #expect(outcome.isStopped)
    #expect(try ModelFile.read(folder).model.origin.step == outcome.steps)
  }
}
