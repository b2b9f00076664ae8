import Canvas
import Experiment

/// Every sentence about commands, events and measurements.
package enum Wording {
  /// Between the clauses of a line: where it may be broken.
  static let clauseSeparator = "   "

  /// Instead of what shows held-out rows.
  static let isMeasuringHeldOutRows = "What the network makes of held-out rows is being measured."
  static let hasNoHeldOutRows = "There are no held-out rows to show."

  /// Layers are counted from 1 on screen.
  package static func layer(_ index: Int) -> String { "layer \(index + 1)" }

  /// "layer 4 (stage 2, block 1)": with its name, if it has one.
  static func layer(_ index: Int, in state: State) -> String {
    let layers = state.snapshot.layers
    guard layers.indices.contains(index), let name = layers[index].name else { return layer(index) }
    return "\(layer(index)) (\(name))"
  }

  package static func neurons(_ count: Int) -> String {
    NumberText.grouped(count) + (count == 1 ? " neuron" : " neurons")
  }

  /// The neurons of several layers: "412, 45 neurons".
  static func neurons(_ widths: [Int]) -> String { list(widths) + (widths == [1] ? " neuron" : " neurons") }

  /// "1 row", "57 held-out rows"
  static func rows(_ count: Int, _ kind: String = "") -> String {
    "\(NumberText.grouped(count)) \(kind)\(count == 1 ? "row" : "rows")"
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

  /// Of the run that is shown: one whose process is gone does not train, whatever it said last.
  static func state(in state: State) -> String {
    state.isInterrupted ? "interrupted" : Self.state(state.snapshot.state)
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

  /// How a cut was made, behind what it did: ", repaired".
  static func repair(_ method: CutMethod?) -> String {
    switch method ?? .plain {
    case .plain: ""
    case .repaired: ", repaired"
    case .best: ", in best order, repaired"
    }
  }

  /// "57 neurons [44, 71]"
  static func interval(_ need: WidthNeed) -> String {
    "\(neurons(need.width)) [\(need.interval.lowerBound), \(need.interval.upperBound)]"
  }

  /// "44 to 71 neurons"
  static func range(_ need: WidthNeed) -> String {
    let interval = need.interval
    if interval.count == 1 { return neurons(interval.lowerBound) }
    return "\(NumberText.grouped(interval.lowerBound)) to \(neurons(interval.upperBound))"
  }

  /// Why a measurement moved a width: ", the last 27 were worth 0.0004 nats".
  static func reason(_ from: Int, _ to: Int, _ need: WidthNeed) -> String {
    let worth = NumberText.significant(max(0, need.worth))
    if to < from {
      let rounded = need.roundedTo.map { ", rounded up to a multiple of \(NumberText.grouped($0))" } ?? ""
      let removed = from - to == 1 ? "the last one was" : "the last \(NumberText.grouped(from - to)) were"
      return "\(rounded), \(removed) worth \(worth) nats"
    }
    if to > from { return ", it needs \(NumberText.grouped(need.width)) or more" }
    return ", of which \(NumberText.grouped(need.width)) \(need.width == 1 ? "is" : "are") needed"
  }

  /// ", widths in multiples of 8"
  static func rounding(_ multiple: Int?) -> String {
    multiple.map { ", widths in multiples of \(NumberText.grouped($0))" } ?? ""
  }

  /// "until the cut one is as good", "for 3 epochs"
  static func duration(_ duration: TeacherDuration) -> String {
    switch duration {
    case .untilCaughtUp: "until the cut one is as good"
    case .epochs(let epochs): epochs == 1 ? "for an epoch" : "for \(NumberText.grouped(epochs)) epochs"
    }
  }

  /// "0.01 nats for e times as many neurons"
  static func price(_ price: Double) -> String {
    "\(NumberText.significant(price)) nats for e times as many neurons"
  }

  /// How a cut is made, in a word or two.
  static func method(_ method: CutMethod) -> String {
    switch method {
    case .plain: "plain"
    case .repaired: "repaired"
    case .best: "best order"
    }
  }

  static func metricName(_ problem: Problem) -> String { Metrics.Measure.main(for: problem).name }

  /// The metric that matters, named: "accuracy 99.8 %", "RMSE 0.512".
  package static func metric(_ metrics: Metrics) -> String {
    "\(metrics.main.name) \(NumberText.value(metrics.mainValue, of: metrics.main))"
  }

  /// The same in short: a percentage needs no name. "99.8 %", "RMSE 0.512".
  package static func value(_ metrics: Metrics) -> String {
    metrics.main.format == .percent
      ? NumberText.value(metrics.mainValue, of: metrics.main) : metric(metrics)
  }

  /// The metric that matters, with R² where there is one.
  package static func quality(_ metrics: Metrics?) -> String {
    guard let metrics else { return "not measured" }
    return metric(metrics) + (metrics.r2.map { ", R² " + NumberText.value($0, of: .r2) } ?? "")
  }

  /// When the held-out metrics were measured: "now", "at epoch 3" or "at step 1,200"; empty: not known.
  static func moment(ofValidationIn snapshot: Snapshot) -> String {
    guard let step = snapshot.validationStep else { return "" }
    if step == snapshot.step { return "now" }
    let isEnd = snapshot.stepsPerEpoch > 0 && step % snapshot.stepsPerEpoch == 0
    return isEnd
      ? "at epoch \(NumberText.grouped(step / snapshot.stepsPerEpoch))"
      : "at step \(NumberText.grouped(step))"
  }

  /// "loss 0.092 → 0.377", beside a metric that says less: of a classification. Empty if there is none.
  static func lossChange(from before: Metrics?, to after: Metrics?) -> String {
    guard let before, let after, after.main == .accuracy else { return "" }
    return "loss \(NumberText.significant(before.loss)) → \(NumberText.significant(after.loss))"
  }

  /// "99.8 % → 99.7 % (−0.1)", or the same of RMSE or loss; with one standard error of the change, "(−0.1 ± 0.3)".
  package static func change(from before: Metrics?, to after: Metrics?, error: Double? = nil) -> String? {
    guard let before, let after else { return nil }
    for measure in Metrics.Measure.decisive {
      guard let old = measure.value(before), let new = measure.value(after) else { continue }
      let name = measure.format == .percent ? "" : measure.name + " "
      let uncertainty =
        error.map { error in
          switch measure.format {
          case .percent: " ± \(NumberText.uncertainty(error * 100))"
          case .number: " ± \(NumberText.uncertainty(error / old.magnitude * 100)) %"
          case .coefficient: ""
          }
        } ?? ""
      return "\(name)\(NumberText.value(old, of: measure)) → \(NumberText.value(new, of: measure))"
        + " (\(sign(NumberText.change(from: old, to: new, of: measure), before: uncertainty))\(uncertainty))"
    }
    return nil
  }

  /// A change of nothing has no sign where a second "±" follows: "0.0 ± 0.3".
  private static func sign(_ change: String, before uncertainty: String) -> Substring {
    change.hasPrefix("±") && !uncertainty.isEmpty ? change.dropFirst() : change[...]
  }

  /// What happened.
  ///
  /// - Parameter compressKey: the key that stops compressing, where there is one.
  package static func event(_ event: Event, compressKey: String? = nil) -> Message {
    let price = change(from: event.before, to: event.after).map { clauseSeparator + "held-out " + $0 } ?? ""
    let meaning = EventMeaning(event.kind, compressKey: compressKey)
    let who = event.isOfAnother == true ? "another dashboard: " : ""
    return Message(
      tone: meaning.tone, text: who + meaning.sentence + price, step: event.step, brief: meaning.brief)
  }

  /// An event as one line of text.
  package static func line(_ event: Event) -> String {
    Self.event(event).text.replacing(clauseSeparator, with: "; ")
  }

  /// How much worse a metric may be: points of accuracy, or per cent of an RMSE.
  package static func margin(_ tolerance: Double) -> String { NumberText.significant(tolerance * 100) + " %" }

  /// "layer 2", "layers 1, 3"
  package static func layers(_ indices: [Int]) -> String {
    indices.count == 1
      ? layer(indices[0]) : "layers " + indices.map { String($0 + 1) }.joined(separator: ", ")
  }

  static func widths(_ count: Int) -> String {
    NumberText.grouped(count) + (count == 1 ? " width" : " widths")
  }

  static func count(ofLayers count: Int) -> String { count == 1 ? "1 layer" : "\(count) layers" }

  package static func list(_ numbers: [Int]) -> String {
    numbers.map(NumberText.grouped).joined(separator: ", ")
  }
}
