import Experiment

/// How a run ended.
public struct Outcome: Codable, Equatable, Sendable {
  public var isDiverged: Bool { divergedAfter != nil }
  /// Steps done when the loss stopped being finite; `steps` counts those of the last good parameters.
  public var divergedAfter: Int?
  /// Stopped by a command before its epochs were done.
  public var isStopped: Bool
  public var epochs: Double
  public var steps: Int
  /// The seconds of training alone, without evaluation, files and waiting.
  public var seconds: Double
  /// Training rows seen, with repetition.
  public var samples: Int
  /// Threads that each minibatch was divided among.
  public var threads: Int
  /// Mean NLL of the last epoch.
  public var trainLoss: Double
  public var validation: Metrics?
  /// The step of the network that `validation` is of; `nil`: not known.
  public var validationStep: Int?
  /// The best evaluation on held-out rows since early stopping last began to count.
  public var best: Metrics?
  /// The epoch that `best` was measured after.
  public var bestEpoch: Double?
  /// Whether the run ended with the network of that epoch, not with the last one.
  public var keptBest = false
  /// `nil`: not measured, or there are no test rows.
  public var test: Metrics?
  /// Metrics on the test rows, or where there are none on the held-out rows; `nil`: not measured.
  public var details: DetailedMetrics?
  /// The widths of the adaptive layers, or in a fixed network of the hidden layers.
  public var widths: [Int]
  public var initialWidths: [Int]
  /// The names of the adaptive layers; `nil`: they are known by their numbers.
  public var layerNames: [String]?
  public var parameters: Int
  /// `nil`: widths were not measured.
  public var settling: SettlingStatus?
  /// T, how many times the prior on the weights counted because labels are noisy; `nil`: nothing fitted it.
  public var labelTemperature: Double?
  /// What of the run is not in its folder, as a clause; `nil`: everything is, or there is none.
  public var missing: String?
  /// The widths between which 90 % of each adaptive layer's posterior lie; `nil`: not measured.
  public var widthIntervals: [ClosedRange<Int>?] = []
  /// What would end the run, or has.
  public var limit = Limit.epochs

  /// What ends a run that is neither stopped nor diverges.
  public enum Limit: String, Codable, Sendable {
    case epochs, steps, patience
  }
}
