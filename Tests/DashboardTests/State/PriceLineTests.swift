import Canvas
import Dashboard
import Experiment
import Testing

/// The line above the footer keeps what a cut costs, however narrow the screen and however many the layers.
@Suite struct PriceLineTests {
  private static let widths = [
    2: [227, 227], 4: [587, 580, 592, 601], 12: (0..<12).map { 90 + 17 * $0 },
  ]
  private static let sizes = [(120, 36), (110, 32), (80, 24), (60, 18)]

  /// A cut of all layers by about 70 %.
  private func cut(_ layers: Int, _ size: (Int, Int)) throws -> State {
    var state = Fixtures.deep(try #require(Self.widths[layers]), width: size.0, height: size.1)
    state.press("j")
    for _ in 0..<3 { state.press(.shiftLeft) }
    return state
  }

  private func lines(_ state: State) -> String {
    let rect = state.layout.preview
    return render(state).text.split(separator: "\n", omittingEmptySubsequences: false)[rect.y..<rect.maxY]
      .joined(separator: "\n")
  }

  @Test(arguments: [2, 4, 12], sizes)
  func aCutOfAllLayersKeepsItsPrice(layers: Int, size: (Int, Int)) throws {
    var state = try cut(layers, size)
    let preview = CutPreview(ofTheCutIn: state)
    let price = try #require(Wording.change(from: preview.before, to: preview.after))
    let after = try #require(preview.parametersAfter)
    let change = NumberText.change(from: Double(preview.parametersBefore), to: Double(after))
    for key in ["", "T"] {
      state.press(key)
      #expect((state.question != nil) == (key == "T"))
      #expect(lines(state).contains(price), "\(lines(state))")
      #expect(lines(state).contains(change), "\(lines(state))")
      #expect(!lines(state).contains("…"), "\(lines(state))")
    }
  }

  @Test func widthsAreSpelledOutWhereTheyFit() throws {
    var state = try cut(2, (120, 36))
    #expect(lines(state).hasPrefix(" keep 161, 161 of 227, 227: held-out 97.7 % → "), "\(lines(state))")
    state = try cut(4, (60, 18))
    #expect(lines(state).hasPrefix(" to 70.4 %: 97.7 % → "), "\(lines(state))")
    #expect(lines(state).contains(" at 64 % kept, plain\n parameters "), "\(lines(state))")
  }

  /// One line of 38 columns.
  @Test func theChangeOfTheMetricIsTheLastToGo() throws {
    let state = try cut(12, (40, 10))
    let preview = CutPreview(ofTheCutIn: state)
    #expect(lines(state).contains(try #require(Wording.change(from: preview.before, to: preview.after))))
  }

  @Test(arguments: [2, 4, 12], sizes + [(60, 12)])
  func theResultOfACutKeepsItsPrice(layers: Int, size: (Int, Int)) throws {
    var state = try cut(layers, size)
    let from = state.snapshot.layers.map(\.width)
    let (before, after) = (Metrics(loss: 0.1, accuracy: 0.977), Metrics(loss: 0.2, accuracy: 0.957))
    for kind in [Event.Kind.truncatedAll(from: from, to: from), .truncated(layer: 0, from: 1_587, to: 1_411)]
    {
      _ = update(
        &state, .event(Event(step: 26_500, epoch: 1, command: nil, kind: kind, before: before, after: after)))
      #expect(lines(state).contains("held-out 97.7 % → 95.7 % (−2.0)"), "\(lines(state))")
      #expect(lines(state).contains("layer") && !lines(state).contains("…"), "\(lines(state))")
    }
  }

  @Test(arguments: [2, 4, 12], sizes)
  func thePriceListKeepsThePriceOfItsSelection(layers: Int, size: (Int, Int)) throws {
    var state = try cut(layers, size)
    let points = try #require(state.run.inspection?.joint?.points)
    let cuts = points.map {
      MeasuredCut(
        widths: $0.widths, metrics: $0.metrics, parameters: $0.parameters, multiplyAdds: $0.multiplyAdds)
    }
    state.press("b")
    _ = update(
      &state, .frontier(CutFrontier(step: 26_400, whole: try #require(cuts.last), measured: cuts)))
    state.press(.up, .up)
    let cut = cuts[cuts.count - 3]
    let price = try #require(Wording.change(from: cuts.last?.metrics, to: cut.metrics))
    #expect(lines(state).contains(price) && !lines(state).contains("…"), "\(lines(state))")
    state.press(.enter)
    #expect(state.question == .truncateTo(cut, step: 26_400))
    #expect(lines(state).contains(price) && !lines(state).contains("…"), "\(lines(state))")
  }

  @Test(arguments: [2, 4, 12], sizes)
  func aNoteOfNewMessagesLeavesThePrice(layers: Int, size: (Int, Int)) throws {
    var state = try cut(layers, size)
    _ = update(&state, .log("libfoo: a warning"))
    let preview = CutPreview(ofTheCutIn: state)
    let price = try #require(Wording.change(from: preview.before, to: preview.after))
    #expect(lines(state).contains(price) && lines(state).contains("parameters"), "\(lines(state))")
    state.press("j")
    state.press(.end)
    #expect(lines(state).contains("1 new message"), "\(lines(state))")
  }
}

/// What the numbers of the price are of.
@Suite struct MeasuredRowsTests {
  @Test func aPartOfTheHeldOutRowsIsNamed() {
    var state = Fixtures.deep([40])
    #expect(
      state.previewText.hasPrefix(
        "keep all 40 neurons   accuracy 97.7 % on 256 held-out rows   at step 26,400   parameters"))
    state.press(.shiftLeft)
    #expect(state.previewText.contains(" on 256 held-out rows   parameters"), "\(state.previewText)")
    #expect(state.previewText.hasSuffix("at step 26,400"))
    let pieces = StatusText.preview(state).pieces
    let ranks = ["on 256 held-out rows", "at step 26,400"].map { text in
      pieces.first { $0.text == text }?.rank ?? 0
    }
    #expect(ranks[0] > ranks[1])
    // The event of the cut has the metric on all rows, so that the question says of which its price is.
    state.press("t")
    #expect(state.previewText.contains(" on 256 held-out rows"), "\(state.previewText)")
    // All of them need no word.
    state = Fixtures.spiralState()
    #expect(!state.previewText.contains(" rows"))
  }

  @Test func aCutOfAllLayersNamesTheWidthsOfTheNearestMeasuredOne() {
    var inspection = Fixtures.regression.inspection
    inspection.joint = Fixtures.joint
    var state = Fixtures.state(Fixtures.regression.snapshot, inspection)
    state.press("j")
    for _ in 0..<4 { state.press(.shiftLeft) }
    state.press(.left)
    // 60 % were measured, and 55 %.
    #expect(state.previewText.hasPrefix("keep 71, 27 of 120, 45: held-out RMSE "), "\(state.previewText)")
    #expect(state.previewText.contains(" at 72, 27, repaired   "), "\(state.previewText)")
  }

  /// Dense layers multiply their widths; the parameters of a cut follow from those of others.
  @Test(arguments: [[227, 227], [20, 12, 9], [587, 580, 592, 601]])
  func parametersOfACutAreExact(widths: [Int]) {
    let state = Fixtures.deep(widths)
    for percent in stride(from: 1, through: 99, by: 7) {
      let preview = CutPreview(state, keeping: Double(percent) / 100)
      #expect(preview.parametersAfter == Fixtures.parameters(preview.widths))
    }
    // Still so if a layer has changed since.
    var moved = state
    let now = [widths[0] - 3] + widths.dropFirst()
    moved.take {
      $0.layers[0].width -= 3
      $0.parameters = Fixtures.parameters(now)
    }
    let preview = CutPreview(moved, layer: 1, kept: 4)
    var cut = now
    cut[1] = 4
    #expect(preview.parametersAfter == Fixtures.parameters(cut))
  }

  /// States that feed themselves have the square of their number of weights.
  @Test func squaresOfAWidthAreCounted() {
    let count = { (widths: [Int]) in 3 * widths[0] * widths[0] + 7 * widths[0] + 11 }
    var snapshot = Fixtures.spiral
    snapshot.parameters = count([67])
    snapshot.parameterCost = ParameterCost(layers: 1, count: count)
    let state = Fixtures.state(snapshot, Fixtures.deepInspection([67], count: count))
    let preview = CutPreview(state, layer: 0, kept: 31)
    #expect(preview.parametersAfter == count([31]))
  }

  @Test func withoutACostParametersAreNotGuessed() {
    let driver = Driver(Fixtures.deep([60, 50])).receives { $0.parameterCost = nil }.press(.left)
    #expect(!driver.line.contains("parameters"))
  }
}
