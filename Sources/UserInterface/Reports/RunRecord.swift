import AtomicFiles
import Datasets
import Experiment
import Foundation
import JSONText
import Messaging
import PlainText
import RunFolders

/// A finished or unfinished run, read back from its folder.
package struct RunRecord {
  package var folder: String
  package var configuration: Configuration
  /// In the order of steps; what an undo took back is left out.
  package var evaluations: [Evaluation]
  /// The step of the last cut that someone asked for; `nil`: there was none.
  private var lastCut: Int?
  /// The epoch of the best network, if the run ended with that; `nil`: it ended with the last one.
  private var keptEpoch: Double?
  /// What could not be read and does no harm.
  package var note: String?

  package init(folder: String) throws {
    self.folder = folder
    let path = "\(folder)/\(RunFiles.metrics)"
    guard let bytes = try Self.contents(of: path, in: folder) else {
      throw RunRecordError(folder: folder, reason: "no metrics.jsonl in it; give folders of runs")
    }
    // The file of a run has every setting, so that the data need not be opened, which a pipe would wait for.
    configuration = try ExperimentFile.configuration(
      contentsOf: RunFolder.experiment(in: folder), probes: Probes(opensPipes: false))
    var all: [Evaluation] = []
    let events = RunFolder.events(in: folder)
    (lastCut, keptEpoch) = (events.cutsInForce.last?.step, events.keptEpoch)
    let decoder = JSONFormat.decoder()
    let (lines, hasRest) = LineFile.lines(of: bytes)
    var isCutOff = hasRest
    for (index, line) in lines.enumerated() {
      if let evaluation = try? decoder.decode(Evaluation.self, from: line) {
        all.append(evaluation)
        continue
      }
      guard index == lines.count - 1, !hasRest else {
        throw RunRecordError(
          folder: folder, reason: "metrics.jsonl, line \(index + 1): this is no evaluation")
      }
      isCutOff = true
    }
    if isCutOff { note = "the last line of metrics.jsonl was cut off and is left out" }
    evaluations = all.inForce
    guard !evaluations.isEmpty else {
      throw RunRecordError(
        folder: folder,
        reason: "metrics.jsonl has no whole evaluation: none was done yet")
    }
  }

  /// `nil` if there is no such file.
  private static func contents(of path: String, in folder: String) throws -> Data? {
    var status = stat()
    guard stat(folder, &status) == 0 else {
      throw RunRecordError(folder: folder, reason: "no such folder; check the path")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw RunRecordError(folder: folder, reason: "this is no folder; give folders of runs")
    }
    // A pipe would be waited for.
    guard AtomicFile.isRegular(path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw RunRecordError(folder: folder, reason: "no permission to read its metrics.jsonl")
    }
    return data
  }
}

/// Why a run's folder cannot be read.
struct RunRecordError: UserFacingError, CustomStringConvertible {
  let exitStatus = ExitStatus.badInput
  var folder: String
  var reason: String

  var description: String { "\(sanitized(folder, limit: 200)): \(reason)" }
}

extension RunRecord {
  /// What its metric is called, in the summary's way.
  package enum Measure: String, CaseIterable {
    case accuracy
    case rmse
    case loss

    package var label: String {
      switch self {
      case .accuracy: "accuracy, %"
      case .rmse: "RMSE"
      case .loss: "loss"
      }
    }

    /// As it is shown: accuracies in percent.
    package func shown(_ evaluation: Evaluation) -> Double {
      self == .accuracy ? value(evaluation) * 100 : value(evaluation)
    }

    package func value(_ evaluation: Evaluation) -> Double {
      switch self {
      case .accuracy: evaluation.validation.accuracy ?? .nan
      case .rmse: evaluation.validation.rmse ?? .nan
      case .loss: evaluation.validation.loss
      }
    }
  }

  package var measure: Measure {
    let last = evaluations[evaluations.count - 1]
    return last.validation.accuracy != nil ? .accuracy : last.validation.rmse != nil ? .rmse : .loss
  }

  package var last: Evaluation { evaluations[evaluations.count - 1] }

  /// The evaluation of the network that the run ended with.
  package var final: Evaluation {
    keptEpoch.flatMap { kept in evaluations.last { abs($0.epoch - kept) < 1e-6 } } ?? last
  }

  /// The best since the last cut: what the uncut network reached says nothing about the cut one.
  package var best: Evaluation {
    let since = evaluations.drop { $0.step <= lastCut ?? -1 }
    return since.reduce(since.first ?? last) { $1.validation.isBetter(than: $0.validation) ? $1 : $0 }
  }

  /// The widths of the adaptive layers, or in an ordinary network of the hidden layers.
  package var widths: [Int] { configuration.network.fixedWidths ?? final.widths }
}

extension Sequence<Event> {
  /// The epoch of the best network, if the events end with its return; `nil`: something has changed the network since.
  fileprivate var keptEpoch: Double? {
    reduce(nil) { kept, event in
      switch event.kind {
      case .keptBest(let epoch): epoch
      case .resumed, .stepped: nil
      default: event.isStructural ? nil : kept
      }
    }
  }
}
