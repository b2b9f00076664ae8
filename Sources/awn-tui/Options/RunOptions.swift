import ArgumentParser
import Datasets
import Experiment
import UserInterface

/// What `launch` and `train` have in common: an experiment, and a flag for every setting of it.
struct RunOptions: ParsableArguments {
  @Argument(
    help: """
      A built-in task (\(BuiltInTask.allCases.map(\.rawValue).joined(separator: ", "))) or an experiment file \
      ending in .toml.
      """)
  var experiment: String?
  @Option(
    help: ArgumentHelp(
      """
      Begin with the weights of a model, a run's folder or a checkpoint in it, and keep its widths. Without an \
      experiment, that of the model is taken, with its data.
      """, valueName: "model"))
  var from: String?

  @OptionGroup(title: "Data") var data: SettingFlags<DataSettings>
  @OptionGroup(title: "Network") var network: SettingFlags<NetworkSettings>
  @OptionGroup(title: "Training") var training: SettingFlags<TrainingSettings>
  @OptionGroup(title: "Output") var folder: FolderFlags
  @OptionGroup(title: "Output") var output: OutputFlags

  /// What validation opened, for the run: a pipe can be read only once.
  var opened = OpenedData()

  /// Checks here, so that usage errors are reported with the usage of their own command; `run` reports errors in files.
  func validate() throws {
    try GivenPath.require(from, "--from", of: GivenPath.model)
    if folder.noOutput && output.checkpointEvery != nil {
      throw ValidationError("--checkpoint-every says nothing about a run without a folder: leave one out")
    }
    try throwingOnlyUsageErrors { _ = try configuration() }
  }
}

/// Paths that a command has opened. Not an option: decoding makes an empty value.
struct OpenedData: Decodable {
  let probes = Probes()

  init() {}
  init(from decoder: any Decoder) { self.init() }
}

/// Widths separated by commas.
struct WidthList {
  var widths: [Int]

  @Sendable init(_ argument: String) throws { widths = try .parsing(argument) }
}
