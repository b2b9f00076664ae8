import AtomicFiles
import Canvas
import Dashboard
import Experiment
import Foundation
import Messaging
import Terminal
import Testing
import UserInterface
import struct UserInterface.RunLoop

/// A run whose folder is gone could not be found again without its screen.
@Suite struct LostFolderTests {
  private let scratch: Scratch
  private var folder: String { "\(scratch.path)/run" }
  private let bell = Bell()

  init() throws {
    scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try scratch.file("run/experiment.toml", "")
  }

  /// Plays the script on a run of 40 neurons that could be left to itself.
  private func play(_ steps: [ScriptedScreen.Step]) -> (ending: RunLoop.Ending, screen: ScriptedScreen) {
    let channels = RunChannels { [bell] in bell.ring() }
    channels.keep(in: FolderPresence(folder))
    let screen = ScriptedScreen(steps, width: 80, height: 24, bell: bell)
    var state = State.forTests(width: 80, height: 24)
    state.run.link = .own(refusal: nil)
    var snapshot = Snapshot()
    (snapshot.state, snapshot.shape, snapshot.epochs) = (.running, [2, 40, 2], 10)
    snapshot.layers = [LayerSnapshot(width: 40, rate: 0.05)]
    channels.post([], snapshot)
    let ending = RunLoop.show(
      state, on: screen, channels, loading: Mailbox(), catalogue: ThemeCatalogue(folder: nil), folder: folder,
      alert: nil, wake: { [bell] in bell.ring() })
    #expect(screen.impasse == nil)
    return (ending, screen)
  }

  /// Once the run is shown, without its folder.
  private func withoutFolder(
    _ inputs: Input..., after change: @escaping () -> Void = {}
  ) -> ScriptedScreen.Step {
    ScriptedScreen.Step(moment: .frame, condition: { $0.contains("40 neurons") }) { _ in
      try? FileManager.default.removeItem(atPath: folder)
      change()
      return inputs
    }
  }

  /// If another run's folder is at the path now, nobody could find this run again.
  @Test func anotherRunsFolderIsNotItsOwn() {
    let other = {
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      _ = try? scratch.file("run/experiment.toml", "")
    }
    let (ending, _) = play([
      withoutFolder(.key("d"), after: other),
      .when("detach: the run's folder was moved or deleted", .key("q")), .when("enter quits", .key(.enter)),
    ])
    #expect(ending.isQuit)
  }

  /// A picture would make the folder anew, or be put into another run's.
  @Test(arguments: [false, true]) func noPictureIsPutInItsPlace(isReplaced: Bool) throws {
    let other = {
      if isReplaced {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      }
    }
    _ = play([withoutFolder(.key("x"), after: other), .when("no picture is written", .hungUp)])
    #expect(try scratch.entries() == (isReplaced ? ["run"] : []))
    if isReplaced { #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty) }
  }

  @Test func itIsNotLeftToItself() {
    let (ending, screen) = play([
      withoutFolder(.key("d")), .when("detach: the run's folder was moved or deleted", .key("q")),
      .when("enter quits", .key(.enter)),
    ])
    #expect(ending.isQuit)
    // The whole sentence, over two lines.
    #expect(screen.frames.contains { $0.text.contains("put it back first") })
  }

  @Test(arguments: [Input.hungUp, .terminate(signal: SIGHUP)])
  func itEndsWithItsTerminal(input: Input) {
    guard case .interrupted = play([withoutFolder(input)]).ending else {
      Issue.record("not interrupted")
      return
    }
  }

  @Test(arguments: [Input.hungUp, .key("d")])
  func oneWithItsFolderGoesOn(input: Input) {
    guard case .detached(.running) = play([.when("40 neurons", input)]).ending else {
      Issue.record("not detached")
      return
    }
  }
}
