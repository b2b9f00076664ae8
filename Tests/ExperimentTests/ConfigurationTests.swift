import Experiment
import Testing

@Suite struct ConfigurationTests {
  private typealias Change = @Sendable (inout Configuration) -> Void

  /// What the complaint must name, and a setting it must be raised for.
  private static let mistakes: [(String, Change)] = [
    ("--hidden-layers", { $0.network.hiddenLayers = 0 }),
    ("--fixed-width", { $0.network.fixedWidths = [8, 0] }),
    ("--quantile", { $0.network.quantile = 0 }),
    ("--quantile", { $0.network.quantile = 1 }),
    ("--quantile", { $0.network.quantile = .nan }),
    ("--initial-rate", { $0.network.initialRate = 0 }),
    ("--initial-rate", { $0.network.initialRate = .infinity }),
    ("--initial-bias-scale", { $0.network.initialBiasScale = -1 }),
    ("--initial-bias-scale", { $0.network.initialBiasScale = .infinity }),
    ("--minimum-rate", { $0.network.minimumRate = -0.1 }),
    ("--weight-prior-scale", { $0.prior.weightScale = 0 }),
    ("--rate-prior", { $0.prior.rate = NormalPrior(mean: 0.1, scale: 0) }),
    ("--rate-prior", { $0.prior.rate = NormalPrior(mean: 0.1, scale: .nan) }),
    ("--rate-prior", { $0.prior.rate = NormalPrior(mean: .infinity, scale: 1) }),
    ("--epochs", { $0.training.epochs = 0 }),
    ("--steps", { $0.training.steps = 0 }),
    ("--batch-size", { $0.training.batchSize = 0 }),
    ("--learning-rate", { $0.training.learningRate = -1 }),
    ("--learning-rate", { $0.training.learningRate = .nan }),
    ("--momentum", { $0.training.momentum = 1 }),
    ("--momentum", { $0.training.momentum = -0.1 }),
    ("--patience", { $0.training.patience = 0 }),
    ("--seed", { $0.training.seed = UInt64(Int64.max) + 1 }),
    ("--pace", { $0.training.pace = 0 }),
    ("--weight-decay", { $0.training.weightDecay = -0.1 }),
    ("--weight-decay", { $0.training.weightDecay = 1e5 }),
    ("--weight-decay", { $0.training.weightDecay = 1e300 }),
    ("--weight-decay must be a finite number", { $0.training.weightDecay = .infinity }),
    ("--learning-rate must be a finite number", { $0.training.learningRate = .nan }),
    (
      "--class-weights gives the class '0' two weights",
      {
        $0.training.classWeights = .named([.init("0", 2), .init("1", 1), .init("0", 3)])
      }
    ),
    ("--validation", { $0.data.validation = 1 }),
    ("--validation", { $0.data.validation = .nan }),
    ("--test", { $0.data.test = -0.1 }),
    ("--time", { $0.data.time = "t" }),
    ("--permutation", { $0.data.permutation = 1 }),
    ("--state-size", { $0.network.stateSize = 0 }),
    ("--width-multiplier must be", { $0.network.widthMultiplier = 0 }),
    ("--width-multiplier must be positive, and at most 16", { $0.network.widthMultiplier = 17 }),
    ("--backpropagation-steps", { $0.network.backpropagationSteps = 0 }),
    ("--gradient-clip", { $0.training.gradientClip = 0 }),
    (
      "--adapt of a transformer takes feed-forward, attention or all",
      {
        ($0.network.kind, $0.network.adapt) = (.transformer, .inner)
      }
    ),
    ("--adapt of a cnn takes head or inner", { ($0.network.kind, $0.network.adapt) = (.cnn, .attention) }),
    (
      "--fixed-width",
      {
        $0.network.kind = .rnn
        $0.network.fixedWidths = [8]
      }
    ),
    (
      "--fixed-width takes three widths for an rnn",
      {
        ($0.network.kind, $0.network.adapt) = (.rnn, .all)
        $0.network.fixedWidths = [8, 8]
      }
    ),
    (
      "--fixed-width takes one width for an rnn",
      {
        ($0.network.kind, $0.network.adapt) = (.rnn, .stream)
        $0.network.fixedWidths = [8, 8]
      }
    ),
    (
      "--fixed-width takes 13 widths with this --adapt: of 12 layers of channels",
      {
        ($0.network.kind, $0.network.adapt) = (.resnet20, .all)
        $0.network.fixedWidths = [8, 8]
      }
    ),
    (
      "--fixed-width takes one width",
      {
        $0.network.kind = .resnet20
        $0.network.fixedWidths = [8, 8]
      }
    ),
    (
      "--fixed-width takes one width for all layers, or as many as a gin has",
      {
        ($0.network.kind, $0.network.adapt, $0.network.depth) = (.gin, .all, 2)
        $0.network.fixedWidths = [8, 20]
      }
    ),
    (
      "--fixed-width takes one width for all layers, or as many as a transformer has",
      {
        ($0.network.kind, $0.network.adapt, $0.network.depth) = (.transformer, .all, 1)
        $0.network.fixedWidths = [16, 24]
      }
    ),
    (
      "--validation and --test",
      {
        $0.data.validation = 0.6
        $0.data.test = 0.4
      }
    ),
  ]

