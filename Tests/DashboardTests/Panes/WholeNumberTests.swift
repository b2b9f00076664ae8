import Canvas
import Dashboard
import Experiment
import Testing

/// Where room is short, words go: the first half of a number is another number.
@Suite struct WholeNumberTests {
  private static let sizes = [(200, 60), (120, 36), (110, 32), (80, 24), (60, 18)]

  /// Numbers with the mark of what was left out right behind them.
  private func cuts(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.contains(/[0-9][.,]?…(?![0-9])/) }.map(String.init)
  }

  @Test func noScreenCutsANumber() {
    for sheet in Sheet.all where !sheet.name.hasPrefix("too-small") {
      for state in sheet.states.prefix(1) {
        for (width, height) in Self.sizes {
          var state = state
          _ = update(&state, .resized(width: width, height: height))
          let found = cuts(render(state).text)
          #expect(found.isEmpty, "\(sheet.name) at \(width) × \(height): \(found.joined(separator: "\n"))")
        }
      }
    }
  }

  /// Each pane, alone and among the others, of runs with large numbers.
  @Test func noPaneCutsANumber() {
    for settling in [
      (price: 0.0125, next: 30_000), (price: 0.00123, next: 1_234_567), (price: 0.0125, next: Int?.none),
    ] {
      for (width, height) in Self.sizes {
        for pane in Pane.allCases {
          for isZoomed in [false, true] {
            var state = Screens.settling(width: width, height: height)
            state.take {
              $0.settling = SettlingStatus(
                price: settling.price, nextStep: settling.next, isSettled: settling.next == nil)
            }
            (state.view.focus, state.view.isZoomed) = (pane, isZoomed)
            let found = cuts(render(state).text)
            #expect(
              found.isEmpty, "\(pane) at \(width) × \(height): \(found.joined(separator: "\n"))")
          }
        }
      }
    }
  }
}
