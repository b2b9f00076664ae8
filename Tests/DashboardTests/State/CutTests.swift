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
      state.previewText
        == "keep all 67 neurons   held-out accuracy 99.8 % at step 26,400   parameters 337   ← moves the cut"
    )
    for _ in 0..<20 { state.press(.left) }
    #expect(
      state.previewText
        == "keep 47 of 67: held-out 99.8 % → 99.5 % (−0.3), repaired   plain 92.9 %   parameters 337 → 237 (−30 %)   loss 0.019 → 0.0252   on 500 held-out rows   at step 26,400"
    )
  }

  @Test func aSampledCurveSaysWhereItWasMeasured() {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    state.press("2")
    for _ in 0..<5 { state.press(.left) }
    #expect(
      state.previewText.hasPrefix("layer 2: keep 40 of 45: held-out RMSE 0.5 → 0.501 (±0 %) at 41, repaired"))
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
    _ = update(
      &state, .inspection(Inspection(step: 1, curves: [], contributions: [], input: nil, hasRows: false)))
    #expect(state.previewText == "keep 66 of 67: held-out not measured   parameters 337 → 332 (−1 %)")
  }

  // MARK: How it is cut

  /// The question has both prices, and a key for each method.
  @Test func aQuestionChoosesTheMethod() {
    var state = Screens.pressed(Screens.cutState(width: 120, height: 36), Screens.keys("t"))
    #expect(state.previewText.contains("99.5 % (−0.3), repaired   plain 92.9 %"), "\(state.previewText)")
    #expect(
      StatusText.footer(state).map(\.name) == [
        "truncates layer 1", "plain", "best order", "teacher", "cancels",
      ])
    state = Screens.pressed(state, Screens.keys("p"))
    #expect(
      state.previewText.contains("99.8 % → 92.9 % (−6.9), plain   repaired 99.5 %"), "\(state.previewText)")
    #expect(StatusText.footer(state)[1].name == "repaired")
    #expect(Screens.pressed(state, Screens.keys("p")).previewText.contains("repaired   plain"))
    let effects = update(&state, .key(.enter))
    #expect(effects == [.send(Command(id: 1, action: .truncate(layer: 0, width: 47, .plain)))])
    #expect(state.previewText.hasPrefix("truncate layer 1 to 47, plain: pending"))
  }

  /// A key asks for a teacher; the settings, or one that is at it, do too.
  @Test func aQuestionAsksForATeacher() {
    var state = Screens.pressed(Screens.cutState(width: 120, height: 36), Screens.keys("tt"))
    #expect(state.previewText.contains("then the uncut network teaches"), "\(state.previewText)")
    #expect(StatusText.footer(state).map(\.name).contains("no teacher"))
    for size in [(120, 36), (80, 24)] {
      let narrow = Screens.pressed(Screens.cutState(width: size.0, height: size.1), Screens.keys("tt"))
      let screen = render(narrow).text
      #expect(screen.contains("teaches"), "\(screen)")
    }
    let effects = update(&state, .key(.enter))
    #expect(effects == [.send(Command(id: 1, action: .truncate(layer: 0, width: 47, isTaught: true)))])
    state = Screens.cutState(width: 120, height: 36)
    state.take { $0.teaching = TeachingStatus(widths: [80], lastStep: 30_000, reference: nil) }
    state = Screens.pressed(state, Screens.keys("t"))
    #expect(state.previewText.contains("then the uncut network teaches"), "\(state.previewText)")
    state = Screens.pressed(state, Screens.keys("t"))
    #expect(!state.previewText.contains("teaches"), "\(state.previewText)")
    #expect(
      update(&state, .key(.enter)) == [.send(Command(id: 1, action: .truncate(layer: 0, width: 47)))])
  }

  /// While it teaches, the line above the footer says so, unless a cut is being weighed.
  @Test func aTeacherIsNamedWhileItTeaches() {
    var state = Fixtures.spiralState()
    state.take {
      $0.teaching = TeachingStatus(
        widths: [80], lastStep: 30_000, reference: Metrics(loss: 0.02, accuracy: 0.998))
    }
    #expect(
      state.previewText.hasPrefix("learning from the uncut network: 80 neurons, 99.8 %   now "),
      "\(state.previewText)")
    #expect(state.previewText.hasSuffix("at most to step 30,000"), "\(state.previewText)")
    state.press(.left)
    #expect(state.previewText.hasPrefix("keep 66 of 67"), "\(state.previewText)")
  }

  /// The price in best order is measured once somebody asks.
  @Test func aCutInBestOrderIsMeasuredOnRequest() {
    var state = Screens.pressed(Screens.cutState(width: 120, height: 36), Screens.keys("t"))
    state.press("b")
    #expect(
      state.wish == InspectionRequest(orderLayer: 0, cut: CutRequest(widths: [47], method: .best)))
    #expect(
      state.previewText.hasPrefix("keep 47 of 67: being measured…, best order   parameters 337 → 237"),
      "\(state.previewText)")
    #expect(state.press(.enter).isEmpty && state.question != nil)
    var inspection = Fixtures.spiralInspection
    inspection.orders = Fixtures.orders(of: inspection.curves[0])
    _ = update(&state, .inspection(inspection))
    #expect(
      state.previewText.hasPrefix(
        "keep 47 of 67: held-out 99.8 % → 99.8 % (±0.0), best order   plain 92.9 %"),
      "\(state.previewText)")
    #expect(
      update(&state, .key(.enter)).contains(
        .send(Command(id: 1, action: .truncate(layer: 0, width: 47, .best)))))
  }

  @Test func aJointCutHasAMethodToo() {
    var state = Screens.joint(width: 120, height: 36)
    #expect(state.previewText.contains(", repaired   plain "), "\(state.previewText)")
    _ = update(&state, .key(.character("b")))
    #expect(state.previewText.contains("being measured…, best order"), "\(state.previewText)")
    #expect(state.press(.enter).isEmpty)
    state.price()
    let widths = state.snapshot.layers.map(\.width)
    let keep = state.jointShare
    #expect(
      update(&state, .key(.enter)) == [.send(Command(id: 1, action: .truncateAll(keep: keep, .best)))])
    #expect(widths == [120, 45])
  }

  @Test func thePriceListsCutHasAMethodToo() throws {
    var state = Screens.pressed(Screens.priceList(width: 120, height: 36), [.enter])
    #expect(state.previewText.contains(", repaired   plain "), "\(state.previewText)")
    _ = update(&state, .key(.character("p")))
    #expect(state.previewText.contains(", plain   repaired "), "\(state.previewText)")
    guard case .send(let command)? = update(&state, .key(.enter)).first,
      case .truncateTo(_, .plain, _) = command.action
    else {
      Issue.record("no plain cut was sent")
      return
    }
  }

  /// Without rows to repair on, the curve is one of plain cuts, and says so.
  @Test func aPlainCurveIsSaidToBe() {
    var inspection = Fixtures.spiralInspection
    inspection.curves[0].method = .plain
    for index in inspection.curves[0].points.indices { inspection.curves[0].points[index].plain = nil }
    let state = Screens.pressed(
      Fixtures.state(Fixtures.spiral, inspection), Array(repeating: .left, count: 20))
    #expect(state.previewText.contains("99.5 % (−0.3), plain   parameters"), "\(state.previewText)")
  }

  @Test func aKeyPutsNeuronsInBestOrder() {
    var state = Fixtures.spiralState()
    #expect(
      update(&state, .key(.character("r"))) == [.send(Command(id: 1, action: .reorder(layer: 0)))])
    #expect(state.previewText == "best order of layer 1: pending, done at the next step boundary")
    let event = Event(step: 26_412, epoch: 211, command: 1, kind: .reordered(layer: 0))
    _ = update(&state, .event(event))
    #expect(state.previewText == "layer 1: its neurons are now in best order")
    #expect(state.run.outdated.contains(.layer(0)) && state.run.markers.last?.label == "best order")
  }

  @Test func barsAreWhatANeuronAddsOrContributes() {
    var state = Fixtures.spiralState()
    func text() -> String { render(Screens.zoomed(.neurons, state)).text }
    #expect(text().contains("adds") && text().contains("drawn as a root"))
    _ = update(&state, .key(.character("g")))
    #expect(text().contains("contribution") && !text().contains("drawn as a root"))
  }
}
