import Testing
import Training

/// The speed that is shown, and that the time left follows from: moments are given, and no time passes.
@Suite struct TrainingSpeedTests {
  private let start = ContinuousClock.now

  private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test func itIsOfHalfASecondOrMore() {
    var speed = TrainingSpeed(at: start)
    speed.measure(steps: 40, at: after(0.4))
    #expect(speed.stepsPerSecond == 0)
    speed.measure(steps: 100, at: after(1))
    #expect(speed.stepsPerSecond == 100)
    speed.measure(steps: 300, at: after(2))
    #expect(speed.stepsPerSecond == 200)
  }

  /// Ten seconds in which widths are measured: the time left stays as it was.
  @Test func whatInterruptsTrainingIsLeftOut() {
    var speed = TrainingSpeed(at: start)
    speed.measure(steps: 100, at: after(1))
    speed.interrupt(at: after(1.25))
    speed.measure(steps: 125, at: after(5))
    // An edit that is measured within it.
    speed.interrupt(at: after(6))
    #expect(speed.stepsPerSecond == 100)
    speed.goOn(at: after(11.25))
    speed.goOn(at: after(11.25))
    speed.measure(steps: 150, at: after(11.5))
    #expect(speed.stepsPerSecond == 100)
    speed.measure(steps: 200, at: after(12))
    #expect(speed.stepsPerSecond == 100)
    speed.measure(steps: 400, at: after(13))
    #expect(speed.stepsPerSecond == 200)
  }

  /// What was done before an interruption is known during it, and stays known however long that takes.
  @Test func aPauseIsNoSpeedOfNothing() {
    var speed = TrainingSpeed(at: start)
    speed.interrupt(at: after(1))
    for seconds in [1.0, 60, 3_600] {
      speed.measure(steps: 50, at: after(seconds))
      #expect(speed.stepsPerSecond == 50)
    }
    speed.goOn(at: after(3_600))
    speed.measure(steps: 100, at: after(3_601))
    #expect(speed.stepsPerSecond == 50)
  }
}
