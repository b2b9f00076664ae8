/// Everything that decides a run, complete and resolved: the same value, on the same machine, gives
/// bit-identical metrics.
public struct Configuration: Equatable, Sendable {
  /// Names the run on screen, in its folder's name and in the summary.
  public var name: String
  public var data: DataOptions
  public var network: NetworkOptions
  public var prior: PriorOptions
  public var training: TrainingOptions

  public init(
    name: String,
    data: DataOptions,
    network: NetworkOptions = NetworkOptions(),
    prior: PriorOptions = PriorOptions(),
    training: TrainingOptions = TrainingOptions()
  ) {
    self.name = name
    self.data = data
    self.network = network
    self.prior = prior
    self.training = training
  }
}

/// The built-in two-dimensional classification tasks of the paper.
public enum BuiltInTask: String, Codable, CaseIterable, Sendable {
  case doubleMoon = "double-moon"
  case spiral
  case spiralHard = "spiral-hard"
}

/// Where rows come from and how they are divided.
public struct DataOptions: Equatable, Sendable {
  /// What is trained on: exactly one of `task` and `path` is set.
  public var task: BuiltInTask?
  /// The file or folder that holds the data.
  public var path: String?
  /// Name or 0-based index of the column to predict; `nil`: the last.
  public var target: String?
  /// Fraction of all rows held out for the live metric, 0 ..< 1.
  public var validation: Double
  /// Fraction of all rows kept for the final metric, 0 ..< 1; unused with `testPath`, or when the
  /// folder has test files of its own.
  public var test: Double
  /// A file of test rows in the same format as `path`.
  public var testPath: String?
  /// The part of all rows but the test rows that is held out for the live metric; `nil`: the validation fraction says
  /// how many are.
  public var fold: Fold?
  /// The column whose values say which sequence a row belongs to; `nil`: rows are no steps.
  public var sequenceID: String?
  /// The column that steps are in the order of; `nil`: that of the file.
  public var time: String?
  /// The column that is a text to be classified.
  public var text: String?
  /// The language translated from, as the files' suffix; for translations.
  public var source: String?
  /// The number of subwords in the vocabulary of texts.
  public var vocabulary: Int?
  /// Tokens that are read of each text; time and memory grow with the square of it; `nil`: 256.
  public var maxLength: Int?
  /// The seed of the pixels' order in images read as sequences; `nil`: row by row.
  public var permutation: UInt64?
  /// Whether training crops and mirrors images at random.
  public var augmentation: Bool?
  /// Pixels a side that the images of a folder are resized to; `nil`: 32.
  public var imageSize: Int?
  /// Whether the twenty superclasses of CIFAR-100 are predicted, not the hundred classes.
  public var coarse: Bool?
  /// How a text file is read, as far as the user says.
  public var reading = ReadingOptions()
  /// Whether the target is a class or a value; `nil`: its column decides.
  public var problem: Problem?

  public static let usualMaxLength = 256
  public static let usualImageSize = 32

  public init(
    task: BuiltInTask? = nil, path: String? = nil, target: String? = nil,
    validation: Double = 0.1, test: Double = 0.1, testPath: String? = nil, fold: Fold? = nil
  ) {
    self.task = task
    self.path = path
    self.target = target
    self.validation = validation
    self.test = test
    self.testPath = testPath
    self.fold = fold
  }
}

/// A Gaussian prior.
public struct NormalPrior: Codable, Equatable, Sendable {
  public var mean: Double
  public var scale: Double

  public init(mean: Double, scale: Double) {
    self.mean = mean
    self.scale = scale
  }

  /// Whether it can be a prior: a finite mean, and a scale that a division by its square survives.
  public var isValid: Bool { mean.isFinite && scale.isFinite && scale >= 1e-6 }
}

