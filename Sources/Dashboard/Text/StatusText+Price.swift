import Canvas
import Experiment

/// What a cut costs. The change of the metric ranks first, then the parameters; widths are spelled out where both fit
/// beside them.
extension StatusText {
  /// "keep 47 of 67: held-out 99.8 % → 99.7 % (−0.1), repaired   plain 93.1 %   parameters 337 → 237 (−30 %)
  /// at step 26,400"
  package static func cut(_ cut: CutPreview, in state: State) -> [Piece] {
    guard cut.kept < cut.width else { return whole(cut, state) }
    let rest = details(
      cut.isOutdated ? "" : Wording.lossChange(from: cut.before, to: cut.after), onRows: cut.rows, state)
    let sentences = cut.layer == nil ? ofAllLayers(cut, state) : ofLayer(cut, state)
    return priced(
      sentences, cut.parametersBefore, cut.parametersAfter,
      other(cut.isOutdated ? nil : cut.other, than: cut.method, in: state) + rest,
      age(cut.step, isAged: cut.isAged && !cut.isOutdated, in: state), state)
  }

  /// The change of the loss, which a question needs more than a line that follows the cut, and the rows. Where these are
  /// a part of the held-out rows, they matter more: the event of the cut has the metric on all rows.
  private static func details(_ change: String, onRows rows: Int?, _ state: State) -> [Piece] {
    let loss = Piece(change, state.question == nil ? 3 : 2)
    let isPart = isOfPart(state)
    let onRows = Piece(rows.map { "on \(Wording.rows($0, "held-out "))" } ?? "", isPart ? 2 : 3)
    return isPart ? [onRows, loss] : [loss, onRows]
  }

  /// Whether prices are measured on a part of the held-out rows.
  private static func isOfPart(_ state: State) -> Bool { state.run.inspection?.isOfAllRows == false }

  /// What the other usual cut would come to: "plain 93.1 %". A question that offers it needs its price more than the
  /// rest.
  private static func other(_ metrics: Metrics?, than method: CutMethod, in state: State) -> [Piece] {
    guard let metrics else { return [] }
    let name = Wording.method(method == .plain ? .repaired : .plain)
    let value = NumberText.value(metrics.mainValue, of: metrics.main)
    return [Piece("\(name) \(value)", state.question == nil ? 2 : 1)]
  }

  /// A cut of the price list, which was measured repaired, beside the network as it is now.
  static func cut(
    _ cut: MeasuredCut, _ method: CutMethod = .repaired, measuredAt step: Int, in state: State,
    forQuestion: Bool = false
  ) -> [Piece] {
    let asked = CutRequest(
      widths: zip(cut.widths, state.snapshot.layers).map { min($0, $1.width) }, method: method)
    let known = forQuestion ? state.price(of: asked) : nil
    let isAged = known == nil && state.isAged(step)
    let whole = known?.before ?? state.run.frontier?.whole.metrics ?? state.snapshot.validation
    // Of one layer, the curve has both prices.
    let single = cut.widths.count == 1 ? CutPreview(state, layer: 0, kept: cut.widths[0], method) : nil
    let isMeasured = single?.isOutdated == false && single?.nearestMeasured == nil
    let (after, other): (Metrics?, Metrics?) =
      switch method {
      case _ where known != nil: (known?.after, known?.other)
      case .repaired: (cut.metrics, isMeasured ? single?.other : nil)
      case .plain: (isMeasured ? single?.after : nil, cut.metrics)
      case .best: (isMeasured ? single?.after : nil, isMeasured ? single?.other : nil)
      }
    let isRepaired = known != nil || single.map { $0.isOutdated || $0.method == method } ?? true
    let made = Wording.method(isRepaired ? method : .plain)
    let price =
      forQuestion && isAged
      ? "being measured…, \(made)"
      : after.map { Wording.change(from: whole, to: $0, error: known?.error) ?? Wording.quality($0) }
        .map { "\($0), \(made)" } ?? "not measured, \(made)"
    // A layer that is below its cut already stays as it is.
    let widths = zip(cut.widths, state.snapshot.layers).map { min($0, $1.width) }
    let total = Wording.neurons(widths.reduce(0, +))
    let sentences =
      widths.count == 1
      ? ["cut to \(total): held-out \(price)", "to \(total): \(price)"]
      : [
        "cut to \(Wording.neurons(widths)): held-out \(price)",
        "\(Wording.count(ofLayers: widths.count)) to \(total): held-out \(price)", "to \(total): \(price)",
      ]
    return priced(
      sentences, state.snapshot.parameters, state.snapshot.parameters(at: widths) ?? cut.parameters,
      forQuestion && isAged
        ? []
        : Self.other(other, than: method, in: state)
          + details(
            Wording.lossChange(from: whole, to: after), onRows: known?.rows ?? state.run.inspection?.rows,
            state), age(forQuestion && isAged ? nil : known?.step ?? step, isAged: isAged, in: state), state)
  }

