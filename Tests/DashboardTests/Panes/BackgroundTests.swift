import Canvas
import Testing

import Dashboard

/// Themes color characters; the terminal's own background stays.
@Suite struct BackgroundTests {
  @Test(arguments: Theme.builtIn) func theTerminalsOwnBackgroundStays(theme: Theme) {
    for (name, state) in Sheet.all.flatMap({ sheet in sheet.states.map { (sheet.name, $0) } }) {
      var state = state
      state.theme = theme
      let frame = render(state)
      // Maps and images are pictures, and fill their pane.
      let pictures = state.layout.panes.filter { $0.pane == .input }.map(\.rect)
      let own: [Color] = [.terminal, theme[.selection].background]
      var painted: [String] = []
      for y in 0..<frame.height {
        for x in 0..<frame.width where !pictures.contains(where: { $0.contains(x, y) }) {
          if !own.contains(frame[x, y].style.background) { painted.append("\(x), \(y)") }
        }
      }
      #expect(painted.isEmpty, "\(theme.name), \(name)")
    }
  }
}

extension Rect {
  fileprivate func contains(_ column: Int, _ row: Int) -> Bool {
    column >= x && column < maxX && row >= y && row < maxY
  }
}
