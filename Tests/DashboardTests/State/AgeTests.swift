import Canvas
import Dashboard
import Experiment
import Testing

/// What was measured says of which step it is, and is not taken for the present once that is long ago.
@Suite struct AgeTests {
  /// Measured at step 26,400 of 125 an epoch, at 3,100 steps a second.
  private func aged(by steps: Int, width: Int = 120, height: Int = 36) -> State {
    var state = Fixtures.spiralState(width: width, height: height)
    state.take {
      $0.step = 26_400 + steps
      $0.stepsPerEpoch = 125
    }
    return state
  }

  @Test func whatIsOlderThanAnEpochAndASecondIsOld() {
    #expect(aged(by: 3_100).currency(of: .input) == .present)
    #expect(aged(by: 3_101).currency(of: .input) == .aged(step: 26_400))
    var slow = aged(by: 126)
    #expect(slow.currency(of: .layer(0)) == .present)
    slow.take { $0.stepsPerSecond = 10 }
    #expect(slow.currency(of: .layer(0)) == .aged(step: 26_400))
    #expect(slow.currency(of: .joint) == .missing)
  }

  @Test func oldPanesSayOfWhichStepTheyAreAndAreFaint() throws {
    let (young, old) = (aged(by: 10), aged(by: 4_000))
    for pane in [Pane.input, .tradeoff] {
      var (young, old) = (young, old)
      for keyPath in [\State.view.isZoomed] {
        young[keyPath: keyPath] = true
        old[keyPath: keyPath] = true
      }
      (young.view.focus, old.view.focus) = (pane, pane)
      let (new, faint) = (render(young), render(old))
      #expect(faint.text.contains("from step 26,400  being renewed"))
      #expect(!new.text.contains("being renewed"))
      // Inside, everything has another color.
      let inside = old.layout.panes[0].rect.inset(by: 1)
      let cells = (inside.y..<inside.maxY).flatMap { y in (inside.x..<inside.maxX).map { (x: $0, y: y) } }
      let drawn = cells.filter { new[$0.x, $0.y].scalar != " " && new[$0.x, $0.y] == faint[$0.x, $0.y] }
      #expect(drawn.isEmpty, "\(pane)")
    }
    #expect(render(old).text.contains("adds from step 26,400"))
  }

