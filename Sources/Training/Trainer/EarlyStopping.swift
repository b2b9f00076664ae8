import Experiment

/// Stops a run whose held-out metric has not improved for a number of evaluations.
struct EarlyStopping: Sendable {
  /// Evaluations without an improvement after which the run stops; `nil`: it never does.
  let limit: Int?
  /// What is to improve; `nil`: the decisive measures, one after another.
  let measure: Metrics.Measure?
  private(set) var seen = Seen()

  struct Seen: Codable, Equatable, Sendable {
    var best: Metrics?
    /// The step of the network that `best` is of; `nil` in files of older versions.
    var bestStep: Int?
    var sinceBest = 0

    private enum CodingKeys: String, CodingKey {
      case best
      case bestStep = "best_step"
      case sinceBest = "since_best"
    }
  }

  init(limit: Int?, measure: Metrics.Measure? = nil, seen: Seen = Seen()) {
    self.limit = limit
    self.measure = measure
    self.seen = seen
  }

  /// Forgets all evaluations: the network or its task has changed.
  mutating func reset() { seen = Seen() }

  /// Counts from now on, and keeps the best there was.
  mutating func restart() { seen.sinceBest = 0 }

  /// - Returns: whether it is the best so far.
  @discardableResult
  mutating func add(_ metrics: Metrics, at step: Int) -> Bool {
    guard seen.best.map({ isBetter(metrics, than: $0) }) ?? true else {
      seen.sinceBest += 1
      return false
    }
    seen = Seen(best: metrics, bestStep: step)
    return true
  }

  private func isBetter(_ metrics: Metrics, than best: Metrics) -> Bool {
    guard let measure, let value = measure.value(metrics), let other = measure.value(best) else {
      return metrics.isBetter(than: best)
    }
    return measure.isBetter(value, than: other)
  }

  var isExhausted: Bool { limit.map { seen.sinceBest >= $0 } ?? false }
}
