import Canvas
import Dashboard
import Experiment
import Messaging
import Terminal
import Testing
import UserInterface
import struct UserInterface.RunLoop
import awn_tui

/// However often something changes, at most 30 frames a second are drawn. Only too many are a failure: how few a
/// busy machine manages says nothing.
@Suite struct FramePaceTests {
  /// News at every look, until enough frames were drawn.
  private final class RestlessScreen: Screen {
    let size = (width: 80, height: 24)
    let channels = RunChannels()
    private(set) var times: [ContinuousClock.Instant] = []
    private(set) var waits = 0

    func draw(_ frame: Frame) { times.append(.now) }

    func discardTypeAhead() {}
    func setMouse(_ isOn: Bool) {}
    func setTitle(_ title: String) {}
    func alert(_ text: String, by way: TerminalAlert) {}
    func close() {}

    func wait(timeout: Duration?) -> [Input] {
      waits += 1
      guard times.count < 4 else { return [.hungUp] }
      var snapshot = Snapshot()
      snapshot.shape = [2, waits, 2]
      channels.post([], snapshot)
      return [.woken]
    }
  }

  @Test func framesKeepTheirDistance() throws {
    let screen = RestlessScreen()
    var loop = RunLoop(
      screen: screen, state: .forTests(width: 80, height: 24), channels: screen.channels, loading: Mailbox(),
      export: { _, _ in "" })
    _ = loop.run()
    try #require(screen.times.count == 4)
    for (earlier, later) in zip(screen.times, screen.times.dropFirst()) {
      #expect(later - earlier >= .milliseconds(33))
    }
  }
}