  /// A cut that is only looked at has a price with its age; one that is asked for waits for a new one.
  @Test func aCutWithAnOldPriceIsMeasuredBeforeItIsAsked() {
    var state = aged(by: 4_000)
    state.press(.left)
    #expect(state.previewText.hasPrefix("keep 66 of 67: held-out 99.8 % → "), "\(state.previewText)")
    #expect(state.previewText.contains("from step 26,400, being renewed"))
    #expect(state.wish.cut == nil)
    state.press("t")
    #expect(state.wish.cut == CutRequest(widths: [66], method: .repaired))
    #expect(state.previewText == "keep 66 of 67: being measured…   parameters 337 → 332 (−1 %)")
    #expect(StatusText.footer(state).first?.name == "once the price is there")
    #expect(state.press(.enter).isEmpty && state.question != nil)
    // Of the network of then it does not help.
    state.price(step: 26_400)
    #expect(state.press(.enter).isEmpty)
    state.price()
    #expect(
      state.previewText.hasPrefix(
        "keep 66 of 67: held-out 99.0 % → 98.0 % (−1.0 ± 1.3), repaired   loss 0.02 → 0.07   "),
      "\(state.previewText)")
    #expect(state.previewText.contains("on 57 held-out rows"))
    #expect(sent(state.press(.enter)) == .truncate(layer: 0, width: 66))
    #expect(state.wish.cut == nil)
  }

  /// Measuring takes longer than an epoch: no price would ever be young enough.
  @Test func aPriceOfTheNetworkThatTheQuestionIsAboutIsGoodEnough() {
    var state = aged(by: 4_000)
    state.press(.left)
    state.press("t")
    state.take { $0.step += 9_000 }
    state.price(step: 30_399)
    #expect(state.press(.enter).isEmpty)
    state.price(step: 30_400)
    // Its age stays when room is short.
    #expect(
      StatusText.preview(state).pieces.contains(.init("measured at step 30,400", 1)), "\(state.previewText)")
    #expect(sent(state.press(.enter)) == .truncate(layer: 0, width: 66))
  }

  @Test func anOldPriceListIsMeasuredBeforeItsCutIsMade() {
    var state = aged(by: 10)
    state.press("b")
    _ = update(&state, .frontier(Fixtures.frontier))
    state.press(.up, .up, .enter)
    #expect(state.question != nil && state.previewText.contains("% → "))
    state.take { $0.step = 30_400 }
    #expect(state.previewText.contains("being measured…"))
    #expect(state.press(.enter).isEmpty)
    state.price()
    #expect(state.previewText.contains("(−1.0 ± 1.3)"), "\(state.previewText)")
    #expect(sent(state.press(.enter)) != nil)
  }

  /// A part that arrives replaces only what it has.
  @Test func partsOfAnInspectionAreMerged() {
    var state = Fixtures.spiralState()
    state.answer(.truncated(layer: 0, from: 67, to: 47))
    #expect(state.currency(of: .input) == .replaced && state.currency(of: .layer(0)) == .replaced)
    _ = update(
      &state,
      .inspection(
        Inspection(
          step: 26_500, curves: [], contributions: [Fixtures.contributions(47)],
          input: .plane(Fixtures.spiralMap))))
    #expect(state.currency(of: .input) == .present && state.currency(of: .layer(0)) == .replaced)
    #expect(state.run.inspection?.inputStep == 26_500 && state.curve(of: 0)?.step == 26_400)
    _ = update(
      &state,
      .inspection(
        Inspection(
          step: 26_510, curves: [Fixtures.curve(layer: 0, width: 47, step: 26_510)], contributions: [],
          gains: [Fixtures.gains(47)], input: nil)))
    #expect(state.run.outdated.isEmpty && state.run.inspection?.input != nil)
    #expect(state.run.inspection?.contributions.first?.count == 47)
  }

  /// Two accuracies on one screen are of two moments.
  @Test func metricsSayOfWhichMomentTheyAre() {
    var state = aged(by: 100)
    state.take { $0.validationStep = 26_375 }
    #expect(render(state).text.contains("99.8 % at epoch 211"))
    #expect(state.previewText.contains("held-out accuracy 99.8 % at step 26,400"))
    state.take { $0.validationStep = 26_500 }
    #expect(render(state).text.contains("99.8 % now"))
    #expect(state.previewText.contains("held-out accuracy 99.8 % now"))
  }

  /// An evaluation that is newer than an old curve says more of the network as it is.
  @Test func theWholeNetworkHasTheMetricOfItsNewestMeasurement() {
    var state = aged(by: 4_000)
    #expect(state.previewText.contains("held-out accuracy 99.8 % at step 26,400"), "\(state.previewText)")
    state.take {
      $0.validation = Metrics(loss: 0.1, accuracy: 0.95)
      $0.validationStep = 30_375
    }
    #expect(state.previewText.contains("held-out accuracy 95.0 % at step 30,375"), "\(state.previewText)")
    state.take { $0.validationStep = $0.step }
    #expect(state.previewText.contains("held-out accuracy 95.0 % now"), "\(state.previewText)")
    // The price of a cut is as old as it was.
    state.press(.left)
    #expect(state.previewText.contains("from step 26,400, being renewed"), "\(state.previewText)")
  }

  /// However short ago an older one was, and however many epochs a second has.
  @Test func nothingOlderTakesThePlaceOfANewerNumber() {
    var state = aged(by: 1_000)
    state.take {
      $0.validation = Metrics(loss: 0.1, accuracy: 0.95)
      $0.validationStep = 1
    }
    #expect(state.previewText.contains("held-out accuracy 99.8 % at step 26,400"), "\(state.previewText)")
    state.take { $0.validationStep = 26_500 }
    #expect(state.previewText.contains("held-out accuracy 95.0 % at step 26,500"), "\(state.previewText)")
    // Before anything else is measured, the number of the first step is of the first step.
    var early = Fixtures.spiralState(width: 120, height: 36)
    early.run.inspection = nil
    early.take {
      $0.step = 900
      $0.validationStep = 1
    }
    #expect(!early.previewText.contains(" now"), "\(early.previewText)")
  }

  @Test func theHeldOutLossSaysWhenItIsOld() {
    let old = Driver(aged(by: 4_000)).at(200, 40).receives(changing: { $0.validationStep = 26_400 })
    #expect(old.rows[1].contains("held-out 0.0151 at step 26,400"), "\(old.rows[1])")
    let young = old.receives(changing: { $0.validationStep = 30_300 })
    #expect(young.rows[1].contains("held-out 0.0151") && !young.rows[1].contains("at step 30,300"))
  }

  private static let sizes = [(120, 36), (110, 32), (80, 24)]

  /// The name of a layer gives way to it.
  @Test(arguments: sizes) func aCurveSaysWhenItWasMeasuredHoweverLongTheNameOfItsLayer(size: (Int, Int)) {
    var state = Fixtures.deep(Array(repeating: 32, count: 9), width: size.0, height: size.1)
    state.view.focus = .tradeoff
    state.take {
      for layer in 0..<9 { $0.layers[layer].name = "stage \(layer / 3 + 1), block \(layer % 3 + 1)" }
    }
    for _ in 0..<9 {
      let title = render(state).text.split(separator: "\n").first { $0.contains("trade-off") } ?? ""
      #expect(title.contains("at step 26,400"), "\(title)")
      state.press(.down)
    }
    state.press("j")
    #expect(
      render(state).text.split(separator: "\n").contains {
        $0.contains("trade-off, all") && $0.contains("at step 26,400")
      })
  }

  @Test(arguments: [[67], [587, 580, 592, 601]], sizes)
  func thePriceOfACutSaysWhenItWasMeasured(widths: [Int], size: (Int, Int)) {
    var state = Fixtures.deep(widths, width: size.0, height: size.1)
    let rect = state.layout.preview
    for key in [Key.shiftLeft, .character("j"), .shiftLeft] {
      state.press(key)
      let lines = render(state).text.split(separator: "\n", omittingEmptySubsequences: false)
      let price = lines[rect.y..<rect.maxY].joined(separator: "\n")
      if price.contains(" → ") { #expect(price.contains("at step 26,400"), "\(price)") }
    }
  }

  @Test func theTrainLossIsThatOfAnEpoch() {
    var state = aged(by: 100)
    state.take { $0.meanTrainLoss = 0.0382 }
    #expect(render(state).text.contains("train 0.0382"))
    state.press("m")
    #expect(!render(state).text.contains("train 0.0382"))
  }
}
