import Canvas
import Dashboard
import Experiment
import Testing

/// Loss and width over the steps.
@Suite struct StepChartTests {
  private func text(of pane: Pane, _ state: State) -> String {
    var state = state
    (state.view.focus, state.view.isZoomed) = (pane, true)
    return render(state).text
  }

  /// Single minibatches that are nearly solved are drawn at the edge of a logarithmic axis.
  @Test func aSolvedMinibatchLeavesTheAxisToTheCurves() {
    var state = Fixtures.spiralState()
    #expect(text(of: .loss, state).contains("0.01"))
    state.take { $0.trainLoss.append(1e-9, at: $0.step + 1) }
    let shown = text(of: .loss, state)
    #expect(shown.contains("0.01") && !shown.contains("e-0"), "\(shown)")
  }

  /// A loss that is far above the others stays in view.
  @Test func aSpikeIsNeverLost() {
    var state = Fixtures.spiralState()
    state.take { $0.trainLoss.append(1e6, at: $0.step + 1) }
    #expect(text(of: .loss, state).contains(/1e\+?06|1000 k|1 M/), "\(text(of: .loss, state))")
  }

  @Test func layersThatChangeTogetherShareALabel() {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    for (layer, from, to) in [(0, 120, 90), (1, 45, 40)] {
      let kind = Event.Kind.truncated(layer: layer, from: from, to: to)
      _ = update(&state, .event(Event(step: 4_000, epoch: 67, kind: kind)))
    }
    #expect(text(of: .width, state).contains("→90, →40"))
    #expect(!text(of: .width, state).contains("120→90"))
  }

  @Test func manyLayersThatComeToTheSameAreOneLabel() {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    for layer in 0..<4 {
      let kind = Event.Kind.explored(layer: layer, from: 116, to: 256)
      _ = update(&state, .event(Event(step: 1, epoch: 0, kind: kind)))
    }
    #expect(text(of: .width, state).contains("4 layers →256"))
  }

  /// With many edits, labels keep to the upper half, and the last edits have theirs.
  @Test func manyEditsLeaveTheCurvesInView() {
    var state = Fixtures.spiralState(width: 80, height: 24)
    for number in 0..<12 {
      let kind = Event.Kind.truncated(layer: 0, from: 200 - number, to: 199 - number)
      let step = 2_000 * (number + 1)
      _ = update(&state, .event(Event(step: step, epoch: Double(step) / 125, kind: kind)))
    }
    let rect = state.layout.panes[0].rect
    let rows = render(state).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let inside = rows[rect.y + 1..<rect.maxY - 1].map { String($0.prefix(rect.width)) }
    #expect(inside.prefix(inside.count / 2).contains { $0.contains("→188") }, "\(inside)")
    #expect(!inside.suffix(inside.count / 2 - 1).contains { $0.contains("→") }, "\(inside)")
  }
}
