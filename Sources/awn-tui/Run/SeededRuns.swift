import Datasets
import Experiment
import Foundation
import PlainText
import RunFolders
import Training
import UserInterface

/// The end of a series in which the loss of some runs stopped being finite.
private struct SeriesDivergence: UserFacingError {
  let diverged: Int
  let runs: Int

  var sentence: String {
    "the loss of \(diverged) of \(counted(runs, "run")) stopped being finite: try a smaller --learning-rate"
  }
  var exitStatus: ExitStatus { .diverged }
}

/// The same experiment with one seed, or one fold, after another.
struct SeededRuns {
  private let configuration: Configuration
  private let series: RunSeries
  private let folder: FolderFlags
  private let output: OutputFlags
  private let origin: SettingOrigin
  private let probes: Probes

  /// - Parameters:
  ///   - origin: where the settings come from.
  ///   - probes: of data that can be opened for every run.
  init(
    _ configuration: Configuration, _ series: RunSeries, _ folder: FolderFlags, _ output: OutputFlags,
    _ origin: SettingOrigin, _ probes: Probes
  ) {
    self.configuration = configuration
    self.series = series
    self.folder = folder
    self.output = output
    self.origin = origin
    self.probes = probes
  }

  /// Runs them all, a line each; ends the program as diverged if a run was.
  ///
  /// - Parameter job: ranks that divide the runs among them; `nil`: one process does all.
  func run(on job: RankJob?) throws {
    let program = HeadlessProgram(progress: output.progressStyle == .bar && job == nil ? .bar : .silent)
    let stem = folder.folder(for: configuration.name)
    let configurations = series.configurations(of: configuration)
    let ends = configurations.map { "-\($0.seriesName.word)\($0.seriesName.number)" }
    let folders = ends.map { end in stem.map { $0 + end } }
    let logStem = folder.logFolder(for: configuration.name, folder: stem)
    // Known now, not after hours of training.
    let check = {
      if let taken = folders.compactMap({ $0 }).first(where: FileManager.default.fileExists) {
        throw RunFolderError.exists(taken)
      }
    }
    try job.map { try $0.together(check) } ?? check()
    let train = { (index: Int) in
      try program.train(showsDataNotes: index == 0) { channels in
        Run(
          configuration: configurations[index], folder: folders[index],
          logFolder: logStem.map { $0 + ends[index] }, channels: channels, isWatched: false,
          measuresTest: true, origin: origin, checkpointEvery: output.checkpointInterval, probes: probes,
          localRanks: job?.localCount ?? 1)
      }
    }
    var statistics = SeedStatistics(name: configuration.name)
    if let job {
      for result in handOut(configurations, job, program, train) {
        guard let problem = result.problem, let outcome = result.outcome else { continue }
        statistics.append(
          Summary(configuration: configurations[result.index], problem: problem, outcome: outcome))
      }
      job.finish()
      if job.rank != 0 { return }
    } else {
      for index in configurations.indices {
        let ended = try train(index)
        // What an interrupted run came to says nothing about the others.
        if program.isInterrupted { break }
        statistics.append(
          Summary(configuration: configurations[index], problem: ended.problem, outcome: ended.outcome))
        if !output.quiet { Console.tell(statistics.lastLine + "\n") }
      }
    }
    if !output.quiet, let text = statistics.text(of: configurations.count) { Console.tell(text + "\n") }
    try output.write(statistics.json)
    if program.isInterrupted {
      if !output.quiet { tellInterruption(after: statistics.count, of: folders) }
      throw ExitStatus.interrupted
    }
    if !statistics.diverged.isEmpty {
      // Otherwise the lines have said it.
      if !output.quiet { throw ExitStatus.diverged }
      throw SeriesDivergence(diverged: statistics.diverged.count, runs: statistics.count)
    }
    if statistics.count < configurations.count { throw ExitStatus.failed }
  }

  /// Says where the run is that was interrupted, which resume ends, and that those after it are missing.
  private func tellInterruption(after done: Int, of folders: [String?]) {
    var text = "interrupted after \(done) of \(counted(folders.count, "run"))"
    if done < folders.count, let folder = folders[done], RunFolder.isThere(folder) {
      text += "; the next is kept in \(folder); go on: awn-tui resume \(folder)"
    }
    Console.tell(text + "\n")
  }

  /// Divides the runs among ranks.
  ///
  /// - Returns: on rank 0 what became of each.
  private func handOut(
    _ configurations: [Configuration], _ job: RankJob, _ program: HeadlessProgram,
    _ train: (Int) throws -> HeadlessProgram.Ended
  ) -> [RunQueue.Result] {
    let queue = RunQueue(job, runs: configurations.count) { [output, name = configuration.name] result in
      guard !output.quiet, let problem = result.problem, let outcome = result.outcome else { return }
      var one = SeedStatistics(name: name)
      one.append(Summary(configuration: configurations[result.index], problem: problem, outcome: outcome))
      Console.tell("\(one.lastLine), rank \(result.rank)\n")
    }
    return queue.work { index in
      do {
        if program.isInterrupted { throw ExitStatus.interrupted }
        let ended = try train(index)
        return RunQueue.Result(index: index, problem: ended.problem, outcome: ended.outcome)
      } catch {
        let sentence = (error as? any UserFacingError)?.sentence ?? "\(error)"
        return RunQueue.Result(index: index, failure: sentence)
      }
    }
  }
}
