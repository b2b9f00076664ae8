import Dashboard
import Experiment
import Foundation
import Messaging
import enum PlainText.ExitStatus
import awn_tui
import RunFolders
import Terminal
import Testing
import Training
import UserInterface

/// What `attach` does, without a terminal: the dashboard of a run that trains elsewhere, on a screen that a script
/// plays.
@Suite(.timeLimit(.minutes(15))) struct AttachProgramTests {
  private struct Played: Sendable {
    var error: (any Error)?
    var impasse: String?
    var frames: [String]
  }

  private func attach(
    to folder: String, _ steps: @escaping @Sendable () -> [ScriptedScreen.Step]
  ) async -> Played {
    await onOwnThread {
      let bell = Bell()
      let screen = ScriptedScreen(steps(), width: 120, height: 36, bell: bell)
      var played = Played(frames: [])
      do {
        let program = try AttachProgram(folder: folder) { bell.ring() }
        try program.play(
          .forTests(width: 120, height: 36), on: screen, catalogue: ThemeCatalogue(folder: nil))
        #expect(screen.isClosed)
      } catch {
        played.error = error
      }
      played.impasse = screen.impasse
      played.frames = screen.frames.map(\.text)
      return played
    }
  }

  /// A run without a dashboard, until it is stopped.
  private struct HeadlessRun: Sendable {
    let run: Run
    let background: BackgroundRun

    /// Returns once it trains.
    static func begin(in folder: String) async -> HeadlessRun {
      var configuration = Configuration.defaults(for: .spiral)
      configuration.network.initialRate = 0.05
      configuration.training.epochs = 1_000_000
      let run = Run(
        configuration: configuration, folder: folder, channels: RunChannels(), isWatched: false,
        measuresTest: false)
      let (beginning, begun) = AsyncStream<Void>.makeStream()
      let background = BackgroundRun(run) { if case .ready = $0 { begun.finish() } }
      for await _ in beginning {}
      return HeadlessRun(run: run, background: background)
    }

    func stop() async {
      run.channels.commands.send(.unattended(.stop))
      await onOwnThread { background.wait() }
    }
  }

  @Test func aHeadlessRunIsCutFromItsDashboard() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let training = await HeadlessRun.begin(in: folder)
    let five = Array(repeating: Input.key(.left), count: 5)
    let played = await attach(to: folder) {
      [
        .when("held-out accuracy", .key(" ")),
        .init(moment: .frame, condition: { $0.contains("· paused") }, inputs: { _ in five }),
        .when("keep ", .key("t")), .when("enter truncates", .key(.enter)),
        .when("cut layer 1", .key("u")), .when("undone: back at step", .key("d")),
      ]
    }
    #expect(played.impasse == nil)
    #expect(played.error == nil)
    #expect(played.frames.contains { $0.contains("attached") })
    // It is left paused, and shown again with all that happened.
    let again = await attach(to: folder) {
      [
        .when("· paused", .key("D")), .when("to beat", .key(.escape)), .when("· paused", .key("o")),
        .when("cut layer 1", .key(.escape)), .then(.key("q")),
      ]
    }
    #expect(again.impasse == nil && again.error == nil)
    await training.stop()
    #expect(try scratch.text("run/events.jsonl").contains("truncated"))
  }

  @Test func theEndOfARunIsSaid() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let training = await HeadlessRun.begin(in: folder)
    let played = await attach(to: folder) {
      [
        .init(
          moment: .frame, condition: { $0.contains("held-out accuracy") },
          inputs: { _ in
            training.run.channels.commands.send(.unattended(.stop))
            return []
          }),
        .when("the run was stopped: what is shown is the last there was", .key(" ")),
        .when("· stopped", .key("q")),
      ]
    }
    #expect(played.impasse == nil && played.error == nil)
    await onOwnThread { training.background.wait() }
    let gone = await attach(to: folder) { [] }
    #expect(
      (gone.error as? NotAttachable)?.sentence.contains("awn-tui resume \(folder) goes on with it") == true)
  }

  /// What is read meanwhile is a checkpoint, and that is said.
  @Test(arguments: [
    ["evaluate", "run"], ["truncate", "run", "--keep", "0.5", "-o", "small"], ["curve", "run"],
    ["predict", "run", "--split", "held-out"],
    ["export", "run", "--format", "safetensors", "-o", "a.safetensors"],
    ["train", "--from", "run", "spiral", "--steps", "2", "--no-output"],
  ])
  func aRunThatTrainsIsReadAsItWas(arguments: [String]) async throws {
    let scratch = try Scratch()
    let training = await HeadlessRun.begin(in: "\(scratch.path)/run")
    try await eventually(in: scratch) {
      FileManager.default.fileExists(atPath: "\(scratch.path)/run/checkpoint.json")
    }
    let ended = try await Program.run(arguments, in: scratch)
    #expect(
      ended.status == 0 && ended.errors.contains("run still trains: this is its checkpoint of step "),
      "\(ended.errors)")
    await training.stop()
    let after = try await Program.run("evaluate", "run", in: scratch)
    #expect(after.status == 0 && !after.errors.contains("still trains"))
  }

  /// A run that ends calls its user, if that is asked for.
  @Test func theEndIsCalledOut() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let training = await HeadlessRun.begin(in: folder)
    let (alerts, titles) = await onOwnThread { () -> ([String], [String]) in
      let bell = Bell()
      let screen = ScriptedScreen(
        [
          .init(
            moment: .frame, condition: { $0.contains("held-out accuracy") },
            inputs: { _ in
              training.run.channels.commands.send(.unattended(.stop))
              return []
            }),
          .when("· stopped", .key("q")),
        ], width: 120, height: 36, bell: bell)
      do {
        let program = try AttachProgram(folder: folder) { bell.ring() }
        try program.play(
          .forTests(width: 120, height: 36), on: screen, catalogue: ThemeCatalogue(folder: nil), alert: .osc9)
      } catch {
        Issue.record(error)
      }
      #expect(screen.impasse == nil)
      return (screen.alerts, screen.titles)
    }
    #expect(alerts == ["osc9: spiral: stopped"])
    #expect(titles.contains { $0.hasPrefix("spiral · running · ") })
    #expect(titles.last?.hasPrefix("spiral · stopped") == true)
    await onOwnThread { training.background.wait() }
  }

  @Test func withoutATerminalTheAdviceIsOfThisCommand() async throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/run", withIntermediateDirectories: true)
    try scratch.file("run/experiment.toml", "[data]\ntask = 'spiral'\n")
    let attach = try await Program.run("attach", "run", in: scratch)
    #expect(attach.status == 1 && attach.errors.contains("ssh -t HOST awn-tui attach"))
    #expect(!attach.errors.contains("awn-tui train"))
  }

  @Test func whatIsNoRunCannotBeAttachedTo() async throws {
    let scratch = try Scratch()
    let none = await attach(to: "\(scratch.path)/none") { [] }
    #expect(none.error as? RunFolderError == .notFound("\(scratch.path)/none"))
  }

  /// A dashboard that is left lets the run go on to its end, which is reported to its log.
  @Test(arguments: [Input.key("d"), .hungUp, .terminate(signal: SIGHUP)])
  func aRunGoesOnWithoutItsTerminal(_ input: Input) async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    var configuration = Configuration.defaults(for: .spiral)
    configuration.training.epochs = 60
    configuration.training.pace = nil
    let experiment = configuration
    let (words, steps) = await onOwnThread { () -> (String, Int?) in
      let bell = Bell()
      let screen = ScriptedScreen(
        [.when("held-out accuracy", input)], width: 120, height: 36, bell: bell)
      let run = Run(
        configuration: experiment, folder: folder, channels: RunChannels { bell.ring() }, isWatched: true,
        measuresTest: false)
      var (words, steps) = ("", Int?.none)
      let program = DashboardProgram(
        run, state: .forTests(width: 120, height: 36), on: screen, catalogue: ThemeCatalogue(folder: nil),
        wake: { bell.ring() },
        release: { text, log in
          #expect(screen.isClosed, "the terminal is given back first")
          words = text + log
        }
      ) { _, outcome in steps = outcome.steps }
      do { try program.play() } catch { Issue.record(error) }
      return (words, steps)
    }
    #expect(words.contains("awn-tui attach \(folder)") && words.contains("detached.log"))
    #expect(steps == 60 * 125)
    #expect(try scratch.text("run/events.jsonl").contains("finished"))
  }
}
