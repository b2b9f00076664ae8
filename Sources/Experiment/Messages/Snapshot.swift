/// Whether and how training goes on.
public enum RunState: String, Codable, Sendable {
  case loading
  case running
  case paused
  case compressing
  case finished
  case stopped
  case diverged

  /// Whether no step will follow.
  public var isFinal: Bool { self == .finished || self == .stopped || self == .diverged }
}

/// One adaptive layer at a step boundary.
public struct LayerSnapshot: Codable, Equatable, Sendable {
  /// What people call it, such as `stage 2, block 1`; `nil`: it is known by its number.
  public var name: String?
  public var width: Int
  /// ν
  public var rate: Double
  /// The share of the importance that lies within the width that a rate means.
  public var quantile: Double
  /// q(λ)
  public var posterior: Posterior
  public var policy: WidthPolicy
  /// The ceiling of `cap`, or the width frozen by `hold`.
  public var ceiling: Int?
  /// f(n), one per neuron, in index order.
  @Packed public var importances: [Float]
  /// Its width after each step.
  public var widthHistory: Series
  /// The prior its rate is under; `nil`: uninformative.
  public var ratePrior: NormalPrior?
  /// While compressing: the width aimed at.
  public var compressionTarget: Int?
  /// What the last measurement found that it needs; `nil`: there was none yet, or widths are not measured.
  public var need: WidthNeed?

  public init(
    width: Int, rate: Double, policy: WidthPolicy = .adapt, ceiling: Int? = nil, importances: [Float] = [],
    widthHistory: Series = Series(), ratePrior: NormalPrior? = nil, compressionTarget: Int? = nil,
    posterior: Posterior? = nil, need: WidthNeed? = nil, quantile: Double = 0.9
  ) {
    self.need = need
    self.quantile = quantile
    self.width = width
    self.rate = rate
    self.posterior = posterior ?? .normal(mean: rate, deviation: 1)
    self.policy = policy
    self.ceiling = ceiling
    self.importances = importances
    self.widthHistory = widthHistory
    self.ratePrior = ratePrior
    self.compressionTarget = compressionTarget
  }
}

/// The run at a step boundary. A newer one may replace it unseen.
public struct Snapshot: Codable, Equatable, Sendable {
  public var state: RunState = .loading
  public var problem: Problem = .classification
  public var network: NetworkKind = .mlp
  public var importance: ImportanceFamily = .exponential
  public var step = 0
  /// Epochs done, with the fraction of the current one.
  public var epoch = 0.0
  public var epochs = 0
  /// Steps after which the run ends, whatever the epoch; `nil`: there is no such limit.
  public var stepLimit: Int?
  /// Those that a resume adds once all are done; `nil`: not known.
  public var epochsMore: Int?
  /// Minibatches of an epoch; 0: not known.
  public var stepsPerEpoch = 0
  /// Inputs, then every layer's outputs.
  public var shape: [Int] = []
  public var parameters = 0
  /// `parameters` as a function of the widths of `layers`; `nil`: not known.
  public var parameterCost: ParameterCost?
  /// The adaptive ones, from the input on; empty for an ordinary network.
  public var layers: [LayerSnapshot] = []
  /// Before the schedule.
  public var learningRate = 0.0
  /// What the schedule multiplies it with at this step.
  public var learningRateFactor = 1.0
  /// Epochs a second it is held back to; `nil`: unlimited.
  public var pace: Double?
  /// Measured over the last second or so.
  public var epochsPerSecond = 0.0
  public var stepsPerSecond = 0.0
  /// Neurons added and removed since training began, or since the last undo.
  public var grown = 0
  public var shrunk = 0
  /// Mean training NLL of the last so many steps as an epoch has, or of all there were; `nil` before the first step.
  public var meanTrainLoss: Double?
  /// Training NLL of every step, and its moving average.
  public var trainLoss = Series()
  public var smoothedTrainLoss = Series()
  /// Held-out NLL and metric (accuracy or RMSE) of every evaluation.
  public var validationLoss = Series()
  public var validationMetric = Series()
  /// Held-out metrics of the last evaluation.
  public var validation: Metrics?
  /// The step of the network that `validation` is of; `nil`: not known.
  public var validationStep: Int?
  /// Training loss of stretches that an undo took back.
  public var abandonedLoss: [Series] = []
  public var undoDepth = 0
  public var redoDepth = 0
  /// Edits that can not be undone any more, because the moments before them would take too much memory.
  public var undoForgotten = 0
  /// While compressing.
  public var compression: CompressionStatus?
  /// While the uncut network teaches the cut one.
  public var teaching: TeachingStatus?
  /// Whether it teaches after a cut unless the cut says otherwise.
  public var teachesCuts = false
  /// How far measurements have settled the widths; `nil`: widths are not measured.
  public var settling: SettlingStatus?
  /// Widths that settling, compression and budgets choose are multiples of this; `nil`: they may be any.
  public var roundTo: Int?
  /// Why the run as it is now might not be kept, as a clause; `nil`: nothing speaks against it.
  public var risk: String?
  /// Dashboards that show the run.
  public var viewers = 0
  /// Which of them sent the last command; `nil`: none of those that are there has sent one.
  public var steering: Steering?