/// What is believed before any data is seen.
public struct PriorOptions: Equatable, Sendable {
  /// s_θ: the standard deviation of the zero-mean Gaussian prior on weights and biases; `nil`: as suits the problem, see
  /// `Configuration.weightScale(for:)`.
  public var weightScale: Double?
  /// The prior on every layer's rate; `nil`: uninformative, the data alone decide the width.
  public var rate: NormalPrior?

  public init(weightScale: Double? = 10, rate: NormalPrior? = nil) {
    self.weightScale = weightScale
    self.rate = rate
  }
}

/// Which rule turns gradients into updates.
public enum OptimizerKind: String, Codable, CaseIterable, Sendable {
  case adam
  case sgd
}

/// How the learning rate changes over the run.
public enum LearningRateSchedule: String, Codable, CaseIterable, Sendable {
  case constant
  /// Half a cosine from the learning rate down to a hundredth of it, over all epochs.
  case cosine
}

/// How the network is trained.
public struct TrainingOptions: Equatable, Sendable {
  public var epochs: Int
  /// Stop after so many steps, whatever the epoch.
  public var steps: Int?
  public var batchSize: Int
  public var optimizer: OptimizerKind
  public var learningRate: Double
  public var schedule: LearningRateSchedule
  /// The momentum of SGD.
  public var momentum: Double
  /// Evaluations without improvement of the held-out metric before the run stops; `nil`: never.
  public var patience: Int?
  /// Which network the run ends with; `nil`: the best of a run with patience, the last of others.
  public var finalNetwork: KeptNetwork?
  /// What `patience` and `finalNetwork` go by; `nil`: accuracy or RMSE, and the loss where these are equal.
  public var metric: MetricName?
  public var seed: UInt64
  /// The fraction of a label's probability that is spread over all classes; `nil`: none.
  public var labelSmoothing: Double?
  /// λ of decoupled weight decay: at each step weights, but no biases, are multiplied by 1 − learning rate · λ.
  public var weightDecay = 0.0
  /// The probability that an element of a hidden layer's output is dropped in training.
  public var dropout = 0.0
  /// Whether the last neurons of layers of learned width are dropped at random, too.
  public var isNested = false
  /// What an observation of each class counts in the loss; `nil`: all count alike.
  public var classWeights: ClassWeights?
  /// Steps over which the learning rate rises to its full height; `nil`: it begins there.
  public var warmupSteps: Int?
  /// Maximum Euclidean norm of the gradient; `nil` disables clipping.
  public var gradientClip: Double?
  /// How long the uncut network teaches after every cut; `nil`: only where a cut asks for it.
  public var teacher: TeacherDuration?
  /// The weight of the teacher in the loss; the targets have the rest.
  public var teacherWeight = 0.9
  /// What logits are divided by before the teacher's are compared; of classes.
  public var teacherTemperature = 2.0
  /// Threads that share each minibatch; `nil`: as many as pay. The same number gives the same bits.
  public var threads: Int?
  /// Epochs a second that training is held back to; `nil`: as fast as it goes.
  public var pace: Double?

  /// Whether the run ends with the best network by the held-out metric.
  public var keepsBest: Bool { (finalNetwork ?? (patience == nil ? .last : .best)) == .best }

  /// Epochs that a teacher stays at the most.
  public func maxEpochs(of duration: TeacherDuration) -> Int {
    switch duration {
    case .untilCaughtUp: max(1, epochs / 5)
    case .epochs(let epochs): epochs
    }
  }
  /// Epochs in which a network settles after a compression.
  public var settlingEpochs: Int { max(1, epochs / 20) }

  public init(
    epochs: Int = 100, steps: Int? = nil, batchSize: Int = 128, optimizer: OptimizerKind = .adam,
    learningRate: Double = 0.01, schedule: LearningRateSchedule = .constant, momentum: Double = 0.9,
    patience: Int? = nil, seed: UInt64 = 0, threads: Int? = nil, pace: Double? = nil
  ) {
    self.epochs = epochs
    self.steps = steps
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.momentum = momentum
    self.patience = patience
    self.seed = seed
    self.threads = threads
    self.pace = pace
  }
}
