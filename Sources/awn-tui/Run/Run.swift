import ArgumentParser
import AtomicFiles
import Datasets
import Experiment
import Foundation
import Learning
import Messaging
import ModelFiles
import PlainText
import RunFolders
import Training
import UserInterface

/// A run from its configuration on: the data, the folder, the trainer. Everything that `launch` and `train` share.
package struct Run: Sendable {
  package let configuration: Configuration
  /// `nil`: no run folder.
  let folder: String?
  /// For TensorBoard; `nil`: nothing is logged.
  let logFolder: String?
  package let channels: RunChannels
  let isWatched: Bool
  let measuresTest: Bool
  /// Where its settings come from.
  let origin: SettingOrigin
  /// Seconds.
  let checkpointEvery: Double
  /// The run that goes on in its folder; `nil`: a new one.
  let resumed: Resumed?
  /// The model that a new run begins with; `nil`: new weights.
  let initial: Initial?
  /// The probes of the paths that were opened when the flags were checked.
  let probes: Probes
  /// The ranks that train this run together; `nil`: one process does.
  let job: RankJob?
  /// Processor cores that it may use.
  let cores: Int

  /// A model, and where it was read from.
  package struct Initial: Sendable {
    let path: String
    let model: SavedModel
    /// What is to be known of the run that begins with it.
    var notes: [String] = []

    package init(path: String) throws(ModelFileError) {
      let loaded = try ModelFile.read(path)
      (self.path, model) = (path, loaded.model)
      notes = loaded.noteOfTraining.map { [$0] } ?? []
    }
  }

  /// An earlier run.
  package struct Resumed: Sendable {
    let folder: RunFolder
    let checkpoint: RunCheckpoint
    /// After which it is finished now; `nil`: as before.
    let epochs: Int?
  }

  package init(
    configuration: Configuration, folder: String?, logFolder: String? = nil, channels: RunChannels,
    isWatched: Bool, measuresTest: Bool, origin: SettingOrigin = SettingOrigin(),
    checkpointEvery: Double = 30, resumed: Resumed? = nil, initial: Initial? = nil, probes: Probes = Probes(),
    job: RankJob? = nil, localRanks: Int = 1
  ) {
    self.configuration = configuration
    self.folder = folder
    self.logFolder = logFolder
    self.channels = channels
    self.isWatched = isWatched
    self.measuresTest = measuresTest
    self.origin = origin
    self.checkpointEvery = checkpointEvery
    self.resumed = resumed
    self.initial = initial
    self.probes = probes
    self.job = job
    cores = max(1, ProcessInfo.processInfo.activeProcessorCount / localRanks)
  }

  /// After which it is finished.
  var epochs: Int { resumed.map { $0.epochs ?? $0.checkpoint.epochs } ?? configuration.training.epochs }

  /// The data and a trainer ready to begin. The folder is made last, so that bad data leave none behind.
  ///
  /// If several ranks train together, all start or none does, and the first alone writes.
  ///
  /// - Parameters:
  ///   - progress: called with what is being done.
  ///   - read: called with what the data were read as, before the trainer is made.
  func start(
    progress: (String) -> Void, read: (DataReport) -> Void = { _ in }
  ) throws -> Started {
    try job.map { job in try job.together { try startAlone(progress, read) } }
      ?? startAlone(progress, read)
  }

  private func startAlone(
    _ progress: (String) -> Void, _ read: (DataReport) -> Void
  ) throws -> Started {
    let dataset = try Dataset.load(
      configuration.data, for: configuration.network.kind, seed: configuration.training.seed,
      probes: probes, preparedBy: resumed?.checkpoint.preparation ?? initial?.model.preparation,
      progress: progress)
    // The rows of a run that goes on are prepared as they were: what was decided then is in its folder.
    let report = resumed?.folder.dataReport ?? DataReport(dataset, file: configuration.data.path)
    read(report)
    if let metric = configuration.training.metric, !metric.problems.contains(dataset.problem) {
      let choices = MetricName.allCases.filter { $0.problems.contains(dataset.problem) }.map(\.rawValue)
      let reason = "says nothing about \(dataset.problem.rawValue): choose " + choices.joined(separator: ", ")
      if let error = origin.error(of: \.training.metric, reason) { throw error }
      throw ValidationError("--metric \(metric.rawValue) \(reason)")
    }
    do throws(ClassWeightsProblem) {
      _ = try configuration.training.classWeights(of: dataset)
    } catch {
      let reason = "does not suit the data: \(error.clause)"
      if let ofFile = origin.error(of: \.training.classWeights, reason) { throw ofFile }
      throw error
    }
    var configuration = configuration
    configuration.training.threads =
      configuration.training.threads ?? Workers.usefulThreads(configuration, dataset, cores: cores)
    let point = try resumed.map {
      try ResumePoint(
        $0.checkpoint, configuration: configuration, dataset: dataset, epochs: $0.epochs,
        evaluations: $0.folder.evaluations(until: $0.checkpoint))
    }
    let beginning = try initial.map {
      try InitialModel($0.model, path: $0.path, configuration: configuration, dataset: dataset)
    }
    let recorder = job.isFirst ? try makeRecorder(configuration) : nil
    if job.isFirst, let folder {
      if resumed == nil { write(report, folder) }
      RunIndex().add(runFolder: folder)
    }
    let log = try (job.isFirst ? logFolder : nil).map {
      try TensorBoardLog(folder: $0, experiment: ExperimentFile.text(configuration)) {
        [channels] reason in channels.warn(reason)
      }
    }
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: channels, recorder: recorder, log: log,
      isWatched: isWatched, collective: job ?? OneRank(), beginningWith: beginning, resuming: point,
      exportModel: ModelExporter.duringRun)
    let history = resumed.map { $0.folder.events(until: $0.checkpoint) } ?? []
    channels.remember(history)
    channels.keep(in: recorder?.presence)
    return Started(
      problem: dataset.problem, dataNotes: dataset.notes + dataset.warnings,
      notes: (point?.notes ?? []) + (beginning?.notes ?? []) + (initial?.notes ?? [])
        + origin.notes(on: configuration),
      history: history, baselines: isWatched ? resumed?.folder.baselines ?? [] : [], trainer: trainer,
      server: job == nil ? listen(recorder?.presence) : nil)
  }

  /// Lets dashboards attach. A run does not depend on it: that they cannot is said, and training goes on.
  ///
  /// - Parameter presence: of its folder.
  private func listen(_ presence: FolderPresence?) -> RunServer? {
    guard let folder = resumed?.folder.path ?? folder else { return nil }
    do throws(AttachError) {
      return try RunServer(channels, folder: folder, name: configuration.name, presence: presence)
    } catch {
      channels.warn("nothing can attach to this run: \(error.reason)")
      return nil
    }
  }

  /// Says in the run's folder what the data were read as.
  private func write(_ report: DataReport, _ folder: String) {
    do {
      try AtomicFile.write(Data(jsonLine(report).utf8), to: RunFolder.dataReport(in: folder))
    } catch {
      channels.warn("data.json was not written: \(OutputFile.reason(error))")
    }
  }

  private func makeRecorder(_ configuration: Configuration) throws -> RunRecorder? {
    let warn: @Sendable (String) -> Void = { [channels] reason in channels.warn(reason) }
    if let resumed {
      return try RunRecorder(
        resuming: resumed.folder, at: resumed.checkpoint, checkpointEvery: checkpointEvery,
        version: AwnTui.version, onFailure: warn)
    }
    return try folder.map {
      try RunRecorder(
        folder: $0, experiment: ExperimentFile.text(configuration), checkpointEvery: checkpointEvery,
        version: AwnTui.version, onFailure: warn)
    }
  }

  struct Started: Sendable {
    let problem: Problem
    let dataNotes: [String]
    let notes: [String]
    /// What happened before it was resumed, for who watches.
    let history: [Event]
    /// What other methods reach at its sizes, for who watches.
    let baselines: [Baseline]
    let trainer: Trainer
    /// `nil`: no dashboard can attach.
    let server: RunServer?
  }
}

