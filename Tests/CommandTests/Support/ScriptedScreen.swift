import awn_tui
import Canvas
import Foundation
import Terminal
import UserInterface

/// A screen without a terminal: it keeps what is drawn and answers frames with inputs, as a person would.
final class ScriptedScreen: Screen {
  /// Inputs, and when they are given.
  struct Step {
    enum Moment {
      /// After a frame that was drawn since the inputs before.
      case frame
      /// When the loop has nothing to draw.
      case rest
    }

    var moment: Moment
    /// On the text of the last frame.
    var condition: (String) -> Bool
    var inputs: (String) -> [Input]

    static func when(_ text: String, _ inputs: Input...) -> Step {
      Step(moment: .frame, condition: { $0.contains(text) }, inputs: { _ in inputs })
    }

    /// The next frame, whatever it shows.
    static func then(_ inputs: Input...) -> Step {
      Step(moment: .frame, condition: { _ in true }, inputs: { _ in inputs })
    }

    static func atRest(_ inputs: Input...) -> Step {
      Step(moment: .rest, condition: { _ in true }, inputs: { _ in inputs })
    }
  }

  private(set) var size: (width: Int, height: Int)
  private(set) var frames: [Frame] = []
  private(set) var discards = 0
  private(set) var isMouseOn = false
  private(set) var titles: [String] = []
  private(set) var alerts: [String] = []
  private(set) var isClosed = false
  /// What was on screen when the script could not go on, for a test to report.
  private(set) var impasse: String?
  private var steps: ArraySlice<Step>
  private var isFrameNew = false
  private let bell: Bell
  /// When the script last went on, or began.
  private var lastStep = ContinuousClock.now

  init(_ steps: [Step], width: Int = 80, height: Int = 24, bell: Bell) {
    self.steps = steps[...]
    size = (width, height)
    self.bell = bell
  }

  var text: String { frames.last?.text ?? "" }

  func draw(_ frame: Frame) {
    frames.append(frame)
    isFrameNew = true
  }

  func discardTypeAhead() { discards += 1 }

  func setMouse(_ isOn: Bool) { isMouseOn = isOn }

  func setTitle(_ title: String) { if titles.last != title { titles.append(title) } }

  func alert(_ text: String, by way: TerminalAlert) { alerts.append("\(way.rawValue): \(text)") }

  func close() { isClosed = true }

  /// Messages give way after seconds: a longer wait than for a frame is rest.
  func wait(timeout: Duration?) -> [Input] {
    if let step = steps.first,
      step.moment == .rest ? timeout.map({ $0 > .milliseconds(500) }) ?? true : isFrameNew,
      step.condition(text)
    {
      isFrameNew = false
      lastStep = .now
      steps.removeFirst()
      let inputs = step.inputs(text)
      for case .resized(let width, let height) in inputs { size = (width, height) }
      return inputs
    }
    // A run that trains on draws frames without end, even if none is what the script waits for.
    if ContinuousClock.now - lastStep < Bell.withoutEnd {
      if bell.wait(timeout) { return [.woken] }
      if timeout != nil { return [] }
    }
    impasse =
      "the script does not go on (\(steps.count) steps are left), and the screen shows:\n\(text)"
    // A hang-up would leave the run to train on.
    return [.terminate(signal: SIGTERM)]
  }
}

/// Wakes a `ScriptedScreen` from any thread.
final class Bell: @unchecked Sendable {
  private let condition = NSCondition()
  private var hasRung = false

  func ring() {
    condition.withLock {
      hasRung = true
      condition.signal()
    }
  }

  /// What "without end" is, so that a test fails rather than hangs: on a loaded machine other tests keep the threads
  /// that load data for minutes.
  static let withoutEnd = Duration.seconds(900)

  /// False when the time is up first.
  func wait(_ timeout: Duration?) -> Bool {
    let deadline = Date(timeIntervalSinceNow: (timeout ?? Self.withoutEnd) / .seconds(1))
    return condition.withLock {
      while !hasRung { if !condition.wait(until: deadline) { break } }
      defer { hasRung = false }
      return hasRung
    }
  }
}

extension Input {
  static func key(_ character: Character) -> Input { .key(.character(character)) }
}
