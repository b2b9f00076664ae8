import Canvas
import Dashboard
import Experiment
import Testing

@Suite struct RenderTests {
  @Test func noPaneWritesOverItsBorder() {
    let runs = [
      Screens.cutState(width: 120, height: 36), Screens.edited(width: 120, height: 36),
      Screens.regression(width: 120, height: 36), Screens.fixedWidth(width: 120, height: 36),
      Screens.images(width: 120, height: 36), Screens.loading(width: 120, height: 36),
    ]
    for var state in runs {
      for (index, width) in [40, 41, 47, 60, 79, 80, 95, 110, 131].enumerated() {
        for pane in Pane.allCases {
          state.width = width
          state.height = [10, 11, 13, 17, 24, 33][(index + pane.index) % 6]
          state.view.focus = pane
          #expect(
            state.brokenBorder(in: render(state)) == nil, "\(state.run.name) \(width)×\(state.height) \(pane)"
          )
        }
      }
    }
  }

  /// One pane alone, large enough for all it has to say.
  private func text(of pane: Pane, _ state: State) -> String {
    var state = state
    state.width = 100
    state.height = 30
    state.view.focus = pane
    state.view.isZoomed = true
    return render(state).text
  }

  /// A run is over and its widths were left as they were: the pane does not call them settled.
  @Test(arguments: [
    (SettlingObstacle?.none, Int?.none, true, "nats, settled"),
    (.isStillLearning, nil, false, "still learning"),
    (.hasLearnedNothing, nil, false, "nothing learned yet"), (nil, nil, false, "not settled"),
    (.isStillLearning, 4_000, false, "still learning, next at step 4,000"),
    (nil, 4_000, false, "next at step 4,000"),
  ])
  func theRatePaneSaysWhatBecameOfTheWidths(
    obstacle: SettlingObstacle?, next: Int?, isSettled: Bool, expected: String
  ) {
    var state = Screens.settling(width: 120, height: 36)
    state.take {
      $0.settling = SettlingStatus(price: 0.01, nextStep: next, isSettled: isSettled, obstacle: obstacle)
    }
    let shown = text(of: .rate, state)
    #expect(shown.contains(expected))
    #expect(shown.contains("nats, settled") == isSettled)
  }

  /// What was measured of a width says nothing of another one.
  @Test func aWidthThatWasCutSinceIsNotSaidToBeSettled() {
    var state = Screens.settling(width: 120, height: 36)
    state.take {
      $0.settling = SettlingStatus(price: 0.01, nextStep: nil, isSettled: false, isChanged: true)
      $0.layers[0].need = nil
      $0.layers[0].posterior = .logNormal(logMean: 0, logDeviation: 1)
    }
    let shown = text(of: .rate, state)
    #expect(
      shown.contains("changed since it was measured") && shown.contains("no longer settled"), "\(shown)")
    #expect(!shown.contains("90 %:") && !shown.contains("not measured yet"))
  }

  /// A width that is held was perhaps measured before, and will not be again.
  @Test(arguments: [false, true])
  func aHeldWidthIsNotAGuess(isChanged: Bool) {
    var state = Screens.settling(width: 120, height: 36)
    state.take {
      $0.settling = SettlingStatus(price: 0.01, nextStep: 150_000, isSettled: false, isChanged: isChanged)
      $0.layers[0].need = nil
      $0.layers[0].policy = .hold
      $0.layers[0].posterior = .logNormal(logMean: 0, logDeviation: 1)
    }
    let shown = text(of: .rate, state)
    #expect(shown.contains("held, so not measured") && !shown.contains("next at"), "\(shown)")
  }

  @Test func lossIsDrawnWithoutWhatIsNotFinite() {
    var state = Fixtures.spiralState()
    let clean = text(of: .loss, state)
    #expect(!clean.contains("NaN"))
    state.take { snapshot in
      for step in 26_413...26_415 { snapshot.trainLoss.append(.nan, at: step) }
    }
    #expect(text(of: .loss, state).contains("! 3 steps with NaN or ∞ loss: gaps"))
  }

  @Test func editsAreMarkedOverLossAndWidth() {
    let state = Screens.edited(width: 120, height: 36)
    for pane in [Pane.loss, .width] {
      let text = text(of: pane, state)
      #expect(text.contains("120→90"))
      #expect(text.contains("83→58, undo"))
    }
    #expect(text(of: .loss, state).contains("undone"))
  }

  @Test func widthNamesEveryLayersNumberRateAndPolicy() {
    var state = Screens.regression(width: 120, height: 36)
    let rows = text(of: .width, state)
    #expect(rows.contains("layer 1  120 neurons  λ 0.0193  adapt"))
    #expect(rows.contains("▸ ╍╍ layer 2  45 neurons  λ 0.0517  cap ≤ 47"))
    state.press("t")
    state.press(.enter)
    #expect(text(of: .width, state).contains("layer 2  45 neurons  λ 0.0517  edit pending"))
    state.take { $0.layers[0].compressionTarget = 60 }
    #expect(text(of: .width, state).contains("layer 1  120 neurons  λ 0.0193  compressing → 60"))
  }

  @Test func rateNamesPosteriorAndPriorAndTheWidthsTheyMean() {
    var state = Screens.regression(width: 120, height: 36)
    let text = text(of: .rate, state)
    #expect(text.contains("posterior q(λ) = N(ν, 1)"))
    #expect(text.contains("σ = 1, fixed"))
    #expect(text.contains("prior p(λ) = N(0.05, 0.01)"))
    // ⌈ln 10 / (ν/8)⌉ and ⌈ln 10 / 8ν⌉ about ν = 0.0517.
    #expect(text.contains("width   357"))
    #expect(text.contains("45"))
    state.take { $0.importance = .powerLaw }
    // ⌈0.1^(−1/ν) − 1⌉ is beyond counting there.
    #expect(self.text(of: .rate, state).contains("65,536"))
  }

  @Test func tradeoffSaysHowAndWhenItWasMeasured() {
    let exact = text(of: .tradeoff, Screens.cutState(width: 120, height: 36))
    #expect(exact.contains("exact  at step 26,400"))
    #expect(exact.contains("every width measured"))
    #expect(exact.contains("keep 47: 99.5 %"))
    let sampled = text(of: .tradeoff, Screens.regression(width: 120, height: 36))
    #expect(sampled.contains("sampled  at step 8,940"))
    #expect(sampled.contains("12 widths measured, others read off"))
    #expect(sampled.contains("held-out RMSE"))
  }

  /// A layer without its name could be any.
  @Test func aLongNameIsShortenedInTheListOfWidths() {
    var state = Fixtures.deep([200, 100], width: 120, height: 36)
    state.run.snapshot.layers[1].name = "decoder 1, feed-forward"
    let list = render(state).text
    #expect(list.contains("decoder 1,…d-forward  100 neurons"), "\(list)")
  }

  @Test func neuronsShowTheCutAndWhatIsMissing() {
    #expect(text(of: .neurons, Screens.cutState(width: 120, height: 36)).contains("cut at 47"))
    let unmeasured = Fixtures.state(Fixtures.spiral)
    #expect(text(of: .neurons, unmeasured).contains("adds not measured"))
    #expect(!text(of: .neurons, unmeasured).contains("cut at"))
  }

  @Test func wrongPredictionsAreMarkedInWords() {
    let text = text(of: .input, Screens.images(width: 120, height: 36))
    #expect(text.contains("✗ 3, is 8"))
    #expect(text.contains("✓ 4"))
  }

  @Test func classesThatDoNotFitAreTheBetterOnes() {
    let run = Fixtures.fixedWidth
    var inspection = run.inspection
    inspection.input = .classes(
      (0..<40).map { ClassAccuracy(name: "class \($0)", rows: 10, accuracy: $0 == 33 ? 0.1 : 0.9) })
    let text = text(of: .input, Fixtures.state(run.snapshot, inspection))
    #expect(text.contains("class 33"))
    #expect(text.contains("10.0 % of 10 rows"))
    #expect(text.contains("worst first: 1 to 23 of 40; page-down scrolls"), "\(text)")
    // In a narrow pane the keys count more than the order.
    let narrow = render(Fixtures.state(run.snapshot, inspection)).text
    #expect(narrow.contains("1 to 14 of 40, page-down scrolls"), "\(narrow)")
    var scrolled = Fixtures.state(run.snapshot, inspection)
    scrolled.press(.pageDown, .pageDown, .pageDown)
    let rest = self.text(of: .input, scrolled)
    #expect(rest.contains("worst first: 18 to 40 of 40") && !rest.contains("class 33"), "\(rest)")
  }

  @Test func withoutHeldOutRowsNothingIsBeingMeasured() {
    var state = Fixtures.state(Fixtures.spiral)
    #expect(text(of: .tradeoff, state).contains("being measured"))
    _ = update(
      &state, .inspection(Inspection(step: 1, curves: [], contributions: [], input: nil, hasRows: false)))
    #expect(text(of: .tradeoff, state).contains("There are no held-out rows"))
    #expect(text(of: .input, state).contains("There are no held-out rows"))
  }

  @Test func panesThatDoNotApplySaySo() {
    let state = Fixtures.state(Fixtures.fixedWidth.snapshot, Fixtures.fixedWidth.inspection)
    #expect(text(of: .width, state).contains("Every width is fixed: mlp 64→32→16→10."))
    for pane in [Pane.rate, .neurons, .tradeoff] {
      #expect(text(of: pane, state).contains("this network has none"))
    }
  }

  @Test func aQuestionStandsOutByItsStyle() {
    var state = Screens.cutState(width: 110, height: 32)
    let before = render(state)[60, 30].style
    state.press("t")
    #expect(render(state)[60, 30].style == state.theme[.selection])
    #expect(before != state.theme[.selection])
  }
}
