import Canvas
import Experiment

extension TrainingCommand {
  package static func truncate(
    layer: Int, width: Int, _ method: CutMethod = .repaired, isTaught: Bool = false
  ) -> TrainingCommand {
    TrainingCommand(
      .truncate(layer: layer, width: width, method, isTaught: isTaught),
      name: "truncate \(Wording.layer(layer)) to \(NumberText.grouped(width)), \(Wording.method(method))")
  }

  /// - Parameter keep: the fraction of every layer's neurons that stays.
  package static func truncateAll(
    keep: Double, _ method: CutMethod = .repaired, isTaught: Bool = false
  ) -> TrainingCommand {
    TrainingCommand(
      .truncateAll(keep: keep, method, isTaught: isTaught),
      name: "truncate all layers to \(NumberText.percent(keep)), \(Wording.method(method))")
  }

  package static func truncateTo(
    widths: [Int], _ method: CutMethod = .repaired, isTaught: Bool = false
  ) -> TrainingCommand {
    TrainingCommand(
      .truncateTo(widths: widths, method, isTaught: isTaught),
      name: "truncate to \(Wording.neurons(widths)), \(Wording.method(method))")
  }

  package static func reorder(layer: Int) -> TrainingCommand {
    TrainingCommand(.reorder(layer: layer), name: "best order of \(Wording.layer(layer))")
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

/// A question about a cut, whose method two keys choose, and a third whether the uncut network teaches after it.
package protocol CutQuestion: QuestionContent {
  var method: CutMethod { get set }
  /// `nil`: as the run's settings say, or because there is a teacher already.
  var asksForTeacher: Bool? { get set }
}

extension CutQuestion {
  func isTaught(in state: State) -> Bool {
    asksForTeacher ?? (state.snapshot.teachesCuts || state.snapshot.teaching != nil)
  }

  /// What follows the cut.
  func consequence(in state: State) -> [StatusText.Piece] {
    isTaught(in: state) ? [.init("then the uncut network teaches", 0)] : []
  }

  package var otherKeys: [(key: String, name: String)] {
    [
      ("p", method == .plain ? "repaired" : "plain"),
      ("b", method == .best ? "repaired" : "best order"),
      ("t", asksForTeacher == true ? "no teacher" : "teacher"),
    ]
  }

  package func edited(by key: Key, in state: State) -> Question? {
    var edited = self
    switch key {
    case .character("p"): edited.method = method == .plain ? .repaired : .plain
    case .character("b"): edited.method = method == .best ? .repaired : .best
    case .character("t"): edited.asksForTeacher = !isTaught(in: state)
    default: return nil
    }
    return Question(edited)
  }
}

private struct LayerTruncation: CutQuestion {
  var layer: Int
  var width: Int
  var method = CutMethod.repaired
  var asksForTeacher: Bool?

  var verb: String { "truncates \(Wording.layer(layer))" }
  var comparedLayer: Int? { method == .best ? layer : nil }

  func preview(in state: State) -> [StatusText.Piece] {
    StatusText.cut(price(in: state), in: state) + consequence(in: state)
  }

  func isPriced(in state: State) -> Bool { price(in: state).isMeasured(in: state) }

  func requestedCut(in state: State) -> CutRequest? {
    var widths = state.snapshot.layers.map(\.width)
    guard widths.indices.contains(layer) else { return nil }
    widths[layer] = width
    return CutRequest(widths: widths, method: method)
  }

  private func price(in state: State) -> CutPreview {
    CutPreview(state, layer: layer, kept: width, method, forQuestion: true)
  }

  func command(in state: State) -> TrainingCommand? {
    .truncate(layer: layer, width: width, method, isTaught: isTaught(in: state))
  }

  func obsolescence(in state: State) -> String? {
    let layers = state.snapshot.layers
    guard layers.indices.contains(layer) else { return "the layer is gone" }
    return width < layers[layer].width
      ? nil : "\(Wording.layer(layer)) fell to \(Wording.neurons(layers[layer].width)): nothing left to cut"
  }
}

private struct JointTruncation: CutQuestion {
  var keep: Double
  var method = CutMethod.repaired
  var asksForTeacher: Bool?

  let verb = "truncates all layers"

  func preview(in state: State) -> [StatusText.Piece] {
    let pieces = StatusText.cut(price(in: state), in: state) + consequence(in: state)
    return state.snapshot.layers.count == 1
      ? pieces : pieces + [.init("\(NumberText.percent(keep)) of every layer", 5)]
  }

  func isPriced(in state: State) -> Bool { price(in: state).isMeasured(in: state) }

  func requestedCut(in state: State) -> CutRequest? {
    CutRequest(
      widths: state.snapshot.layers.map { StatusText.fraction(keep, of: $0.width) }, method: method)
  }

  private func price(in state: State) -> CutPreview {
    let widths = state.snapshot.layers.map(\.width)
    return widths.count == 1
      ? CutPreview(
        state, layer: 0, kept: StatusText.fraction(keep, of: widths[0]), method, forQuestion: true)
      : CutPreview(state, keeping: keep, method, forQuestion: true)
  }

  func command(in state: State) -> TrainingCommand? {
    .truncateAll(keep: keep, method, isTaught: isTaught(in: state))
  }

  func obsolescence(in state: State) -> String? {
    state.snapshot.layers.isEmpty ? "the layers are gone" : nil
  }
}

package struct MeasuredTruncation: CutQuestion {
  package var cut: MeasuredCut
  var step: Int
  package var method = CutMethod.repaired
  package var asksForTeacher: Bool?

  package let needsFreshPrices = true
  package var verb: String { cut.widths.count == 1 ? "truncates layer 1" : "truncates to these widths" }

  package func preview(in state: State) -> [StatusText.Piece] {
    StatusText.cut(cut, method, measuredAt: step, in: state, forQuestion: true) + consequence(in: state)
  }

  package func isPriced(in state: State) -> Bool {
    !state.isAged(step) || state.price(of: requestedCut(in: state)) != nil
  }

  package func requestedCut(in state: State) -> CutRequest? {
    CutRequest(widths: zip(cut.widths, state.snapshot.layers).map { min($0, $1.width) }, method: method)
  }

  package func command(in state: State) -> TrainingCommand? {
    .truncateTo(
      widths: zip(cut.widths, state.snapshot.layers).map { min($0, $1.width) }, method,
      isTaught: isTaught(in: state))
  }

  package func obsolescence(in state: State) -> String? {
    let layers = state.snapshot.layers
    if cut.widths.count != layers.count { return "the layers are others now" }
    return zip(cut.widths, layers).contains { $0 < $1.width }
      ? nil : "the network fell to \(Wording.neurons(layers.map(\.width))): nothing left to cut"
  }
}
