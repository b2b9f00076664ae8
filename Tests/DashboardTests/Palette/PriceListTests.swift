import Dashboard
import Experiment
import Testing

/// `b`: cuts that no smaller one equals, and budgets.
@Suite struct PriceListTests {
  private static func open() -> State {
    var state = Fixtures.spiralState()
    _ = update(&state, .key(.character("b")))
    _ = update(&state, .frontier(Fixtures.frontier))
    return state
  }

  private func selected(_ state: State) -> MeasuredCut? {
    guard let list = state.priceList, let index = list.selection(in: Fixtures.frontier) else { return nil }
    return Fixtures.frontier.cuts[index]
  }

  @Test func theListIsMeasuredWhileItIsOpen() {
    var state = Fixtures.spiralState()
    let opening = update(&state, .key(.character("b")))
    #expect(opening.isEmpty && state.wish.wantsFrontier)
    #expect(state.previewText.contains("being measured"))
    #expect(update(&state, .frontier(Fixtures.frontier)).isEmpty)
    state.press(.escape)
    #expect(!state.wish.wantsFrontier)
    #expect(state.priceList == nil)
  }

  /// Of a paused run, nothing is measured anew.
  @Test func theListIsKeptUntilTheNetworkChanges() throws {
    var state = Self.open()
    state.take { $0.step = Fixtures.frontier.step }
    state.press(.escape)
    state.press("b")
    #expect(state.run.frontier?.step == Fixtures.frontier.step)
    state.press(.escape)
    state.press(":budget parameters 150")
    state.press(.enter)
    #expect(try #require(selected(state)) == Fixtures.frontier.choice(for: .parameters(atMost: 150)))
    state.press(.escape)
    state.take { $0.step += 1 }
    state.press("b")
    #expect(state.run.frontier == nil && state.previewText.contains("being measured"))
    _ = update(&state, .frontier(Fixtures.frontier))
    _ = update(&state, .event(Event(step: 26_401, epoch: 1, kind: .truncated(layer: 0, from: 67, to: 60))))
    #expect(state.run.frontier == nil)
  }

  @Test func aBudgetThatIsTypedWhileCutsAreMeasuredWaits() throws {
    var state = Fixtures.spiralState()
    state.press("bp15")
    // It is still being typed.
    _ = update(&state, .frontier(Fixtures.frontier))
    #expect(state.previewText == "the best of at most 15_ parameters")
    state = Fixtures.spiralState()
    state.press("bp")
    state.press(.enter)
    #expect(state.previewText.contains("type a number"))
    state.press("15")
    state.press(.enter)
    #expect(state.previewText == "the best of at most 15 parameters, chosen once cuts are measured")
    state.press("0")
    #expect(state.previewText == "the best of at most 150_ parameters")
    state.press(.enter)
    _ = update(&state, .frontier(Fixtures.frontier))
    #expect(try #require(selected(state)) == Fixtures.frontier.choice(for: .parameters(atMost: 150)))
    #expect(state.priceList?.entry == nil)
  }

