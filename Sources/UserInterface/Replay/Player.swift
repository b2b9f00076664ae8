import Dashboard
import Experiment
import Foundation
import Messaging
import Synchronization

/// Moves through a recording, on a thread of its own while it plays.
package final class Player: Sendable {
  /// What is to be shown.
  package struct Moment: Sendable {
    package var playback: String
    package var events: [Event]
    package var snapshot: Snapshot
    package var inspection: Inspection?
  }

  private struct State {
    var position = 0.0
    var speed = 1.0
    var isPlaying: Bool
    var isOver = false
  }

  private let recording: Recording
  private let edits: [Int]
  private let wake: @Sendable () -> Void
  private let state: Mutex<State>
  private let moments = Latest<Moment>()

  private static let speeds = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32]
  /// At speed 1, all is shown in half a minute, but no moment is passed over in less than a thirtieth of a second.
  private var momentsPerSecond: Double { min(30, max(1, Double(recording.count) / 30)) }

  /// - Parameter wake: called from any thread once there is something to show.
  package init(_ recording: Recording, isPlaying: Bool = true, wake: @escaping @Sendable () -> Void) {
    self.recording = recording
    edits = recording.edits
    self.wake = wake
    state = Mutex(State(isPlaying: isPlaying))
    state.withLock { show($0) }
    wake()
    let thread = Thread { [weak self] in
      while let player = self, player.tick() { Thread.sleep(forTimeInterval: 1.0 / 30) }
    }
    thread.start()
  }

  package func take() -> Moment? { moments.take() }

  package func close() { state.withLock { $0.isOver = true } }

  package func perform(_ command: ReplayCommand) {
    let last = Double(recording.count - 1)
    state.withLock { state in
      let here = Int(state.position)
      switch command {
      case .playOrPause:
        // From the end, it begins again.
        if !state.isPlaying, state.position >= last { state.position = 0 }
        state.isPlaying.toggle()
      case .slower: state.speed = Self.speeds.last { $0 < state.speed } ?? state.speed
      case .faster: state.speed = Self.speeds.first { $0 > state.speed } ?? state.speed
      case .move(let moments):
        state.isPlaying = false
        state.position = Double(here + moments)
      case .tenths(let tenths): state.position += Double(tenths) * last / 10
      case .edit(isNext: true): state.position = Double(edits.first { $0 > here } ?? Int(last))
      case .edit(isNext: false): state.position = Double(edits.last { $0 < here } ?? 0)
      }
      state.position = min(max(0, state.position), last)
      show(state)
    }
    wake()
  }

  /// A thirtieth of a second later.
  ///
  /// - Returns: whether others follow.
  private func tick() -> Bool {
    let (isOver, hasMoved) = state.withLock { state in
      guard state.isPlaying, !state.isOver else { return (state.isOver, false) }
      let before = Int(state.position)
      state.position += momentsPerSecond * state.speed / 30
      if state.position >= Double(recording.count - 1) {
        (state.position, state.isPlaying) = (Double(recording.count - 1), false)
      }
      let hasMoved = Int(state.position) != before || !state.isPlaying
      if hasMoved { show(state) }
      return (false, hasMoved)
    }
    if hasMoved { wake() }
    return !isOver
  }

  /// With the lock held: otherwise a slow older moment could take the place of a newer one.
  private func show(_ state: State) {
    let index = Int(state.position)
    let speed = state.speed < 1 ? "1/\(Int(1 / state.speed))" : "\(Int(state.speed))"
    let playback =
      "\(state.isPlaying ? "playing" : "paused") \(index + 1)/\(recording.count)"
      + (state.speed == 1 ? "" : " ×\(speed)")
    moments.post(
      Moment(
        playback: playback, events: recording.events(at: index), snapshot: recording.snapshot(at: index),
        inspection: recording.inspection(at: index)))
  }
}
