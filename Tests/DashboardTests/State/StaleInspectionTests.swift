import Canvas
import Dashboard
import Experiment
import Testing

/// After an edit, what was measured of the network before it is not shown as current.
@Suite struct StaleInspectionTests {
  private static let edits: [Event.Kind] = [
    .truncated(layer: 0, from: 67, to: 47), .truncatedAll(from: [67], to: [47]), .undone(to: 18_000),
    .redone(to: 18_000),
    .compressedUntil(from: [67], to: [47], isStopped: false),
    .compressionStep(layer: 0, from: 67, to: 40, .degraded, backTo: 20_000),
  ]

  /// The event, then a snapshot, then a key that ends its message.
  private func edited(_ kind: Event.Kind) -> State {
    var state = Fixtures.spiralState()
    state.answer(kind)
    state.take {
      $0.layers[0] = Fixtures.layer(width: 47)
      $0.parameters = 237
      $0.validation = Metrics(loss: 0.3, accuracy: 0.9)
    }
    state.press(.left)
    return state
  }

  @Test(arguments: edits)
  func thePreviewWaitsForTheNextLook(kind: Event.Kind) {
    var state = edited(kind)
    #expect(state.previewText == "keep 46 of 47: being measured…   parameters 237 → 232 (−2 %)")
    state.press(.right)
    #expect(
      state.previewText
        == "keep all 47 neurons   held-out accuracy being measured…   parameters 237   ← moves the cut")
    state.press(.left)
    let newer = Inspection(
      step: 26_600, curves: [Fixtures.curve(layer: 0, width: 47, step: 26_600)],
      contributions: [Fixtures.contributions(47)], input: nil)
    _ = update(&state, .inspection(newer))
    #expect(state.previewText.hasPrefix("keep 46 of 47: held-out 99.8 % → "))
    #expect(state.previewText.hasSuffix("   at step 26,600"))
  }

  @Test(arguments: [
    Event.Kind.paused, .policyChanged(layer: 0, .hold), .compressing(layer: 0, from: 67, target: 40),
    .compressed(layer: 0, from: 83, to: 67, target: 67), .rejected(reason: "no"),
  ])
  func whatLeavesTheNetworkAsItIsOutdatesNothing(kind: Event.Kind) {
    var state = Fixtures.spiralState()
    state.answer(kind)
    state.press(.left)
    #expect(state.previewText.hasPrefix("keep 66 of 67: held-out 99.8 % → "))
  }

  @Test func thePanesSayThatTheyAreOutdated() {
    let captions = [
      "exact", "every width measured", "held-out accuracy by neurons kept", "drawn as a root",
    ]
    let (before, after) = (Fixtures.spiralState(), edited(.truncated(layer: 0, from: 67, to: 47)))
    let panes: [(Pane, String)] = [
      (.tradeoff, "being measured…"), (.tradeoff, "as before the edit"),
      (.neurons, "adds as before the edit"), (.input, "as before the edit"),
    ]
    for (pane, caption) in panes {
      let (old, new) = (text(of: pane, before), text(of: pane, after))
      #expect(!old.contains(caption) && new.contains(caption), "\(new)")
      for caption in captions { #expect(!new.contains(caption), "\(new)") }
    }
    // The mark of the cut in the trade-off has no price either.
    #expect(
      text(of: .tradeoff, after).contains("keep 46") && !text(of: .tradeoff, after).contains("keep 46:"))
  }

  private func text(of pane: Pane, _ state: State) -> String {
    var state = state
    state.view.focus = pane
    state.view.isZoomed = true
    let text = render(state).text
    return text.split(separator: "\n").dropLast(2).joined(separator: "\n")
  }

  @Test func otherOrdersAreMeasuredAnewToo() {
    var state = Screens.orders(width: 120, height: 36)
    #expect(state.shownOrders != nil)
    state.answer(.undone(to: 18_000))
    #expect(state.shownOrders == nil)
  }

  @Test func thePriceListWaitsForTheNextOne() {
    var state = Fixtures.spiralState()
    state.press("b")
    _ = update(&state, .frontier(Fixtures.frontier))
    state.press(.up, .up)
    state.answer(.undone(to: 18_000))
    #expect(render(state).text.contains("Cuts are being measured on held-out rows."))
    _ = update(&state, .frontier(Fixtures.frontier))
    #expect(!render(state).text.contains("being measured"))
    // What is asked has no price either.
    state.press(.enter)
    #expect(state.question != nil)
    state.answer(.undone(to: 12_000))
    #expect(state.question == nil && state.previewText.hasPrefix("canceled: "))
  }
}
