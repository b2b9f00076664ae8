import Canvas
import Dashboard
import Testing

@Suite struct LayoutTests {
  @Test func nothingOverlapsOrLeavesAnyScreenAndTheFocusIsVisible() {
    for width in 1...300 {
      for height in 1...100 {
        // Every pane and zoom is met many times over all sizes.
        let focus = Pane.allCases[(width + height) % 6]
        let lower = Pane.allCases[2 + (width * 7 + height) % 4]
        let layout = Layout(
          width: width, height: height, focus: focus, lower: lower, isZoomed: width % 5 == 0)
        let problem = problem(layout, width: width, height: height, focus: focus)
        #expect(problem == nil, "\(width)×\(height)")
        if problem != nil { return }
      }
    }
  }

  private func problem(_ layout: Layout, width: Int, height: Int, focus: Pane) -> String? {
    if layout.kind == .tooSmall {
      if width >= Layout.minimumWidth && height >= Layout.minimumHeight { return "not too small" }
      return layout.panes.isEmpty ? nil : "panes on a screen too small"
    }
    let rects = [layout.header, layout.preview, layout.footer] + layout.panes.map(\.rect)
    for rect in rects {
      if rect.isEmpty || rect.x < 0 || rect.y < 0 || rect.maxX > width || rect.maxY > height {
        return "outside"
      }
    }
    for (index, rect) in rects.enumerated() {
      if rects[..<index].contains(where: { $0.intersects(rect) }) { return "overlap" }
    }
    if rects.map({ $0.width * $0.height }).reduce(0, +) != width * height { return "unused cells" }
    if !layout.panes.contains(where: { $0.pane == focus }) { return "focus hidden" }
    if layout.panes.contains(where: { $0.rect.width < 20 || $0.rect.height < 5 }) { return "pane too small" }
    return nil
  }

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
