import AtomicFiles
import Dashboard
import Datasets
import Experiment
import Foundation
import RunFolders

/// Reads what folders say of their runs. Nothing in them is trusted to be whole.
package enum RunScanner {
  /// The bytes that are read at the end of a file: enough for some thousands of evaluations.
  private static let maxBytes = 4 << 20

  /// `nil`: this is no run's folder.
  package static func entry(_ path: String, now: Date) -> RunEntry? {
    let experiment = RunFolder.experiment(in: path)
    guard FileManager.default.fileExists(atPath: experiment) else { return nil }
    func age(_ files: [String]) -> Double? {
      files.compactMap { modified("\(path)/\($0)") }.max().map { max(0, now.timeIntervalSince($0)) }
    }
    let written = age(RunFiles.all + ["experiment.toml"]) ?? 0
    guard
      let configuration = try? ExperimentFile.configuration(
        contentsOf: experiment, probes: Probes(opensPipes: false))
    else { return RunEntry(path: path, condition: .unreadable, age: written) }
    let events = RunFolder.events(in: path, last: 1 << 16)
    let (isLive, state) = (RunFolder.isInUse(path), events.stateAfter)
    let condition = condition(state)
    var entry = RunEntry(path: path, condition: isLive ? .live : condition, age: written)
    if [.finished, .diverged].contains(condition) {
      // Whoever opens a run that is over, and leaves it, has that recorded, but nothing is learned.
      entry.age = age([RunFiles.metrics]) ?? written
      // Its process has the folder for as long as a dashboard shows it.
      if isLive { entry.outcome = condition }
    }
    entry.isPaused = isLive && state == .paused
    entry.data =
      configuration.data.task?.rawValue
      ?? configuration.data.path.map { URL(filePath: $0).lastPathComponent } ?? ""
    entry.epochs = configuration.training.epochs
    entry.steps = configuration.training.steps
    // It decides which of the two limits comes first, before the first evaluation tells.
    entry.stepsPerEpoch = entry.steps.flatMap { _ in RunFolder.readDataReport(in: path) }.map {
      (Double($0.training) / Double(configuration.training.batchSize)).rounded(.up)
    }
    entry.widths = configuration.network.fixedWidths ?? []
    takeMetrics(of: path, events, into: &entry)
    return entry
  }

  private static func modified(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }

  // MARK: Condition

  /// The condition of a run of this state that no process has.
  private static func condition(_ state: RunState) -> RunEntry.Condition {
    switch state {
    case .finished: .finished
    case .diverged: .diverged
    case .loading, .running, .paused, .compressing, .stopped: .interrupted
    }
  }

  // MARK: Model

  /// Describes a folder with a model that was cut, compressed or saved from another run.
  private static func takeModel(of path: String, into entry: inout RunEntry) {
    guard let model = ModelSummary(of: ModelLocation(folder: path)) else { return }
    entry.condition = .model
    (entry.epoch, entry.epochs, entry.best) = (model.origin.epoch, nil, model.metrics)
    if !model.widths.isEmpty { entry.widths = model.widths }
    entry.parameters = ModelSize.parameters(of: ModelLocation(folder: path))
  }

  // MARK: Metrics

  private static func takeMetrics(of path: String, _ events: [Event], into entry: inout RunEntry) {
    let lines = MetricLines(of: "\(path)/\(RunFiles.metrics)", limit: maxBytes)
    guard let last = lines.indices.reversed().lazy.compactMap(lines.evaluation).first else {
      if entry.condition == .interrupted, events.isEmpty { takeModel(of: path, into: &entry) }
      return
    }
    (entry.epoch, entry.step) = (last.epoch, last.step)
    if !last.widths.isEmpty { entry.widths = last.widths }
    entry.parameters = last.parameters
    let cuts = events.cutsInForce
    entry.firstParameters = cuts.first.flatMap { parameters(before: $0, lines) }
    if entry.condition == .live, entry.outcome == nil, !entry.isPaused, let epochs = entry.epochs,
      last.epoch > 0, last.seconds > 0
    {
      let toLastStep = entry.steps.map { Double($0) / Double(last.step) * last.epoch } ?? .infinity
      let left = (min(Double(epochs), toLastStep) - last.epoch) * last.seconds / last.epoch
      entry.secondsLeft = left.isFinite && left >= 0 ? left : nil
    }
    let measure = last.validation.main
    entry.baseline = baseline(of: path, measure)
    let value = best(measure, of: lines, after: cuts.last?.step, last.validation)
    entry.best = Metrics(
      loss: measure == .loss ? value : .nan, accuracy: measure == .accuracy ? value : nil,
      rmse: measure == .rmse ? value : nil)
  }

  private static let stepKey = MetricLines.Key("step")

  /// The best since the last cut, because what the uncut network reached says nothing about this one, and without what
  /// an undo took back.
  private static func best(
    _ measure: Metrics.Measure, of lines: MetricLines, after cut: Int?, _ last: Metrics
  ) -> Double {
    let key = MetricLines.Key("validation_\(measure.key)")
    var (best, first) = (measure.value(last) ?? .nan, Double.infinity)
    for index in lines.indices.reversed() {
      guard let step = lines.number(stepKey, in: index) else { continue }
      if let cut, step <= Double(cut) { break }
      guard step < first else { continue }
      first = step
      if let value = lines.number(key, in: index), measure.isBetter(value, than: best) { best = value }
    }
    return best
  }

  /// The metric of the baseline: the accuracy of the majority class, or the RMSE of the mean.
  private static func baseline(of path: String, _ measure: Metrics.Measure) -> Double? {
    guard measure != .loss, let target = RunFolder.readDataReport(in: path)?.target else { return nil }
    return measure == .accuracy ? target.majority : target.deviation
  }

  /// Those of the last evaluation before a cut; `nil`: there was none.
  private static func parameters(before cut: Event, _ lines: MetricLines) -> Int? {
    // At the cut's own step there may be one of the network before it, and one of the network after it.
    let step = Double(cut.step)
    let atCut = lines.indices.first {
      lines.number(stepKey, in: $0) == step
        && (cut.before == nil || lines.evaluation($0)?.validation.loss == cut.before?.loss)
    }
    let before = atCut ?? lines.indices.last { lines.number(stepKey, in: $0).map { $0 < step } ?? false }
    return before.flatMap(lines.evaluation)?.parameters
  }
}
