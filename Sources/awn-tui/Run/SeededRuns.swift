import Datasets
import Experiment
import Foundation
import PlainText
import Training

/// The same experiment with one seed, or one fold, after another.
struct SeededRuns {
  private let configuration: Configuration
  private let series: RunSeries
  private let folder: FolderFlags
  private let output: OutputFlags
  private let probes: Probes

  /// - Parameter probes: of data that can be opened for every run.
  init(
    _ configuration: Configuration, _ series: RunSeries, _ folder: FolderFlags, _ output: OutputFlags,
    _ probes: Probes
  ) {
    self.configuration = configuration
    self.series = series
    self.folder = folder
    self.output = output
    self.probes = probes
  }

  /// Runs them all, a line each; ends the program as diverged if a run was.
  func run() throws {
    let program = HeadlessProgram(progress: output.progressStyle == .bar ? .bar : .silent)
    let stem = folder.folder(for: configuration.name)
    let configurations = series.configurations(of: configuration)
    let ends = configurations.map { "-\($0.seriesName.word)\($0.seriesName.number)" }
    let folders = ends.map { end in stem.map { $0 + end } }
    // Known now, not after hours of training.
    if let taken = folders.compactMap({ $0 }).first(where: FileManager.default.fileExists) {
      throw RunFolderError.exists(taken)
    }
    let logStem = folder.logFolder(for: configuration.name, folder: stem)
    var statistics = SeedStatistics(name: configuration.name)
    for (configuration, (end, folder)) in zip(configurations, zip(ends, folders)) {
      let ended = try program.train(showsDataNotes: configuration == configurations.first) { channels in
        Run(
          configuration: configuration, folder: folder, logFolder: logStem.map { $0 + end },
          channels: channels, isWatched: false, measuresTest: true,
          checkpointEvery: output.checkpointInterval, probes: probes)
      }
      // What an interrupted run came to says nothing about the others.
      if program.isInterrupted { break }
      statistics.append(Summary(configuration: configuration, problem: ended.problem, outcome: ended.outcome))
      if !output.quiet { Console.tell(statistics.lastLine + "\n") }
    }
    if !output.quiet, let text = statistics.text(of: configurations.count) { Console.tell(text + "\n") }
    try output.write(statistics.json)
    if program.isInterrupted { throw ExitStatus.interrupted }
    if !statistics.diverged.isEmpty { throw ExitStatus.diverged }
  }
}
