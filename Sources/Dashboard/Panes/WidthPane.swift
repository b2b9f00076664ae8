import Canvas
import Experiment

struct WidthPane: PaneContent {
  let name = "width"
  let isOverSteps = true

  func caption(in state: State) -> [StatusText.Piece] {
    let layers = state.snapshot.layers
    return state.narrowedSteps + (layers.count == 1 ? [.init(Wording.neurons(layers[0].width), 1)] : [])
  }

  func absence(in state: State) -> String? {
    guard state.snapshot.layers.isEmpty else { return nil }
    return
      "Every width is fixed: \(StatusText.shape(state.snapshot)). No layer adapts, so there is no history."
  }

  func draw(in rect: Rect, with painter: inout Painter) {
    if painter.state.view.showsLayerTable {
      painter.paintLayerTable(in: rect)
    } else {
      painter.paintWidth(in: rect)
    }
  }
}

extension Pane {
  /// The width of every adaptive layer over the steps.
  public static let width = Pane(WidthPane())
}

extension Painter {
  mutating func paintWidth(in rect: Rect) {
    let layers = snapshot.layers
    let rows = min(layers.count, max(1, rect.height / 3))
    let readout = min(1, readoutRows(in: rect))
    let plotRect = Rect(x: rect.x, y: rect.y, width: rect.width, height: rect.height - rows - readout)
    let series = layers.enumerated().map { index, layer in
      LinePlot.Series(
        name: "", style: styles.layer(index), samples: samples(layer.widthHistory), stroke: stroke(of: index))
    }
    var references: [LinePlot.Reference] = []
    if let layer = state.selectedLayer {
      if let target = layer.compressionTarget {
        references.append(.init(y: Double(target), style: styles.marker))
      } else if layer.policy == .cap, let ceiling = layer.ceiling {
        references.append(.init(y: Double(ceiling), style: styles.marker))
      }
    }
    if let need = state.selectedLayer?.need {
      for bound in [need.interval.lowerBound, need.interval.upperBound] {
        references.append(.init(y: Double(bound), style: styles.dim))
      }
    }
    var perColumn: Double?
    if plotRect.height > 0 {
      perColumn =
        paintSteps(
          series, scale: .linear, references: references, front: state.cut.layer, showsLegend: false,
          yRange: .including(0), yFormat: .count,
          in: plotRect)?.perColumn
    }
    var widths: [Reading?]?
    if readout > 0, let step = state.crosshair, let perColumn {
      let readings = layers.map { $0.widthHistory.reading(at: step, perColumn: perColumn) }
      paintCrosshairSteps(
        readings.lazy.compactMap { $0 }.first, at: step, x: rect.x, y: plotRect.maxY, width: rect.width)
      widths = readings
    }
    let list = Rect(x: rect.x, y: plotRect.maxY + readout, width: rect.width, height: rows)
    paintLayers(rows: rows, read: widths, in: list)
  }

  /// Layers differ in their strokes too, not only in their colors.
  private func stroke(of layer: Int) -> LinePlot.Stroke { [.solid, .dashed, .dotted][layer % 3] }

  /// As many layers as there are rows, the selected one among them; `read`: their widths at the crosshair.
  private mutating func paintLayers(rows: Int, read: [Reading?]?, in rect: Rect) {
    let count = snapshot.layers.count
    let first = max(0, min(state.cut.layer - rows / 2, count - rows))
    handles.append(.layers(first: first, rect))
    for row in 0..<rows {
      let index = first + row
      let y = rect.y + row
      let isSelected = index == state.cut.layer
      paintLayerMark(
        index, isMore: (row == 0 && first > 0) || (row == rows - 1 && first + rows < count), x: rect.x, y: y)
      let line = StatusText.fit(
        named(
          index, read.map { crosshairPieces($0[index], index) } ?? layerPieces(index), width: rect.width - 5),
        separator: "  ", width: rect.width - 5, glyphs: glyphs)
      write(line, x: rect.x + 5, y: y, width: rect.width - 5, style: isSelected ? styles.text : styles.dim)
    }
  }

  /// The layer's name before what is said of it, shortened to the room that the first piece leaves.
  private func named(_ index: Int, _ pieces: [StatusText.Piece], width: Int) -> [StatusText.Piece] {
    let name = snapshot.layers[index].name ?? Wording.layer(index)
    let room = width - 2 - (pieces.first.map { Text.columns($0.text, glyphs: glyphs) } ?? 0)
    let shown = room < 8 ? name : Text.fit(name, width: room, truncation: .middle, glyphs: glyphs)
    return [.init(shown, 1)] + pieces
  }

  private func crosshairPieces(_ reading: Reading?, _ index: Int) -> [StatusText.Piece] {
    let number = { (value: Double) in NumberText.grouped(Int(max(-1e9, min(1e9, value)))) }
    return [
      .init(reading.map { $0.text(number) }.map { "\($0) neuron\($0 == "1" ? "" : "s")" } ?? "no value", 0),
      .init("now \(NumberText.grouped(snapshot.layers[index].width))", 2),
    ]
  }

  private func layerPieces(_ index: Int) -> [StatusText.Piece] {
    let layer = snapshot.layers[index]
    var pieces: [StatusText.Piece] = [
      .init(Wording.neurons(layer.width), 0),
      .init("λ \(NumberText.significant(layer.rate))", 3),
    ]
    if state.pendingEdit(of: index) != nil {
      pieces.append(.init("edit pending", 2))
    } else if let target = layer.compressionTarget {
      pieces.append(.init("compressing → \(NumberText.grouped(target))", 2))
    } else {
      pieces.append(.init(Wording.policy(layer.policy, ceiling: layer.ceiling), 2))
      if let need = layer.need {
        pieces.append(.init("90 % \(need.interval.lowerBound)–\(need.interval.upperBound)", 2))
      }
    }
    return pieces
  }
}
