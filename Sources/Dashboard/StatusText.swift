import Canvas
import Experiment

/// The lines above and below the panes, as pieces of which the least important go first when room is short.
package enum StatusText {
  package struct Piece: Equatable, Sendable {
    package var text: String
    /// 0 stays longest.
    package var rank: Int

    package init(_ text: String, _ rank: Int) {
      self.text = text
      self.rank = rank
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
        return Text.fit(line, width: width, glyphs: glyphs)
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
    guard let last = pieces.map(\.rank).max(), last > 0 else { return "" }
    return whole(pieces.filter { $0.rank < last }, separator: separator, width: width, glyphs: glyphs)
  }

  package static func header(_ state: State) -> [Piece] {
    let snapshot = state.snapshot
    var pieces = [Piece(state.run.name, 0)]
    switch state.run.phase {
    case .loading: return pieces + [Piece("loading", 1)]
    case .ready: break
    }
    pieces.append(Piece(shape(snapshot), 3))
    let epoch = NumberText.grouped(whole(snapshot.epoch))
    pieces.append(Piece("epoch \(epoch)/\(NumberText.grouped(snapshot.epochs))", 2))
    pieces.append(Piece("step \(NumberText.grouped(snapshot.step))", 4))
    if !snapshot.state.isFinal && snapshot.state != .paused { pieces.append(Piece(speed(snapshot), 5)) }
    let rate = snapshot.learningRate * snapshot.learningRateFactor
    pieces.append(Piece("lr \(NumberText.significant(rate))", 7))
    pieces.append(Piece(Wording.state(snapshot.state), 1))
    return pieces
  }

  /// Right in the header: the selected layer's policy, and neurons added and removed; in full and in short.
  package static func headerRight(_ state: State) -> [String] {
    guard state.isReady, let layer = state.selectedLayer else { return [] }
    let policy = Wording.policy(layer.policy, ceiling: layer.ceiling)
    let grown = NumberText.grouped(state.snapshot.grown)
    let shrunk = NumberText.grouped(state.snapshot.shrunk)
    return ["\(policy)  ▲\(grown) grown  ▼\(shrunk) shrunk", "\(policy) ▲\(grown) ▼\(shrunk)"]
  }

  /// "mlp 2→[67]→2": adaptive widths in brackets.
  package static func shape(_ snapshot: Snapshot) -> String {
    let shape = snapshot.shape
    guard shape.count >= 2 else { return "" }
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
    let text = speed < 10 ? NumberText.significant(speed) : NumberLabel.fixed(speed, decimals: 0)
    return text + " epochs/s" + (snapshot.pace == nil ? "" : " (paced)")
  }

  private static func whole(_ value: Double) -> Int { value.magnitude < 1e15 ? Int(value) : 0 }

  /// The line above the footer.
  package static func preview(_ state: State) -> (pieces: [Piece], tone: Message.Tone) {
    if let question = state.question { return (pieces(for: question, state), .warning) }
    if let message = state.messages.current {
      // Its clauses flow onto the second line where there is one; the first says what happened.
      let clauses = message.text.split(separator: Wording.clauseSeparator)
      return (clauses.enumerated().map { Piece(String($1), $0) }, message.tone)
    }
    switch state.run.phase {
    case .loading(let what):
      return ([Piece("loading \(what.isEmpty ? state.run.name : what)…", 0)], .plain)
    case .ready: break
    }
    if let pending = state.pendingEdit(of: state.cut.layer) {
      return ([Piece("\(Wording.command(pending)): pending, done at the next step boundary", 0)], .plain)
    }
    guard state.selectedLayer != nil else { return (fixedNetwork(state), .plain) }
    let layer = state.cut.layer
    return (cut(CutPreview(state, layer: layer, kept: state.kept(of: layer)), in: state), .plain)
  }

  private static func fixedNetwork(_ state: State) -> [Piece] {
    let snapshot = state.snapshot
    return [
      Piece("fixed widths, nothing to cut", 1), Piece("held-out \(Wording.quality(snapshot.validation))", 0),
      Piece("parameters \(NumberText.grouped(snapshot.parameters))", 2),
    ]
  }

  /// "keep 47 of 67: held-out 99.8 % → 99.7 % (−0.1)   parameters 337 → 237 (−30 %)   measured at step 26,400"
  package static func cut(_ cut: CutPreview, in state: State) -> [Piece] {
    let several = state.snapshot.layers.count > 1 ? "\(Wording.layer(cut.layer)): " : ""
    guard cut.kept < cut.width else {
      return [
        Piece("\(several)keep all \(Wording.neurons(cut.width))", 0),
        Piece("held-out \(Wording.quality(cut.before ?? state.snapshot.validation))", 1),
        Piece("parameters \(NumberText.grouped(cut.parametersBefore))", 2),
        Piece(state.isReadingSteps ? "" : "\(Key.left.name(in: state.glyphs)) moves the cut", 3),
      ]
    }
    let kept = "\(several)keep \(NumberText.grouped(cut.kept))"
    let near = cut.nearestMeasured.map { " at \(NumberText.grouped($0))" } ?? ""
    let price = Wording.change(from: cut.before, to: cut.after).map { $0 + near } ?? "not measured"
    let width = NumberText.grouped(cut.width)
    // On a narrow screen the numbers matter more than their introduction.
    let sentence = state.width < 52 ? "\(kept)/\(width): \(price)" : "\(kept) of \(width): held-out \(price)"
    var pieces = [Piece(sentence, 0)]
    pieces.append(Piece(parameters(cut), 1))
    if let step = cut.step { pieces.append(Piece("measured at step \(NumberText.grouped(step))", 2)) }
    return pieces
  }

  /// "parameters 337 → 237 (−30 %)"
  private static func parameters(_ cut: CutPreview) -> String {
    guard let after = cut.parametersAfter else { return "" }
    let change = NumberText.change(from: Double(cut.parametersBefore), to: Double(after))
    return "parameters \(NumberText.grouped(cut.parametersBefore)) → \(cut.isEstimate ? "≈ " : "")"
      + "\(NumberText.grouped(after)) (\(change))"
  }

  private static func pieces(for question: Question, _ state: State) -> [Piece] {
    let layers = state.snapshot.layers
    switch question {
    case .truncate(let layer, let width): return cut(CutPreview(state, layer: layer, kept: width), in: state)
    case .truncateAll(let keep):
      let widths = layers.map(\.width)
      if widths.count == 1 {
        return cut(CutPreview(state, layer: 0, kept: fraction(keep, of: widths[0])), in: state)
      }
      let kept = Wording.list(widths.map { fraction(keep, of: $0) })
      return [
        Piece(
          "keep \(NumberText.percent(keep)) of every layer: \(Wording.list(widths)) → \(kept) neurons", 0),
        Piece("the price of a joint cut is not measured", 1),
      ]
    case .setPolicy(let layer, let policy):
      let now = layers[layer]
      return [
        Piece("\(Wording.layer(layer)) policy \(now.policy.rawValue) → \(policy.rawValue)", 0),
        Piece(Wording.meaning(of: policy, width: now.width), 1),
      ]
    case .compress(let layer, let entry):
      let width = layers[layer].width
      let sentence =
        "compress \(Wording.layer(layer)) from \(NumberText.grouped(width)) to \(entry.text)_ neurons"
      guard case .compress(_, let target) = question.command(in: state) else {
        return [Piece(sentence, 0), Piece("type a width from 1 to \(NumberText.grouped(width - 1))", 1)]
      }
      let preview = CutPreview(state, layer: layer, kept: target)
      return [Piece(sentence, 0), Piece("training goes on", 2), Piece(parameters(preview), 1)]
    case .quit:
      return [
        Piece(state.snapshot.state.isFinal ? "quit?" : "training is not done: quit?", 0),
        Piece("the network is not kept, only its metrics and events", 1),
      ]
    }
  }

  /// Neurons of a layer that a fraction keeps.
  package static func fraction(_ keep: Double, of width: Int) -> Int {
    max(1, Int((keep * Double(width)).rounded()))
  }

  /// Keys and their names, in the order shown.
  package static func footer(_ state: State) -> [(key: String, name: String)] {
    if let question = state.question { return [("enter", verb(question)), ("any other key", "cancels")] }
    if state.view.overlay != nil { return [(state.scrollKeys, "scroll"), ("esc", "close")] }
    let usable = KeyBinding.all.filter { $0.footerRank != nil && $0.availability(in: state) == .available }
      .sorted { ($0.footerRank ?? 0) < ($1.footerRank ?? 0) }
    let pinned = usable.filter { ($0.footerRank ?? 0) < 0 }
    var room = state.width - 1 - columns(pinned, state)
    var shown: [KeyBinding] = []
    for binding in usable where (binding.footerRank ?? 0) >= 0 {
      room -= columns([binding], state)
      if room < 0 { break }
      shown.append(binding)
    }
    return (shown + pinned).map { (footerKeys($0, state.glyphs), $0.name(in: state)) }
  }

  private static func verb(_ question: Question) -> String {
    switch question {
    case .truncate(let layer, _): "truncates \(Wording.layer(layer))"
    case .truncateAll: "truncates all layers"
    case .setPolicy: "changes the policy"
    case .compress: "starts compressing"
    case .quit: "quits"
    }
  }

  /// Pairs that are short, such as "← →", else the first key.
  private static func footerKeys(_ binding: KeyBinding, _ glyphs: GlyphSet) -> String {
    let pair = binding.keys.prefix(2).map { $0.name(in: glyphs) }.joined(separator: " ")
    let isArrow = [.left, .up].contains(binding.keys[0])
    return pair.count <= 4 || isArrow ? pair : binding.keys[0].name(in: glyphs)
  }

  private static func columns(_ bindings: [KeyBinding], _ state: State) -> Int {
    bindings.reduce(0) { sum, binding in
      let text = footerKeys(binding, state.glyphs) + " " + binding.name(in: state)
      return sum + Text.columns(text, glyphs: state.glyphs) + 2
    }
  }
}
