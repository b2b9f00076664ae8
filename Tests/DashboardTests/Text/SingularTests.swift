import Dashboard
import Experiment
import Testing

/// One of something is no plural.
@Suite struct SingularTests {
  private func plurals(_ text: String) -> [String] {
    let pattern =
      /(^|[^0-9.,])1 (held-out rows|test rows|rows|neurons|steps|epochs|layers|widths|runs|classes|parameters|messages|times)\b/
    let verbs = /(^|[^0-9.,])1 (were|are)\b/
    return text.split(separator: "\n").filter { $0.contains(pattern) || $0.contains(verbs) }.map(String.init)
  }

  @Test func eventsCountOne() {
    let kinds: [Event.Kind] = [
      .truncated(layer: 0, from: 2, to: 1), .truncatedAll(from: [2], to: [1]),
      .compressing(layer: 0, from: 2, target: 1), .compressed(layer: 0, from: 2, to: 1, target: 1),
      .compressedUntil(from: [2], to: [1], isStopped: false), .explored(layer: 0, from: 2, to: 1),
      .compressionStep(layer: 0, from: 2, to: 1, .kept, backTo: 1),
      .compressionStep(layer: 0, from: 2, to: 1, .stuck, backTo: nil), .undone(to: 1), .redone(to: 1),
      .settled(
        layer: 0, from: 2, to: 1, need: WidthNeed(width: 1, logMean: 0, logDeviation: 0.01, worth: 0)),
      .settled(
        layer: 0, from: 2, to: 2, need: WidthNeed(width: 1, logMean: 0, logDeviation: 0.01, worth: 0)),
      .teaching(.epochs(1)), .keptBest(epoch: 1),
    ]
    for kind in kinds {
      let message = Wording.event(Event(step: 1, epoch: 1, kind: kind))
      for text in [message.text] + message.brief { #expect(plurals(text).isEmpty, "\(text)") }
    }
  }

  @Test func screensCountOne() {
    for (width, height) in [(200, 60), (120, 36), (80, 24), (60, 18)] {
      for pane in Pane.allCases {
        for isZoomed in [false, true] {
          var state = Screens.ofOne(width: width, height: height)
          (state.view.focus, state.view.isZoomed) = (pane, isZoomed)
          let found = plurals(render(state).text)
          #expect(found.isEmpty, "\(pane) at \(width) × \(height): \(found.joined(separator: "\n"))")
        }
      }
    }
  }
}