  @Test(arguments: mistakes.indices)
  func aSenselessSettingIsNamed(mistake: Int) throws {
    let (flag, change) = Self.mistakes[mistake]
    var configuration = Configuration.defaults(for: .spiral)
    change(&configuration)
    let problem = try #require(configuration.problem, "\(flag), case \(mistake)")
    #expect(problem.contains(flag))
  }

  @Test func defaultsMakeSense() {
    for task in BuiltInTask.allCases {
      let configuration = Configuration.defaults(for: task)
      #expect(configuration.problem == nil)
      #expect(configuration.data.task == task && configuration.data.path == nil)
      #expect((configuration.watchingPace ?? 0) > 0)
    }
    for areImages in [false, true] {
      let configuration = Configuration.defaults(
        forData: DataOptions(path: "a.csv"), name: "a", kind: areImages ? .images : .table)
      #expect(configuration.problem == nil)
      #expect(configuration.data.path == "a.csv" && configuration.data.task == nil)
      #expect(configuration.watchingPace == nil)
    }
  }

  @Test func thePriorSuitsTheProblemOfATable() {
    var table = Configuration.defaults(forData: DataOptions(path: "a.csv"), name: "a", kind: .table)
    #expect(table.weightScale(for: .regression) == 0.5 && table.weightScale(for: .classification) == 3)
    table.network.method = .paper
    #expect(table.weightScale(for: .regression) == 10 && table.weightScale(for: .classification) == 10)
    // Small importances leave large weights behind them.
    (table.network.method, table.network.importanceScale) = (.settle, .sum)
    #expect(table.weightScale(for: .regression) == 10)
    table.prior.weightScale = 2
    #expect(table.weightScale(for: .regression) == 2)
    let images = Configuration.defaults(forData: DataOptions(path: "a"), name: "a", kind: .images)
    #expect(images.weightScale(for: .regression) == 0.3)
  }

  @Test func extremesThatMakeSenseAreAccepted() {
    var configuration = Configuration.defaults(for: .spiral)
    configuration.data.validation = 0
    configuration.data.test = 0
    configuration.network.fixedWidths = [1]
    configuration.network.initialBiasScale = 0
    configuration.training.momentum = 0
    configuration.training.epochs = 1
    configuration.training.steps = 1
    configuration.training.pace = 1e-3
    configuration.prior.rate = NormalPrior(mean: 0.1, scale: 0.01)
    #expect(configuration.problem == nil)
    (configuration.network.kind, configuration.network.adapt) = (.resnet20, .inner)
    configuration.network.fixedWidths = Array(repeating: 3, count: 10)
    #expect(configuration.problem == nil)
    (configuration.network.kind, configuration.network.adapt) = (.transformer, .all)
    configuration.network.depth = 2
    // Of texts, of translations, and of all alike.
    for count in [6, 16, 1] {
      configuration.network.fixedWidths = Array(repeating: 3, count: count)
      #expect(configuration.problem == nil)
    }
  }
}

@Suite("Architectures")
struct ArchitectureTests {
  @Test func everyKindOfDataHasOneUsualNetworkThatSuitsIt() {
    for data in DataKind.allCases {
      let usual = NetworkKind.allCases.filter { $0.architecture.defaultFor.contains(data) }
      #expect(usual.count == 1 && usual.allSatisfy { $0.suits.contains(data) })
      #expect(usual == [data.defaultNetwork])
    }
  }

  @Test func theDefaultsOfEveryKindAreValid() {
    for kind in NetworkKind.allCases {
      for data in kind.suits {
        let configuration = Configuration.defaults(
          forData: DataOptions(path: "data"), name: "test", kind: data, network: kind)
        #expect(configuration.problem == nil && configuration.network.kind == kind)
        #expect(configuration.network.initialWidths.allSatisfy { $0 >= 1 })
      }
    }
  }

  /// Every word of `--adapt` belongs to a kind that has the option, and a kind's words are accepted.
  @Test func everyWordOfAdaptIsOneOfAKind() {
    for kind in NetworkKind.allCases {
      let architecture = kind.architecture
      #expect(architecture.adaptable.isEmpty == !architecture.options.contains(.adapt))
      for word in architecture.adaptable {
        var configuration = Configuration.defaults(
          forData: DataOptions(path: "data"), name: "test", kind: kind.suits[0], network: kind)
        configuration.network.adapt = word
        #expect(configuration.problem == nil)
      }
    }
    let words = NetworkKind.allCases.flatMap { $0.architecture.adaptable }
    #expect(Set(words) == Set(AdaptedLayers.allCases))
    let setting = Setting.of(\.network.adapt)
    #expect(AdaptedLayers.allCases.allSatisfy { setting.help.contains("(\($0.rawValue))") })
  }

  @Test func everyOptionMeansSomethingToAKind() {
    for option in Architecture.Option.allCases { #expect(!option.kinds.isEmpty) }
  }
}