  /// "parameters 337 → 237 (−30 %)"
  static func parameters(_ before: Int, _ after: Int?) -> String {
    guard let after else { return "" }
    let change = NumberText.change(from: Double(before), to: Double(after))
    return "parameters \(NumberText.grouped(before)) → \(NumberText.grouped(after)) (\(change))"
  }

  /// The longest form that fits, with the age of the price. The count of parameters gives way to that.
  private static func priced(
    _ sentences: [String], _ before: Int, _ after: Int?, _ rest: [Piece], _ age: Piece, _ state: State
  ) -> [Piece] {
    let change = after.map { NumberText.change(from: Double(before), to: Double($0)) }
    func form(_ sentence: String, _ count: String) -> [Piece] {
      [Piece(sentence, 0)] + rest.prefix(while: { $0.rank <= 2 }) + [Piece(count, 1)]
        + rest.drop(while: { $0.rank <= 2 }) + [age]
    }
    let counts = [parameters(before, after), change.map { "\($0) parameters" } ?? ""]
    let forms =
      sentences.flatMap { sentence in counts.map { form(sentence, $0) } } + sentences.map { form($0, "") }
    return fitting(forms, in: state)
  }

  /// The network as it is.
  private static func whole(_ cut: CutPreview, _ state: State) -> [Piece] {
    // An evaluation that is newer than the curve says more of the present network.
    let evaluated = state.snapshot.validation == nil ? nil : state.snapshot.validationStep
    let isOld = cut.isAged || state.isRecording
    let isReplaced = !state.isReadingSteps && evaluated.map { $0 > cut.step ?? -1 } ?? false
    let before = isReplaced ? nil : cut.before
    let metrics = before ?? state.snapshot.validation
    // Other rows would give another number than the header's.
    let isPart = before != nil && isOfPart(state)
    let rows = isPart ? cut.rows.map(NumberText.grouped) : nil
    let step = before == nil ? evaluated : cut.step
    let moment =
      step == state.snapshot.step
      ? (state.snapshot.stepsPerEpoch == 0 ? "" : " now")
      : step.map { " at step \(NumberText.grouped($0))" } ?? ""
    let qualities =
      if cut.isOutdated && !state.isRecording {
        ["held-out \(Wording.metricName(state.snapshot.problem)) being measured…"]
      } else if let rows {
        ["held-out rows", "rows"].map {
          "\(Wording.quality(metrics))\(cut.isAged ? moment : "") on \(rows) \($0)"
        }
      } else {
        (before == nil && !isReplaced ? [""] : [moment, ""]).map {
          "held-out \(Wording.quality(metrics))\($0)"
        }
      }
    let canMove = !state.isReadingSteps && KeyBinding.Availability.movable(state) == .available
    let forms = qualities.map { quality in
      [
        Piece("\(prefix(cut, state))keep all \(Wording.neurons(cut.width))", 0), Piece(quality, 1),
        // Of a part of the rows, it differs from the header's number, which has its own age.
        Piece(rows == nil || isOld || cut.isOutdated ? "" : ofStep(step, in: state), 2),
        Piece("parameters \(NumberText.grouped(cut.parametersBefore))", 2),
        Piece(canMove ? "\(state.hint("cut-less")) moves the cut" : "", 3),
      ]
    }
    return fitting(forms, in: state)
  }

  /// "at step 26,400" of what was measured before the present step.
  private static func ofStep(_ step: Int?, in state: State) -> String {
    guard let step, step != state.snapshot.step else { return "" }
    return "at step \(NumberText.grouped(step))"
  }

  private static func ofLayer(_ cut: CutPreview, _ state: State) -> [String] {
    let (kept, width) = (NumberText.grouped(cut.kept), NumberText.grouped(cut.width))
    let price = price(cut, cut.nearestMeasured.map { "at \(NumberText.grouped($0))" })
    return [
      "\(prefix(cut, state))keep \(kept) of \(width): \(price.long)",
      "\(prefix(cut, state))\(kept)/\(width): \(price.short)", "\(kept)/\(width): \(price.short)",
    ]
  }

