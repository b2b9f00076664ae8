import Dashboard
import Experiment
import Foundation
import Messaging

/// What a run's folder has of its course: a moment an evaluation, with the events up to it. Stretches that an undo took
/// back are left out, unless a redo brought them again; the edit before such a stretch and the undo stay among the events.
///
/// Prices of cuts, contributions and inputs are those that a dashboard was shown; importances follow from the rates.
package struct Recording: Sendable {
  package let name: String
  private let configuration: Configuration
  private let evaluations: [Evaluation]
  private let events: [Event]
  /// How many events came before each evaluation.
  private let counts: [Int]
  private let changes: [[Change]]
  /// In the order of their steps, each with all parts of the network that were known by then.
  private let inspections: [Inspection]

  /// More moments than a screen has columns, and few enough that a chart of them is drawn at once.
  private static let maxMoments = 4_096

  /// - Parameters:
  ///   - all: the evaluations of the run.
  ///   - recorded: its events, with those that an undo took back.
  ///   - inspections: in the order of their steps.
  package init(
    of configuration: Configuration, _ all: [Evaluation], _ recorded: [Event], _ inspections: [Inspection]
  ) {
    self.configuration = configuration
    name = configuration.name
    let stride = max(1, (all.count + Self.maxMoments - 1) / Self.maxMoments)
    let kept = all.indices.filter { $0 % stride == 0 || $0 == all.count - 1 }.map { all[$0] }
    events = Self.withoutUndone(recorded)
    evaluations = kept
    let steps = Self.stepsOfShowing(events)
    var (counts, next) = ([Int](), 0)
    for index in kept.indices {
      // All that follows the last evaluation is shown with it.
      let isLast = index == kept.count - 1
      while next < events.count, isLast || steps[next] <= kept[index].step { next += 1 }
      counts.append(next)
    }
    self.counts = counts
    changes = Self.changes(by: events, counts, between: kept)
    let redone = Self.redoneSteps(recorded)
    self.inspections = Self.merged(
      inspections.filter { known in !redone.contains { $0.contains(known.step) } }, between: events)
  }

  /// Each with the parts of those before it, back to the last edit, which made the network another one.
  private static func merged(_ inspections: [Inspection], between events: [Event]) -> [Inspection] {
    let edits = events.filter(\.replacesNetwork).map(\.step)
    var (result, next) = ([Inspection](), 0)
    for inspection in inspections {
      let before = next
      while next < edits.count, edits[next] <= inspection.step { next += 1 }
      if var last = result.last, before == next {
        last.merge(inspection)
        result.append(last)
      } else {
        result.append(inspection)
      }
    }
    return result
  }

  /// What was known by an evaluation of the network that it is of; `nil`: nothing.
  package func inspection(at index: Int) -> Inspection? {
    let step = evaluations[index].step
    guard let place = inspections.lastIndex(where: { $0.step <= step }) else { return nil }
    let edit = events[..<counts[index]].last(where: \.replacesNetwork)?.step ?? 0
    return inspections[place].step >= edit ? inspections[place] : nil
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
    (snapshot.step, snapshot.epoch) = (now.step, now.epoch)
    snapshot.epochs = configuration.training.epochs
    let perEpoch = Double(now.step) / now.epoch
    snapshot.stepsPerEpoch = perEpoch.isFinite && perEpoch < 1e12 ? Int(perEpoch.rounded()) : 0
    snapshot.parameters = now.parameters ?? 0
    snapshot.learningRate = configuration.training.learningRate
    snapshot.meanTrainLoss = now.trainLoss
    (snapshot.validation, snapshot.validationStep) = (now.validation, now.step)
    let needs = needs(at: index)
    let policies = Self.policies(after: events[..<counts[index]], widths: now.widths) { step in
      evaluations.last { $0.step <= step }?.widths ?? []
    }
    snapshot.layers = zip(now.widths, now.rates).enumerated().map { layer, values in
      let quantile = quantile(width: values.0, rate: values.1)
      return LayerSnapshot(
        width: values.0, rate: values.1, policy: policies[layer].policy, ceiling: policies[layer].ceiling,
        importances: importances(rate: values.1, width: values.0),
        posterior: posterior(rate: values.1, quantile, need: needs[layer]), need: needs[layer],
        quantile: quantile)
    }
    for (place, evaluation) in evaluations[...index].enumerated() {
      snapshot.trainLoss.append(Float(evaluation.trainLoss), at: evaluation.step)
      snapshot.smoothedTrainLoss.append(Float(evaluation.trainLoss), at: evaluation.step)
      snapshot.validationLoss.append(Float(evaluation.validation.loss), at: evaluation.step)
      if evaluation.validation.main != .loss {
        snapshot.validationMetric.append(Float(evaluation.validation.mainValue), at: evaluation.step)
      }
      for (layer, width) in zip(snapshot.layers.indices, evaluation.widths) {
        for change in changes[place] where change.layer == layer {
          snapshot.layers[layer].widthHistory.append(Float(change.width), at: change.step)
        }
        snapshot.layers[layer].widthHistory.append(Float(width), at: evaluation.step)
      }
    }
    return snapshot
  }

  /// A width between two evaluations.
  private struct Change: Sendable {
    var layer: Int
    var step: Int
    var width: Int
  }

  /// What edits before each evaluation, and since the one before it, made of the widths: steps of the chart, not
  /// slopes.
  private static func changes(
    by events: [Event], _ counts: [Int], between evaluations: [Evaluation]
  ) -> [[Change]] {
    evaluations.indices.map { place in
      let (start, end) = (place > 0 ? evaluations[place - 1].step : -1, evaluations[place].step)
      // Those at the step of an evaluation may come after it.
      let near = events[(place > 1 ? counts[place - 2] : 0)..<counts[place]].filter { start...end ~= $0.step }
      return evaluations[place].widths.enumerated().flatMap { layer, width in
        var (changes, last) = ([Change](), start)
        for event in near {
          guard let (from, to) = event.widths(of: layer), event.step < end || to == width else { continue }
          if event.step - 1 > last, event.step - 1 < end {
            last = event.step - 1
            changes.append(Change(layer: layer, step: last, width: from))
          }
          guard max(event.step, last + 1) < end else { continue }
          last = max(event.step, last + 1)
          changes.append(Change(layer: layer, step: last, width: to))
        }
        return changes
      }
    }
  }

  private func state(at index: Int) -> RunState {
    index == count - 1 ? events.stateAfter : .running
  }

  /// What measurements had found by then of layers that still had the width they were given.
  private func needs(at index: Int) -> [Int: WidthNeed] {
    var needs: [Int: WidthNeed] = [:]
    let widths = evaluations[index].widths
    for case .settled(let layer, _, let to, let need) in events[..<counts[index]].map(\.kind) {
      needs[layer] = widths.indices.contains(layer) && widths[layer] == to ? need : nil
    }
    return needs
  }

  /// f(n) of each neuron.
  private func importances(rate: Double, width: Int) -> [Float] {
    guard (1...ImportanceFamily.largestWidth).contains(width), rate > 0, rate.isFinite else { return [] }
    var slopes = [Float](repeating: 0, count: width)
    let values = [Float](unsafeUninitializedCapacity: width) { buffer, count in
      slopes.withUnsafeMutableBufferPointer { slopes in
        guard let values = buffer.baseAddress, let slopes = slopes.baseAddress else { return }
        configuration.network.importance.distribution.fill(values, slopes, width: width, rate: rate)
        count = width
      }
    }
    guard configuration.network.importanceScale(under: configuration.prior.rate) == .first,
      let first = values.first, first > 0
    else {
      return values
    }
    return values.map { $0 / first }
  }

  /// As the trainer says it.
  private func posterior(rate: Double, _ quantile: Double, need: WidthNeed?) -> Posterior {
    if configuration.network.method(under: configuration.prior.rate) == .paper {
      return .normal(mean: rate, deviation: 1)
    }
    guard let need else { return .logNormal(logMean: log(rate), logDeviation: 1) }
    return Posterior(need, family: configuration.network.importance, quantile: quantile)
  }

  /// That of the three kinds of layers by which the rate means the width most nearly.
  private func quantile(width: Int, rate: Double) -> Double {
    let network = configuration.network
    guard width >= 1, rate > 0, rate.isFinite else { return network.quantile }
    let known = [network.quantile, network.quantileOfGivenWidths, network.quantileOfStreams]
    return known.min { first, second in
      let distances = [first, second].map {
        abs(log(network.importance.rate(width: width, quantile: $0) / rate))
      }
      return distances[0] < distances[1]
    } ?? network.quantile
  }
}
