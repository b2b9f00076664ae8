import Canvas
import Dashboard
import Experiment
import Fuzzing
import Testing

@Suite struct LayoutTests {
  /// Every size, every focus, zoomed and not, and every pane that the medium layout can show below.
  @Test(arguments: sizes) func nothingOverlapsOrLeavesAnyScreenAndTheFocusIsVisible(widths: Range<Int>) {
    for width in widths {
      for height in Self.heights {
        for focus in Pane.allCases {
          for lower in focus.isLower ? [focus] : Pane.allCases.filter(\.isLower) {
            for isZoomed in [false, true] {
              let layout = Layout(
                width: width, height: height, focus: focus, lower: lower, isZoomed: isZoomed)
              guard let problem = problem(layout, width: width, height: height, focus: focus) else {
                continue
              }
              Issue.record("\(problem) at \(width)×\(height): \(focus), \(lower), zoomed \(isZoomed)")
              return
            }
          }
        }
      }
    }
  }

  /// In parts, so that they run beside each other.
  private static let sizes = stride(from: 1, through: 300, by: 50).map { $0..<$0 + 50 }
  private static let heights = 1...100

  private func problem(_ layout: Layout, width: Int, height: Int, focus: Pane) -> String? {
    if layout.kind == .tooSmall {
      if width >= Layout.minimumWidth && height >= Layout.minimumHeight { return "too small" }
      return layout.panes.isEmpty ? nil : "panes on a screen too small"
    }
    let bars = [layout.header, layout.preview, layout.footer]
    if !layout.panes.contains(where: { $0.pane == focus }) { return "focus hidden" }
    if layout.panes.contains(where: { $0.rect.width < 20 || $0.rect.height < 5 }) { return "pane too small" }
    // A list takes the place of all panes.
    return Self.tiling(bars + layout.panes.map(\.rect), width: width, height: height)
      ?? Self.tiling(bars + [layout.body], width: width, height: height).map { "list: \($0)" }
  }

  /// Why rectangles do not cover a screen exactly once.
  private static func tiling(_ rects: [Rect], width: Int, height: Int) -> String? {
    var area = 0
    for (index, rect) in rects.enumerated() {
      if rect.isEmpty || rect.x < 0 || rect.y < 0 || rect.maxX > width || rect.maxY > height {
        return "outside"
      }
      for other in rects[..<index] where other.intersects(rect) { return "overlap" }
      area += rect.width * rect.height
    }
    return area == width * height ? nil : "unused cells"
  }

  /// Each scene is drawn at every width and at every height, if not at every size: borders are whole, the focus is
  /// marked, a question is asked, and the header and the footer say something.
  @Test(arguments: sizes) func whatIsDrawnKeepsToItsPlace(widths: Range<Int>) {
    for width in widths {
      for height in stride(from: 1 + width % 3, through: 100, by: 3) {
        let number = (width + 7 * height) % Self.scenes.count
        var state = Self.scenes[number]
        _ = update(&state, .resized(width: width, height: height))
        guard let problem = drawingProblem(state) else { continue }
        Issue.record("\(problem) at \(width)×\(height), scene \(number)")
        return
      }
    }
  }

  private func drawingProblem(_ state: State) -> String? {
    let frame = render(state)
    if frame.width != state.width || frame.height != state.height { return "another size" }
    if state.layout.kind == .tooSmall { return nil }
    if let rect = state.brokenBorder(in: frame) { return "broken border of \(rect)" }
    let focus = state.layout.panes.first { $0.pane == state.view.focus }?.rect
    let top = state.view.overlay == nil ? focus : state.layout.body
    guard let top, frame[top.x + 1, top.y].scalar == "┤" else { return "no mark of the focus" }
    let question = frame[0, state.layout.preview.y].style
    if state.question != nil && question != state.theme[.selection] { return "no question" }
    if frame[1, state.layout.footer.y].scalar == " " { return "empty footer" }
    return frame[1, 0].scalar == " " ? "empty header" : nil
  }

  /// Each focus, zoomed and not; each list; a question over each zoomed pane.
  private static let scenes: [State] = {
    let loading = Screens.loading(width: 120, height: 36)
    let panes = Pane.allCases.flatMap { pane -> [State] in
      var state = loading
      while state.view.focus != pane { state.press(.tab) }
      return [state, Screens.pressed(state, [.character("z")])]
    }
    let lists = ["?", "o", ":", "b", "D"].map { Screens.pressed(small, Screens.keys($0)) }
    let questions = Pane.allCases.map { Screens.pressed(Screens.zoomed($0, small), [.character("t")]) }
    return panes + lists + questions
  }()

  /// A run of few points.
  private static let small: State = {
    var random = SeededGenerator(seed: 6)
    var snapshot = Fixtures.run(steps: 200, perEpoch: 20, epochs: 20, from: 1, to: 0.1, random: &random)
    snapshot.shape = [2, 9, 2]
    snapshot.layers = [Fixtures.layer(width: 9)]
    let inspection = Inspection(
      step: 200, curves: [Fixtures.curve(layer: 0, width: 9, step: 200)],
      contributions: [Fixtures.contributions(9)], input: .scatter([]))
    return Screens.pressed(Fixtures.state(snapshot, inspection), [.left, .left])
  }()

  @Test(
    arguments: [
      (110, 32, Layout.Kind.wide), (109, 32, .medium), (110, 31, .medium), (80, 24, .medium),
      (79, 24, .compact),
      (80, 23, .compact), (40, 10, .compact), (39, 10, .tooSmall), (40, 9, .tooSmall),
    ])
  func theSizeDecides(width: Int, height: Int, kind: Layout.Kind) {
    #expect(Layout.kind(width: width, height: height) == kind)
  }

  @Test func wideShowsAllMediumThreeCompactOne() {
    let panes = { (width: Int, height: Int) in
      Layout(width: width, height: height, focus: .width, lower: .neurons, isZoomed: false).panes.map(\.pane)
    }
    #expect(panes(120, 40) == Pane.allCases)
    #expect(panes(80, 24) == [.loss, .width, .neurons])
    #expect(panes(60, 18) == [.width])
  }
}
