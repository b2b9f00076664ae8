import Canvas
import Experiment

/// What stands in the borders of the panes.
extension Painter {
  func caption(of pane: Pane, width: Int) -> (title: String, trailing: String) {
    let title = title(of: pane)
    let room = width - Text.columns(title, glyphs: glyphs) - 7
    let pieces = state.isReady ? details(of: pane) : []
    return (title, StatusText.whole(pieces, separator: "  ", width: room, glyphs: glyphs))
  }

  private func title(of pane: Pane) -> String {
    var title = pane.name
    if state.isReady, state.selectedLayer != nil, [.rate, .neurons, .tradeoff].contains(pane) {
      let isOfAll = pane == .tradeoff && state.isJoint
      title += isOfAll ? ", all layers" : ", \(Wording.layer(state.cut.layer))"
    }
    if pane == .input, state.isReady { title = inputTitle ?? title }
    let isAlone = layout.panes.count == 1
    if isAlone { title += " · \(pane.rawValue + 1) of \(Pane.allCases.count)" }
    if isAlone && layout.kind != .compact { title += " · \(state.hint("zoom")): all panes" }
    if layout.kind == .medium && !isAlone && pane.isLower { title += " · \(state.hint("pane-next")): others" }
    return title
  }

  private func details(of pane: Pane) -> [StatusText.Piece] {
    typealias Piece = StatusText.Piece
    switch pane {
    case .loss: return lossDetails
    case .width:
      return narrowedDetails
        + (snapshot.layers.count == 1 ? [Piece(Wording.neurons(snapshot.layers[0].width), 1)] : [])
    case .input: return inputDetails
    case .rate: return state.selectedLayer.map { [Piece("ν \(NumberText.significant($0.rate))", 0)] } ?? []
    case .neurons:
      guard let layer = state.selectedLayer else { return [] }
      return [Piece(Wording.neurons(layer.width), 0)]
    case .tradeoff:
      guard !snapshot.layers.isEmpty, let curve = state.shownCurve else { return [] }
      if state.run.isInspectionStale { return [Piece("being measured…", 0)] }
      return [
        Piece(curve.isExact ? "exact" : "sampled", 0), Piece("at step \(NumberText.grouped(curve.step))", 1),
      ]
    }
  }

  /// Of a chart that does not show the whole run.
  private var narrowedDetails: [StatusText.Piece] {
    guard state.charts.range != nil, state.stepsInView.upperBound < 1e15 else { return [] }
    let (first, last) = (Int(state.stepsInView.lowerBound), Int(state.stepsInView.upperBound.rounded(.up)))
    return [.init("steps \(NumberText.grouped(first))–\(NumberText.grouped(last))", 0)]
  }

  private var lossDetails: [StatusText.Piece] {
    let train = state.charts.isSmoothed ? snapshot.smoothedTrainLoss.last : snapshot.trainLoss.last
    var pieces = narrowedDetails
    if !snapshot.trainLoss.isEmpty {
      pieces.append(.init("train \(NumberText.significant(Double(train)))", 1))
    }
    if let validation = snapshot.validation {
      pieces.append(.init("held-out \(NumberText.significant(validation.loss))", 2))
    }
    return pieces + [.init(state.charts.isLogarithmic ? "log" : "linear", 3)]
  }

  private var inputTitle: String? {
    switch state.run.inspection?.input {
    case .plane: "input space"
    case .images: "held-out images"
    case .classes: "accuracy by class"
    case .scatter: "predictions"
    case .sequences: "held-out sequences"
    case .translations: "translations"
    case nil: nil
    }
  }

  private var inputDetails: [StatusText.Piece] {
    if state.run.isInspectionStale { return [.init("as before the edit", 0)] }
    guard let validation = snapshot.validation else { return [] }
    let r2 = validation.r2.map { "R² " + NumberLabel.fixed($0, decimals: 3) } ?? ""
    return [.init(Wording.metric(validation), 0), .init(r2, 1)]
  }
}
