import Canvas
import Dashboard
import Experiment
import Testing

@Suite struct EditTests {
  private func cutState() -> State {
    var state = Fixtures.spiralState()
    state.press(.shiftLeft)
    return state
  }

  @Test func truncationIsAskedThenSentThenPendingThenDone() {
    var state = cutState()
    #expect(state.press("t") == [.discardTypeAhead])
    #expect(state.question == .truncate(layer: 0, width: 61))
    #expect(state.previewText.hasPrefix("keep 61 of 67"))
    #expect(state.press(.enter) == [.send(Command(id: 1, action: .truncate(layer: 0, width: 61)))])
    #expect(state.question == nil)
    #expect(state.pendingEdit(of: 0) == .truncate(layer: 0, width: 61))
    #expect(state.previewText == "truncate layer 1 to 61, repaired: pending, done at the next step boundary")

    #expect(state.press("t").isEmpty)
    #expect(state.previewText == "truncate: “truncate layer 1 to 61, repaired” is still pending")

    state.answer(.truncated(layer: 0, from: 67, to: 61))
    #expect(state.pendingEdit(of: 0) == nil)
    #expect(state.run.markers.map(\.label) == ["67→61"])
    #expect(state.run.markers.map(\.step) == [26_500])
    #expect(state.cut.kept == [nil])
    #expect(state.previewText == "cut layer 1: 67 → 61 neurons")
  }

  @Test func anotherCommandsEventLeavesItPending() {
    var state = cutState()
    state.press("t")
    state.press(.enter)
    _ = update(
      &state, .event(Event(step: 1, epoch: 0, command: 99, kind: .truncated(layer: 0, from: 67, to: 61))))
    #expect(state.pendingEdit(of: 0) != nil)
  }

  @Test func aRejectionShowsItsReasonAndKeepsTheCut() {
    var state = cutState()
    state.press("t")
    state.press(.enter)
    state.answer(.rejected(reason: "the layer has 50 neurons"))
    #expect(state.pendingEdit(of: 0) == nil)
    #expect(state.previewText == "not done: the layer has 50 neurons")
    #expect(state.run.markers.isEmpty)
    #expect(state.kept(of: 0) == 61)
  }

  @Test(arguments: [Key.escape, .character("q"), .left, .tab, .control("c")])
  func anyOtherKeyCancels(key: Key) {
    var state = cutState()
    state.press("t")
    #expect(state.press(key).isEmpty)
    #expect(state.question == nil)
    #expect(state.kept(of: 0) == 61)
    #expect(state.previewText == "canceled: nothing was changed")
  }

  @Test func aQuestionThatTheRunHasOvertakenIsWithdrawn() {
    var state = cutState()
    state.press("t")
    state.take { $0.layers[0].width = 61 }
    #expect(state.question == nil)
    #expect(state.previewText == "canceled: layer 1 fell to 61 neurons: nothing left to cut")
    #expect(state.press(.enter).isEmpty)
  }

  @Test func withoutACutThereIsNothingToTruncate() {
    var state = Fixtures.spiralState()
    #expect(state.press("t").isEmpty)
    #expect(state.previewText == "truncate: the cut keeps all 67 neurons: move it with ← first")
  }

