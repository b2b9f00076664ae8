import Dashboard
import Experiment
import Testing

@Suite struct CutTests {
  @Test func arrowsMoveTheCutWithinTheLayer() {
    var state = Fixtures.spiralState()
    #expect(state.kept(of: 0) == 67)
    state.press(.right)
    #expect(state.kept(of: 0) == 67)
    state.press(.left, .left, .right)
    #expect(state.kept(of: 0) == 66)
    state.press(.shiftLeft)
    #expect(state.kept(of: 0) == 60)
    state.press(.home)
    #expect(state.kept(of: 0) == 1)
    state.press(.left, .shiftLeft)
    #expect(state.kept(of: 0) == 1)
    state.press(.shiftRight)
    #expect(state.kept(of: 0) == 7)
    state.press(.end)
    #expect(state.kept(of: 0) == 67)
  }

  @Test func theCutStaysBelowAFallingWidth() {
    var state = Fixtures.spiralState()
    state.press(.left, .left)
    #expect(state.kept(of: 0) == 65)
    state.take { $0.layers[0].width = 66 }
    #expect(state.kept(of: 0) == 65)
    state.take { $0.layers[0].width = 40 }
    // It is still a cut; and what was chosen comes back with the width.
    #expect(state.kept(of: 0) == 39)
    state.take { $0.layers[0].width = 70 }
    #expect(state.kept(of: 0) == 65)
    // A cut that keeps all goes on keeping all.
    state.press(.end)
    state.take { $0.layers[0].width = 80 }
    #expect(state.kept(of: 0) == 80)
  }

  @Test func layersAreChosenByArrowAndNumberAndKeepTheirCuts() {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    state.press(.left)
    state.press(.down)
    #expect(state.cut.layer == 1)
    #expect(state.kept(of: 0) == 119)
    #expect(state.kept(of: 1) == 45)
    state.press(.down)
    #expect(state.cut.layer == 1)
    #expect(state.previewText == "layer 2 is the last adaptive layer")
    state.press("1")
    #expect(state.cut.layer == 0)
    state.press("3")
    #expect(state.cut.layer == 0)
    #expect(state.previewText == "there are 2 adaptive layers")
    state.press("2")
    state.take { $0.layers.removeLast() }
    #expect(state.cut.layer == 0)
  }

  @Test func theLineAboveTheFooterTellsThePrice() {
    var state = Fixtures.spiralState()
    #expect(
      state.previewText == "keep all 67 neurons   held-out accuracy 99.8 %   parameters 337   ← moves the cut"
    )
    for _ in 0..<20 { state.press(.left) }
    #expect(
      state.previewText
        == "keep 47 of 67: held-out 99.8 % → 99.5 % (−0.3)   parameters 337 → 237 (−30 %)   measured at step 26,400"
    )
  }

  @Test func aSampledCurveSaysWhereItWasMeasured() {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    state.press("2")
    for _ in 0..<5 { state.press(.left) }
    #expect(state.previewText.hasPrefix("layer 2: keep 40 of 45: held-out RMSE 0.5 → 0.501 (±0 %) at 41"))
  }

  @Test func parametersFollowAnotherLayerThatHasMoved() {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    state.press(.left)
    #expect(state.previewText.contains("parameters 6,571 → 6,517 (−1 %)"))
    state.take {
      $0.layers[1].width = 44
      $0.parameters = 6_449
    }
    #expect(state.previewText.contains("parameters 6,449 → 6,396 (−1 %)"))
  }

  @Test func withoutMeasurementsOnlyParametersAreKnown() {
    var state = Fixtures.state(Fixtures.spiral)
    state.press(.left)
    #expect(state.previewText == "keep 66 of 67: being measured…   parameters 337 → 332 (−1 %)")
    // There are no rows to measure on.
    _ = update(&state, .inspection(Inspection(step: 1, curves: [], contributions: [], input: nil)))
    #expect(state.previewText == "keep 66 of 67: held-out not measured   parameters 337 → 332 (−1 %)")
  }
}
