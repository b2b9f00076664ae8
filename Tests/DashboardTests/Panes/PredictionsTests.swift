import Canvas
import Dashboard
import Experiment
import Testing

/// Held-out predictions beside what is true: confusion matrix and parity plot.
@Suite struct PredictionsTests {
  private func classes(_ matrix: ConfusionMatrix, width: Int = 80, height: Int = 24) -> Driver {
    var state = Screens.confusion(classes: matrix.names, width: width, height: height)
    var later = Inspection(step: 4_000, curves: [], contributions: [], input: nil)
    later.predictions = HeldOutPredictions(
      step: 4_000, rows: matrix.rows, allRows: 2 * matrix.rows, .classes(matrix))
    _ = update(&state, .inspection(later))
    return Driver(state)
  }

  private static let small = ConfusionMatrix(
    names: ["cat", "dog", "frog"], counts: [[47, 2, 1], [9, 31, 0], [0, 0, 10]])

  @Test func theMatrixShowsCountsRecallAndWhatItWasMeasuredOn() {
    let driver = classes(Self.small).press("z").isWhole()
    driver.shows("cat", "dog", "frog", "94.0 %", "77.5 %", "100.0 %", "rows: true  columns: predicted")
      .shows("100 of 200 held-out rows", "step 4,000", "accuracy 88.0 %")
    // Of the 56 rows predicted as cats, 47 are.
    driver.shows("precision", "84 %")
  }

  @Test func itIsMeasuredOnlyWhileItIsSeen() {
    var state = Fixtures.state(
      Fixtures.fixedWidth.snapshot, Fixtures.fixedWidth.inspection, width: 80, height: 24)
    #expect(!state.wish.wantsPredictions)
    // The pane comes into view with it.
    state.press("V")
    #expect(state.view.focus == .input && state.wish.wantsPredictions)
    #expect(render(state).text.contains("is being measured"))
    state.press("?")
    #expect(!state.wish.wantsPredictions)
    state.press(.escape)
    #expect(state.wish.wantsPredictions)
    state.press("V")
    #expect(!state.wish.wantsPredictions)
    state.press("V")
    state.press(.tab)
    #expect(!state.wish.wantsPredictions, "another pane is shown in its place")
  }

  /// Values of a table are predictions anyway.
  @Test func aParityPlotIsMeasuredWhereItIsSeen() {
    let state = Screens.regression(width: 120, height: 36)
    #expect(state.wish.wantsPredictions && state.inputContent == .predictions)
    Driver(state).press("V").shows("residuals", "true − predicted").press("V").hides("residuals")
    #expect(!Screens.regression(width: 80, height: 24).wish.wantsPredictions)
    // Where the pane is not in front, the key brings it there, as it was left.
    var medium = Screens.regression(width: 80, height: 24)
    medium.press("V")
    #expect(medium.view.focus == .input && medium.inputContent == .predictions)
    medium.press("V")
    medium.press(.tab)
    medium.press("V")
    #expect(medium.view.focus == .input && medium.inputContent == .residuals)
  }

  /// Inputs that are no values in a table: the key goes through all that there is.
  @Test func theKeyGoesFromInputsToPredictionsToResidualsAndBack() {
    var state = Screens.parity(width: 120, height: 36)
    state.run.inspection?.input = .classes([ClassAccuracy(name: "a", rows: 9, accuracy: 0.9)])
    #expect(state.inputContent == .inputs)
    for content in [State.InputContent.predictions, .residuals, .inputs] {
      state.press("V")
      #expect(state.inputContent == content)
    }
    // Classes have no residuals.
    var classes = Screens.confusion(classes: Screens.animals, width: 120, height: 36)
    #expect(classes.inputContent == .predictions)
    classes.press("V")
    #expect(classes.inputContent == .inputs)
  }

