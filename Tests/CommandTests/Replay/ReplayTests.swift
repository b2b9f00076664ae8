import Dashboard
import Experiment
import Foundation
import Terminal
import Testing
import Training
import awn_tui

/// The course of a run, shown again from its folder.
@Suite(.timeLimit(.minutes(5))) struct ReplayTests {
  /// A run of a few epochs, with a cut, in a folder.
  private func recorded() async throws -> (scratch: Scratch, folder: String) {
    let scratch = try Scratch()
    var configuration = Configuration.defaults(for: .spiral)
    configuration.network.initialRate = 0.05
    configuration.training.epochs = 12
    let folder = "\(scratch.path)/run"
    let run = Run(
      configuration: configuration, folder: folder, channels: RunChannels(), isWatched: false,
      measuresTest: false)
    run.channels.commands.send(Command(id: 1, action: .truncate(layer: 0, width: 30)))
    let background = BackgroundRun(run) { _ in }
    await onOwnThread { background.wait() }
    return (scratch, folder)
  }

  @Test func momentsAreTheEvaluations() async throws {
    let (scratch, folder) = try await recorded()
    let recording = try Recording(folder: folder)
    let lines = try scratch.lines("run/metrics.jsonl")
    #expect(recording.count == lines.count && recording.count >= 12)
    let last = recording.snapshot(at: recording.count - 1)
    #expect(last.state == .finished && last.step == 12 * 125 && last.problem == .classification)
    #expect(lines.last?.contains("\"step\":\(last.step)") == true)
    #expect(last.validationLoss.buckets.count == recording.count)
    let middle = recording.snapshot(at: 5)
    #expect(middle.state == .running && middle.validationLoss.buckets.count == 6)
    #expect(middle.validationLoss.buckets == Array(last.validationLoss.buckets.prefix(6)))
    #expect(recording.edits.first == 0, "the cut came before the first evaluation")
    #expect(recording.events(at: recording.count - 1).contains { $0.kind == .finished })
  }

  @Test func aRecordingIsPlayedAndMovedThrough() async throws {
    let (scratch, folder) = try await recorded()
    let impasse = await onOwnThread { () -> String? in
      let bell = Bell()
      let screen = ScriptedScreen(
        [
          .when("recording paused 1/", .key(".")), .when("recording paused 2/", .key(")")),
          .when("recording paused 3/", .key(",")), .when("recording paused 2/", .key("[")),
          .when("recording paused 1/", .key("t")), .when("this is a recording: nothing trains", .key(">")),
          .when("×2", .key(" ")), .when("· finished", .key("q")),
        ], width: 160, height: 40, bell: bell)
      do {
        let player = Player(try Recording(folder: folder), isPlaying: false) { bell.ring() }
        defer { player.close() }
        try ReplayProgram(folder: folder, player).play(.forTests(width: 160, height: 40), on: screen)
      } catch {
        Issue.record(error)
      }
      return screen.impasse
    }
    #expect(impasse == nil)
    withExtendedLifetime(scratch) {}
  }

  @Test func aCastIsWhatAsciinemaPlays() async throws {
    let (scratch, folder) = try await recorded()
    let ended = try await Program.run(
      "replay", folder, "--cast", "spiral.cast", "--columns", "100", "--rows", "30", in: scratch)
    #expect(ended.status == 0 && ended.errors.contains("recording written to spiral.cast"))
    let lines = try scratch.lines("spiral.cast")
    let first = try #require(lines.first)
    let header = try #require(JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
    #expect(header["version"] as? Int == 2)
    #expect(header["width"] as? Int == 100 && header["height"] as? Int == 30)
    var time = -1.0
    for line in lines.dropFirst() {
      let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
      let (at, kind) = (try #require(event[0] as? Double), event[1] as? String)
      #expect(at > time && kind == "o" && !(event[2] as? String ?? "").isEmpty)
      time = at
    }
    #expect(lines.count > 5)
  }

  @Test func whatHasNoEvaluationIsRefused() async throws {
    let scratch = try Scratch()
    let none = try await Program.run("replay", "none", in: scratch)
    #expect(none.status == 3 && none.errors.contains("no such folder"))
  }
}
