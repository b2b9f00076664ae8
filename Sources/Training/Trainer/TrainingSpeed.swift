/// How fast training goes, measured over half a second of it or more. What interrupts training says nothing about its speed:
/// the time that measurements of widths, edits and pauses take is left out.
package struct TrainingSpeed: Sendable {
  package private(set) var stepsPerSecond = 0.0
  /// Since when, and since which step, it is measured.
  private var mark: (time: ContinuousClock.Instant, steps: Int)
  /// Since when training has been interrupted; `nil`: it goes on.
  private var interruption: ContinuousClock.Instant?

  package init(at now: ContinuousClock.Instant) { mark = (now, 0) }

  /// - Parameter steps: done by now.
  package mutating func measure(steps: Int, at now: ContinuousClock.Instant) {
    let elapsed = ((interruption ?? now) - mark.time) / .seconds(1)
    guard elapsed > 0.5 else { return }
    stepsPerSecond = Double(steps - mark.steps) / elapsed
    mark = (interruption ?? now, steps)
  }

  /// What follows is no training.
  package mutating func interrupt(at now: ContinuousClock.Instant) { interruption = interruption ?? now }

  /// Training goes on, unless it was not interrupted.
  package mutating func goOn(at now: ContinuousClock.Instant) {
    guard let interruption else { return }
    mark.time += now - interruption
    self.interruption = nil
  }
}
