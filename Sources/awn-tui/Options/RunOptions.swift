import ArgumentParser
import Datasets
import Experiment

/// What `launch` and `train` have in common: an experiment, and a flag for every setting of it.
struct RunOptions: ParsableArguments {
  @Argument(
    help: """
      A built-in task (\(BuiltInTask.allCases.map(\.rawValue).joined(separator: ", "))) or an experiment file \
      ending in .toml.
      """)
  var experiment: String?

  @OptionGroup(title: "Data") var data: DataFlags
  @OptionGroup(title: "Network") var network: NetworkFlags
  @OptionGroup(title: "Training") var training: TrainingFlags
  @OptionGroup(title: "Output") var folder: FolderFlags
  @OptionGroup(title: "Output") var output: OutputFlags

  /// What validation opened, for the run: a pipe can be read only once.
  var opened = OpenedData()

  /// Here, so that mistakes of usage are told with the usage of their own command; `run` tells those of files.
  func validate() throws {
    if folder.noOutput && output.checkpointEvery != nil {
      throw ValidationError("--checkpoint-every says nothing about a run without a folder: leave one out")
    }
    try throwingOnlyMistakesOfUsage { _ = try configuration() }
  }
}

/// What else goes wrong is met again by `run`, which has exit codes of its own for it.
func throwingOnlyMistakesOfUsage(_ check: () throws -> Void) throws {
  do { try check() } catch let mistake as ValidationError { throw mistake } catch {}
}

/// Paths that a command has opened. Not an option: decoding makes an empty value.
struct OpenedData: Decodable {
  let probes = Probes()

  init() {}
  init(from decoder: any Decoder) { self.init() }
}

struct DataFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp("What to train on: \(DataFormats.summary)."))
  var data: String?
  @Option(help: "Name or 0-based index of the column to predict (default: the last).")
  var target: String?
  @Option(parsing: .unconditional, help: "Fraction of the rows held out for the live metric.")
  var validation: Double?
  @Option(parsing: .unconditional, help: "Fraction of the rows kept for the final metric.")
  var test: Double?
  @Option(help: "Hold out one of several equal parts of the rows: 3/10 is the third of ten.")
  var fold: Fold?
  @Option(help: "A file of test rows.")
  var testData: String?
  @Option(help: "Column that says which sequence a row is a step of.")
  var sequenceId: String?
  @Option(help: "Column that the steps of a sequence are in the order of (default: the file's order).")
  var time: String?
  @Option(help: "Column of texts to classify.")
  var text: String?
  @Option(help: "Language to translate from, as the files' suffix.")
  var source: String?
  @Option(parsing: .unconditional, help: "Subwords that texts are made of.")
  var vocabulary: Int?
  @Option(parsing: .unconditional, help: "Seed of the order in which a recurrent network sees pixels.")
  var permutation: UInt64?
  @Flag(inversion: .prefixedNo, help: "Crop and mirror training images at random.")
  var augmentation: Bool?
}

struct NetworkFlags: ParsableArguments {
  @Option(help: "mlp, cnn, resnet20, rnn, transformer or gin (default: what suits the data).")
  var network: NetworkKind?
  @Option(parsing: .unconditional, help: "Number of adaptive hidden layers.")
  var hiddenLayers: Int?
  @Option(help: "relu6, tanh, relu or leaky_relu.")
  var activation: Activation?
  @Option(help: "An ordinary network of these widths, such as 64 or 128,64.")
  var fixedWidth: WidthList?
  @Option(help: "How importance falls: exponential or power-law.")
  var importance: ImportanceFamily?
  @Option(parsing: .unconditional, help: "The rate ν at the start.")
  var initialRate: Double?
  @Option(parsing: .unconditional, help: "Standard deviation of the first layer's biases at the start.")
  var initialBiasScale: Double?
  @Option(
    parsing: .unconditional, help: "Share k of the importance distribution that the neurons in use cover.")
  var quantile: Double?
  @Option(parsing: .unconditional, help: "The smallest rate, which bounds growth.")
  var minimumRate: Double?
  @Option(help: "Gaussian prior on every layer's rate: MEAN,SCALE (default: none).")
  var ratePrior: NormalPrior?
  @Option(parsing: .unconditional, help: "Standard deviation of the Gaussian prior on weights and biases.")
  var weightPriorScale: Double?
  @Option(parsing: .unconditional, help: "Extent of a recurrent network's state.")
  var stateSize: Int?
  @Option(parsing: .unconditional, help: "Steps after which the gradient through time is cut off.")
  var backpropagationSteps: Int?
  @Option(parsing: .unconditional, help: "Extent of a token's vector in a Transformer.")
  var modelSize: Int?
  @Option(parsing: .unconditional, help: "Attention heads of a Transformer.")
  var heads: Int?
  @Option(
    parsing: .unconditional,
    help: "Blocks of a Transformer's encoder and decoder each; layers of a graph network.")
  var depth: Int?
  @Option(parsing: .unconditional, help: "Features of a node between the layers of a graph network.")
  var channels: Int?
  @Option(help: "How nodes become a graph: sum or mean.")
  var pooling: Pooling?
}

struct TrainingFlags: ParsableArguments {
  @Option(parsing: .unconditional, help: "Passes over the training rows.")
  var epochs: Int?
  @Option(parsing: .unconditional, help: "Stop after so many optimiser steps.")
  var steps: Int?
  @Option(parsing: .unconditional, help: "Rows a minibatch.")
  var batchSize: Int?
  @Option(help: "adam or sgd.")
  var optimizer: OptimizerKind?
  @Option(parsing: .unconditional, help: "Learning rate.")
  var learningRate: Double?
  @Option(help: "Learning rate over the run: constant or cosine.")
  var schedule: LearningRateSchedule?
  @Option(parsing: .unconditional, help: "Momentum of sgd.")
  var momentum: Double?
  @Option(
    parsing: .unconditional, help: "Stop when the held-out metric has not improved for so many evaluations.")
  var patience: Int?
  @Option(parsing: .unconditional, help: "Seed of everything random.")
  var seed: UInt64?
  @Option(parsing: .unconditional, help: "Share of a label's probability spread over all classes.")
  var labelSmoothing: Double?
  @Option(parsing: .unconditional, help: "Steps over which the learning rate rises to its full height.")
  var warmupSteps: Int?
  @Option(parsing: .unconditional, help: "Largest norm of a gradient; longer ones are scaled to it.")
  var gradientClip: Double?
  @Option(
    parsing: .unconditional,
    help: "Threads that share each minibatch (default: as many as pay, for networks of any size).")
  var threads: Int?
}

/// Widths separated by commas.
struct WidthList: ExpressibleByArgument {
  var widths: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !parts.isEmpty, parts.allSatisfy({ $0.map { $0 > 0 } ?? false }) else { return nil }
    widths = parts.compactMap { $0 }
  }
}

extension NormalPrior: ExpressibleByArgument {
  public init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let mean = parts[0], let scale = parts[1], mean > 0, scale > 0 else { return nil }
    self.init(mean: mean, scale: scale)
  }
}

extension Fold: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension Activation: ExpressibleByArgument {}
extension NetworkKind: ExpressibleByArgument {}
extension Pooling: ExpressibleByArgument {}
extension ImportanceFamily: ExpressibleByArgument {}
extension OptimizerKind: ExpressibleByArgument {}
extension LearningRateSchedule: ExpressibleByArgument {}
