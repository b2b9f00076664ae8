import Canvas
import Dashboard
import Experiment

/// States to be looked at, each reached as a user would reach it.
enum Screens {
  static func pressed(_ state: State, _ keys: [Key]) -> State {
    var state = state
    for key in keys { _ = update(&state, .key(key)) }
    return state
  }

  static func keys(_ text: String) -> [Key] { text.map { .character($0) } }

  static func palette(_ query: String, _ state: State) -> State { pressed(state, keys(":" + query)) }

  static func cutState(width: Int, height: Int) -> State {
    pressed(Fixtures.spiralState(width: width, height: height), Array(repeating: .left, count: 20))
  }

  /// A run that was cut, taken back, and cut again.
  static func edited(width: Int, height: Int) -> State {
    var snapshot = Fixtures.spiral
    let abandoned = snapshot.trainLoss.removeAll(after: 18_000)
    snapshot.abandonedLoss = [abandoned]
    _ = snapshot.smoothedTrainLoss.removeAll(after: 18_000)
    _ = snapshot.validationLoss.removeAll(after: 18_000)
    _ = snapshot.layers[0].widthHistory.removeAll(after: 18_900)
    snapshot.step = 18_900
    snapshot.epoch = 151.2
    (snapshot.undoDepth, snapshot.redoDepth) = (1, 1)
    snapshot.layers[0].policy = .cap
    snapshot.layers[0].ceiling = 70
    var state = Fixtures.state(snapshot, Fixtures.spiralInspection, width: width, height: height)
    let metrics = (Metrics(loss: 0.02, accuracy: 0.998), Metrics(loss: 0.05, accuracy: 0.981))
    let kinds: [(Int, Event.Kind)] = [
      (0, .started), (6_000, .paceChanged(25)), (12_000, .truncated(layer: 0, from: 120, to: 90)),
      (18_000, .truncated(layer: 0, from: 83, to: 58)), (26_000, .undone(to: 18_000)),
      (18_400, .rejected(reason: "layer 1 has 70 neurons: 75 cannot be kept")),
    ]
    for (step, kind) in kinds {
      var event = Event(step: step, epoch: Double(step) / 125, kind: kind)
      if case .truncated = kind { (event.before, event.after) = metrics }
      _ = update(&state, .event(event))
    }
    _ = update(&state, .inspection(Fixtures.spiralInspection))
    _ = update(&state, .log("libfoo: a warning that a library printed"))
    return state
  }

  /// A layer that was cut a moment ago: no look has been at it yet.
  static func outdated(width: Int, height: Int) -> State {
    var state = cutState(width: width, height: height)
    _ = update(
      &state, .event(Event(step: 26_412, epoch: 211, kind: .truncated(layer: 0, from: 67, to: 47))))
    state.take {
      let history = $0.layers[0].widthHistory
      $0.layers[0] = Fixtures.layer(width: 47)
      $0.layers[0].widthHistory = history
      $0.undoDepth = 1
      $0.shape[1] = 47
      $0.parameters = 237
    }
    return pressed(state, Array(repeating: .left, count: 10))
  }

  static func regression(width: Int, height: Int) -> State {
    let run = Fixtures.regression
    let state = Fixtures.state(run.snapshot, run.inspection, name: "energy", width: width, height: height)
    return pressed(state, [.down] + Array(repeating: .shiftLeft, count: 4))
  }

  static func priceList(width: Int, height: Int) -> State {
    var state = Fixtures.spiralState(width: width, height: height)
    _ = update(&state, .key(.character("b")))
    _ = update(&state, .frontier(Fixtures.frontier))
    return pressed(state, [.up, .up, .up, .up])
  }

  static func orders(width: Int, height: Int) -> State {
    var state = cutState(width: width, height: height)
    _ = update(&state, .key(.character("v")))
    var inspection = Fixtures.spiralInspection
    inspection.orders = Fixtures.orders(of: inspection.curves[0])
    _ = update(&state, .inspection(inspection))
    return state
  }

  static func joint(width: Int, height: Int) -> State {
    let run = Fixtures.regression
    var inspection = run.inspection
    inspection.joint = Fixtures.joint
    let state = Fixtures.state(run.snapshot, inspection, name: "energy", width: width, height: height)
    return pressed(state, [.character("j")] + Array(repeating: .shiftLeft, count: 4) + [.character("T")])
  }

  /// Led from 83 neurons to 66, the second time not good enough.
  static func compressing(width: Int, height: Int) -> State {
    var snapshot = Fixtures.spiral
    snapshot.state = .compressing
    var status = CompressionStatus(layer: 0, from: 83, target: 66, progress: 1)
    status.tolerance = 0.005
    status.reference = Metrics(loss: 0.01, accuracy: 1)
    status.accepted = [83]
    status.failures = 2
    snapshot.compression = status
    return Fixtures.state(snapshot, Fixtures.spiralInspection, width: width, height: height)
  }

  static func fixedWidth(width: Int, height: Int) -> State {
    let run = Fixtures.fixedWidth
    return Fixtures.state(run.snapshot, run.inspection, name: "digits", width: width, height: height)
  }

  static func images(width: Int, height: Int) -> State {
    var inspection = Fixtures.spiralInspection
    inspection.input = .images(
      (0..<12).map { index in
        let pixels = (0..<28 * 28).map { pixel -> UInt8 in
          let (x, y) = (pixel % 28 - 14, pixel / 28 - 14)
          let distance = x * x + y * y - (40 + 8 * index)
          return abs(distance) < 30 ? 255 : abs(distance) < 50 ? 120 : 0
        }
        return SampleImage(
          width: 28, height: 28, pixels: pixels, predicted: "\(index % 10)",
          actual: index == 3 ? "8" : "\(index % 10)")
      })
    return Fixtures.state(Fixtures.spiral, inspection, name: "mnist", width: width, height: height)
  }

  static func loading(width: Int, height: Int) -> State {
    var state = Fixtures.state("mnist", width: width, height: height)
    _ = update(&state, .loading("mnist, 60,000 rows"))
    return state
  }

  /// The loss alone, read where it has a spike.
  static func crosshair(width: Int, height: Int, zoomedIn: Int = 0) -> State {
    var state = pressed(edited(width: width, height: height), [.character("z"), .home])
    state = pressed(state, Array(repeating: .character("i"), count: zoomedIn))
    while state.crosshair ?? .infinity < 26_412 / 5 { state = pressed(state, [.right]) }
    return state
  }

  /// The widths alone.
  static func widths(width: Int, height: Int) -> State {
    let run = Fixtures.regression
    let state = Fixtures.state(run.snapshot, run.inspection, name: "energy", width: width, height: height)
    return pressed(state, [.tab, .character("z")])
  }

  /// A pane alone, of those `tab` leads to.
  static func zoomed(_ pane: Pane, _ state: State) -> State {
    var state = state
    while state.view.focus != pane { state = pressed(state, [.tab]) }
    return pressed(state, [.character("z")])
  }

  /// With shades few enough for a legend of them to be read.
  static func fewShades(_ state: State) -> State {
    var (state, inspection) = (state, Fixtures.spiralInspection)
    guard case .plane(var map) = inspection.input else { return state }
    map.confidence = map.confidence.map { $0 < 0.8 ? 0.6 : 1 }
    inspection.input = .plane(map)
    _ = update(&state, .inspection(inspection))
    return state
  }
}

extension State {
  func with(_ glyphs: GlyphSet, usesColor: Bool = true) -> State {
    var state = self
    (state.glyphs, state.usesColor) = (glyphs, usesColor)
    return state
  }
}
