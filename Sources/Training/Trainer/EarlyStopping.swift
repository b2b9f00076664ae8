import Experiment

/// Stops a run whose held-out metric has not improved for a number of evaluations.
struct EarlyStopping: Sendable {
  /// Evaluations without an improvement after which the run stops; `nil`: it never does.
  let limit: Int?
  private(set) var seen = Seen()

  struct Seen: Codable, Equatable, Sendable {
    var best: Metrics?
    var sinceBest = 0

    private enum CodingKeys: String, CodingKey {
      case best
      case sinceBest = "since_best"
    }
  }

  init(limit: Int?, seen: Seen = Seen()) {
    self.limit = limit
    self.seen = seen
  }

  /// Forgets all evaluations: the network or its task has changed.
  mutating func reset() { seen = Seen() }

  mutating func add(_ metrics: Metrics) {
    if seen.best.map({ metrics.isBetter(than: $0) }) ?? true {
      seen = Seen(best: metrics)
    } else {
      seen.sinceBest += 1
    }
  }

  var isExhausted: Bool { limit.map { seen.sinceBest >= $0 } ?? false }
}
