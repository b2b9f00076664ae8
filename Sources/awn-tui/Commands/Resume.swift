import ArgumentParser
import Datasets
import Experiment
import Messaging
import ModelFiles
import RunFolders
import Training
import UserInterface

struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on from a run's checkpoint.",
    discussion: """
      The run goes on as if it had never been interrupted: the same steps, the same metrics, in the same folder. What \
      was recorded after the checkpoint is removed and done again. Give it the same working directory and data. Only \
      what undo leads back to is not kept.

      A finished run goes on with a larger --epochs; a schedule of the learning rate is not stretched by that. Of \
      experiment.toml, name, threads, pace and the paths of the data may be edited, and settings added at their defaults; \
      every other change is refused.
      """)

  @OptionGroup var place: RunArgument
  @Flag(help: "Without the dashboard.")
  var headless = false
  @Option(
    parsing: .unconditional,
    help: """
      Passes over the training rows, with those done, in place of a limit of steps (default: as before).
      """, transform: Int.parsing)
  var epochs: Int?
  @Option(
    parsing: .unconditional,
    help: "Threads that share each minibatch (default: as before; another number gives other roundings).",
    transform: Int.parsing)
  var threads: Int?
  @OptionGroup(title: "Output") var output: OutputFlags
  @OptionGroup(title: "Dashboard") var dashboard: DashboardFlags

  func validate() throws {
    if headless && dashboard.pace != nil {
      throw ValidationError("--pace says nothing about a run without the dashboard: leave one of the two out")
    }
    if let epochs, let refusal = Setting.of(\.training.epochs).refusal(of: epochs) {
      throw ValidationError("--epochs \(refusal)")
    }
    if let threads, let refusal = Setting.of(\.training.threads).refusal(of: threads) {
      throw ValidationError("--threads \(refusal)")
    }
  }

  mutating func run() throws {
    let job = try RankJob.current()
    if job != nil && !headless { throw RankError.notHere("resume without --headless") }
    // Of several ranks the first writes.
    let folder = try RunFolder(of: place.path, isOwned: job.isFirst)
    let probes = Probes()
    let file = RunFolder.experiment(in: place.path)
    var configuration = try ExperimentFile.configuration(contentsOf: file, probes: probes)
    if let problem = configuration.problem { throw ExperimentFile.error(of: problem, in: file) }
    configuration.training.threads = threads ?? configuration.training.threads
    configuration.training.pace =
      headless
      ? nil : try dashboard.pace(default: configuration.training.pace ?? configuration.watchingPace)
    if let problem = configuration.problem { throw ValidationError("\(file): \(problem)") }
    let checkpoint = try RunCheckpoint(in: folder)
    // Older versions had one method, which their files do not name.
    if let method = checkpoint.method, !ExperimentFile.has(\.network.method, in: file) {
      configuration.network.method = method
    }
    try checkpoint.expectExperiment(configuration, in: file, probes: probes)
    let resumed = Run.Resumed(folder: folder, checkpoint: checkpoint, epochs: epochs)
    let makeRun = { [self] (channels: RunChannels) in
      Run(
        configuration: configuration, folder: folder.path, channels: channels, isWatched: !headless,
        measuresTest: headless || output.summary != nil, origin: SettingOrigin(file: file),
        checkpointEvery: output.checkpointInterval,
        resumed: resumed, probes: probes, job: job, localRanks: job?.localCount ?? 1)
    }
    if headless {
      try HeadlessProgram(progress: output.progressStyle, job: job).run(output, makeRun)
    } else {
      try DashboardProgram(dashboard, output, makeRun).play()
    }
  }
}
