import Canvas
import Dashboard
import Experiment
import Testing

@Suite struct MouseTests {
  private func placed(_ pane: Pane, _ state: State) throws -> Layout.Placed {
    try #require(state.layout.panes.first { $0.pane == pane })
  }

  private func cutScale(_ pane: Pane, _ state: State) throws -> ColumnScale {
    for case .cut(let scale, _) in state.handles(of: try placed(pane, state)) { return scale }
    throw Missing()
  }

  private struct Missing: Error {}

  /// A point inside a pane, at a column of the screen.
  private func point(
    _ kind: MouseEvent.Kind, _ pane: Pane, x: Int? = nil, _ state: State
  ) throws -> Action {
    let rect = try placed(pane, state).rect
    return .mouse(MouseEvent(kind, x: x ?? rect.x + 1, y: rect.y + 2))
  }

  private func regression(width: Int = 120, height: Int = 36) -> State {
    Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection, width: width, height: height)
  }

  @Test func aClickFocusesThePane() throws {
    var state = Fixtures.spiralState()
    for pane in Pane.allCases.reversed() {
      #expect(update(&state, try point(.press, pane, state)).isEmpty)
      #expect(state.view.focus == pane)
      _ = update(&state, try point(.release, pane, state))
    }
    #expect(state.kept(of: 0) == 67)
    // The header is no pane.
    _ = update(&state, .mouse(MouseEvent(.press, x: 3, y: 0)))
    #expect(state.view.focus == .loss)
  }

  @Test func aClickOnALayersRowChoosesIt() throws {
    var state = regression()
    let pane = try placed(.width, state).rect
    let rows = render(state).text.split(separator: "\n", omittingEmptySubsequences: false)
    let row = try #require(rows.firstIndex { $0.contains("layer 2  45 neurons") })
    _ = update(&state, .mouse(MouseEvent(.press, x: pane.x + 8, y: row)))
    #expect(state.cut.layer == 1 && state.view.focus == .width)
    _ = update(&state, .mouse(MouseEvent(.press, x: pane.x + 8, y: row - 1)))
    #expect(state.cut.layer == 0)
    _ = update(&state, .mouse(MouseEvent(.press, x: pane.x + 8, y: row - 5)))
    #expect(state.cut.layer == 0)
  }

  @Test func aClickOnTheLowerTitleOfTheMediumLayoutCycles() throws {
    var state = Fixtures.spiralState(width: 80, height: 24)
    var visited: [Pane] = []
    for _ in 0..<4 {
      let lower = try #require(state.layout.panes.last)
      visited.append(lower.pane)
      _ = update(&state, .mouse(MouseEvent(.press, x: lower.rect.x + 5, y: lower.rect.y)))
    }
    #expect(visited == [.tradeoff, .input, .rate, .neurons])
    #expect(state.view.focus == .tradeoff)
    // Elsewhere titles only focus.
    _ = update(&state, .mouse(MouseEvent(.press, x: 5, y: state.layout.panes[0].rect.y)))
    #expect(state.view.focus == .loss && state.layout.panes.last?.pane == .tradeoff)
  }

  @Test(arguments: [Pane.neurons, .tradeoff], [(120, 36), (200, 60)])
  func pressAndDragBringTheCutUnderThePointer(pane: Pane, size: (Int, Int)) throws {
    var state = Fixtures.spiralState(width: size.0, height: size.1)
    let scale = try cutScale(pane, state)
    for column in scale.columns.dropFirst(3).dropLast(3) {
      let kind: MouseEvent.Kind = column == scale.columns.lowerBound + 3 ? .press : .drag
      #expect(update(&state, try point(kind, pane, x: column, state)).isEmpty)
      let kept = state.kept(of: 0)
      #expect(abs(scale.value(at: column) - Double(kept)) <= max(0.5, scale.perColumn))
      // And the line that is drawn is there, or as near as neurons are.
      let rect = try placed(pane, state).rect
      let frame = render(state)
      let lines = scale.columns.filter { x in
        (rect.y + 1..<rect.maxY - 3).contains { frame[x, $0] == Cell("┊", state.theme[.cut]) }
      }
      #expect(
        kept >= 67 || lines.contains { abs($0 - column) <= Int(1 / scale.perColumn) + 1 },
        "\(column), \(kept)")
    }
  }

  @Test(arguments: [Pane.neurons, .tradeoff]) func dragsReachOneAndAllAndEndWithTheButton(pane: Pane) throws {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    let scale = try cutScale(pane, state)
    _ = update(&state, try point(.press, pane, x: scale.columns.lowerBound + 9, state))
    _ = update(&state, try point(.drag, pane, x: 0, state))
    #expect(state.kept(of: 0) == 1)
    _ = update(&state, try point(.drag, pane, x: 5_000, state))
    #expect(state.kept(of: 0) == 120)
    _ = update(&state, .mouse(MouseEvent(.drag, x: scale.columns.lowerBound + 9, y: 0)))
    let kept = state.kept(of: 0)
    #expect(kept < 120)
    _ = update(&state, try point(.release, pane, state))
    _ = update(&state, try point(.drag, pane, x: 0, state))
    #expect(state.kept(of: 0) == kept)
  }

  @Test func aDragThatBeganElsewhereMovesNothing() throws {
    var state = Fixtures.spiralState()
    _ = update(&state, try point(.press, .rate, state))
    _ = update(
      &state, try point(.drag, .neurons, x: try cutScale(.neurons, state).columns.lowerBound + 4, state))
    #expect(state.kept(of: 0) == 67)
  }

  @Test func theWheelMovesTheCutByOneWhateverHasTheFocus() throws {
    var state = Fixtures.spiralState()
    for pane in [Pane.neurons, .tradeoff] {
      _ = update(&state, try point(.wheelDown, pane, state))
    }
    #expect(state.kept(of: 0) == 65)
    _ = update(&state, try point(.wheelUp, .neurons, state))
    #expect(state.kept(of: 0) == 66)
    #expect(state.view.focus == .loss)
    let before = state
    _ = update(&state, try point(.wheelUp, .input, state))
    _ = update(&state, try point(.wheelUp, .rate, state))
    #expect(state == before)
  }

  @Test func theWheelZoomsAboutThePointer() throws {
    var state = Fixtures.spiralState()
    let scale = try #require(state.stepScale)
    let column = scale.columns.lowerBound + 20
    let step = scale.value(at: column)
    for _ in 0..<6 { _ = update(&state, try point(.wheelUp, .loss, x: column, state)) }
    let view = state.stepsInView
    #expect(view.upperBound - view.lowerBound < 0.3 * state.allSteps.upperBound)
    // Labels of another width may have moved the plot by a little.
    let after = try #require(state.stepScale)
    #expect(abs(after.value(at: column) - step) <= 2 * after.perColumn)
    // Both charts show the same steps.
    #expect(render(state).text.components(of: "steps \(NumberText.grouped(Int(view.lowerBound)))–") == 2)
    for _ in 0..<12 { _ = update(&state, try point(.wheelDown, .width, state)) }
    #expect(state.charts.range == nil)
  }

  @Test func theWheelScrollsLists() {
    var state = Fixtures.spiralState(width: 80, height: 24)
    state.press("?")
    _ = update(&state, .mouse(MouseEvent(.wheelDown, x: 9, y: 9)))
    #expect(state.view.overlay == .help(top: 3))
    _ = update(&state, .mouse(MouseEvent(.wheelUp, x: 9, y: 9)))
    #expect(state.view.overlay == .help(top: 0))
    let before = state
    for kind in [MouseEvent.Kind.press, .drag, .release] {
      #expect(update(&state, .mouse(MouseEvent(kind, x: 9, y: 9))).isEmpty)
    }
    #expect(state == before)
  }

  @Test func aClickCancelsAQuestionAndDoesNothingElse() throws {
    var state = Screens.cutState(width: 120, height: 36)
    let before = state
    for key: Character in ["t", "c", "w"] {
      state.press(.character(key))
      #expect(state.question != nil)
      for kind in [MouseEvent.Kind.drag, .release, .wheelUp, .wheelDown] {
        #expect(update(&state, try point(kind, .neurons, state)).isEmpty)
        #expect(state.question != nil)
      }
      #expect(update(&state, try point(.press, .tradeoff, x: 90, state)).isEmpty)
      #expect(state.question == nil && state.commands.pending.isEmpty)
      #expect(state.previewText == "canceled: nothing was changed")
      // Nor does the drag that follows.
      #expect(update(&state, try point(.drag, .tradeoff, x: 100, state)).isEmpty)
      #expect(state.cut == before.cut && state.view == before.view)
    }
  }

  @Test func theKeyTakesTheMouseAndGivesItBack() {
    var state = Fixtures.spiralState()
    #expect(state.press("M").isEmpty)
    #expect(state.previewText == "mouse: this terminal does not report one")
    state.mouse = .on
    #expect(state.press("M") == [.setMouse(false)])
    #expect(state.mouse == .off)
    #expect(state.press("M") == [.setMouse(true)])
    #expect(state.mouse == .on && state.previewText.contains("shift-drag"))
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
