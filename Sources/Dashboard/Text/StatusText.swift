import Canvas
import Experiment

/// The lines above and below the panes, as pieces of which the least important go first when room is short.
package enum StatusText {
  package struct Piece: Equatable, Sendable {
    package var text: String
    /// 0 stays longest.
    package var rank: Int
    /// A shorter text, shown where the most important pieces do not fit; `nil` if there is none.
    package var shorter: String?

    package init(_ text: String, _ rank: Int, shorter: String? = nil) {
      (self.text, self.rank, self.shorter) = (text, rank, shorter)
    }
  }

  /// As many pieces as fit into a width, in their order.
  package static func fit(
    _ pieces: [Piece], separator: String, width: Int, glyphs: GlyphSet
  ) -> String {
    var shown = pieces.filter { !$0.text.isEmpty }
    while true {
      let line = shown.map(\.text).joined(separator: separator)
      guard shown.count > 1, Text.columns(line, glyphs: glyphs) > width else {
        return Text.fit(line, width: width, truncation: .wholeNumbers, glyphs: glyphs)
      }
      guard let last = shown.map(\.rank).max(), let index = shown.lastIndex(where: { $0.rank == last }) else {
        return line
      }
      shown.remove(at: index)
    }
  }

  /// The same, but nothing rather than a part of the last piece.
  package static func whole(_ pieces: [Piece], separator: String, width: Int, glyphs: GlyphSet) -> String {
    let line = fit(pieces, separator: separator, width: .max, glyphs: glyphs)
    if Text.columns(line, glyphs: glyphs) <= width { return line }
    guard let last = pieces.map(\.rank).max(), last > 0 else {
      let shorter = pieces.compactMap { piece in piece.shorter.map { Piece($0, piece.rank) } }
      return shorter.isEmpty ? "" : whole(shorter, separator: separator, width: width, glyphs: glyphs)
    }
    return whole(pieces.filter { $0.rank < last }, separator: separator, width: width, glyphs: glyphs)
  }

  package static func header(_ state: State) -> [Piece] {
    let snapshot = state.snapshot
    var pieces = [Piece(state.run.name, 0)]
    switch state.run.phase {
    case .loading: return pieces + [Piece("loading", 1)]
    case .ready: break
    }
    // What a person steers by stays longest: the widths of the shape stand in the width pane too.
    pieces.append(Piece(shape(snapshot), 7))
    let endsByStep = endsByStep(snapshot)
    pieces.append(Piece(progress(snapshot), endsByStep ? 4 : 2))
    let limit = snapshot.stepLimit.flatMap { $0 < snapshot.step ? nil : "/" + NumberText.grouped($0) } ?? ""
    pieces.append(Piece("step \(NumberText.grouped(snapshot.step))\(limit)", endsByStep ? 2 : 6))
    if !snapshot.state.isFinal && snapshot.state != .paused && !state.isInterrupted {
      pieces.append(Piece(speed(snapshot), 4))
      pieces.append(Piece(timeLeft(snapshot), 3))
      pieces.append(Piece(nextEvaluation(snapshot), 8))
    }
    let rate = snapshot.learningRate * snapshot.learningRateFactor
    // The schedule's part of it is not recorded.
    if !state.isRecording { pieces.append(Piece("lr \(NumberText.significant(rate))", 5)) }
    pieces.append(Piece(Wording.state(in: state), 1))
    switch state.run.link {
    case .own: break
    case .attached: pieces.append(Piece("attached", 9))
    case .lost where state.isInterrupted: break
    case .lost: pieces.append(Piece("detached", 9))
    case .recorded(let playback): pieces.append(Piece("recording \(playback)", 1))
    }
    if let silence = state.run.silence {
      pieces.append(Piece("no sign of life for \(NumberText.duration(Double(silence)))", 1))
    }
    if snapshot.viewers > 1 { pieces.append(Piece(watching(snapshot), 5)) }
    return pieces
  }

  /// "3 watch, you steer"
  private static func watching(_ snapshot: Snapshot) -> String {
    let who =
      switch snapshot.steering {
      case .this: ", you steer"
      case .another: ", another steers"
      case nil: ""
      }
    return "\(snapshot.viewers) watch\(who)"
  }

  /// For the terminal's window: name, state and the metric.
  package static func title(_ state: State) -> String {
    guard state.isReady else { return "\(state.run.name) · loading" }
    let snapshot = state.snapshot
    return [state.run.name, Wording.state(in: state), snapshot.validation.map(Wording.value)]
      .compactMap { $0 }.joined(separator: " · ")
  }

  /// Right in the header: the selected layer's policy, and neurons added and removed; in full and in short.
  package static func headerRight(_ state: State) -> [String] {
    guard state.isReady, let layer = state.selectedLayer else { return [] }
    let policy = Wording.policy(layer.policy, ceiling: layer.ceiling)
    if state.isRecording { return [policy] }
    let grown = NumberText.grouped(state.snapshot.grown)
    let shrunk = NumberText.grouped(state.snapshot.shrunk)
    return ["\(policy)  ▲\(grown) grown  ▼\(shrunk) shrunk", "\(policy) ▲\(grown) ▼\(shrunk)", policy]
  }

  /// "mlp 2→[67]→2": adaptive widths in brackets; of other networks, these alone.
  package static func shape(_ snapshot: Snapshot) -> String {
    let shape = snapshot.shape
    guard shape.count >= 2 else { return "" }
    if !snapshot.network.architecture.showsEveryWidth {
      // Twenty blocks have no place here, and what is learned of them is the widths.
      let widths = snapshot.layers.map { "[\($0.width)]" }
      let shown = widths.count > 6 ? widths.prefix(3) + ["…"] + widths.suffix(2) : widths[...]
      return ([snapshot.network.rawValue] + shown).joined(separator: " ")
    }
    var adaptive = snapshot.layers.map(\.width)[...]
    let hidden = shape[1..<shape.count - 1].map { width in
      guard adaptive.first == width else { return String(width) }
      adaptive.removeFirst()
      return "[\(width)]"
    }
    let shown = hidden.count > 6 ? hidden.prefix(3) + ["…"] + hidden.suffix(2) : hidden[...]
    return "mlp " + ([String(shape[0])] + shown + [String(shape[shape.count - 1])]).joined(separator: "→")
  }

  private static func speed(_ snapshot: Snapshot) -> String {
    let speed = snapshot.epochsPerSecond
    guard speed.isFinite, speed > 0 else { return snapshot.pace.map { "paced \(Wording.pace($0))" } ?? "" }
    let text =
      speed < 1
      ? "\(NumberText.significant(1 / speed)) s/epoch"
      : (speed < 10 ? NumberText.significant(speed) : NumberLabel.fixed(speed, decimals: 0)) + " epochs/s"
    return text + (snapshot.pace == nil ? "" : " (paced)")
  }

  /// "epoch 211/500"; of epochs that take long, with a fraction: "epoch 3.42/10". Beyond the last, as a compression
  /// goes, without it.
  private static func progress(_ snapshot: Snapshot) -> String {
    let isLong = snapshot.epochsPerSecond > 0 && snapshot.epochsPerSecond < 1 && snapshot.epoch < 1e6
    let isWhole = snapshot.state.isFinal || snapshot.epoch.rounded() == snapshot.epoch
    // Rounded down, so that an epoch is done before it is said to be.
    let epoch =
      isLong && !isWhole
      ? NumberLabel.fixed((snapshot.epoch * 100).rounded(.down) / 100, decimals: 2)
      : NumberText.grouped(whole(snapshot.epoch))
    if snapshot.epoch > Double(snapshot.epochs) { return "epoch \(epoch)" }
    return "epoch \(epoch)/\(NumberText.grouped(snapshot.epochs))"
  }

  /// Whether the run comes to its limit of steps before its last epoch.
  private static func endsByStep(_ snapshot: Snapshot) -> Bool {
    guard let limit = snapshot.stepLimit, snapshot.step <= limit else { return false }
    let perEpoch = Double(snapshot.stepsPerEpoch)
    return perEpoch == 0 || Double(limit) <= Double(snapshot.epochs) * perEpoch
  }

  /// At the present speed, to the last epoch or step; nothing while compressing, which has an end of its own.
  private static func timeLeft(_ snapshot: Snapshot) -> String {
    let toLastStep = snapshot.stepLimit.map { Double($0 - snapshot.step) / snapshot.stepsPerSecond }
    let toLastEpoch = (Double(snapshot.epochs) - snapshot.epoch) / snapshot.epochsPerSecond
    let seconds = min(toLastEpoch, toLastStep ?? .infinity)
    guard snapshot.compression == nil, seconds.isFinite, seconds >= 0 else { return "" }
    return "\(NumberText.duration(seconds)) left"
  }

  /// Held-out metrics come at the end of an epoch; said where that takes a while.
  private static func nextEvaluation(_ snapshot: Snapshot) -> String {
    let speed = snapshot.epochsPerSecond
    guard speed > 0, speed < 0.1, snapshot.epoch.isFinite else { return "" }
    let rest = (snapshot.epoch.rounded(.down) + 1 - snapshot.epoch) / speed
    return "held-out in \(NumberText.duration(rest))"
  }

  private static func whole(_ value: Double) -> Int { value.magnitude < 1e15 ? Int(value) : 0 }

  /// Neurons of a layer that a fraction keeps.
  package static func fraction(_ keep: Double, of width: Int) -> Int {
    max(1, Int((keep * Double(width)).rounded()))
  }

  /// Keys and their names, in the order shown.
  package static func footer(_ state: State) -> [(key: String, name: String)] {
    if let question = state.question {
      let content = question.content
      let enter = content.isPriced(in: state) ? content.verb : "once the price is there"
      return [("enter", enter)] + content.otherKeys + [("any other key", "cancels")]
    }
    switch state.view.overlay {
    case .palette:
      return [
        (state.scrollKeys, "choose"), ("enter", "run"), ("tab", "complete"), ("esc", "close"),
      ]
    case .help(_, let search?) where search.isTyping:
      return [(state.scrollKeys, "scroll"), ("enter", "keep these"), ("esc", "all commands")]
    case .help(_, nil): return [(state.scrollKeys, "scroll"), ("/", "search"), ("esc", "close")]
    case .help, .log, .data: return [(state.scrollKeys, "scroll"), ("esc", "close")]
    case .priceList(let list): return footer(list, state)
    case nil: break
    }
    func usable(_ bindings: [KeyBinding]) -> [KeyBinding] {
      bindings.filter { $0.availability(in: state) == .available && footerKeys($0, state) != nil }
    }
    let pinned = usable(KeyBinding.pinnedFooter)
    var room = state.width - 1 - columns(pinned, state)
    var shown: [KeyBinding] = []
    for binding in usable(KeyBinding.footer) {
      room -= columns([binding], state)
      if room < 0 { break }
      shown.append(binding)
    }
    return (shown + pinned).map { (footerKeys($0, state) ?? "", $0.name(in: state)) }
  }

  private static func footer(_ list: PriceList, _ state: State) -> [(key: String, name: String)] {
    if list.entry != nil { return [("enter", "choose"), ("esc", "back to the list")] }
    let metric = Wording.metricName(state.snapshot.problem)
    return [
      (state.scrollKeys, "choose"), ("enter", "cut"), ("p", "parameters"), ("m", "multiply-adds"),
      ("a", metric),
      ("t", "tolerance"), ("esc", "close"),
    ]
  }

  private static func footerKeys(_ binding: KeyBinding, _ state: State) -> String? {
    state.keys.shortNames(of: binding, in: state.glyphs)
  }

  private static func columns(_ bindings: [KeyBinding], _ state: State) -> Int {
    bindings.reduce(0) { sum, binding in
      let text = (footerKeys(binding, state) ?? "") + " " + binding.name(in: state)
      return sum + Text.columns(text, glyphs: state.glyphs) + 2
    }
  }
}
