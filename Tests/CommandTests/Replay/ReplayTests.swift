import awn_tui
import Dashboard
import Experiment
import Foundation
import Messaging
import RunFolders
import Terminal
import Testing
import Training
import UserInterface

/// The course of a run, shown again from its folder.
@Suite(.timeLimit(.minutes(15))) struct ReplayTests {
  @Test func momentsAreTheEvaluations() async throws {
    let (scratch, folder) = try await recordedRun()
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

  /// A width that an edit changed is a step in the chart, not a slope from one evaluation to the next.
  @Test func editsAreStepsOfTheWidth() async throws {
    let (scratch, folder) = try await recordedRun()
    let plain = try Recording(folder: folder)
    let (third, fourth) = (plain.snapshot(at: 3).step, plain.snapshot(at: 4).step)
    let widths = plain.snapshot(at: 4).layers[0].widthHistory.buckets.map(\.mean)
    let edit = Event(step: third + 40, epoch: 4.3, kind: .truncated(layer: 0, from: 30, to: 20))
    let line = String(decoding: try JSONEncoder().encode(edit), as: UTF8.self)
    let others = try scratch.lines("run/events.jsonl").filter { !$0.contains("finished") }.map(String.init)
    try scratch.file("run/events.jsonl", (others + [line]).map { $0 + "\n" }.joined())
    let shown = try Recording(folder: folder).snapshot(at: 4).layers[0].widthHistory.buckets.suffix(4)
    #expect(shown.map(\.firstStep) == [third, third + 39, third + 40, fourth])
    #expect(shown.map(\.mean) == [widths[3], 30, 20, widths[4]])
  }

  @Test func whatAnUndoTookBackIsNoEvent() {
    func event(_ step: Int, _ kind: Event.Kind) -> Event { Event(step: step, epoch: 0, kind: kind) }
    let cut = event(50, .truncated(layer: 0, from: 40, to: 30))
    let later = event(150, .truncated(layer: 0, from: 30, to: 20))
    let undone = event(50, .undone(to: 50))
    let after = event(60, .truncated(layer: 0, from: 40, to: 10))
    let redone = event(150, .redone(to: 150))
    #expect(Recording.withoutUndone([cut, later, undone, after]) == [cut, undone, after])
    #expect(Recording.withoutUndone([cut, later, undone, after, redone]) == [cut, later])
    #expect(Recording.withoutUndone([redone, cut]) == [redone, cut])
  }

  @Test func whatAnUndoTookBackIsNotShown() async throws {
    let (scratch, folder) = try await recordedRun()
    let before = try Recording(folder: folder)
    let step = before.snapshot(at: 3).step
    let undone = Event(step: step, epoch: 4, kind: .undone(to: step))
    let edits = [
      Event(step: step * 100, epoch: 400, kind: .truncated(layer: 0, from: 30, to: 20)), undone,
    ]
    let encoder = JSONEncoder()
    let lines = try edits.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    let others = try scratch.lines("run/events.jsonl").filter { !$0.contains("finished") }.map(String.init)
    try scratch.file("run/events.jsonl", (others + lines).map { $0 + "\n" }.joined())
    let recording = try Recording(folder: folder)
    #expect(recording.events(at: 3).last == undone)
    #expect(recording.edits == before.edits.filter { $0 <= 3 } + [3])
  }

  /// Plays a script on a paused recording, to its end.
  private func play(_ folder: String, _ steps: @escaping @Sendable () -> [ScriptedScreen.Step]) async {
    let impasse = await onOwnThread { () -> String? in
      let bell = Bell()
      let screen = ScriptedScreen(steps(), width: 160, height: 40, bell: bell)
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
  }

  @Test func aRecordingIsPlayedAndMovedThrough() async throws {
    let (scratch, folder) = try await recordedRun()
    await play(folder) {
      [
        .when("recording paused 1/", .key("D")), .when("to beat", .key(.escape)),
        .when("recording paused 1/", .key(".")), .when("recording paused 2/", .key(")")),
        .when("recording paused 3/", .key(",")), .when("recording paused 2/", .key("[")),
        .when("recording paused 1/", .key("t")), .when("this is a recording: nothing trains", .key(">")),
        .when("×2", .key(" ")), .when("· finished", .key("q")),
      ]
    }
    withExtendedLifetime(scratch) {}
  }

  /// Another run's folder may be where the recording's was.
  @Test func noPictureIsPutIntoAnotherFolder() async throws {
    let (scratch, folder) = try await recordedRun()
    await play(folder) {
      let exchange = ScriptedScreen.Step(
        moment: .frame, condition: { $0.contains("recording paused") },
        inputs: { _ in
          try? FileManager.default.removeItem(atPath: folder)
          try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
          return [.key("x")]
        })
      return [exchange, .when("no picture is written", .key("q"))]
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    withExtendedLifetime(scratch) {}
  }

  @Test func aCastIsWhatAsciinemaPlays() async throws {
    let (scratch, folder) = try await recordedRun()
    let ended = try await Program.run(
      "replay", folder, "--cast", "spiral.cast", "--columns", "100", "--rows", "30", in: scratch)
    #expect(ended.status == 0 && ended.errors.contains("recording written to spiral.cast"))
    let again = try await Program.run("replay", folder, "--cast", "spiral.cast", in: scratch)
    #expect(again.status == 1 && again.errors.contains("spiral.cast is there already: choose another name"))
    #expect(try await Program.run("replay", folder, "--cast", "/dev/null", in: scratch).status == 0)
    let lost = try await Program.run("replay", folder, "--cast", "/nope/x", in: scratch)
    #expect(
      lost.errors
        == "awn-tui: cannot write the recording to /nope/x: No such file or directory; choose another place\n"
    )
    #expect(lost.status == 1)
    // The place is looked at before the run is: this one has nothing to show.
    try scratch.file("run/metrics.jsonl", "")
    #expect(
      try await Program.run("replay", folder, "--cast", "/nope/x", in: scratch).errors == lost.errors)
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

  @Test func aCastMayGoToStandardOutput() async throws {
    let (scratch, folder) = try await recordedRun()
    let ended = try await Program.run("replay", folder, "--cast", "-", in: scratch)
    #expect(ended.status == 0 && ended.output.hasPrefix("{") && ended.errors.isEmpty)
    #expect(try !scratch.entries().contains("-"))
    let screen = try await Program.run("replay", folder, in: scratch)
    #expect(screen.status == 1 && screen.errors.contains("replay --cast FILE"))
  }

  /// What a dashboard was shown of the network is there again, from when it was measured to the next edit.
  @Test func whatWasMeasuredIsThere() async throws {
    let (scratch, folder) = try await recordedRun()
    let plain = try Recording(folder: folder)
    #expect(plain.inspection(at: 5) == nil)
    let layer = plain.snapshot(at: 5).layers[0]
    #expect(layer.importances.count == layer.width && layer.importances[0] > layer.importances[1])
    let steps = (0..<plain.count).map { plain.snapshot(at: $0).step }
    func line(_ step: Int, _ contributions: [[Float]], _ rows: Int?) throws -> String {
      let inspection = Inspection(
        step: step,
        curves: rows == nil ? [] : [TradeoffCurve(step: step, layer: 0, points: [], isExact: true)],
        contributions: contributions, input: nil, rows: rows)
      return String(decoding: try JSONEncoder().encode(inspection), as: UTF8.self) + "\n"
    }
    try scratch.file(
      "run/inspections.jsonl", try line(steps[3], [[1, 2]], nil) + line(steps[5] - 1, [], 57))
    let edit = Event(step: steps[8], epoch: 9, kind: .truncated(layer: 0, from: 30, to: 20))
    let events = try scratch.text("run/events.jsonl").split(separator: "\n").filter {
      !$0.contains("finished")
    }
    let edited = String(decoding: try JSONEncoder().encode(edit), as: UTF8.self)
    try scratch.file("run/events.jsonl", (events.map(String.init) + [edited]).map { $0 + "\n" }.joined())
    let recording = try Recording(folder: folder)
    #expect(recording.inspection(at: 2) == nil)
    #expect(
      recording.inspection(at: 3)?.contributions == [[1, 2]] && recording.inspection(at: 4)?.rows == nil)
    let merged = recording.inspection(at: 7)
    #expect(merged?.contributions == [[1, 2]] && merged?.rows == 57 && merged?.curves.count == 1)
    #expect(recording.inspection(at: 8) == nil, "it is of the network before the edit")
  }

  /// A run that was watched records what was shown, a run that was not does not.
  @Test func aWatchedRunRecordsInspections() async throws {
    let scratch = try Scratch()
    for isWatched in [true, false] {
      let folder = "\(scratch.path)/\(isWatched)"
      var configuration = Configuration.defaults(for: .spiral)
      configuration.training.epochs = 40
      configuration.training.pace = nil
      let experiment = configuration
      await onOwnThread {
        let bell = Bell()
        let channels = RunChannels { bell.ring() }
        let run = Run(
          configuration: experiment, folder: folder, channels: channels, isWatched: isWatched,
          measuresTest: false)
        let background = BackgroundRun(run) { _ in }
        if isWatched {
          while channels.inspections.take() == nil, bell.wait(nil) {}
          channels.commands.send(.unattended(.stop))
        }
        background.wait()
      }
      #expect(RunFolder.inspections(in: folder).isEmpty != isWatched)
      #expect(FileManager.default.fileExists(atPath: "\(folder)/inspections.jsonl") == isWatched)
    }
  }

  @Test func whatHasNoEvaluationIsRefused() async throws {
    let scratch = try Scratch()
    let none = try await Program.run("replay", "none", in: scratch)
    #expect(none.status == 3 && none.errors.contains("no such folder"))
  }
}