extension ResumePoint {
  /// For who watches.
  fileprivate var notes: [String] {
    let done = "step \(grouped(step)), epoch \(shownEpochs(epoch))"
    return [
      isFinished
        ? "the run is finished at \(done): give --epochs to train to a later one"
        : "the run goes on at \(done)"
    ]
      + [formerStepLimit].compactMap { $0 }.map {
        "--epochs takes the place of the limit of \(counted($0, "step"))"
      }
      + [formerName].compactMap { $0 }.map { "the run has another name now: it was \(sanitized($0))" }
  }
}

extension FolderFlags {
  /// The run folder asked for, or a new one under `runs`.
  func folder(for name: String) -> String? { noOutput ? nil : output ?? newRunFolder(for: name) }

  /// The folder of a run's curves: TensorBoard shows every folder as a run, named as it.
  func logFolder(for name: String, folder: String?) -> String? {
    tensorboard.map { "\($0)/\(URL(filePath: folder ?? newRunFolder(for: name)).lastPathComponent)" }
  }
}

private func newRunFolder(for name: String) -> String {
  let formatter = DateFormatter()
  formatter.locale = Locale(identifier: "en_US_POSIX")
  formatter.dateFormat = "yyyyMMdd-HHmmss"
  // A name may hold anything; a folder's may not lead elsewhere.
  let stem = String(name.map { $0.isLetter || $0.isNumber || "-_. ".contains($0) ? $0 : "-" }.prefix(80))
  let path = "runs/\(stem)-\(formatter.string(from: Date()))"
  // Two runs of the same name in one second.
  let alternatives = [path] + (2...99).map { "\(path)-\($0)" }
  return alternatives.first { !FileManager.default.fileExists(atPath: $0) } ?? path
}
