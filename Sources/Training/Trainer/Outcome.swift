import Experiment

/// How a run ended.
public struct Outcome: Equatable, Sendable {
  public var isDiverged: Bool { divergedAfter != nil }
  /// Steps done when the loss stopped being finite; `steps` are those of the last good parameters.
  public var divergedAfter: Int?
  /// Told to stop before its epochs were done.
  public var isStopped: Bool
  public var epochs: Double
  public var steps: Int
  /// Of training alone.
  public var seconds: Double
  /// Training rows seen, with repetition.
  public var samples: Int
  /// That shared each minibatch.
  public var threads: Int
  /// Mean NLL of the last epoch.
  public var trainLoss: Double
  public var validation: Metrics?
  /// The best of all evaluations on held-out rows since the network was last changed by hand.
  public var best: Metrics?
  /// `nil` without test rows.
  public var test: Metrics?
  /// Of the adaptive layers; of an ordinary network, of its hidden layers.
  public var widths: [Int]
  public var initialWidths: [Int]
  public var parameters: Int
}

/// Stops a run whose held-out metric has not improved for so many evaluations.
struct EarlyStopping: Sendable {
  private let limit: Int?
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

  /// As if nothing had been seen yet.
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