  public init() {}
}

/// Which one of several dashboards steers a run, as one of them is told.
public enum Steering: String, Codable, Sendable {
  case this
  case another
}

/// How far measurements have settled the widths of a run.
public struct SettlingStatus: Codable, Equatable, Sendable {
  /// τ, in nats for e times as many neurons.
  public var price: Double
  /// The step of the next measurement; `nil`: the widths are settled, or cannot be.
  public var nextStep: Int?
  /// Whether the last measurement has set the widths, and they are as it set them.
  public var isSettled: Bool
  /// Whether a width was cut or widened after the last measurement had set it.
  public var isChanged: Bool
  /// Why the last measurement left the widths as they were; `nil`: it did not.
  public var obstacle: SettlingObstacle?

  public init(
    price: Double, nextStep: Int?, isSettled: Bool, isChanged: Bool = false, obstacle: SettlingObstacle? = nil
  ) {
    (self.price, self.nextStep) = (price, nextStep)
    (self.isSettled, self.isChanged, self.obstacle) = (isSettled, isChanged, obstacle)
  }
}

/// Why no width can be read off a network.
public enum SettlingObstacle: String, Codable, Sendable {
  case hasLearnedNothing = "has_learned_nothing"
  case isStillLearning = "is_still_learning"
}

/// A network that teaches the one it was before its cut.
public struct TeachingStatus: Codable, Equatable, Sendable {
  /// The widths of the teacher's adaptive layers.
  public var widths: [Int]
  /// The step after which it no longer teaches.
  public var lastStep: Int
  /// Its held-out metrics, if it teaches no longer than until they are reached.
  public var reference: Metrics?

  public init(widths: [Int], lastStep: Int, reference: Metrics?) {
    (self.widths, self.lastStep, self.reference) = (widths, lastStep, reference)
  }
}

/// Progress of a compression.
public struct CompressionStatus: Codable, Equatable, Sendable {
  /// The layer being compressed.
  public var layer: Int
  public var from: Int
  public var target: Int
  /// Fraction of the prior's path to the target, 0…1.
  public var progress: Double
  /// Training steps since the layer began to shrink, and the most that it is given; `nil`: it settles, or the run is of
  /// an older version.
  public var steps: Int?
  public var mostSteps: Int?
  /// How much worse than `reference` the held-out metric may be; `nil`: down to the target, whatever it costs.
  public var tolerance: Double?
  /// Held-out metrics where compression began.
  public var reference: Metrics?
  /// Widths of the smallest network so far that was good enough.
  public var accepted: [Int]?
  /// Evaluations in a row that were not good enough, of the three that end it.
  public var failures = 0

  public init(layer: Int, from: Int, target: Int, progress: Double) {
    self.layer = layer
    self.from = from
    self.target = target
    self.progress = progress
  }
}
