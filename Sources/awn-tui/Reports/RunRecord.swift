import Datasets
import Experiment
import Foundation
import JSONText
import PlainText
import Training

/// A finished or unfinished run, read back from its folder.
struct RunRecord {
  var folder: String
  var configuration: Configuration
  /// In the order of steps; what an undo took back is left out.
  var evaluations: [Line]
  /// What could not be read and does no harm.
  var note: String?

  /// An evaluation: a line of `metrics.jsonl`.
  struct Line: Decodable {
    var step: Int
    var epoch: Double
    var seconds: Double
    var loss: Double
    var accuracy: Double?
    var rmse: Double?
    var widths: [Int]
    /// Runs of before it was recorded have none.
    var parameters: Int?

    private enum CodingKeys: String, CodingKey {
      case step, epoch, seconds, widths, parameters
      case loss = "validation_loss"
      case accuracy = "validation_accuracy"
      case rmse = "validation_rmse"
    }

    var metrics: Metrics { Metrics(loss: loss, accuracy: accuracy, rmse: rmse) }
  }

  init(folder: String) throws {
    self.folder = folder
    let path = folder + "/metrics.jsonl"
    guard let bytes = try Self.contents(of: path, in: folder) else {
      throw RunRecordError(folder: folder, reason: "no metrics.jsonl in it; give folders of runs")
    }
    // The file of a run has every setting, so that the data need not be opened, which a pipe would wait for.
    configuration = try ExperimentFile.configuration(
      contentsOf: folder + "/experiment.toml", probes: Probes(opensPipes: false))
    evaluations = []
    let decoder = JSONFormat.decoder()
    var rest = bytes[...]
    var number = 0
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      do {
        append(try decoder.decode(Line.self, from: rest[..<end]))
      } catch {
        throw RunRecordError(folder: folder, reason: "metrics.jsonl, line \(number): this is no evaluation")
      }
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { note = "the last line of metrics.jsonl was cut off and is left out" }
    guard !evaluations.isEmpty else {
      throw RunRecordError(
        folder: folder,
        reason: "metrics.jsonl has no whole evaluation; the run ended, or is, before its first")
    }
  }

  /// An evaluation that is not later than one before follows an undo, which took that one back.
  private mutating func append(_ line: Line) {
    while let last = evaluations.last, last.step >= line.step { evaluations.removeLast() }
    evaluations.append(line)
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
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
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
  enum Measure: String, CaseIterable {
    case accuracy
    case rmse
    case loss

    var label: String {
      switch self {
      case .accuracy: "accuracy, %"
      case .rmse: "RMSE"
      case .loss: "loss"
      }
    }

    /// As it is shown: accuracies in percent.
    func shown(_ line: Line) -> Double {
      switch self {
      case .accuracy: (line.accuracy ?? .nan) * 100
      case .rmse: line.rmse ?? .nan
      case .loss: line.loss
      }
    }

    func value(_ line: Line) -> Double { self == .accuracy ? line.accuracy ?? .nan : shown(line) }
  }

  var measure: Measure {
    let last = evaluations[evaluations.count - 1]
    return last.accuracy != nil ? .accuracy : last.rmse != nil ? .rmse : .loss
  }

  var last: Line { evaluations[evaluations.count - 1] }

  var best: Line {
    evaluations.dropFirst().reduce(evaluations[0]) { $1.metrics.isBetter(than: $0.metrics) ? $1 : $0 }
  }

  /// Of the adaptive layers; of an ordinary network, of its hidden layers.
  var widths: [Int] { configuration.network.fixedWidths ?? last.widths }
}
