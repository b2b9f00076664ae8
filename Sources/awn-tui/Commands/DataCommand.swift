import ArgumentParser
import Dashboard
import Datasets
import Experiment
import UserInterface

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Show how a file is read and prepared, before anything is trained.",
    discussion: """
      Reads a file and reports, without training: how the rows are split, the target and its baseline, the type, range, \
      missing values and features of each column, every automatic decision with the flag that overrides it, and warnings.
      """)

  @Argument(
    help: ArgumentHelp("\(DataFormats.summary.first!.uppercased())\(DataFormats.summary.dropFirst())."))
  var file: String?
  @OptionGroup(title: "Data") var settings: SettingFlags<DataSettings>
  @Option(parsing: .unconditional, help: "Seed of the division into training, held-out and test rows.")
  var seed: UInt64 = 0
  @Flag(help: "Write one JSON object instead of text.") var json = false

  var opened = OpenedData()

  func validate() throws {
    let isGiven = settings.given.contains { $0.setting.is(\.data.path) }
    guard (file != nil) != isGiven else {
      throw ValidationError(file == nil ? "name the file to read" : "give a file or --data, not both")
    }
    try GivenPath.require(file, "<file>", of: GivenPath.fileOrFolder)
    try throwingOnlyUsageErrors {
      if let problem = try options().problem { throw ValidationError(problem) }
    }
  }

  private func options() throws -> Configuration {
    var options = Configuration(name: "", data: DataOptions(path: file))
    for (setting, value) in settings.given { setting.set(value, in: &options) }
    let kind = try Dataset.detectedKind(of: options.data, probes: opened.probes)
    var result = Configuration.defaults(forData: options.data, name: "", kind: kind, network: nil)
    for (setting, value) in settings.given {
      try setting.requireMeaning(value, in: result, from: kind)
      setting.set(value, in: &result)
    }
    return result
  }

  mutating func run() throws {
    let configuration = try options()
    let dataset = try Dataset.load(
      configuration.data, for: configuration.network.kind, seed: seed, probes: opened.probes)
    let report = DataReport(dataset, file: configuration.data.path)
    try OutputFile.print(json ? jsonLine(report) : DataText(report).text)
  }
}
