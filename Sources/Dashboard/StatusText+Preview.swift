import Canvas
import Experiment

/// The line above the footer: what the cut would cost, or what is asked, said or under way.
extension StatusText {
  package static func preview(_ state: State) -> (pieces: [Piece], tone: Message.Tone) {
    if let question = state.question { return (pieces(for: question, state), .warning) }
    if let message = state.messages.current {
      // Its clauses flow onto the second line where there is one; the first says what happened.
      let clauses = message.text.split(separator: Wording.clauseSeparator)
      return (clauses.enumerated().map { Piece(String($1), $0) }, message.tone)
    }
    if let palette = state.palette { return (palette.preview(in: state), .plain) }
    if let list = state.priceList { return pieces(list, state) }
    switch state.run.phase {
    case .loading(let what):
      return ([Piece("loading \(what.isEmpty ? state.run.name : what)…", 0)], .plain)
    case .ready: break
    }
    if let pending = state.pendingEdit(of: state.cut.layer) {
      return ([Piece("\(Wording.command(pending)): pending, done at the next step boundary", 0)], .plain)
    }
    guard let layer = state.selectedLayer else { return (fixedNetwork(state), .plain) }
    // A cut that was set is being weighed; otherwise the news is how compression goes.
    if let compression = state.snapshot.compression, state.kept(of: state.cut.layer) == layer.width {
      return (progress(compression, state), .plain)
    }
    return (cut(CutPreview(ofTheCutIn: state), in: state), .plain)
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
    let several = state.snapshot.layers.count > 1 ? (cut.layer.map(Wording.layer) ?? "all layers") + ": " : ""
    guard cut.kept < cut.width else {
      return [
        Piece("\(several)keep all \(Wording.neurons(cut.width))", 0),
        Piece("held-out \(Wording.quality(cut.before ?? state.snapshot.validation))", 1),
        Piece("parameters \(NumberText.grouped(cut.parametersBefore))", 2),
        Piece(state.isReadingSteps ? "" : "\(state.hint("cut-less")) moves the cut", 3),
      ]
    }
    let kept =
      cut.layer == nil
      ? "keep \(Wording.list(cut.widths))" : "\(several)keep \(NumberText.grouped(cut.kept))"
    let near = cut.nearestMeasured.map { " at \(NumberText.grouped($0))" } ?? ""
    let price = Wording.change(from: cut.before, to: cut.after).map { $0 + near } ?? "not measured"
    let width =
      cut.layer == nil ? Wording.list(state.snapshot.layers.map(\.width)) : NumberText.grouped(cut.width)
    // On a narrow screen the numbers matter more than their introduction.
    let sentence = state.width < 52 ? "\(kept)/\(width): \(price)" : "\(kept) of \(width): held-out \(price)"
    return [
      Piece(sentence, 0), Piece(parameters(cut.parametersBefore, cut.parametersAfter, cut.isEstimate), 1),
      Piece(measured(at: cut.step, rows: state.run.inspection?.rows), 2),
    ].filter { !$0.text.isEmpty }
  }

  /// "parameters 337 → 237 (−30 %)"
  private static func parameters(_ before: Int, _ after: Int?, _ isEstimate: Bool = false) -> String {
    guard let after else { return "" }
    let change = NumberText.change(from: Double(before), to: Double(after))
    return "parameters \(NumberText.grouped(before)) → \(isEstimate ? "≈ " : "")"
      + "\(NumberText.grouped(after)) (\(change))"
  }

  private static func measured(at step: Int?, rows: Int?) -> String {
    guard let step else { return "" }
    let part = rows.map { ", on \(NumberText.grouped($0)) held-out rows" } ?? ""
    return "measured at step \(NumberText.grouped(step))\(part)"
  }

  /// "compressing layer 1: 300 → 265, to 240   0.5 % worse than 99.8 % at most: now 99.7 %   smallest so far 300"
  package static func progress(_ compression: CompressionStatus, _ state: State) -> [Piece] {
    let width = state.snapshot.layers[compression.layer].width
    var pieces = [
      Piece(
        "compressing \(Wording.layer(compression.layer)): \(NumberText.grouped(compression.from)) → "
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

  private static func pieces(_ list: PriceList, _ state: State) -> (pieces: [Piece], tone: Message.Tone) {
    if let refusal = list.refusal { return ([Piece(refusal, 0)], .warning) }
    if let entry = list.entry { return ([Piece(entry.sentence(in: state), 0)], .plain) }
    guard let frontier = state.run.frontier, let selection = list.selection(in: frontier) else {
      return ([Piece("cuts of all layers are being measured on held-out rows", 0)], .plain)
    }
    return (pieces(frontier.cuts[selection], frontier.step, state), .plain)
  }

  /// A cut of the price list beside the network as it is now.
  private static func pieces(_ cut: MeasuredCut, _ step: Int, _ state: State) -> [Piece] {
    let whole = state.run.frontier?.whole.metrics ?? state.snapshot.validation
    let price = Wording.change(from: whole, to: cut.metrics) ?? Wording.quality(cut.metrics)
    // A layer that is below its cut already stays as it is.
    let widths = zip(cut.widths, state.snapshot.layers).map { min($0, $1.width) }
    let neurons = widths.count == 1 ? Wording.neurons(widths[0]) : "\(Wording.list(widths)) neurons"
    return [
      Piece("cut to \(neurons): held-out \(price)", 0),
      Piece(parameters(state.snapshot.parameters, cut.parameters, widths != cut.widths), 1),
      Piece(measured(at: step, rows: state.run.inspection?.rows), 2),
    ]
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
      return [Piece("\(NumberText.percent(keep)) of every layer", 3)]
        + cut(CutPreview(state, keeping: keep), in: state)
    case .truncateTo(let cut, let step): return pieces(cut, step, state)
    case .setPolicy(let layer, let policy):
      let now = layers[layer]
      return [
        Piece("\(Wording.layer(layer)) policy \(now.policy.rawValue) → \(policy.rawValue)", 0),
        Piece(Wording.meaning(of: policy, width: now.width), 1),
      ]
    case .compress(let layer, let entry): return compress(layer, entry, question, state)
    case .compressUntil(let layers, let entry):
      return [
        Piece(
          "compress \(Wording.layers(layers)) until the held-out metric is \(entry.text)_ % worse", 0),
        Piece(
          question.command(in: state) == nil
            ? "type a number, such as 0.5" : "than \(state.snapshot.validation.map(Wording.value) ?? "now")",
          1),
        Piece("training goes on; what was good enough last is kept", 2),
      ]
    case .quit:
      return [
        Piece(state.snapshot.state.isFinal ? "quit?" : "training is not done: quit?", 0),
        Piece("the network is not kept, only its metrics and events", 1),
      ]
    }
  }

  private static func compress(
    _ layer: Int, _ entry: Question.Entry, _ question: Question, _ state: State
  ) -> [Piece] {
    let width = state.snapshot.layers[layer].width
    let sentence =
      "compress \(Wording.layer(layer)) from \(NumberText.grouped(width)) to \(entry.text)_ neurons"
    guard case .compress(_, let target) = question.command(in: state) else {
      return [Piece(sentence, 0), Piece("type a width from 1 to \(NumberText.grouped(width - 1))", 1)]
    }
    let preview = CutPreview(state, layer: layer, kept: target)
    return [
      Piece(sentence, 0), Piece("training goes on", 2),
      Piece(parameters(preview.parametersBefore, preview.parametersAfter, preview.isEstimate), 1),
    ]
  }
}
