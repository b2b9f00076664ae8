import Experiment

extension TrainingCommand {
  package static func truncate(layer: Int, width: Int) -> TrainingCommand {
    TrainingCommand(
      .truncate(layer: layer, width: width),
      name: "truncate \(Wording.layer(layer)) to \(NumberText.grouped(width))")
  }

  /// - Parameter keep: the fraction of every layer's neurons that stays.
  package static func truncateAll(keep: Double) -> TrainingCommand {
    TrainingCommand(
      .truncateAll(keep: keep), name: "truncate all layers to \(NumberText.percent(keep))")
  }

  package static func truncateTo(widths: [Int]) -> TrainingCommand {
    TrainingCommand(
      .truncateTo(widths: widths), name: "truncate to \(Wording.list(widths)) neurons")
  }
}

extension Question {
  package static func truncate(layer: Int, width: Int) -> Question {
    Question(LayerTruncation(layer: layer, width: width))
  }

  /// - Parameter keep: the fraction of every layer's neurons that stays.
  package static func truncateAll(keep: Double) -> Question { Question(JointTruncation(keep: keep)) }

  /// - Parameters:
  ///   - cut: a cut of the price list.
  ///   - step: the step of the network it was measured on.
  package static func truncateTo(_ cut: MeasuredCut, step: Int) -> Question {
    Question(MeasuredTruncation(cut: cut, step: step))
  }
}

private struct LayerTruncation: QuestionContent {
  var layer: Int
  var width: Int

  var verb: String { "truncates \(Wording.layer(layer))" }

  func preview(in state: State) -> [StatusText.Piece] {
    StatusText.cut(CutPreview(state, layer: layer, kept: width), in: state)
  }

  func command(in state: State) -> TrainingCommand? { .truncate(layer: layer, width: width) }

  func obsolescence(in state: State) -> String? {
    let layers = state.snapshot.layers
    guard layers.indices.contains(layer) else { return "the layer is gone" }
    return width < layers[layer].width
      ? nil : "\(Wording.layer(layer)) fell to \(Wording.neurons(layers[layer].width)): nothing left to cut"
  }
}

private struct JointTruncation: QuestionContent {
  var keep: Double

  let verb = "truncates all layers"

  func preview(in state: State) -> [StatusText.Piece] {
    let widths = state.snapshot.layers.map(\.width)
    if widths.count == 1 {
      let kept = StatusText.fraction(keep, of: widths[0])
      return StatusText.cut(CutPreview(state, layer: 0, kept: kept), in: state)
    }
    return StatusText.cut(CutPreview(state, keeping: keep), in: state)
      + [.init("\(NumberText.percent(keep)) of every layer", 4)]
  }

  func command(in state: State) -> TrainingCommand? { .truncateAll(keep: keep) }

  func obsolescence(in state: State) -> String? {
    state.snapshot.layers.isEmpty ? "the layers are gone" : nil
  }
}

package struct MeasuredTruncation: QuestionContent {
  package var cut: MeasuredCut
  var step: Int

  package let needsFreshPrices = true
  package var verb: String { cut.widths.count == 1 ? "truncates layer 1" : "truncates to these widths" }

  package func preview(in state: State) -> [StatusText.Piece] {
    StatusText.cut(cut, measuredAt: step, in: state)
  }

  package func command(in state: State) -> TrainingCommand? {
    .truncateTo(widths: zip(cut.widths, state.snapshot.layers).map { min($0, $1.width) })
  }

  package func obsolescence(in state: State) -> String? {
    let layers = state.snapshot.layers
    if cut.widths.count != layers.count { return "the layers are others now" }
    return zip(cut.widths, layers).contains { $0 < $1.width }
      ? nil : "the network fell to \(Wording.list(layers.map(\.width))) neurons: nothing left to cut"
  }
}
