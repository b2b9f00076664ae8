import Dashboard
import Experiment
import Testing

/// All layers at once, other orders, and how compression goes.
@Suite struct TradeoffPaneTests {
  private static func joint() -> State {
    var inspection = Fixtures.regression.inspection
    inspection.joint = Fixtures.joint
    return Fixtures.state(Fixtures.regression.snapshot, inspection)
  }

  @Test func aJointCutHasAPrice() throws {
    var state = Self.joint()
    state.press("j")
    #expect(state.isJoint && state.previewText.contains("every layer"))
    for _ in 0..<5 { state.press(.shiftLeft) }
    // Half of each: 60 of 120, 23 of 45.
    let half = try #require(Fixtures.joint.points.first { $0.widths[0] == 60 })
    #expect(half.widths == [60, 23])
    let text = state.previewText
    #expect(text.hasPrefix("keep 60, 23 of 120, 45: held-out RMSE "), "\(text)")
    let parameters = state.snapshot.parameters
    let change = NumberText.change(from: Double(parameters), to: Double(half.parameters))
    #expect(text.contains("\(change) parameters"), "\(text)")
    #expect(text.contains("at step 8,940"))
    // In this mode t means all layers too.
    state.press("t")
    state.price()
    #expect(sent(state.press(.enter)) == .truncateAll(keep: 0.5))
    state = Self.joint()
    state.press(.shiftLeft)
    state.press("T")
    #expect(
      state.previewText.contains("held-out RMSE") && state.previewText.contains("90.0 % of every layer"))
  }

  @Test func aJointCompressionIsOfAllLayers() {
    var state = Self.joint()
    state.press("jc")
    #expect(sent(state.press(.enter)) == .compressUntil(layers: [0, 1], tolerance: 0.005))
    #expect(state.pendingEdit(of: 0) != nil && state.pendingEdit(of: 1) != nil)
    // What the user holds stays.
    state = Self.joint()
    state.take { $0.layers[1].policy = .hold }
    state.press("jc")
    #expect(sent(state.press(.enter)) == .compressUntil(layers: [0], tolerance: 0.005))
  }

  @Test func oneLayerIsNeverJoint() {
    var state = Fixtures.spiralState()
    state.press("j")
    #expect(!state.isJoint && state.previewText.contains("there is one adaptive layer"))
  }

  @Test func otherOrdersAreMeasuredForTheLayerInView() {
    var state = Self.joint()
    state.press("v")
    #expect(state.wish.orderLayer == 0)
    state.press(.down)
    #expect(state.wish.orderLayer == 1)
    state.press("j")
    #expect(state.wish.orderLayer == nil)
    state.press("j")
    #expect(state.wish.orderLayer == 1)
    state.press("v")
    #expect(state.wish.orderLayer == nil)
  }

  @Test func networksTrainedAtSmallerSizesStandBesideTheCuts() {
    func baseline(_ means: Baseline.Means, _ width: Int, _ accuracy: Double) -> Baseline {
      Baseline(
        keep: Double(width) / 67, widths: [width], means: means, repaired: nil,
        metrics: [Metrics(loss: 0.1, accuracy: accuracy)], parameters: [99], seconds: [1])
    }
    let baselines = [
      baseline(.scratch, 50, 0.991), baseline(.search, 50, 0.982), baseline(.scratch, 7, 0.5),
    ]
    var state = Fixtures.spiralState()
    _ = update(&state, .baselines(baselines))
    (state.view.focus, state.view.isZoomed) = (.tradeoff, true)
    #expect(!render(state).text.contains("scratch"))
    state.press("v")
    let screen = render(state).text
    #expect(screen.contains("scratch") && screen.contains("search"))
    #expect(screen.contains("trained at 50: scratch 99.1 %, search 98.2 %"))
    // They keep the same fraction of every layer: one layer's cut is another network.
    var joint = Self.joint()
    let both = baselines.map { baseline in
      var both = baseline
      both.widths = [baseline.widths[0], baseline.widths[0]]
      (both.accuracy, both.rmse) = (nil, 0.5)
      return both
    }
    _ = update(&joint, .baselines(both))
    (joint.view.focus, joint.view.isZoomed) = (.tradeoff, true)
    joint.press("v")
    #expect(!render(joint).text.contains("scratch"))
    joint.press("j")
    #expect(render(joint).text.contains("scratch"))
  }

  @Test func aCompressionIsAskedForEitherWay() {
    var state = Fixtures.spiralState()
    state.press("c")
    #expect(state.question == .compress(layer: 0, Question.Entry(text: "33")))
    state.press(.tab)
    #expect(state.previewText.hasPrefix("compress layer 1 until the held-out metric is 0.5_ % worse"))
    state.press("1.25")
    #expect(sent(state.press(.enter)) == .compressUntil(layers: [0], tolerance: 1.25 / 100))
    state = Fixtures.spiralState()
    state.press("c")
    state.press(.tab, .tab)
    state.press("20")
    #expect(sent(state.press(.enter)) == .compress(layer: 0, width: 20))
  }

  @Test func progressIsShownUnlessACutIsWeighed() {
    var state = Screens.compressing(width: 120, height: 36)
    #expect(state.previewText.hasPrefix("compressing layer 1: 83 → 67, to 66 (100 % of the way)"))
    #expect(state.previewText.contains("at most 0.5 % worse than 100.0 %, now 99.8 %"))
    #expect(state.previewText.contains("not good enough 2 of 3 times"))
    state.press(.left)
    #expect(state.previewText.hasPrefix("keep 66 of 67"))
    state.press(.right)
    state.press("c")
    #expect(state.commands.pending.values.contains(.stopCompressing))
  }

  @Test func whatCanNotBeUndoneAnyMoreIsTold() {
    var state = Fixtures.spiralState()
    state.take { $0.undoForgotten = 3 }
    state.press("u")
    #expect(state.previewText.contains("older edits were dropped"))
  }
}
