import Canvas
import Dashboard
import Experiment
import Testing

/// Held-out samples, and the layer in front.
@Suite struct SamplePaneTests {
  private func state(_ input: InputView, width: Int, height: Int) -> State {
    var inspection = Fixtures.spiralInspection
    inspection.input = input
    return Fixtures.state(Fixtures.spiral, inspection, width: width, height: height)
  }

  private func images(_ predicted: String, _ actual: String, count: Int) -> InputView {
    let image = SampleImage(
      width: 2, height: 2, channels: 1, pixels: [0, 90, 180, 255], predicted: predicted, actual: actual)
    return .images(Array(repeating: image, count: count))
  }

  @Test func aWrongImageNamesBothClasses() {
    let text = render(state(images("automobile", "truck", count: 6), width: 120, height: 36)).text
    #expect(text.contains("✗ automob") && text.contains("is truck"), "\(text)")
    // No image makes room for it.
    var full = state(images("automobile", "truck", count: 24), width: 50, height: 16)
    full.view.focus = .input
    #expect(render(full).text.split(separator: "✗").count == 5, "\(render(full).text)")
    // What fits takes no second line.
    #expect(
      render(state(images("3", "8", count: 6), width: 120, height: 36)).text.contains("✗ 3, is 8"))
  }

  /// Only a task in the plane has an input space.
  @Test func beforeItIsMeasuredThePaneIsCalledWhatEveryTaskHas() {
    let text = render(Fixtures.state(Fixtures.regression.snapshot)).text
    #expect(text.contains("held-out inputs") && !text.contains("input space"), "\(text)")
  }

  /// Three images and the columns between them take the whole width of a pane.
  @Test func imagesFillThePane() {
    let text = render(state(images("3", "3", count: 24), width: 120, height: 36)).text
    let rows = text.split(separator: "\n").map { $0.count { $0 == "✓" } }.filter { $0 > 0 }
    #expect(rows == [3, 3], "\(text)")
  }

  @Test(arguments: [(110, 32), (120, 36), (80, 24), (40, 10)])
  func translationsStandApartFromTheirHeadings(width: Int, height: Int) {
    let sample = SampleTranslation(source: "Aaaa aaa", prediction: "Bbbb bbb", reference: "Eine Eule")
    var state = state(.translations([sample]), width: width, height: height)
    state.view.focus = .input
    #expect(render(state).text.contains("translation Eine Eule"), "\(render(state).text)")
  }

  /// Their mean would be the same gray everywhere.
  @Test func statesOfEitherSignDoNotCancel() throws {
    let (steps, units) = (400, 64)
    let states = (0..<units).flatMap { unit in
      (0..<steps).map { step -> Float in
        unit < units / 2 ? 0 : (step + unit) % 2 == 0 ? 0.9 : -0.9
      }
    }
    let sample = SampleSequence(
      name: "speed", values: Array(repeating: 0, count: steps), units: units, states: states,
      predicted: "rest", actual: "rest", isRight: true)
    var state = state(.sequences([sample]), width: 40, height: 16)
    state.view.focus = .input
    state.usesColor = false
    let lines = render(state).text.split(separator: "\n").map { $0.dropFirst().dropLast() }
    let title = try #require(lines.firstIndex { $0.contains("✓ rest") })
    #expect(lines[title].contains("of 64 units") || lines[title].contains("of 64 state units"))
    let above = lines[title + 1..<lines.count - 4].map { Set($0) }
    #expect(Set(above).count > 1, "\(lines)")
    #expect(above.contains { $0 != above.first && $0 != [" "] }, "\(lines)")
  }

  @Test func theSelectedLayerIsDrawnOverTheOthers() throws {
    var snapshot = Fixtures.regression.snapshot
    snapshot.layers[1].widthHistory = snapshot.layers[0].widthHistory
    var state = Fixtures.state(snapshot, Fixtures.regression.inspection)
    for layer in 0..<2 {
      let frame = render(state)
      let rect = try #require(state.layout.panes.first { $0.pane == .width }).rect
      // Above the list of layers.
      let cells = (rect.y + 1..<rect.maxY - 4).flatMap { y in
        (rect.x + 1..<rect.maxX - 1).map { frame[$0, y] }
      }
      let styles = (0..<2).map { layer in cells.count { $0.style == state.theme.series(layer) } }
      #expect(styles[layer] > styles[1 - layer], "\(layer): \(styles)")
      state.press(.down)
    }
  }
}