  /// Only the standard error of a fraction of rows is known.
  @Test func aColumnThatWouldBeEmptyIsLeftOut() throws {
    #expect(render(Screens.priceList(width: 120, height: 36)).text.contains("± 1 s.e."))
    let run = Fixtures.regression
    var state = Fixtures.state(run.snapshot, run.inspection, name: "energy")
    let cuts = Fixtures.joint.points.map {
      MeasuredCut(
        widths: $0.widths, metrics: $0.metrics, parameters: $0.parameters, multiplyAdds: $0.multiplyAdds)
    }
    state.press("b")
    _ = update(&state, .frontier(CutFrontier(step: 8_940, whole: try #require(cuts.last), measured: cuts)))
    let heading = render(state).text.split(separator: "\n").first { $0.contains("multiply-adds  ") } ?? ""
    #expect(heading.contains("RMSE   change"), "\(heading)")
  }

  @Test func aPictureIsTakenOfTheList() {
    var state = Screens.priceList(width: 80, height: 24)
    #expect(state.press("x") == [.export] && state.priceList != nil)
    // Where a number is typed, letters are letters.
    state.press("a")
    #expect(state.press("x").isEmpty)
  }

  @Test func arrowsChooseAndEnterAsks() throws {
    var state = Self.open()
    #expect(selected(state) == Fixtures.frontier.best)
    state.press(.up, .up)
    let cut = try #require(selected(state))
    #expect(cut == Fixtures.frontier.cuts[Fixtures.frontier.cuts.count - 3])
    state.press(.home)
    #expect(selected(state) == Fixtures.frontier.smallest)
    state.press(.end, .up, .up, .enter)
    #expect(state.question == .truncateTo(cut, step: 26_400) && state.priceList == nil)
    #expect(state.previewText.hasPrefix("cut to \(cut.widths[0]) neurons: held-out 99.8 % → "))
    #expect(sent(state.press(.enter)) == .truncateTo(widths: cut.widths))
    #expect(state.pendingEdit(of: 0) == .truncateTo(widths: cut.widths))
  }

  @Test func aBudgetIsTypedAndChooses() throws {
    var state = Self.open()
    state.press("p200")
    #expect(state.previewText == "the best of at most 200_ parameters")
    state.press(.enter)
    #expect(try #require(selected(state)) == Fixtures.frontier.choice(for: .parameters(atMost: 200)))
    state.press("a")
    state.press("95.5")
    state.press(.enter)
    #expect(try #require(selected(state)) == Fixtures.frontier.choice(for: .accuracy(atLeast: 0.955)))
    state.press("t1")
    state.press(.enter)
    #expect(try #require(selected(state)) == Fixtures.frontier.choice(for: .tolerance(0.01)))
  }

  @Test func anImpossibleBudgetSaysWhatIsPossible() {
    var state = Self.open()
    state.press("p1")
    state.press(.enter)
    #expect(state.previewText.contains("with a neuron in each layer there are 7 parameters"))
    state.press(.escape)
    state.press("a99.99")
    state.press(.enter)
    #expect(state.previewText.contains("no cut is so good: the best has accuracy 99.8 %"))
    state.press(.backspace, .backspace, .backspace, .backspace, .backspace, .enter)
    #expect(state.previewText.contains("type a number, such as 95"))
    // Nothing was chosen, and nothing is asked.
    #expect(selected(state) == Fixtures.frontier.best && state.question == nil)
  }

  /// The network trains on while its price list is looked at.
  @Test func theSelectionStaysBesideItsSize() throws {
    var state = Self.open()
    state.press(.up, .up, .up)
    let before = try #require(selected(state))
    let fewer = Fixtures.frontier.cuts.filter { $0.parameters != before.parameters }
    let newer = CutFrontier(step: 26_500, whole: Fixtures.frontier.whole, measured: fewer)
    _ = update(&state, .frontier(newer))
    let list = try #require(state.priceList)
    let now = newer.cuts[try #require(list.selection(in: newer))]
    #expect(now.parameters < before.parameters)
    #expect(!newer.cuts.contains { $0.parameters > now.parameters && $0.parameters < before.parameters })
  }

  /// A layer that shrank below the cut meanwhile is not asked to grow.
  @Test func aCutFollowsALayerThatShrinks() throws {
    var state = Self.open()
    state.press(.up, .up, .enter)
    let cut = try #require(
      state.question.flatMap { ($0.content as? MeasuredTruncation)?.cut })
    state.take { $0.layers = [Fixtures.layer(width: cut.widths[0] - 1)] }
    #expect(state.question == nil && state.previewText.contains("canceled"))
  }

  @Test func thePaletteTakesBudgets() throws {
    var state = Fixtures.spiralState()
    // Of a network that has learned since: the budget waits for a newer one.
    _ = update(&state, .frontier(CutFrontier(step: 1, whole: Fixtures.frontier.smallest, measured: [])))
    state.press(":budget tolerance 1%")
    state.press(.enter)
    #expect(state.previewText.hasSuffix("within 1 % of the best, chosen once cuts are measured"))
    _ = update(&state, .frontier(Fixtures.frontier))
    #expect(try #require(selected(state)) == Fixtures.frontier.choice(for: .tolerance(0.01)))
    // Before there is a list, the budget waits for it.
    state = Fixtures.spiralState()
    state.press(":budget parameters 150")
    state.press(.enter)
    _ = update(&state, .frontier(Fixtures.frontier))
    #expect(try #require(selected(state)) == Fixtures.frontier.choice(for: .parameters(atMost: 150)))
    state.press(.escape)
    state.press(":compress until 0.3")
    state.press(.enter)
    #expect(sent(state.press(.enter)) == .compressUntil(layers: [0], tolerance: 0.3 / 100))
  }

  /// Where there is room, and only if they were measured.
  @Test func timesAreTheLastColumns() {
    let wide = render(Screens.priceList(width: 120, height: 36)).text
    #expect(wide.contains("ms for 1   ms for 128"))
    // With 55 neurons: 0.0034 and 0.16.
    #expect(wide.contains { $0 == "▸" } && wide.contains("0.0034         0.16"))
    var state = Self.open()
    var frontier = Fixtures.frontier
    frontier.setTimes(frontier.cuts.map { _ in nil })
    _ = update(&state, .frontier(frontier))
    #expect(!render(state).text.contains("ms for"))
  }

  /// Or every row is on the screen.
  @Test func theListSaysWhichOfItsRowsAreShown() {
    let count = Fixtures.frontier.cuts.count
    var isWhole: Set<Bool> = []
    for (width, height) in [(120, 36), (80, 24), (50, 20), (80, 60)] {
      var state = Self.open()
      _ = update(&state, .resized(width: width, height: height))
      let shown = min(count, PriceList.rows(in: state.listHeight))
      isWhole.insert(shown == count)
      let title = render(state).text.split(separator: "\n")[1]
      let end = ", \(count - shown + 1)–\(count) of \(count)"
      #expect(title.contains(" of \(count)") == (shown < count) && title.contains(end) == (shown < count))
      state.press(.home)
      let top = render(state).text.split(separator: "\n")[1]
      #expect(top.contains(", 1–\(shown) of \(count)") == (shown < count), "\(top)")
    }
    #expect(isWhole.count == 2)
  }

  @Test func theListSaysWhatWidthsAreRoundedTo() {
    var state = Self.open()
    #expect(!render(state).text.contains("multiples"))
    state.take { $0.roundTo = 8 }
    #expect(render(state).text.contains("price list of repaired cuts, widths in multiples of 8"))
    state.press(.escape)
    state.press(":compress until 0.3")
    state.press(.enter)
    #expect(state.previewText.contains("widths in multiples of 8"))
  }

  @Test func withoutHeldOutRowsThereIsNone() {
    var inspection = Fixtures.spiralInspection
    (inspection.curves, inspection.hasRows) = ([], false)
    var state = Fixtures.state(Fixtures.spiral, inspection)
    state.press("b")
    #expect(state.priceList == nil && state.previewText.contains("no held-out rows"))
    // Nor if that is only found out while the list is open.
    state = Fixtures.state(Fixtures.spiral)
    state.press("b")
    #expect(state.priceList != nil)
    _ = update(&state, .inspection(inspection))
    #expect(state.priceList == nil && state.previewText.contains("no held-out rows"))
  }

  @Test func aListOfANetworkWithOtherLayersIsNotShown() {
    var state = Screens.cutState(width: 120, height: 36)
    state.press("b")
    _ = update(&state, .frontier(Fixtures.frontier))
    #expect(state.run.frontier != nil)
    state.take { $0.layers = [] }
    #expect(state.run.frontier == nil)
    _ = update(&state, .frontier(Fixtures.frontier))
    #expect(state.run.frontier == nil)
    #expect(render(state).cells.count == 120 * 36)
  }
}
