import Canvas
import Dashboard
import Experiment
import Fuzzing
import Testing

/// Random keys, sizes, snapshots and events: whatever comes, the screen has the size asked for and the state
/// keeps its promises.
@Suite struct RandomDriverTests {
  @Test(arguments: 0..<8)
  func nothingBreaksIt(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var state = Fixtures.state("random \u{1B}[2J 数字", width: 120, height: 36)
    state.mouse = .on
    var sent = 0
    var typed: [Key] = []
    for step in 0..<600 {
      if typed.isEmpty && Int.random(in: 0..<25, using: &random) == 0 { typed = line(&random) }
      for effect in update(&state, typed.isEmpty ? action(state, &random) : .key(typed.removeFirst())) {
        if case .setMouse(let isOn) = effect { #expect(isOn == (state.mouse == .on)) }
        guard case .send(let command) = effect else { continue }
        sent += 1
        #expect(command.id == sent)
        #expect(isSensible(command.action, state))
      }
      if step % 50 == 0 {
        state.glyphs = GlyphSet.allCases.randomElement(using: &random)!
        state.usesColor.toggle()
      }
      let frame = render(state)
      #expect(frame.width == state.width && frame.height == state.height)
      #expect(frame.cells.count == state.width * state.height)
      #expect(state.brokenBorder(in: frame) == nil)
      let (view, all) = (state.stepsInView, state.allSteps)
      #expect(view.lowerBound >= 0 && view.upperBound <= all.upperBound * 1.000001)
      if let crosshair = state.crosshair { #expect(view.contains(crosshair)) }
      #expect(state.layout.kind == .tooSmall || state.palette == nil || frame.text.contains("_"))
      for layer in state.snapshot.layers.indices {
        #expect((1...max(1, state.snapshot.layers[layer].width)).contains(state.kept(of: layer)))
      }
    }
  }

  private func isSensible(_ action: Command.Action, _ state: State) -> Bool {
    let layers = state.snapshot.layers
    switch action {
    case .truncate(let layer, let width, _, _), .compress(let layer, let width):
      return layers.indices.contains(layer) && (1..<layers[layer].width).contains(width)
    case .truncateAll(let keep, _, _): return keep > 0 && keep < 1
    case .setPolicy(let layer, _): return layers.indices.contains(layer)
    case .setPace(let pace): return pace.map { $0 > 0 } ?? true
    default: return true
    }
  }

  private func action(_ state: State, _ random: inout SeededGenerator) -> Action {
    switch Int.random(in: 0..<40, using: &random) {
    case 0:
      .resized(width: Int.random(in: 0...220, using: &random), height: Int.random(in: 0...70, using: &random))
    case 1, 2: .snapshot(snapshot(&random))
    case 3, 4: .inspection(inspection(state, &random))
    case 5, 6: .event(event(state, &random))
    case 7: .log("line \u{7}\t" + String(repeating: "é", count: Int.random(in: 0...300, using: &random)))
    case 8: Bool.random(using: &random) ? .notice("") : .loading("data")
    case 9..<18: .mouse(mouse(state, &random))
    case 18: .frontier(frontier(state, &random))
    case 19: .theme(Theme.builtIn.randomElement(using: &random)!)
    case 20: .data([Fixtures.report, Fixtures.imageReport].randomElement(using: &random)!)
    default: .key(key(&random))
    }
  }

  /// Mostly on the screen.
  private func mouse(_ state: State, _ random: inout SeededGenerator) -> MouseEvent {
    let place = { (extent: Int, random: inout SeededGenerator) in
      Int.random(in: 0..<20, using: &random) == 0
        ? [-1, extent, 100_000, .min, .max].randomElement(using: &random)!
        : Int.random(in: 0...max(1, extent), using: &random)
    }
    let kind = MouseEvent.Kind.allCases.randomElement(using: &random)!
    return MouseEvent(kind, x: place(state.width, &random), y: place(state.height, &random))
  }

  /// Nothing but mouse and sizes on a run that stands still: no state is lost to it.
  @Test(arguments: 0..<2)
  func noMouseBreaksIt(seed: UInt64) {
    var random = SeededGenerator(seed: 100 + seed)
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    let (run, commands) = (state.run, state.commands)
    for step in 0..<300 {
      if step % 15 == 0 {
        let (width, height) = (
          Int.random(in: 0...220, using: &random), Int.random(in: 0...70, using: &random)
        )
        _ = update(&state, .resized(width: width, height: height))
      }
      #expect(update(&state, .mouse(mouse(state, &random))).isEmpty)
      if step % 40 == 0 { _ = update(&state, .key(.character(step % 80 == 0 ? "z" : "t"))) }
      #expect(state.run == run && state.commands == commands)
      #expect(state.snapshot.layers.indices.contains(state.cut.layer))
      let frame = render(state)
      #expect(frame.width == state.width && frame.height == state.height)
      #expect(state.brokenBorder(in: frame) == nil)
      let visible = state.layout.panes.contains { $0.pane == state.view.focus }
      #expect(visible || state.layout.kind == .tooSmall)
    }
  }

  /// A command with a value, as the palette takes them, good or bad.
  private func line(_ random: inout SeededGenerator) -> [Key] {
    let command = ArgumentCommand.all.randomElement(using: &random)!
    let values = ["1", "40", "70%", "0", "-1", "99999", "1e308", "nan", "unlimited", "light", "2", ""]
    let text = ":\(command.id) \(values.randomElement(using: &random)!)"
    return [.escape, .escape] + Screens.keys(text) + [.enter, .enter]
  }

  private func key(_ random: inout SeededGenerator) -> Key {
    let bound =
      KeyBinding.all.flatMap { $0.commands.flatMap(\.keys) } + [
        .enter, .enter, .enter, .pageUp, .pageDown, .backspace, .delete,
      ]
    // A value for the commands that take one.
    if Int.random(in: 0..<6, using: &random) == 0 {
      return .character("0123456789%. ".randomElement(using: &random)!)
    }
    if Int.random(in: 0..<20, using: &random) == 0 { return .character("é") }
    return bound.randomElement(using: &random)!
  }
}
