/// Something that happened to the run, in the order it happened. No event is ever lost.
public struct Event: Codable, Equatable, Sendable {
  /// Optimizer steps done when it happened.
  public var step: Int
  /// Epochs done, with the fraction of the current one.
  public var epoch: Double
  /// The command it answers.
  public var command: Int?
  public var kind: Kind
  /// Held-out metrics just before and after a structural edit.
  public var before: Metrics?
  public var after: Metrics?
  /// Another one of the dashboards that show the run has asked for it; `nil`: this one has, or nobody.
  public var isOfAnother: Bool?

  public init(
    step: Int, epoch: Double, command: Int? = nil, kind: Kind, before: Metrics? = nil, after: Metrics? = nil
  ) {
    self.step = step
    self.epoch = epoch
    self.command = command
    self.kind = kind
    self.before = before
    self.after = after
  }

  public enum Kind: Codable, Equatable, Sendable {
    case started
    case paused
    case resumed
    case stepped
    /// `method`: `nil` where older versions cut, plainly.
    case truncated(layer: Int, from: Int, to: Int, method: CutMethod? = nil)
    case truncatedAll(from: [Int], to: [Int], method: CutMethod? = nil)
    /// The uncut network began to teach the cut one: until its held-out metric is reached, or for so many epochs.
    case teaching(TeacherDuration)
    /// The teacher is no longer needed.
    case taught(hasCaughtUp: Bool)
    /// A layer was set to the exploration width.
    case explored(layer: Int, from: Int, to: Int)
    /// A measurement set a layer's width; `need`: what it found.
    case settled(layer: Int, from: Int, to: Int, need: WidthNeed)
    /// The network is surer than it should be of rows that it does not learn from, so that the prior on the weights counts
    /// more than once.
    case labelsAreNoisy(temperature: Double)
    /// A measurement found that the network has learned nothing yet, so that no width can be read off it.
    case nothingToSettle
    /// The last measurement found that the network still learns fast, so that no width can be read off it.
    case stillLearning
    /// The price of width changed.
    case priceChanged(price: Double)
    /// A layer's neurons were put in best order.
    case reordered(layer: Int)
    case compressing(layer: Int, from: Int, target: Int)
    /// Compression ended: at its target, or where it was stopped.
    case compressed(layer: Int, from: Int, to: Int, target: Int)
    /// Compression until the metric degrades began.
    case compressingUntil(layers: [Int], tolerance: Double)
    /// A compression trial of a layer ended. If it was rejected, the run was rolled back to `backTo`.
    case compressionStep(layer: Int, from: Int, to: Int, CompressionVerdict, backTo: Int?)
    /// Compression until the metric degrades ended, with the last widths that were good enough, which are held.
    case compressedUntil(from: [Int], to: [Int], isStopped: Bool)
    case policyChanged(layer: Int, WidthPolicy)
    case paceChanged(Double?)
    case learningRateChanged(Double)
    /// `to`: the step gone back to.
    case undone(to: Int)
    case redone(to: Int)
    case testEvaluated(Metrics)
    /// The run's checkpoint, or the present model, was written to a folder.
    case saved(folder: String)
    /// The present model was written to a file for other programs.
    case exported(file: String)
    /// The command was refused; nothing changed.
    case rejected(reason: String)
    /// The loss stopped being finite at this step; the last good parameters are kept.
    case diverged
    /// All epochs are done.
    case finished
    /// The held-out metric stopped improving.
    case stoppedEarly
    /// The run ended with the best network by the held-out metric, which is that of an earlier epoch.
    case keptBest(epoch: Double)
    /// Stopped by the user.
    case stopped
    /// Something outside the network went wrong, such as a run folder that cannot be written.
    case warning(String)

    // In files, values without a label have a name too.
    private enum CompressionStepCodingKeys: String, CodingKey {
      case layer, from, to, backTo
      case _3 = "verdict"
    }
    private enum PolicyChangedCodingKeys: String, CodingKey {
      case layer
      case _1 = "policy"
    }
    private enum TeachingCodingKeys: String, CodingKey { case _0 = "duration" }
    private enum PaceChangedCodingKeys: String, CodingKey { case _0 = "pace" }
    private enum LearningRateChangedCodingKeys: String, CodingKey { case _0 = "rate" }
    private enum TestEvaluatedCodingKeys: String, CodingKey { case _0 = "metrics" }
    private enum WarningCodingKeys: String, CodingKey { case _0 = "text" }
  }

  private enum CodingKeys: CodingKey { case step, epoch, command, kind, before, after, isOfAnother }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    step = try container.decode(Int.self, forKey: .step)
    epoch = try container.decode(Double.self, forKey: .epoch)
    command = try container.decodeIfPresent(Int.self, forKey: .command)
    kind =
      try (try? container.decode(PositionalKind.self, forKey: .kind))?.kind
      ?? container.decode(Kind.self, forKey: .kind)
    before = try container.decodeIfPresent(Metrics.self, forKey: .before)
    after = try container.decodeIfPresent(Metrics.self, forKey: .after)
    isOfAnother = try container.decodeIfPresent(Bool.self, forKey: .isOfAnother)
  }

  /// Whether nothing more is trained unless someone asks for it.
  public var endsRun: Bool {
    switch kind {
    case .finished, .stoppedEarly, .diverged, .stopped: true
    default: false
    }
  }

  /// Whether it changed the network's structure: these are the markers on the charts.
  public var isStructural: Bool {
    switch kind {
    case .truncated, .truncatedAll, .reordered, .explored, .settled, .compressing, .compressed,
      .compressingUntil, .compressedUntil, .policyChanged, .undone, .redone:
      true
    case .started, .paused, .resumed, .stepped, .teaching, .taught, .labelsAreNoisy, .nothingToSettle,
      .stillLearning, .priceChanged, .compressionStep, .paceChanged, .learningRateChanged, .testEvaluated,
      .saved, .exported,
      .rejected, .diverged, .finished, .stoppedEarly, .keptBest, .stopped, .warning:
      false
    }
  }
}

/// Outcome of a compression trial.
public enum CompressionVerdict: String, Codable, Sendable {
  case kept
  /// The held-out metric stayed worse than the tolerance allows.
  case degraded
  /// The loss stopped being finite.
  case diverged
  /// The width did not follow.
  case stuck
}
