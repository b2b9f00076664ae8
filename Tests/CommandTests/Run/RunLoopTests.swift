import Canvas
import Dashboard
import Datasets
import Experiment
import Glibc
import Messaging
import Terminal
import Testing
import UserInterface
import struct UserInterface.RunLoop
import awn_tui

/// The run loop between a screen that is played and channels that the test fills.
@Suite struct RunLoopTests {
  private let bell = Bell()
  private let channels: RunChannels
  private let loading = Mailbox<LoadingNews>()

  init() {
    channels = RunChannels { [bell] in bell.ring() }
  }

  private func run(
    _ steps: [ScriptedScreen.Step], width: Int = 80, height: Int = 24,
    mouse: MouseReporting = .unavailable,
    export: @escaping (Frame, Theme) -> String = { _, _ in "" }
  ) -> (ending: RunLoop.Ending, screen: ScriptedScreen) {
    let screen = ScriptedScreen(steps, width: width, height: height, bell: bell)
    var state = State.forTests(width: width, height: height)
    state.mouse = mouse
    var loop = RunLoop(
      screen: screen, state: state, channels: channels, loading: loading, export: export)
    let ending = loop.run()
    #expect(screen.impasse == nil)
    return (ending, screen)
  }

  private func postSnapshot(_ state: RunState = .running, width: Int = 40) {
    var snapshot = Snapshot()
    snapshot.state = state
    snapshot.shape = [2, width, 2]
    snapshot.epochs = 10
    snapshot.learningRate = 0.01
    snapshot.layers = [LayerSnapshot(width: width, rate: 0.05)]
    channels.post([], snapshot)
    bell.ring()
  }

  private var sent: [Command.Action] { channels.commands.drain().map(\.action) }

  @Test func theFirstFrameIsDrawnAtOnceAndSaysLoading() {
    let (_, screen) = run([.then(.hungUp)])
    #expect(screen.frames.count == 1)
    #expect(screen.text.contains("loading spiral"))
  }

  @Test func whatIsLoadedIsShown() {
    loading.send(.progress("60,000 rows"))
    bell.ring()
    let (ending, _) = run([.when("loading 60,000 rows", .key("q"))])
    #expect(ending.isQuit)
  }

