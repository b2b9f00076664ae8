import Canvas
import Experiment

extension TrainingCommand {
  package static let stopCompressing = TrainingCommand(.stopCompressing, name: "stop compressing")

  package static func compress(layer: Int, width: Int) -> TrainingCommand {
    TrainingCommand(
      .compress(layer: layer, width: width),
      name: "compress \(Wording.layer(layer)) to \(NumberText.grouped(width))")
  }

  package static func compressUntil(layers: [Int], tolerance: Double) -> TrainingCommand {
    TrainingCommand(
      .compressUntil(layers: layers, tolerance: tolerance),
      name: "compress until \(Wording.margin(tolerance)) worse")
  }
}

extension Question {
  /// To a width, which is typed.
  package static func compress(layer: Int, _ entry: Entry) -> Question {
    Question(CompressionToWidth(layer: layer, entry: entry))
  }

  /// Until the metric is worse by so many per cent, which are typed.
  package static func compressUntil(layers: [Int], _ entry: Entry) -> Question {
    Question(CompressionToMetric(layers: layers, entry: entry))
  }
}

private struct CompressionToWidth: QuestionContent {
  var layer: Int
  var entry: Question.Entry

  let verb = "starts compressing"
  var otherKeys: [(key: String, name: String)] { [("tab", "until it degrades")] }

  func preview(in state: State) -> [StatusText.Piece] {
    let width = state.snapshot.layers[layer].width
    let sentence =
      "compress \(Wording.layer(layer)) from \(NumberText.grouped(width)) to \(entry.text)_ neurons"
    guard let target = target(in: state) else {
      return [.init(sentence, 0), .init("type a width from 1 to \(NumberText.grouped(width - 1))", 1)]
    }
    let cut = CutPreview(state, layer: layer, kept: target)
    return [
      .init(sentence, 0), .init("training goes on", 2),
      .init(StatusText.parameters(cut.parametersBefore, cut.parametersAfter), 1),
    ]
  }

  func command(in state: State) -> TrainingCommand? {
    target(in: state).map { .compress(layer: layer, width: $0) }
  }

  private func target(in state: State) -> Int? {
    let smaller = 1..<max(1, state.snapshot.layers[layer].width)
    return Int(entry.text).flatMap { smaller.contains($0) ? $0 : nil }
  }

  func edited(by key: Key, in state: State) -> Question? {
    if key == .tab {
      // Without held-out rows nothing says when it degrades.
      let isMeasured = KeyBinding.Availability.priced(state) == .available
      return isMeasured ? state.compressUntil(layers: state.isJoint ? nil : [layer]) : Question(self)
    }
    var edited = self
    return edited.entry.edit(key) ? Question(edited) : nil
  }

  func obsolescence(in state: State) -> String? {
    let layers = state.snapshot.layers
    guard layers.indices.contains(layer) else { return "the layer is gone" }
    return layers[layer].width > 1
      ? nil : "\(Wording.layer(layer)) fell to one neuron: nothing left to compress"
  }
}

private struct CompressionToMetric: QuestionContent {
  var layers: [Int]
  var entry: Question.Entry

  let verb = "starts compressing"
  var otherKeys: [(key: String, name: String)] { [("tab", "to a width")] }

  func preview(in state: State) -> [StatusText.Piece] {
    [
      .init("compress \(Wording.layers(layers)) until the held-out metric is \(entry.text)_ % worse", 0),
      .init(
        command(in: state) == nil
          ? "type a number, such as 0.5" : "than \(state.snapshot.validation.map(Wording.value) ?? "now")",
        1),
      .init(
        "begins with a repaired cut, then trains on; what was good enough last is kept"
          + Wording.rounding(state.snapshot.roundTo), 2),
    ]
  }

  func command(in state: State) -> TrainingCommand? {
    guard let percent = Double(entry.text), percent.isFinite else { return nil }
    return .compressUntil(layers: layers, tolerance: percent / 100)
  }

  func edited(by key: Key, in state: State) -> Question? {
    if key == .tab { return state.compressToWidth() }
    var edited = self
    return edited.entry.edit(key, allowsFraction: true) ? Question(edited) : nil
  }

  func obsolescence(in state: State) -> String? {
    layers.allSatisfy(state.snapshot.layers.indices.contains) ? nil : "the layer is gone"
  }
}

extension State {
  /// What to ask about a compression to a width: that of the cut, else half.
  func compressToWidth() -> Question {
    let width = snapshot.layers[cut.layer].width
    let kept = kept(of: cut.layer)
    // Without a cut no width was asked for: half is only a start for editing.
    let proposal = kept < width ? kept : max(1, width / 2)
    return .compress(layer: cut.layer, Question.Entry(text: String(proposal)))
  }

  /// What to ask about one until the metric degrades.
  ///
  /// - Parameter layers: `nil`: all that are not held.
  func compressUntil(layers: [Int]?, percent: String = "0.5") -> Question {
    let free = snapshot.layers.indices.filter { snapshot.layers[$0].policy != .hold }
    return .compressUntil(layers: layers ?? free, Question.Entry(text: percent))
  }
}
