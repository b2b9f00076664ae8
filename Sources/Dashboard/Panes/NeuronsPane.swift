import Canvas
import Experiment

struct NeuronsPane: PaneContent {
  let name = "neurons"

  func titles(in state: State) -> [String] { titlesWithLayer(in: state) }

  func caption(in state: State) -> [StatusText.Piece] {
    state.selectedLayer.map { [.init(Wording.neurons($0.width), 0)] } ?? []
  }

  func absence(in state: State) -> String? {
    if state.snapshot.layers.isEmpty {
      return "Importances belong to adaptive layers; this network has none."
    }
    return state.isRecording && state.selectedLayer?.importances.isEmpty ?? true ? Link.unrecorded : nil
  }

  func draw(in rect: Rect, with painter: inout Painter) { painter.paintNeurons(in: rect) }
}

extension Pane {
  /// The importance of every neuron of the selected layer, and what it adds to those before it or contributes.
  public static let neurons = Pane(NeuronsPane())
}

extension Painter {
  mutating func paintNeurons(in rect: Rect) {
    guard let layer = state.selectedLayer else { return }
    let kept = state.kept(of: state.cut.layer)
    let isCut = kept < layer.width
    let measure = NeuronMeasure(state)
    let values = measure.values(state, width: layer.width)
    let currency = state.currency(of: measure == .gain ? .layer(state.cut.layer) : .input)
    var plot = BarPlot(
      rows: [
        .init(
          name: "importance", values: layer.importances.map(Double.init),
          style: styles.layer(state.cut.layer),
          cutStyle: styles.barCut),
        .init(
          name: measure.name, values: values, style: currency.isOld ? styles.dim : styles.bar,
          cutStyle: styles.barCut),
      ], cut: isCut ? kept : nil, cutLineStyle: styles.cut, labelStyle: styles.text)
    plot.cutLabel = isCut ? "cut at \(NumberText.grouped(kept))" : ""
    let hasCaption = rect.height >= 5
    var bars = rect
    bars.height -= hasCaption ? 1 : 0
    if let scale = plot.draw(in: bars, on: &frame, glyphs: glyphs) {
      handles.append(.cut(scale, of: layer.width))
    }
    guard hasCaption else { return }
    let largest = { (values: [Double]) in values.lazy.filter(\.isFinite).max() ?? 0 }
    let measured =
      switch currency {
      case .replaced: "\(measure.name) as before the edit"
      case .aged(let step): "\(measure.name) from step \(NumberText.grouped(step)), being renewed"
      case .present, .missing:
        values.isEmpty ? "\(measure.name) not measured" : measure.caption(largest(values))
      }
    let caption = StatusText.fit(
      [
        .init("neurons 1…\(NumberText.grouped(layer.width))", 2),
        .init("tallest f(n) \(NumberText.significant(largest(layer.importances.map(Double.init))))", 1),
        .init(measured, 0),
      ], separator: "  ", width: rect.width, glyphs: glyphs)
    write(caption, x: rect.x, y: rect.maxY - 1, width: rect.width, style: styles.dim)
  }
}

/// What the lower bars of the neurons pane show.
private enum NeuronMeasure {
  /// What a neuron explains beyond those before it.
  case gain
  case contribution

  init(_ state: State) { self = state.cut.showsContributions ? .contribution : .gain }

  var name: String {
    switch self {
    case .gain: "adds"
    case .contribution: "contribution"
    }
  }

  func caption(_ largest: Double) -> String {
    switch self {
    // Squared, because the bars are roots.
    case .gain: "adds up to \(NumberText.percent(largest * largest)), drawn as a root"
    case .contribution: "tallest contribution \(NumberText.significant(largest))"
    }
  }

  /// Measured a little earlier, so perhaps at another width: neurons keep their index for life.
  func values(_ state: State, width: Int) -> [Double] {
    let inspection = state.run.inspection
    guard let all = self == .gain ? inspection?.gains : inspection?.contributions,
      all.indices.contains(state.cut.layer)
    else { return [] }
    // The first neurons explain so much that what others add could not be seen beside it.
    return all[state.cut.layer].prefix(width).map { self == .gain ? Double($0).squareRoot() : Double($0) }
  }
}