  @Test func keysBecomeCommandsInOrder() {
    postSnapshot()
    let metrics = Metrics(loss: 0.1, accuracy: 0.9)
    channels.prices.post(
      CutPrice(
        step: 0, request: CutRequest(widths: [38], method: .repaired), before: metrics, after: metrics,
        rows: 9)
    )
    _ = run([
      .when("40 neurons", .key(" ")), .then(.key("<"), .key("+")), .then(.key(.left), .key(.left)),
      .when("keep 38 of 40", .key("t")), .when("enter truncates", .key(.enter)), .then(.hungUp),
    ])
    #expect(
      sent == [
        .pause, .setPace(500), .setLearningRate(0.01 * 1.25), .truncate(layer: 0, width: 38),
      ])
  }

  @Test func anAnswerTypedBeforeItsQuestionIsDiscarded() {
    postSnapshot()
    let (_, screen) = run([
      .when("40 neurons", .key(.left), .key("t"), .key(.enter), .resized(width: 90, height: 30)),
      .when("enter once the price is there", .hungUp),
    ])
    #expect(screen.discards == 1)
    #expect(sent.isEmpty)
    #expect(screen.frames.last?.width == 90)
  }

  @Test func theMouseReachesTheDashboardAndItsKeyTheTerminal() {
    postSnapshot()
    let (_, screen) = run(
      [
        .when("40 neurons", .mouse(MouseEvent(.press, x: 60, y: 3))), .when("┤width├", .key("M")),
        .when("shift-drag", .key("l")), .when("loss axis", .mouse(MouseEvent(.wheelDown, x: 60, y: 3))),
        .atRest(.hungUp),
      ], mouse: .off)
    #expect(screen.isMouseOn)
    #expect(sent.isEmpty)
  }

  @Test func aClickBeforeItsQuestionIsDiscarded() {
    postSnapshot()
    let (_, screen) = run([
      .when("40 neurons", .key(.left), .key("t"), .mouse(MouseEvent(.press, x: 60, y: 3))),
      .when("enter once the price is there", .mouse(MouseEvent(.press, x: 60, y: 3))),
      .when("canceled", .hungUp),
    ])
    #expect(screen.discards == 1 && !screen.text.contains("┤width├"))
    #expect(sent.isEmpty)
  }

  @Test func quittingARunAsksFirst() {
    postSnapshot()
    let (ending, screen) = run([
      .when("40 neurons", .key("q")), .when("enter quits", .key("x")), .when("canceled", .key("q")),
      .when("enter quits", .key(.enter)),
    ])
    #expect(ending.isQuit)
    #expect(screen.discards == 2)
  }

  @Test func aFinishedRunQuitsAtOnce() {
    postSnapshot(.finished)
    #expect(run([.when("finished", .key(.control("c")))]).ending.isQuit)
  }

  @Test func failedLoadingEndsTheLoop() throws {
    let problem = DataError(.file(.empty), file: "rows.csv")
    loading.send(.failed(problem))
    bell.ring()
    guard case .failed(let error) = run([]).ending else {
      Issue.record("not failed")
      return
    }
    #expect(error as? DataError == problem)
  }

  @Test(arguments: [Input.hungUp, .terminate(signal: SIGTERM), .terminate(signal: SIGHUP)])
  func signalsAndHangUpsInterrupt(input: Input) {
    postSnapshot()
    guard case .interrupted = run([.when("40 neurons", input)]).ending else {
      Issue.record("not interrupted")
      return
    }
  }

  @Test(arguments: [(200, 60), (60, 18), (20, 5), (1, 1)])
  func resizingRedrawsAtTheNewSize(width: Int, height: Int) {
    postSnapshot()
    let (_, screen) = run([.when("40 neurons", .resized(width: width, height: height)), .then(.hungUp)])
    #expect(screen.frames.last.map { [$0.width, $0.height] } == [width, height])
  }

  @Test func aBurstOfInputsIsOneFrame() {
    postSnapshot()
    let burst = (0..<30).map { _ in Input.key(.left) }
    let (_, screen) = run([
      .init(moment: .frame, condition: { $0.contains("40 neurons") }, inputs: { _ in burst }),
      .when("keep 10 of 40", .hungUp),
    ])
    // Loading, the snapshot, the burst.
    #expect(screen.frames.count == 3)
  }

  @Test func nothingIsDrawnWhereNothingChanged() {
    postSnapshot()
    let (_, screen) = run([.atRest(.woken), .atRest(.pasted("q")), .atRest(.hungUp)])
    #expect(screen.frames.count == 2)
  }

  @Test func eventsAndSnapshotsReachTheScreen() {
    postSnapshot()
    let cut = ScriptedScreen.Step(moment: .frame, condition: { $0.contains("40 neurons") }) { _ in
      channels.post(Event(step: 7, epoch: 0.1, kind: .truncated(layer: 0, from: 40, to: 30)))
      postSnapshot(width: 30)
      return [.woken]
    }
    let (_, screen) = run([cut, .then(.hungUp)])
    #expect(screen.text.contains("cut layer 1: 40 → 30 neurons"))
    #expect(screen.text.contains("[30]"))
  }

  @Test func strayOutputGoesToTheMessageLog() {
    postSnapshot()
    let (_, screen) = run([
      .when("40 neurons", .strayOutput("a library says hello")), .then(.key("o")),
      .when("messages", .hungUp),
    ])
    #expect(screen.text.contains("a library says hello"))
  }

  @Test func notesOnTheDataGoToTheMessageLog() {
    postSnapshot()
    loading.send(.ready(notes: ["the column 'id' was left out"]))
    let (_, screen) = run([.when("40 neurons", .key("o")), .when("messages", .hungUp)])
    #expect(screen.text.contains("the column 'id' was left out"))
  }

  @Test func aPictureIsWrittenAsTextAndSVG() throws {
    let scratch = try Scratch()
    postSnapshot()
    let export: (Frame, Theme) -> String = { Picture.write($0, theme: $1, folder: scratch.path) }
    let (_, screen) = run(
      [
        .when("40 neurons", .key("x")), .when("picture written", .key("x")), .when("screen-2", .hungUp),
      ], width: 160, height: 40, export: export)
    #expect(try scratch.entries() == ["screen-2.svg", "screen-2.txt", "screen.svg", "screen.txt"])
    #expect(try scratch.text("screen.txt") == screen.frames[1].text + "\n")
    #expect(try scratch.text("screen.svg").hasPrefix("<svg"))
  }

  @Test func aPictureThatCannotBeWrittenIsToldOnScreen() {
    postSnapshot()
    let (_, screen) = run(
      [.when("40 neurons", .key("x")), .when("cannot write", .hungUp)], width: 160,
      export: { Picture.write($0, theme: $1, folder: "/nowhere") })
    #expect(screen.text.contains("/nowhere/screen.svg"))
  }
}

extension State {
  static func forTests(width: Int, height: Int) -> State {
    State(name: "spiral", width: width, height: height, glyphs: .braille, theme: .builtIn[0])
  }
}

extension RunLoop.Ending {
  var isQuit: Bool { if case .quit = self { true } else { false } }
}
