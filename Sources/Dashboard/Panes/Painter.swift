import Canvas
import Experiment

/// The screen for a state, of exactly its size.
public func render(_ state: State) -> Frame {
  var painter = Painter(state)
  painter.paint()
  return painter.frame
}

/// Draws one frame.
struct Painter {
  let state: State
  let look: Styles
  let layout: Layout
  var frame: Frame
  /// Of the panes painted so far.
  var handles: [Handle] = []

  var glyphs: GlyphSet { state.glyphs }
  var snapshot: Snapshot { state.snapshot }

  init(_ state: State) {
    self.state = state
    look = Styles(state.shownTheme)
    layout = state.layout
    frame = Frame(width: state.width, height: state.height, filledWith: Cell(" ", look.text))
  }

  mutating func paint() {
    if layout.kind == .tooSmall { return paintTooSmall() }
    paintHeader()
    switch state.view.overlay {
    case .help(let top, let search): paintHelp(top: top, search: search)
    case .log(let back): paintLog(back: back)
    case .palette(let palette): paint(palette)
    case .priceList(let list): paint(list)
    case nil: for placed in layout.panes { paint(placed) }
    }
    paintPreview()
    paintFooter()
  }

  mutating func paint(_ placed: Layout.Placed) {
    let caption = caption(of: placed.pane, width: placed.rect.width)
    let isFocused = placed.pane == state.view.focus
    let inside = frame.box(
      placed.rect, title: caption.title, trailing: caption.trailing,
      style: isFocused ? look.focus : look.border, titleStyle: look.title, trailingStyle: look.text,
      glyphs: glyphs, isFocused: isFocused)
    guard !inside.isEmpty else { return }
    guard state.isReady else {
      if placed.pane == layout.panes.first?.pane { paintWaiting(in: inside) }
      return
    }
    if let absence = absence(of: placed.pane) { return paintSentence(absence, in: inside) }
    switch placed.pane {
    case .loss: paintLoss(in: inside)
    case .width: paintWidth(in: inside)
    case .input: paintInput(in: inside)
    case .rate: paintRate(in: inside)
    case .neurons: paintNeurons(in: inside)
    case .tradeoff: paintTradeoff(in: inside)
    }
  }

  private mutating func paintWaiting(in rect: Rect) {
    guard case .loading(let what) = state.run.phase else { return }
    paintSentence("loading \(what.isEmpty ? state.run.name : what)…", in: rect)
  }

  /// Why a pane has nothing to show.
  private func absence(of pane: Pane) -> String? {
    if snapshot.layers.isEmpty {
      switch pane {
      case .width:
        return "Every width is fixed: \(StatusText.shape(snapshot)). No layer adapts, so there is no history."
      case .rate: return "Rates belong to adaptive layers; this network has none."
      case .neurons: return "Importances belong to adaptive layers; this network has none."
      case .tradeoff: return "The price of a cut is measured for adaptive layers; this network has none."
      case .loss, .input: break
      }
    }
    let isMeasured = state.run.inspection != nil
    switch pane {
    case .loss where snapshot.trainLoss.isEmpty: return "No step has been done yet."
    case .tradeoff where state.shownCurve == nil:
      return isMeasured
        ? "There are no held-out rows to measure the price of a cut on."
        : "The price of every cut is being measured on held-out rows."
    case .input where state.run.inspection?.input == nil:
      return isMeasured
        ? "There are no held-out rows to show." : "The network is being looked at on held-out rows."
    default: return nil
    }
  }

  /// A sentence over as many lines as it takes.
  mutating func paintSentence(_ text: String, in rect: Rect, style: Style? = nil) {
    let lines = Wrapping.lines(text, width: max(1, rect.width - 2), glyphs: glyphs)
    let top = rect.y + max(0, (rect.height - lines.count) / 2)
    for (index, line) in lines.enumerated() where top + index < rect.maxY {
      write(line, x: rect.x + 1, y: top + index, width: rect.width - 2, style: style ?? look.dim)
    }
  }

  /// Text on one row, with an ellipsis for what does not fit; returns the columns written.
  @discardableResult
  mutating func write(_ text: String, x: Int, y: Int, width: Int, style: Style) -> Int {
    guard width > 0 else { return 0 }
    let shown = Text.fit(text, width: width, glyphs: glyphs)
    return frame.draw(shown, x: x, y: y, style: style, maxWidth: width, glyphs: glyphs)
  }
}
