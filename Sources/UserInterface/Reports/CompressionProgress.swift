import Dashboard
import Experiment
import Synchronization

/// What `compress` says of a training that goes on.
package struct CompressionProgress {
  /// The step that it began after.
  fileprivate var firstStep: Int
  private var shown: (layer: Int, target: Int, isSettling: Bool)?
  private var lastShown: ContinuousClock.Instant?

  package init(firstStep: Int = 0) { self.firstStep = firstStep }

  /// What to say now, given the time after which the same layer is worth another line; `nil`: nothing.
  package mutating func line(
    _ snapshot: Snapshot, at now: ContinuousClock.Instant, every interval: Duration
  ) -> String? {
    guard let status = snapshot.compression else { return nil }
    let isSettling = status.steps == nil
    let isNew = shown.map { $0 != (status.layer, status.target, isSettling) } ?? true
    guard isNew || lastShown.map({ now - $0 >= interval }) ?? true else { return nil }
    (shown, lastShown) = ((status.layer, status.target, isSettling), now)
    return text(snapshot, status)
  }

  private func text(_ snapshot: Snapshot, _ status: CompressionStatus) -> String {
    let layer = snapshot.layers.indices.contains(status.layer) ? snapshot.layers[status.layer] : nil
    var name = Wording.layer(status.layer)
    if let title = layer?.name { name += " (\(title))" }
    let way = "\(Wording.list([status.from])) → \(Wording.neurons(status.target))"
    var parts = ["compressing \(name): \(way)" + (layer.map { ", at \(Wording.list([$0.width]))" } ?? "")]
    if let steps = status.steps, let most = status.mostSteps {
      parts.append("step \(Wording.list([steps])) of at most \(Wording.list([most]))")
    } else {
      parts.append("settling" + (status.failures > 0 ? ", try \(status.failures + 1) of 3" : ""))
    }
    if let validation = snapshot.validation { parts.append(ProgressReport.metric(validation)) }
    if let reference = status.reference { parts.append("at first \(MetricText.main(reference).value)") }
    if let accepted = status.accepted { parts.append("kept so far " + Wording.list(accepted)) }
    parts.append("\(Wording.list([max(0, snapshot.step - firstStep)])) steps in all")
    return parts.joined(separator: "; ")
  }
}

/// Says it on standard error, from whatever thread: a line that is redrawn on a terminal, else one every ten seconds.
package final class CompressionTeller: Sendable {
  private let style: ProgressReport.Style
  private let says: Bool
  private let state = Mutex((progress: CompressionProgress(), line: StatusLine()))

  /// - Parameter says: whether events are told.
  package init(_ style: ProgressReport.Style, says: Bool) {
    (self.style, self.says) = (style, says)
  }

  package func begin(at step: Int) { state.withLock { $0.progress.firstStep = step } }

  package func show(_ snapshot: Snapshot) {
    guard style != .silent else { return }
    let interval: Duration = style == .bar ? .milliseconds(100) : .seconds(10)
    state.withLock { state in
      guard let text = state.progress.line(snapshot, at: .now, every: interval) else { return }
      if style == .bar { state.line.show(text) } else { Console.tell(text + "\n") }
    }
  }

  package func tell(_ text: String) {
    guard says else { return }
    state.withLock { state in
      state.line.clear()
      Console.tell(text + "\n")
    }
  }

  package func clear() { state.withLock { $0.line.clear() } }
}
