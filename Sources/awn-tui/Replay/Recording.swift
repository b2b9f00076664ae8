import Dashboard
import Experiment
import Foundation
import JSONText
import Training

/// What a run's folder has of its course: a moment an evaluation, with the events up to it. Stretches that an undo took
/// back are left out.
///
/// Importances, prices of cuts and inputs are not in the folder, so that their panes stay empty.
package struct Recording: Sendable {
  package let name: String
  private let configuration: Configuration
  private let evaluations: [Evaluation]
  private let events: [Event]
  /// Of each evaluation, how many events came before it.
  private let counts: [Int]

  /// More moments than a screen has columns, and few enough that a chart of them is drawn at once.
  private static let mostMoments = 4_096

  /// - Throws: `RunRecordError`, as `compare` does.
  package init(folder: String) throws {
    let record = try RunRecord(folder: folder)
    configuration = record.configuration
    name = record.configuration.name
    let all = record.evaluations
    let stride = max(1, (all.count + Self.mostMoments - 1) / Self.mostMoments)
    let kept = all.indices.filter { $0 % stride == 0 || $0 == all.count - 1 }.map { all[$0] }
    let text = (try? Data(contentsOf: URL(filePath: "\(folder)/\(RunRecorder.events)"))) ?? Data()
    let decoder = JSONFormat.decoder()
    events = text.split(separator: UInt8(ascii: "\n")).compactMap {
      try? decoder.decode(Event.self, from: $0)
    }
    evaluations = kept
    var (counts, next) = ([Int](), 0)
    for index in kept.indices {
      // All that follows the last evaluation is shown with it.
      let isLast = index == kept.count - 1
      while next < events.count, isLast || events[next].step <= kept[index].step { next += 1 }
      counts.append(next)
    }
    self.counts = counts
  }

  package var count: Int { evaluations.count }

  package func events(at index: Int) -> [Event] { Array(events[..<counts[index]]) }

  /// Moments at which an edit was made.
  package var edits: [Int] {
    evaluations.indices.filter { index in
      events[(index == 0 ? 0 : counts[index - 1])..<counts[index]].contains(where: \.isStructural)
    }
  }

  /// The run as it was at an evaluation.
  package func snapshot(at index: Int) -> Snapshot {
    let now = evaluations[index]
    var snapshot = Snapshot()
    snapshot.state = state(at: index)
    snapshot.problem = now.validation.rmse == nil ? .classification : .regression
    snapshot.network = configuration.network.kind
    snapshot.importance = configuration.network.importance
    snapshot.quantile = configuration.network.quantile
    (snapshot.step, snapshot.epoch) = (now.step, now.epoch)
    snapshot.epochs = configuration.training.epochs
    let perEpoch = Double(now.step) / now.epoch
    snapshot.stepsPerEpoch = perEpoch.isFinite && perEpoch < 1e12 ? Int(perEpoch.rounded()) : 0
    snapshot.parameters = now.parameters ?? 0
    snapshot.learningRate = configuration.training.learningRate
    snapshot.meanTrainLoss = now.trainLoss
    (snapshot.validation, snapshot.validationStep) = (now.validation, now.step)
    let needs = needs(at: index)
    snapshot.layers = zip(now.widths, now.rates).enumerated().map { layer, values in
      LayerSnapshot(
        width: values.0, rate: values.1, posterior: posterior(rate: values.1, need: needs[layer]),
        need: needs[layer])
    }
    for evaluation in evaluations[...index] {
      snapshot.trainLoss.append(Float(evaluation.trainLoss), at: evaluation.step)
      snapshot.smoothedTrainLoss.append(Float(evaluation.trainLoss), at: evaluation.step)
      snapshot.validationLoss.append(Float(evaluation.validation.loss), at: evaluation.step)
      if evaluation.validation.main != .loss {
        snapshot.validationMetric.append(Float(evaluation.validation.mainValue), at: evaluation.step)
      }
      for (layer, width) in zip(snapshot.layers.indices, evaluation.widths) {
        snapshot.layers[layer].widthHistory.append(Float(width), at: evaluation.step)
      }
    }
    return snapshot
  }

  private func state(at index: Int) -> RunState {
    guard index == count - 1 else { return .running }
    for event in events.reversed() {
      switch event.kind {
      case .finished, .stoppedEarly: return .finished
      case .diverged: return .diverged
      case .stopped: return .stopped
      case .started, .resumed: return .running
      default: continue
      }
    }
    return .running
  }

  /// What measurements had found by then, by layer.
  private func needs(at index: Int) -> [Int: WidthNeed] {
    var needs: [Int: WidthNeed] = [:]
    for case .settled(let layer, _, _, let need) in events[..<counts[index]].map(\.kind) {
      needs[layer] = need
    }
    return needs
  }

  /// As the trainer says it.
  private func posterior(rate: Double, need: WidthNeed?) -> Posterior {
    if configuration.network.method == .paper { return .normal(mean: rate, deviation: 1) }
    guard let need else { return .logNormal(logMean: log(rate), logDeviation: 1) }
    return Posterior(need, family: configuration.network.importance, quantile: configuration.network.quantile)
  }
}