  private static func ofAllLayers(_ cut: CutPreview, _ state: State) -> [String] {
    let now = state.snapshot.layers.map(\.width)
    let layers = Wording.count(ofLayers: now.count)
    let share = share(cut.kept, of: cut.width)
    let near = cut.nearestMeasured.map { Self.share($0, of: cut.width) }
    let listed = price(cut, near.map { _ in "at \(Wording.list(cut.nearestWidths))" })
    let shared = price(cut, near.flatMap { $0 == share ? nil : "at \($0) kept" })
    return [
      "keep \(Wording.list(cut.widths)) of \(Wording.list(now)): \(listed.long)",
      "\(layers) to \(share): \(shared.long)", "\(layers) to \(share): \(shared.short)",
      "to \(share): \(shared.short)",
    ]
  }

  /// "held-out 99.8 % → 99.7 % (−0.1) at 45, repaired", and the same without its introduction.
  private static func price(_ cut: CutPreview, _ near: String?) -> (long: String, short: String) {
    let made = ", " + Wording.method(cut.method)
    // Without a price, the usual method needs no name.
    let chosen = cut.method == .repaired ? "" : made
    if cut.isOutdated { return ("being measured…\(chosen)", "being measured…\(chosen)") }
    guard let change = Wording.change(from: cut.before, to: cut.after, error: cut.error) else {
      return ("held-out not measured\(chosen)", "not measured\(chosen)")
    }
    let price = change + (near.map { " \($0)" } ?? "") + made
    return ("held-out \(price)", price)
  }

  /// "70 %", "70.9 %"
  private static func share(_ kept: Int, of width: Int) -> String {
    NumberText.percent(Double(kept) / Double(max(1, width))).replacing(".0 %", with: " %")
  }

  private static func prefix(_ cut: CutPreview, _ state: State) -> String {
    state.snapshot.layers.count > 1
      ? (cut.layer.map { Wording.layer($0, in: state) } ?? "all layers") + ": " : ""
  }

  /// When it was measured. A question waits for a price that was begun after it, which may be an epoch old by now.
  private static func age(_ step: Int?, isAged: Bool, in state: State) -> Piece {
    guard let step else { return Piece("", 4) }
    let text = NumberText.grouped(step)
    if state.isRecording { return Piece("of step \(text)", 1) }
    if isAged { return Piece("from step \(text), being renewed", 1) }
    if state.question == nil { return Piece("at step \(text)", 1) }
    return Piece("measured at step \(text)", state.isAged(step) ? 1 : 4)
  }
}

/// Forms of different lengths.
extension StatusText {
  /// The first form whose two foremost ranks fit above the footer; else the first whose foremost does; else the last.
  static func fitting(_ forms: [[Piece]], in state: State) -> [Piece] {
    let rect = state.layout.preview
    func fits(_ pieces: [Piece], to rank: Int) -> Bool {
      flows(
        pieces.filter { $0.rank <= rank }, rows: max(1, rect.height), width: rect.width - 2,
        glyphs: state.glyphs)
    }
    let form = forms.first { fits($0, to: 1) } ?? forms.first { fits($0, to: 0) } ?? forms.last
    return form?.filter { !$0.text.isEmpty } ?? []
  }

  /// Whether the pieces fit into so many lines, broken only between them.
  static func flows(_ pieces: [Piece], rows: Int, width: Int, glyphs: GlyphSet) -> Bool {
    var rest = pieces.filter { !$0.text.isEmpty }
    if rest.contains(where: { Text.columns($0.text, glyphs: glyphs) > width }) { return false }
    for _ in 0..<rows { rest.removeFirst(leading(rest, width: width, glyphs: glyphs)) }
    return rest.isEmpty
  }

  /// How many pieces fit into one line, at least one if there is any.
  static func leading(_ pieces: [Piece], width: Int, glyphs: GlyphSet) -> Int {
    var used = 0
    for (index, piece) in pieces.enumerated() {
      used += Text.columns(piece.text, glyphs: glyphs) + (index > 0 ? Wording.clauseSeparator.count : 0)
      if used > width && index > 0 { return index }
    }
    return pieces.count
  }
}