  @Test func allLayersKeepTheSameFraction() {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    state.press(.shiftLeft)
    state.press("T")
    #expect(
      state.previewText.hasPrefix(
        "keep 108, 41 of 120, 45: being measured…   parameters 6,571 → 5,483"))
    #expect(StatusText.footer(state).first?.name == "once the price is there")
    state.price()
    #expect(state.previewText.hasPrefix("keep 108, 41 of 120, 45: held-out RMSE 0.5 → 0.512 (+2 % ± 1.0 %)"))
    #expect(sent(state.press(.enter)) == .truncateAll(keep: 0.9))
    #expect(state.pendingEdit(of: 1) != nil)
    state.answer(.truncatedAll(from: [120, 45], to: [108, 41]))
    #expect(state.run.markers.map(\.label) == ["all −10 %"])
  }

  @Test func thePolicyIsPreviewedAndChangedInTurn() {
    var state = Fixtures.spiralState()
    state.press("w")
    #expect(
      state.previewText == "layer 1 policy adapt → cap   the width follows the rate, never above 67 neurons")
    #expect(sent(state.press(.enter)) == .setPolicy(layer: 0, .cap))
    state.answer(.policyChanged(layer: 0, .cap))
    state.take { $0.layers[0].policy = .cap }
    state.press("w")
    #expect(sent(state.press(.enter)) == .setPolicy(layer: 0, .hold))
  }

  @Test func compressionAsksForAWidth() {
    var state = cutState()
    #expect(state.press("c") == [.discardTypeAhead])
    #expect(state.previewText.hasPrefix("compress layer 1 from 67 to 61_ neurons"))
    state.press("4")
    #expect(state.previewText.hasPrefix("compress layer 1 from 67 to 4_ neurons"))
    state.press("0")
    state.press(.backspace)
    state.press("5")
    #expect(sent(state.press(.enter)) == .compress(layer: 0, width: 45))
  }

  @Test(arguments: ["0", "67", "999999999"])
  func compressionToAnImpossibleWidthIsNotSent(text: String) {
    var state = cutState()
    state.press("c")
    state.press(text)
    #expect(state.press(.enter).isEmpty)
    #expect(state.question != nil)
    #expect(state.previewText.hasSuffix("type a width from 1 to 66"))
    state.press(.escape)
    #expect(state.question == nil)
  }

  @Test func withoutACutCompressionProposesHalf() {
    var state = Fixtures.spiralState()
    state.press("c")
    #expect(sent(state.press(.enter)) == .compress(layer: 0, width: 33))
  }

  @Test func theSameKeyStopsCompressing() {
    var state = Fixtures.spiralState()
    state.take {
      $0.state = .compressing
      $0.layers[0].compressionTarget = 30
    }
    #expect(sent(state.press("c")) == .stopCompressing)
    #expect(state.press("w").isEmpty)
    #expect(state.previewText == "policy: a layer is being compressed: c stops that")
  }

  @Test func aHeldLayerCannotBeCompressed() {
    var state = Fixtures.spiralState()
    state.take { $0.layers[0].policy = .hold }
    #expect(state.press("c").isEmpty)
    #expect(state.previewText == "compress: layer 1 is held at its width: w changes that")
  }

  @Test func undoAndRedoActAtOnceWhereThereIsSomethingToUndo() {
    var state = Fixtures.spiralState()
    #expect(state.press("u").isEmpty)
    #expect(state.previewText == "undo: there is nothing to undo")
    #expect(state.press("U").isEmpty)
    state.take {
      $0.undoDepth = 1
      $0.redoDepth = 1
    }
    #expect(sent(state.press("u")) == .undo)
    #expect(sent(state.press("U")) == .redo)
  }

  @Test func undoAbandonsTheMarkersOfItsStretchAndRedoBringsThemBack() {
    var state = Fixtures.spiralState()
    let kinds: [(Int, Event.Kind)] = [
      (100, .truncated(layer: 0, from: 83, to: 58)), (300, .truncated(layer: 0, from: 58, to: 40)),
      (400, .undone(to: 100)),
    ]
    for (step, kind) in kinds { _ = update(&state, .event(Event(step: step, epoch: 0, kind: kind))) }
    #expect(state.run.markers.map(\.label) == ["83→58", "58→40", "undo"])
    #expect(state.run.markers.map(\.step) == [100, 300, 100])
    #expect(state.run.markers.map(\.isAbandoned) == [false, true, false])
    _ = update(&state, .event(Event(step: 100, epoch: 0, kind: .redone(to: 400))))
    #expect(state.run.markers.map(\.isAbandoned) == [false, false, false, false])
  }

  @Test func aQuestionThatCanNoLongerBeSeenIsNotAnswered() {
    var state = Fixtures.spiralState()
    state.press(.left)
    state.press("t")
    _ = update(&state, .resized(width: 39, height: 9))
    #expect(state.question == nil && !render(state).text.contains("enter"))
    #expect(state.press(.enter).isEmpty)
    _ = update(&state, .resized(width: 80, height: 24))
    #expect(state.previewText.contains("canceled"))
    // Quitting is asked there, too.
    state.press("q")
    _ = update(&state, .resized(width: 39, height: 9))
    #expect(state.press(.enter) == [.quit])
  }
}
