import AdaptiveWidth
import ArgumentParser
import Experiment
import Foundation
import ModelFiles
import PlainText
import RunFolders
import UserInterface

struct BaselinesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baselines",
    abstract: "Reach the sizes of a model's cuts by other means, for comparison.",
    discussion: """
      CSV, or JSON: for each size the held-out metric (accuracy, or RMSE in the target's own unit) and loss, \
      parameters and seconds of

        index      the first neurons, as `truncate` keeps them
        magnitude  the neurons of largest weights, in and out (L2)
        taylor     those without which the training loss would change most, to first order
        random     neurons drawn at random
        best       those that together explain most
        scratch    an ordinary network of these widths, trained with the run's own settings
        search     the best of five such networks of random widths that are no larger

      Cuts are made with and without repair (`repaired`); `best` only with. What depends on a seed is made once \
      with each of --seeds, and `deviation` is the standard deviation. Of several learned layers each keeps the same \
      fraction. Data and settings are those of the experiment.toml beside the checkpoint.
      """)

  @OptionGroup var model: ModelArgument
  @Option(parsing: .unconditional, help: "Fractions of the neurons, such as 0.5,0.1 (default: 0.5,0.25,0.1).")
  var keep: FractionList?
  @Option(
    parsing: .unconditional,
    help: "Instead: neurons of the widest learned layer, such as 48 or 48,12; the others in proportion.",
    transform: WidthList.init)
  var width: WidthList?
  @Option(
    parsing: .unconditional, help: "Seeds, such as 0..4 or 0,3,7 (default: 0..2).", transform: SeedList.init)
  var seeds: SeedList?
  @Flag(help: "Cuts alone: nothing is trained.")
  var noTraining = false
  @Flag(help: "JSON instead of CSV.")
  var json = false
  @Flag(help: "Keep the results in the run's folder too: the dashboard shows them beside its cuts.")
  var save = false

  func validate() throws {
    if keep != nil && width != nil { throw ValidationError("give --keep or --width, not both") }
  }

  mutating func run() throws {
    let loaded = try model.read()
    try loaded.requireLearnedWidths()
    let file = RunFolder.baselines(in: loaded.location.folder)
    // Known now, not after hours of training.
    if save { try OutputFile.check(file) }
    let network = loaded.model.network
    let sizes = try fractions(network)
    let own = try OwnData(of: loaded)
    let rows = try own.heldOut(for: network)
    var workspace = Workspace()
    let whole = network.measured(rows, &workspace)
    let baselines = Baselines(
      network: network, configuration: own.configuration, dataset: own.dataset, rows: rows,
      seeds: seeds?.seeds ?? [0, 1, 2], trains: !noTraining
    ) { Console.tell($0 + "\n") }
    let results = try waiting {
      var results: [Baseline] = []
      for keep in sizes { results += try await baselines.results(keeping: keep) }
      return results
    }
    let report = BaselineReport(whole: whole, rows: rows.rows, results: results)
    if save { try OutputFile.write(Data(jsonLine(report).utf8), to: file) }
    try OutputFile.print(json ? jsonLine(report) : report.csv)
  }

  private func fractions(_ network: Network) throws -> [Double] {
    guard let width else { return keep?.fractions ?? [0.5, 0.25, 0.1] }
    let widest = network.widths.max() ?? 1
    guard width.widths.allSatisfy({ $0 >= 1 && $0 <= widest }) else {
      throw ValidationError("--width: the widest learned layer has \(counted(widest, "neuron"))")
    }
    return width.widths.map { Double($0) / Double(widest) }
  }
}

/// Fractions above 0 and at most 1: `0.5,0.1`.
struct FractionList: ExpressibleByArgument {
  let fractions: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let fractions = parts.compactMap { $0 }.filter { $0 > 0 && $0 <= 1 }
    guard !parts.isEmpty, fractions.count == parts.count else { return nil }
    self.fractions = fractions
  }
}
