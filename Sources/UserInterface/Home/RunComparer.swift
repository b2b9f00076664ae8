import Dashboard
import Experiment
import Foundation
import RunFolders

/// Reads runs to be compared from their folders.
package enum RunComparer {
  /// More than a screen has columns.
  private static let maxPoints = 1_024

  /// Runs that cannot be read, such as those without an evaluation yet, are left out where two others are left.
  ///
  /// - Throws: `RunRecordError`, if fewer than two can be read.
  package static func comparison(of folders: [String]) throws -> RunComparison {
    var (runs, leftOut, failure) = ([RunComparison.Run](), [String](), (any Error)?.none)
    for folder in folders {
      do {
        runs.append(comparison(of: try RunRecord(folder: folder)))
      } catch {
        failure = failure ?? error
        leftOut.append(URL(filePath: folder).lastPathComponent)
      }
    }
    if let failure, runs.count < 2 { throw failure }
    return RunComparison(runs: runs, leftOut: leftOut)
  }

  private static func comparison(of record: RunRecord) -> RunComparison.Run {
    let all = record.evaluations
    // Only learned widths are recorded.
    let fixed = record.configuration.network.fixedWidths ?? []
    let stride = max(1, (all.count + maxPoints - 1) / maxPoints)
    let points = all.indices.filter { $0 % stride == 0 || $0 == all.count - 1 }.map { index in
      let evaluation = all[index]
      return RunComparison.Point(
        step: evaluation.step, epoch: evaluation.epoch, seconds: evaluation.seconds,
        metrics: evaluation.validation, widths: evaluation.widths.isEmpty ? fixed : evaluation.widths,
        parameters: evaluation.parameters)
    }
    let folder = try? RunFolder(of: record.folder, isOwned: false)
    var run = RunComparison.Run(
      name: URL(filePath: record.folder).lastPathComponent, evaluations: points,
      front: front(of: record.folder),
      baselines: folder?.baselines ?? [], settings: settings(of: record.configuration))
    run.best = record.best.validation
    return run
  }

  /// The last prices that were recorded, of all layers together where there are several.
  private static func front(of folder: String) -> [RunComparison.FrontPoint] {
    let inspections = RunFolder.inspections(in: folder)
    let joint = inspections.lazy.reversed().compactMap(\.joint).first
    let curve = joint ?? inspections.lazy.reversed().compactMap(\.curves.first).first
    return (curve?.points ?? []).map { .init(parameters: $0.parameters, metrics: $0.metrics) }
      .sorted { $0.parameters < $1.parameters }
  }

  package static func settings(of configuration: Configuration) -> [String: String] {
    var settings: [String: String] = [:]
    for setting in Setting.all {
      guard setting.value(in: configuration) != nil else { continue }
      settings["\(setting.section.rawValue).\(setting.key)"] = setting.text(in: configuration)
    }
    return settings
  }
}
