import Canvas
import Experiment

/// The line above the footer: what the cut would cost, or what is asked, said or under way.
extension StatusText {
  package static func preview(_ state: State) -> (pieces: [Piece], tone: Message.Tone) {
    if let question = state.question { return (question.content.preview(in: state), .warning) }
    if let message = state.messages.current {
      return (pieces(message, state), message.tone)
    }
    if let palette = state.palette { return (palette.preview(in: state), .plain) }
    if let list = state.priceList { return pieces(list, state) }
    switch state.run.phase {
    case .loading(let what):
      return ([Piece("loading \(what.isEmpty ? state.run.name : what)…", 0)], .plain)
    case .ready: break
    }
    if let pending = state.pendingEdit(of: state.cut.layer) {
      return ([Piece("\(pending.name): pending, done at the next step boundary", 0)], .plain)
    }
    guard let layer = state.selectedLayer else { return (fixedNetwork(state), .plain) }
    // A cut that was set is being weighed; otherwise the news is how compression goes.
    if let compression = state.snapshot.compression, state.kept(of: state.cut.layer) == layer.width {
      return (progress(compression, state), .plain)
    }
    if let teaching = state.snapshot.teaching, state.kept(of: state.cut.layer) == layer.width {
      return (progress(teaching, state), .plain)
    }
    return (cut(CutPreview(ofTheCutIn: state), in: state), .plain)
  }

  /// Its clauses flow onto the second line where there is one; the first says what happened.
  private static func pieces(_ message: Message, _ state: State) -> [Piece] {
    let clauses = message.text.split(separator: Wording.clauseSeparator).map(String.init)
    guard let first = clauses.first, !message.brief.isEmpty else {
      return clauses.enumerated().map { Piece($1, $0) }
    }
    // What an edit cost is less easily seen elsewhere than what it did.
    let forms = ([first] + message.brief).map { sentence in
      [Piece(sentence, 1)] + clauses.dropFirst().map { Piece($0, 0) }
    }
    return fitting(forms, in: state)
  }

  private static func fixedNetwork(_ state: State) -> [Piece] {
    let snapshot = state.snapshot
    return [
      Piece("fixed widths, nothing to cut", 1), Piece("held-out \(Wording.quality(snapshot.validation))", 0),
      Piece("parameters \(NumberText.grouped(snapshot.parameters))", 2),
    ]
  }

  /// "compressing layer 1: 300 → 265, to 240   0.5 % worse than 99.8 % at most: now 99.7 %   smallest so far 300"
  package static func progress(_ compression: CompressionStatus, _ state: State) -> [Piece] {
    let width = state.snapshot.layers[compression.layer].width
    var pieces = [
      Piece(
        "compressing \(Wording.layer(compression.layer, in: state)): \(NumberText.grouped(compression.from)) → "
          + "\(NumberText.grouped(width)), to \(NumberText.grouped(compression.target)) "
          + "(\(Int((100 * compression.progress).rounded(.down))) % of the way)", 0)
    ]
    if let reference = compression.reference {
      let now = state.snapshot.validation.map { ", now \(Wording.value($0))" } ?? ""
      let bound = compression.tolerance.map { "at most \(Wording.margin($0)) worse than " } ?? "began with "
      pieces.append(Piece("\(bound)\(Wording.value(reference))\(now)", 1))
    }
    if compression.failures > 0 {
      pieces.append(Piece("not good enough \(compression.failures) of 3 times", 2))
    } else if let accepted = compression.accepted {
      pieces.append(Piece("good enough so far: \(Wording.list(accepted))", 3))
    }
    return pieces + [Piece("\(state.hint("compress")) stops it", 4)]
  }

  /// "learning from the uncut network: 300 neurons, 98.2 %   now 97.9 %   at most to step 26,400"
  static func progress(_ teaching: TeachingStatus, _ state: State) -> [Piece] {
    let reference = teaching.reference.map { ", \(Wording.value($0))" } ?? ""
    let now = state.snapshot.validation.map { "now \(Wording.value($0))" } ?? ""
    let limit = teaching.reference == nil ? "to step" : "at most to step"
    return [
      Piece("learning from the uncut network: \(Wording.neurons(teaching.widths))\(reference)", 0),
      Piece(now, 1), Piece("\(limit) \(NumberText.grouped(teaching.lastStep))", 2),
    ]
  }

  private static func pieces(_ list: PriceList, _ state: State) -> (pieces: [Piece], tone: Message.Tone) {
    if let refusal = list.refusal { return ([Piece(refusal, 0)], .warning) }
    if let entry = list.entry { return ([Piece(entry.sentence(in: state), 0)], .plain) }
    guard let frontier = state.run.frontier, let selection = list.selection(in: frontier) else {
      return ([Piece("cuts of all layers are being measured on held-out rows", 0)], .plain)
    }
    return (cut(frontier.cuts[selection], measuredAt: frontier.step, in: state), .plain)
  }
}
