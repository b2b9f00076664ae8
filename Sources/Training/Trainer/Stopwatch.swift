/// Time as the trainer needs it: what training took, how fast it goes, and when to show itself. Decides nothing
/// about what is learned.
struct Stopwatch: Sendable {
  private let clock = ContinuousClock()
  /// The seconds of training alone.
  private(set) var seconds = 0.0
  private(set) var steps = 0
  private var speed: TrainingSpeed
  private var last: ContinuousClock.Instant
  private var isRunning = false
  private var hasEnded = false
  private var lastYield: ContinuousClock.Instant
  private var lastSnapshot: ContinuousClock.Instant
  private var lastCheckpoint: ContinuousClock.Instant
  /// What the network makes of inputs, and prices that are asked for.
  var glances = InspectionClock()
  /// Curves and price lists.
  var cuts = InspectionClock()
  /// Since when, and since which step, the pace is kept.
  private var paceMark: (time: ContinuousClock.Instant, steps: Int, pace: Double?)

  /// - Parameter seconds: of training that were before.
  init(seconds: Double = 0) {
    self.seconds = seconds
    last = clock.now
    (lastYield, lastSnapshot, lastCheckpoint) = (last, last, last)
    speed = TrainingSpeed(at: last)
    paceMark = (last, 0, nil)
  }

  /// Time counts from now.
  mutating func start() {
    last = clock.now
    isRunning = !hasEnded
  }

  /// What follows is not training.
  mutating func pause() {
    count()
    isRunning = false
  }

  /// No training follows: the seconds stay as a checkpoint has them.
  mutating func end() {
    pause()
    hasEnded = true
  }

  mutating func countStep() {
    steps += 1
    count()
  }

  /// Counts the time since the last count, or since the start, as training.
  mutating func count() {
    let now = clock.now
    if isRunning { seconds += (now - last) / .seconds(1) }
    last = now
  }

  /// How long to wait before the next step at a pace; never long, so that commands are answered.
  mutating func timeUntilDue(pace: Double?, batchesPerEpoch: Int) -> Duration? {
    guard let pace else {
      paceMark.pace = nil
      return nil
    }
    let now = last
    let elapsed = (now - paceMark.time) / .seconds(1)
    let stepsPerSecond = pace * Double(batchesPerEpoch)
    let ahead = Double(steps - paceMark.steps) - elapsed * stepsPerSecond
    // A new pace, or a pause: start over rather than catch up.
    if paceMark.pace != pace || ahead < -0.25 * stepsPerSecond - 1 {
      paceMark = (now, steps, pace)
      return nil
    }
    return ahead < 1 ? nil : .seconds(min(ahead / stepsPerSecond, 0.01))
  }

  var isYieldDue: Bool { last - lastYield > .milliseconds(2) }

  var isTimeToYield: Bool {
    mutating get {
      guard isYieldDue else { return false }
      lastYield = last
      return true
    }
  }

  /// At most 33 a second: no more are drawn.
  var isSnapshotDue: Bool { last - lastSnapshot > .milliseconds(30) }

  mutating func snapshotTaken() {
    lastSnapshot = clock.now
    speed.measure(steps: steps, at: lastSnapshot)
  }

  var stepsPerSecond: Double { speed.stepsPerSecond }

  /// What takes time from now on, though it may count as training, says nothing about its speed.
  mutating func interruptSpeed() { speed.interrupt(at: clock.now) }

  mutating func goOnWithSpeed() { speed.goOn(at: clock.now) }

  /// How long an epoch takes at the present speed.
  func epochTime(batchesPerEpoch: Int) -> Duration? {
    stepsPerSecond > 0 ? .seconds(Double(batchesPerEpoch) / stepsPerSecond) : nil
  }

  func isCheckpointDue(every interval: Duration) -> Bool { last - lastCheckpoint > interval }

  mutating func checkpointTaken() { lastCheckpoint = clock.now }

  /// The network changed at once: what was measured before says little.
  mutating func inspectSoon() {
    glances.runSoon()
    cuts.runSoon()
  }
}

/// When measurements of one kind are due beside training.
package struct InspectionClock: Sendable {
  private let clock = ContinuousClock()
  private var next: ContinuousClock.Instant?
  private var lastStep = -1

  /// Only for steps that were not measured; at once while training waits.
  mutating func isDue(step: Int, isWaiting: Bool) -> Bool {
    if step == lastStep { return false }
    if !isWaiting, let next, clock.now < next { return false }
    lastStep = step
    return true
  }

  mutating func took(_ time: Duration, epoch: Duration?) {
    next = clock.now + Self.pause(after: time, epoch: epoch)
  }

  /// Until the next measurement: at most eight follow in a second, and they take at most a seventh of the time; but
  /// what takes so long that it would be older than an epoch then is measured half of the time.
  ///
  /// - Parameter epoch: how long one takes; `nil`: not known.
  package static func pause(after time: Duration, epoch: Duration?) -> Duration {
    max(.milliseconds(125), epoch.map { min(time * 6, max(time, $0 - time)) } ?? time * 6)
  }

  mutating func runSoon() {
    lastStep = -1
    next = nil
  }
}