  @Test func residualsHaveUnitsAZeroLineAndMetrics() {
    let driver = Driver(Screens.residuals(width: 80, height: 24)).press("z").isWhole()
    driver.shows("predicted price", "true − predicted ↑", "900 of 2,064 held-out rows", "450 drawn", "RMSE ")
      .shows("50 k", "−50 k")
  }

  /// Where the residuals of known values are drawn: above the line where the prediction is too small.
  @Test func residualsLieWhereTheyAre() throws {
    var state = Screens.residuals(width: 80, height: 24).with(.ascii)
    let values = [PredictedValue(actual: 6, predicted: 2), PredictedValue(actual: 4, predicted: 8)]
    var later = Inspection(step: 9_000, curves: [], contributions: [], input: nil)
    later.predictions = HeldOutPredictions(
      step: 9_000, rows: 2, allRows: 2, .values(ParityValues(target: "y", of: values)))
    _ = update(&state, .inspection(later))
    let lines = render(Screens.pressed(state, [.character("z")])).text.split(separator: "\n").dropFirst(2)
      .dropLast(6)
    let points = lines.enumerated().compactMap { row, line in
      line.firstIndex(of: "8").map { (row: row, column: line.distance(from: line.startIndex, to: $0)) }
    }
    #expect(points.count == 2, "\(lines.joined(separator: "\n"))")
    let (upper, lower) = (try #require(points.first), try #require(points.last))
    #expect(upper.row < lines.count / 2 && upper.column < 40)
    #expect(lower.row > lines.count / 2 && lower.column > 40)
  }

  @Test func theParityPlotHasUnitsDiagonalAndMetrics() {
    let driver = Driver(Screens.parity(width: 80, height: 24)).press("z").isWhole()
    driver.shows("true price", "900 of 2,064 held-out rows", "step 8,940", "450 drawn", "RMSE ", "R² 0.9")
      .shows("500 k", "200 k")
  }

  @Test func perfectPredictionsLieOnTheDiagonal() throws {
    var state = Screens.parity(width: 80, height: 24)
    let values = (0...40).map { PredictedValue(actual: Float($0), predicted: Float($0)) }
    var later = Inspection(step: 9_000, curves: [], contributions: [], input: nil)
    later.predictions = HeldOutPredictions(
      step: 9_000, rows: 41, allRows: 41, .values(ParityValues(target: "y", of: values)))
    _ = update(&state, .inspection(later))
    let text = render(Screens.pressed(state.with(.ascii), [.character("z")])).text
    #expect(text.contains("RMSE 0 ") && text.contains("R2 1.000"), "\(text)")
    // Only the diagonal's ends, between the edge and the outermost row, are free of points.
    let marks = text.split(separator: "\n").dropFirst(2).dropLast(5)
    let points = marks.compactMap { line in line.firstIndex(where: { "oO8@".contains($0) }) }
    #expect(points.count > 12, "\(text)")
  }

  @Test func equalAndUndefinedValuesAreDrawnWithoutHarm() {
    var state = Screens.parity(width: 80, height: 24)
    for pair: (Float, Float) in [
      (3, 3), (.nan, 1), (0, .infinity), (.greatestFiniteMagnitude, -.greatestFiniteMagnitude),
    ] {
      var later = Inspection(step: 1, curves: [], contributions: [], input: nil)
      let values = [PredictedValue(actual: pair.0, predicted: pair.1)]
      later.predictions = HeldOutPredictions(
        step: 1, rows: 1, allRows: 1, .values(ParityValues(target: "y", of: values)))
      _ = update(&state, .inspection(later))
      Driver(state).isWhole().press("z").isWhole()
    }
  }

  @Test func manyClassesAreListedByWhatIsConfusedMost() throws {
    let state = Screens.confusion(classes: Screens.birds, rows: 24_000, width: 80, height: 24)
    guard case .classes(let matrix) = state.shownPredictions?.result else {
      Issue.record("no matrix")
      return
    }
    let pairs = matrix.confusions
    #expect(pairs.count > 100 && zip(pairs, pairs.dropFirst()).allSatisfy { $0.rows >= $1.rows })
    let first = try #require(pairs.first)
    let name = { (index: Int) in "bird \(index + 1)" }
    let driver = Driver(state).isWhole()
    driver.shows("1 to 6 of ", "\(first.rows) of 200")
      .press(.pageDown).hides("1 to 6 of ").shows("7 to 12 of ")
      .press(.pageDown).shows("13 to 18 of ").press(.pageUp).shows("7 to 12 of ")
      .press(.pageUp).shows("1 to 6 of ")
    #expect(driver.rows.contains { $0.contains(name(first.actual)) && $0.contains(name(first.predicted)) })
  }

  /// Where ten counts have no room, ten percentages may have.
  @Test func countsWithoutRoomBecomePercentages() {
    let names = (0..<10).map(String.init)
    let matrix = ConfusionMatrix(
      names: names,
      counts: (0..<10).map { row in (0..<10).map { $0 == row ? 580 : row == 3 && $0 > 7 ? 40 : 1 } })
    let driver = classes(matrix, width: 120, height: 36).isWhole()
    driver.shows("% true", "step 4,000")
    #expect(driver.rows.contains { $0.contains(" 87 ") && $0.contains(" 6 ") && $0.contains("<1") })
    driver.press("z").shows("580", "87.0 %", "rows: true  columns: predicted").isWhole()
  }

  @Test func namesWithoutRoomBecomeNumbers() {
    let names = ["Iris-setosa", "Iris-versicolor", "Iris-virginica", "none of these"]
    let matrix = ConfusionMatrix(
      names: names, counts: (0..<4).map { row in (0..<4).map { $0 == row ? 12 : 1 } })
    classes(matrix, width: 60, height: 18).isWhole().shows("1 Iris-setosa", "4 none of these", "80.0 %")
    // Where there is room, they are named in both directions.
    let wide = classes(matrix, width: 120, height: 36).press("z").isWhole()
    #expect(wide.rows.contains { row in names.allSatisfy(row.contains) })
  }

  /// A connection may send anything.
  @Test func aMatrixThatIsNoneIsNotDrawn() {
    let matrix = ConfusionMatrix(names: ["a", "b"], counts: [[1], [2, 3, 4]])
    var state = Screens.confusion(classes: ["a", "b"], width: 80, height: 24)
    var later = Inspection(step: 1, curves: [], contributions: [], input: nil)
    later.predictions = HeldOutPredictions(step: 1, rows: 10, allRows: 10, .classes(matrix))
    _ = update(&state, .inspection(later))
    Driver(state).isWhole().press(.pageDown).shows("no held-out rows").isWhole()
  }

  @Test func afterAnEditItIsOfTheNetworkBefore() {
    let state = classes(Self.small).state
    #expect(state.currency(of: .predictions) == .present)
    Driver(state).receives(.undone(to: 12)).shows("as before the edit")
  }

  @Test func aRecordingHasNone() {
    Driver(Fixtures.spiralState())
      .receives(.recorded(playback: "playing 1/2", events: [], Fixtures.spiral)).press("V")
      .expects(line: "predictions: predictions were not recorded")
  }

  @Test(
    arguments: [(120, 36), (110, 32), (80, 24), (60, 18), (40, 10), (47, 13), (200, 60)], GlyphSet.allCases)
  func everySizeIsWhole(size: (Int, Int), glyphs: GlyphSet) {
    for names in [Screens.animals, Screens.digits, Screens.birds, ["猫", "Übermäßig lang", ""]] {
      for usesColor in [true, false] {
        var state = Screens.confusion(classes: names, width: size.0, height: size.1)
        (state.glyphs, state.usesColor) = (glyphs, usesColor)
        Driver(state).isWhole().press("z").isWhole()
      }
    }
    for var values in [Screens.parity, Screens.residuals].map({ $0(size.0, size.1) }) {
      values.glyphs = glyphs
      Driver(values).isWhole().press("z").isWhole()
    }
  }
}
