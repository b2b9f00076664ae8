import Dashboard
import Datasets
import Experiment
import Foundation
import JSONText
import ModelFiles
import Training

/// Reads what folders say of their runs. Nothing in them is trusted to be whole.
package enum RunScanner {
  /// Of the last part of a file that is read: enough for some thousands of evaluations.
  private static let mostBytes = 4 << 20

  /// The runs in some folders, each once.
  package static func runs(in folders: [String], now: Date = Date()) -> [RunEntry] {
    var seen: Set<String> = []
    return folders.flatMap { folder -> [RunEntry] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.sorted().compactMap { name in
        let path = "\(folder)/\(name)"
        guard seen.insert(URL(filePath: path).resolvingSymlinksInPath().path).inserted else { return nil }
        return entry(path, now: now)
      }
    }
  }

  /// `nil`: this is no run's folder.
  package static func entry(_ path: String, now: Date) -> RunEntry? {
    let experiment = RunFolder.experiment(in: path)
    guard FileManager.default.fileExists(atPath: experiment) else { return nil }
    let age = (RunRecorder.files.map { "\(path)/\($0)" } + [experiment]).compactMap(modified).max()
      .map { max(0, now.timeIntervalSince($0)) }
    guard
      let configuration = try? ExperimentFile.configuration(
        contentsOf: experiment, probes: Probes(opensPipes: false))
    else { return RunEntry(path: path, condition: .unreadable, age: age ?? 0) }
    let events = RunFolder.events(in: path, last: 1 << 16)
    var entry = RunEntry(path: path, condition: condition(of: path, after: events), age: age ?? 0)
    entry.data =
      configuration.data.task?.rawValue
      ?? configuration.data.path.map { URL(filePath: $0).lastPathComponent } ?? ""
    entry.epochs = configuration.training.epochs
    entry.widths = configuration.network.fixedWidths ?? []
    takeMetrics(of: path, events, into: &entry)
    return entry
  }

  private static func modified(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }

  // MARK: Condition

  private static func condition(of path: String, after events: [Event]) -> RunEntry.Condition {
    if RunFolder.isInUse(path) { return .live }
    var condition = RunEntry.Condition.interrupted
    for event in events {
      switch event.kind {
      case .finished, .stoppedEarly: condition = .finished
      case .diverged: condition = .diverged
      case .resumed, .undone, .redone, .started: condition = .interrupted
      default: break
      }
    }
    return condition
  }

  // MARK: Metrics

  private static func takeMetrics(of path: String, _ events: [Event], into entry: inout RunEntry) {
    let lines =
      (try? AtomicFile.lastLines(of: "\(path)/\(RunRecorder.metrics)", limit: mostBytes)) ?? []
    let decoder = JSONFormat.decoder()
    guard let last = lines.last.flatMap({ try? decoder.decode(Evaluation.self, from: $0) }) else {
      return
    }
    entry.epoch = last.epoch
    if !last.widths.isEmpty { entry.widths = last.widths }
    entry.parameters = last.parameters
    entry.firstParameters = parameters(before: events, lines)
    if entry.condition == .live, let epochs = entry.epochs, last.epoch > 0, last.seconds > 0 {
      let left = (Double(epochs) - last.epoch) * last.seconds / last.epoch
      entry.secondsLeft = left.isFinite && left >= 0 ? left : nil
    }
    // Only the decisive number of each line is read: whole lines would take a second for a long run.
    let measure = last.validation.main
    let key = Data("\"validation_\(measure.key)\":".utf8)
    var best = measure.value(last.validation) ?? .nan
    for line in lines {
      guard let value = number(after: key, in: line), measure.isBetter(value, than: best) else { continue }
      best = value
    }
    entry.baseline = baseline(of: path, measure)
    entry.best = Metrics(
      loss: measure == .loss ? best : .nan, accuracy: measure == .accuracy ? best : nil,
      rmse: measure == .rmse ? best : nil)
  }

  /// What the commonest class, or the mean, comes to by itself.
  private static func baseline(of path: String, _ measure: Metrics.Measure) -> Double? {
    guard measure != .loss, let target = RunFolder.readDataReport(in: path)?.target else { return nil }
    return measure == .accuracy ? target.majority : target.deviation
  }

  /// Those of the last evaluation before the first cut that someone asked for; `nil`: there was none.
  private static func parameters(before events: [Event], _ lines: [Data]) -> Int? {
    let cut = events.first { event in
      switch event.kind {
      case .truncated, .truncatedAll, .compressed, .compressedUntil: true
      default: false
      }
    }
    guard let cut else { return nil }
    let key = Data("\"step\":".utf8)
    let line = lines.last { number(after: key, in: $0).map { $0 <= Double(cut.step) } ?? false }
    return line.flatMap { try? JSONFormat.decoder().decode(Evaluation.self, from: $0) }?.parameters
  }

  private static func number(after key: Data, in line: Data) -> Double? {
    guard let end = line.range(of: key)?.upperBound else { return nil }
    let digits = line[end...].prefix(40).prefix { "+-.0123456789eE ".utf8.contains($0) }
    return Double(String(decoding: digits, as: UTF8.self).trimmingCharacters(in: .whitespaces))
  }
}
