import Experiment
import PlainText

/// All that the dashboard makes of an event of one kind: its texts, and what it changes on the screen.
struct EventMeaning {
  var sentence: String
  var tone = Message.Tone.plain
  /// The first clause where room is short, longest first.
  var brief: [String] = []
  /// A structural edit as the charts mark it; `nil`: it is none.
  var marker: Marker.Edit?
  /// Whether the network changed at once, so that what was measured before is of another one.
  var replacesNetwork = false
  /// The layers that were cut: where their cuts stood has no meaning any more.
  var cutLayers = TrainingCommand.Scope.run

  private init(_ sentence: String) { self.sentence = sentence }

  /// - Parameter compressKey: the key that stops compressing, where there is one.
  init(_ kind: Event.Kind, compressKey: String? = nil) {
    let stops = compressKey.map { "; \($0) stops it" } ?? ""
    switch kind {
    case .started: self.init("training started")
    case .paused: self.init("paused")
    case .resumed: self.init("resumed")
    case .stepped: self.init("one step done")
    case .truncated(let layer, let from, let to, let method):
      self.init(cut: "cut", layer, from, to)
      sentence += Wording.repair(method)
      replacesNetwork = true
    case .explored(let layer, let from, let to):
      self.init(
        "\(Wording.layer(layer)) explores with \(Wording.neurons(to)): \(NumberText.grouped(from)) at first")
      (marker, replacesNetwork) = (.width(from: from, to: to), true)
    case .settled(let layer, let from, let to, let need):
      // Only the last measurement reports a width that stays.
      self.init(cut: from == to ? "settled" : "resized", layer, from, to)
      sentence += Wording.reason(from, to, need)
      replacesNetwork = from != to
    case .labelsAreNoisy(let temperature):
      self.init(
        "labels are noisy: the prior on the weights counts \(NumberText.significant(temperature)) times")
    case .nothingToSettle:
      self.init("no width is settled: the network has learned nothing yet")
      tone = .warning
    case .stillLearning:
      self.init("no width is settled: the network still learns; give more epochs")
      tone = .warning
    case .priceChanged(let price): self.init("price: \(Wording.price(price))")
    case .reordered(let layer):
      self.init("\(Wording.layer(layer)): its neurons are now in best order")
      (marker, replacesNetwork) = (.other("best order"), true)
    case .truncatedAll(let from, let to, let method):
      self.init(
        "cut all layers: \(Wording.list(from)) → \(Wording.neurons(to))" + Wording.repair(method))
      brief = Self.totals(from, to)
      marker = .other(
        "all " + NumberText.change(from: Double(from.reduce(0, &+)), to: Double(to.reduce(0, &+))))
      (replacesNetwork, cutLayers) = (true, .network)
    case .teaching(let duration): self.init("the uncut network teaches \(Wording.duration(duration))")
    case .taught(let hasCaughtUp):
      self.init(hasCaughtUp ? "as good as before the cut: the teacher is done" : "the teacher is done")
    case .compressing(let layer, let from, let target):
      self.init(
        "compressing \(Wording.layer(layer)) from \(NumberText.grouped(from)) to \(Wording.neurons(target))"
          + stops)
      marker = .other("compress→\(target)")
    case .compressed(let layer, let from, let to, let target):
      self.init(cut: "compressed", layer, from, to)
      guard to > target else { break }
      sentence =
        "stopped compressing \(Wording.layer(layer)): \(NumberText.grouped(from)) → \(Wording.neurons(to)) of "
        + "\(NumberText.grouped(target)), now its cap"
    case .compressingUntil(let layers, let tolerance):
      let margin = Wording.margin(tolerance)
      self.init("compressing \(Wording.layers(layers)) until the held-out metric is \(margin) worse" + stops)
      marker = .other("compress −" + margin)
    case .compressionStep(let layer, let from, let to, let verdict, let backTo):
      self.init(Self.sentence(layer, from, to, verdict))
      guard let backTo else { break }
      sentence += ": back to step \(NumberText.grouped(backTo))"
      replacesNetwork = true
    case .compressedUntil(let from, let to, let isStopped):
      self.init(
        (isStopped ? "stopped compressing: " : "compressed: ")
          + "\(Wording.list(from)) → \(Wording.neurons(to)), now held")
      brief = Self.totals(from, to)
      marker = .width(from: from.reduce(0, &+), to: to.reduce(0, &+))
      (replacesNetwork, cutLayers) = (true, .network)
    case .policyChanged(let layer, let policy):
      self.init("\(Wording.layer(layer)): width policy is now \(policy.rawValue)")
      marker = .other(policy.rawValue)
    case .paceChanged(let pace):
      self.init("pace: \(Wording.pace(pace))")
    case .learningRateChanged(let rate):
      self.init("learning rate: \(NumberText.significant(rate))")
    case .undone(let step):
      self.init("undone: back at step \(NumberText.grouped(step))")
      (brief, marker, replacesNetwork) = (["undone"], .other("undo"), true)
    case .redone(let step):
      self.init("redone: at step \(NumberText.grouped(step)) again")
      (brief, marker, replacesNetwork) = (["redone"], .other("redo"), true)
    case .testEvaluated(let metrics):
      self.init(
        "test rows: \(Wording.quality(metrics))\(Wording.clauseSeparator)loss "
          + NumberText.significant(metrics.loss))
      tone = .good
    case .saved(let folder):
      self.init("saved in \(folder)")
      tone = .good
    case .exported(let file):
      self.init("the model is written to \(file)")
      tone = .good
    case .rejected(let reason):
      self.init("not done: \(reason)")
      tone = .warning
    case .diverged:
      self.init("diverged: the loss is no longer finite; the last good parameters are kept")
      tone = .error
    case .finished:
      self.init("finished: all epochs are done")
      tone = .good
    case .stoppedEarly:
      self.init("stopped early: the held-out metric no longer improves")
    case .keptBest(let epoch):
      self.init("kept the best network by the held-out metric, of epoch \(shownEpochs(epoch))")
      (tone, replacesNetwork) = (.good, true)
    case .stopped: self.init("stopped")
    case .warning(let text):
      self.init(text)
      tone = .warning
    }
  }

  /// A layer has fewer neurons, at once or after a while.
  private init(cut verb: String, _ layer: Int, _ from: Int, _ to: Int) {
    self.init("\(verb) \(Wording.layer(layer)): \(NumberText.grouped(from)) → \(Wording.neurons(to))")
    brief = ["\(Wording.layer(layer)): \(NumberText.grouped(from)) → \(NumberText.grouped(to))"]
    marker = .width(from: from, to: to)
    cutLayers = .layers([layer])
  }

  private static func totals(_ from: [Int], _ to: [Int]) -> [String] {
    let (before, after) = (from.reduce(0, +), to.reduce(0, +))
    let change = "\(Wording.count(ofLayers: from.count)): \(NumberText.grouped(before)) → "
    return [change + Wording.neurons(after), change + NumberText.grouped(after)]
  }

  private static func sentence(
    _ layer: Int, _ from: Int, _ to: Int, _ verdict: CompressionVerdict
  ) -> String {
    let change = "\(Wording.layer(layer)) from \(NumberText.grouped(from)) to \(Wording.neurons(to))"
    return switch verdict {
    case .kept: "\(change): still good enough"
    case .degraded: "\(change): not good enough"
    case .diverged: "\(change): the loss was no longer finite"
    case .stuck: "\(Wording.layer(layer)) stayed at \(Wording.neurons(to))"
    }
  }
}
