import Canvas
import Experiment

/// Every sentence about commands, events and measurements.
package enum Wording {
  /// Between the clauses of a line: where it may be broken.
  static let clauseSeparator = "   "

  /// Layers are counted from 1 on screen.
  package static func layer(_ index: Int) -> String { "layer \(index + 1)" }

  package static func neurons(_ count: Int) -> String {
    NumberText.grouped(count) + (count == 1 ? " neuron" : " neurons")
  }

  package static func state(_ state: RunState) -> String {
    switch state {
    case .loading: "loading"
    case .running: "running"
    case .paused: "paused"
    case .compressing: "compressing"
    case .finished: "finished"
    case .stopped: "stopped"
    case .diverged: "diverged"
    }
  }

  package static func pace(_ pace: Double?) -> String {
    pace.map { NumberText.significant($0) + " epochs/s" } ?? "unlimited"
  }

  package static func policy(_ policy: WidthPolicy, ceiling: Int?) -> String {
    switch policy {
    case .adapt: "adapt"
    case .cap: ceiling.map { "cap ≤ \(NumberText.grouped($0))" } ?? "cap"
    case .hold: "hold"
    }
  }

  /// What a policy lets the width do.
  package static func meaning(of policy: WidthPolicy, width: Int) -> String {
    switch policy {
    case .adapt: "the width follows the rate both ways"
    case .cap: "the width follows the rate, never above \(neurons(width))"
    case .hold: "the width stays at \(neurons(width)); only weights train"
    }
  }

  static func metricName(_ problem: Problem) -> String { problem == .regression ? "RMSE" : "accuracy" }

  /// The metric that matters, named: "accuracy 99.8 %", "RMSE 0.512".
  package static func metric(_ metrics: Metrics) -> String {
    if let accuracy = metrics.accuracy { return "accuracy " + NumberText.percent(accuracy) }
    if let rmse = metrics.rmse { return "RMSE " + NumberText.significant(rmse) }
    return "loss " + NumberText.significant(metrics.loss)
  }

  /// Its number alone: "99.8 %", "RMSE 0.512".
  package static func value(_ metrics: Metrics) -> String {
    metrics.accuracy.map(NumberText.percent) ?? metric(metrics)
  }

  /// The same, with R² where there is one.
  package static func quality(_ metrics: Metrics?) -> String {
    guard let metrics else { return "not measured" }
    return metric(metrics) + (metrics.r2.map { ", R² " + NumberLabel.fixed($0, decimals: 3) } ?? "")
  }

  /// "99.8 % → 99.7 % (−0.1)", or the same of RMSE or loss.
  package static func change(from before: Metrics?, to after: Metrics?) -> String? {
    guard let before, let after else { return nil }
    if let old = before.accuracy, let new = after.accuracy {
      let points = NumberText.signed(new * 100, 1, minus: old * 100)
      return "\(NumberText.percent(old)) → \(NumberText.percent(new)) (\(points))"
    }
    let (name, old, new) =
      if let old = before.rmse, let new = after.rmse { ("RMSE ", old, new) } else {
        ("loss ", before.loss, after.loss)
      }
    return "\(name)\(NumberText.significant(old)) → \(NumberText.significant(new))"
      + " (\(NumberText.change(from: old, to: new)))"
  }

  /// A command on its way, as in "truncate layer 1 to 47".
  package static func command(_ action: Command.Action) -> String {
    switch action {
    case .pause: "pause"
    case .resume: "resume"
    case .step: "one step"
    case .stop: "stop"
    case .truncate(let layer, let width): "truncate \(Self.layer(layer)) to \(NumberText.grouped(width))"
    case .truncateAll(let keep): "truncate all layers to \(NumberText.percent(keep))"
    case .truncateTo(let widths): "truncate to \(list(widths)) neurons"
    case .compress(let layer, let width): "compress \(Self.layer(layer)) to \(NumberText.grouped(width))"
    case .compressUntil(_, let tolerance): "compress until \(margin(tolerance)) worse"
    case .stopCompressing: "stop compressing"
    case .setPolicy(let layer, let policy): "\(Self.layer(layer)) policy \(policy.rawValue)"
    case .setPace(let pace): "pace \(Self.pace(pace))"
    case .setLearningRate(let rate): "learning rate \(NumberText.significant(rate))"
    case .undo: "undo"
    case .redo: "redo"
    case .evaluateTest: "evaluate on the test rows"
    }
  }

  /// What happened.
  ///
  /// - Parameter compressKey: what stops compressing, for who can press it.
  package static func event(_ event: Event, compressKey: String? = nil) -> Message {
    let tone: Message.Tone =
      switch event.kind {
      case .diverged: .error
      case .rejected, .warning: .warning
      case .finished, .testEvaluated: .good
      default: .plain
      }
    let price = change(from: event.before, to: event.after).map { clauseSeparator + "held-out " + $0 } ?? ""
    return Message(
      tone: tone, text: sentence(event.kind, compressKey) + price, step: event.step, brief: brief(event.kind))
  }

  /// What an edit did, in fewer words.
  private static func brief(_ kind: Event.Kind) -> [String] {
    func total(_ widths: [Int]) -> String { NumberText.grouped(widths.reduce(0, +)) }
    switch kind {
    case .truncated(let index, let from, let to), .compressed(let index, let from, let to, _):
      return ["\(layer(index)): \(NumberText.grouped(from)) → \(NumberText.grouped(to))"]
    case .truncatedAll(let from, let to), .compressedUntil(let from, let to, _):
      let change = "\(count(ofLayers: from.count)): \(total(from)) → \(total(to))"
      return ["\(change) neurons", change]
    case .undone: return ["undone"]
    case .redone: return ["redone"]
    default: return []
    }
  }

  /// An event as one line of text.
  package static func line(_ event: Event) -> String {
    Self.event(event).text.replacing(clauseSeparator, with: "; ")
  }

  private static func sentence(_ kind: Event.Kind, _ compressKey: String?) -> String {
    switch kind {
    case .started: "training started"
    case .paused: "paused"
    case .resumed: "resumed"
    case .stepped: "one step done"
    case .truncated(let layer, let from, let to):
      "truncated \(Self.layer(layer)): \(NumberText.grouped(from)) → \(neurons(to))"
    case .truncatedAll(let from, let to): "truncated all layers: \(list(from)) → \(list(to)) neurons"
    case .compressing(let layer, let from, let target):
      "compressing \(Self.layer(layer)) from \(NumberText.grouped(from)) to \(neurons(target))"
        + (compressKey.map { "; \($0) stops it" } ?? "")
    case .compressed(let layer, let from, let to, let target):
      to > target
        ? "stopped compressing \(Self.layer(layer)): \(NumberText.grouped(from)) → \(neurons(to)) of "
          + "\(NumberText.grouped(target)), now its cap"
        : "compressed \(Self.layer(layer)): \(NumberText.grouped(from)) → \(neurons(to))"
    case .compressingUntil(let layers, let tolerance):
      "compressing \(Self.layers(layers)) until the held-out metric is \(margin(tolerance)) worse"
        + (compressKey.map { "; \($0) stops it" } ?? "")
    case .compressionStep(let layer, let from, let to, let verdict, let backTo):
      compressionStep(layer, from, to, verdict)
        + (backTo.map { ": back to step \(NumberText.grouped($0))" } ?? "")
    case .compressedUntil(let from, let to, let isStopped):
      (isStopped ? "stopped compressing: " : "compressed: ") + "\(list(from)) → \(list(to)) neurons, now held"
    case .policyChanged(let layer, let policy): "\(Self.layer(layer)): width policy is now \(policy.rawValue)"
    case .paceChanged(let pace): "pace: \(Self.pace(pace))"
    case .learningRateChanged(let rate): "learning rate: \(NumberText.significant(rate))"
    case .undone(let step): "undone: back at step \(NumberText.grouped(step))"
    case .redone(let step): "redone: at step \(NumberText.grouped(step)) again"
    case .testEvaluated(let metrics):
      "test rows: \(quality(metrics))\(clauseSeparator)loss \(NumberText.significant(metrics.loss))"
    case .rejected(let reason): "not done: \(reason)"
    case .diverged: "diverged: the loss is no longer finite; the last good parameters are kept"
    case .finished: "finished: all epochs are done"
    case .stoppedEarly: "stopped early: the held-out metric no longer improves"
    case .stopped: "stopped"
    case .warning(let text): text
    }
  }

  private static func compressionStep(
    _ layer: Int, _ from: Int, _ to: Int, _ verdict: CompressionVerdict
  ) -> String {
    let way = "\(Self.layer(layer)) from \(NumberText.grouped(from)) to \(neurons(to))"
    return switch verdict {
    case .kept: "\(way): still good enough"
    case .degraded: "\(way): not good enough"
    case .diverged: "\(way): the loss was no longer finite"
    case .stuck: "\(Self.layer(layer)) stayed at \(neurons(to))"
    }
  }

  /// How much worse a metric may be: points of accuracy, or per cent of an RMSE.
  package static func margin(_ tolerance: Double) -> String { NumberText.significant(tolerance * 100) + " %" }

  /// "layer 2", "layers 1, 3"
  package static func layers(_ indices: [Int]) -> String {
    indices.count == 1
      ? layer(indices[0]) : "layers " + indices.map { String($0 + 1) }.joined(separator: ", ")
  }

  static func count(ofLayers count: Int) -> String { count == 1 ? "1 layer" : "\(count) layers" }

  /// The label of a structural event on the charts.
  package static func marker(_ kind: Event.Kind) -> String {
    switch kind {
    case .truncated(_, let from, let to): "\(from)→\(to)"
    case .truncatedAll(let from, let to):
      "all " + NumberText.change(from: Double(from.reduce(0, &+)), to: Double(to.reduce(0, &+)))
    case .compressing(_, _, let target): "compress→\(target)"
    case .compressed(_, let from, let to, _): "\(from)→\(to)"
    case .compressingUntil(_, let tolerance): "compress −" + margin(tolerance)
    case .compressedUntil(let from, let to, _): "\(from.reduce(0, +))→\(to.reduce(0, +))"
    case .policyChanged(_, let policy): policy.rawValue
    case .undone: "undo"
    case .redone: "redo"
    default: ""
    }
  }

  package static func list(_ numbers: [Int]) -> String {
    numbers.map(NumberText.grouped).joined(separator: ", ")
  }
}
