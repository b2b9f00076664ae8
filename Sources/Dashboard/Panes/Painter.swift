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
  let styles: Styles
  let layout: Layout
  var frame: Frame
  /// The handles of the panes painted so far.
  var handles: [Handle] = []

  var glyphs: GlyphSet { state.glyphs }
  var snapshot: Snapshot { state.snapshot }

  init(_ state: State) {
    self.state = state
    styles = Styles(state.shownTheme)
    layout = state.layout
    frame = Frame(width: state.width, height: state.height, filledWith: Cell(" ", styles.text))
  }

  mutating func paint() {
    if layout.kind == .tooSmall { return paintTooSmall() }
    paintHeader()
    switch state.view.overlay {
    case .help(let top, let search): paintHelp(top: top, search: search)
    case .log(let back): paintLog(back: back)
    case .palette(let palette): paint(palette)
    case .priceList(let list): paint(list)
    case .data(let top): paintData(top: top)
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
      style: isFocused ? styles.focus : styles.border, titleStyle: styles.title, trailingStyle: styles.text,
      glyphs: glyphs, isFocused: isFocused)
    guard !inside.isEmpty else { return }
    guard state.isReady else {
      if placed.pane == layout.panes.first?.pane { paintWaiting(in: inside) }
      return
    }
    let content = placed.pane.content
    if let absence = content.absence(in: state) { return paintSentence(absence, in: inside) }
    content.draw(in: inside, with: &self)
    if content.currency(in: state).isOld { dim(inside) }
  }

  /// Draws what stands in a rectangle fainter.
  private mutating func dim(_ rect: Rect) {
    func faint(_ color: Color) -> Color {
      color == .terminal ? color : color.blended(with: styles.ground, amount: 0.5)
    }
    for y in rect.y..<max(rect.y, rect.maxY) {
      for x in rect.x..<max(rect.x, rect.maxX) {
        var style = frame[x, y].style
        if style.foreground == .terminal { style.attributes.insert(.dim) }
        (style.foreground, style.background) = (faint(style.foreground), faint(style.background))
        frame[x, y].style = style
      }
    }
  }

  private mutating func paintWaiting(in rect: Rect) {
    guard case .loading(let what) = state.run.phase else { return }
    let loading = "loading \(what.isEmpty ? state.run.name : what)…"
    let read = state.run.data.flatMap { DataText($0).facts.first?.text }
    paintSentence(read.map { "\($0). \(state.hint("data")) shows what was read." } ?? loading, in: rect)
  }

  /// A sentence over as many lines as it takes.
  mutating func paintSentence(_ text: String, in rect: Rect, style: Style? = nil) {
    let lines = Wrapping.lines(text, width: max(1, rect.width - 2), glyphs: glyphs)
    let top = rect.y + max(0, (rect.height - lines.count) / 2)
    for (index, line) in lines.enumerated() where top + index < rect.maxY {
      write(line, x: rect.x + 1, y: top + index, width: rect.width - 2, style: style ?? styles.dim)
    }
  }

  /// Text on one row, with an ellipsis for what does not fit; returns the columns written.
  @discardableResult
  mutating func write(_ text: String, x: Int, y: Int, width: Int, style: Style) -> Int {
    guard width > 0 else { return 0 }
    let shown = Text.fit(text, width: width, truncation: .wholeNumbers, glyphs: glyphs)
    return frame.draw(shown, x: x, y: y, style: style, maxWidth: width, glyphs: glyphs)
  }
}
