import Canvas
import Experiment

/// What the network makes of its inputs, in the form that suits them.
struct InputPane: PaneContent {
  let name = "input space"

  func titles(in state: State) -> [String] { [title(in: state)] }

  private func title(in state: State) -> String {
    guard state.isReady else { return name }
    switch state.inputContent {
    case .inputs: break
    case .predictions: return state.snapshot.problem == .regression ? "predictions" : "confusion matrix"
    case .residuals: return "residuals"
    }
    guard let input = state.run.inspection?.input else { return "held-out inputs" }
    return switch input {
    case .plane: name
    case .images: "held-out images"
    case .classes: "accuracy by class"
    case .scatter: "predictions"
    case .sequences: "held-out sequences"
    case .translations: "translations"
    }
  }

  /// The key that switches between inputs and predictions. Only the focused pane names it: elsewhere the metric is more
  /// useful.
  func hint(in state: State) -> String? {
    guard state.view.focus == .input, KeyBinding.predictions.availability(in: state) == .available else {
      return nil
    }
    return "\(state.hint("predictions")): \(KeyBinding.predictions.name(in: state))"
  }

  func caption(in state: State) -> [StatusText.Piece] {
    let currency = currency(in: state)
    if currency == .replaced { return [.init("as before the edit", 0)] }
    if currency.isOld { return currency.pieces }
    if state.showsPredictions { return state.shownPredictions?.result.metrics ?? [] }
    guard let validation = state.snapshot.validation else { return [] }
    let r2 = validation.r2.map { "R² " + NumberText.value($0, of: .r2) } ?? ""
    let moment = Wording.moment(ofValidationIn: state.snapshot)
    if moment.isEmpty { return [.init(Wording.metric(validation), 0), .init(r2, 1)] }
    let value = Wording.value(validation)
    return [.init("\(value) \(moment)", 0, shorter: value), .init(r2, 1)]
  }

  func currency(in state: State) -> Currency {
    // Until they are measured, the values of inputs stand in for predictions.
    state.currency(
      of: state.showsPredictions && state.run.inspection?.predictions != nil ? .predictions : .input)
  }

  func absence(in state: State) -> String? {
    if state.isRecording && state.run.inspection?.input == nil { return Link.unrecorded }
    guard let inspection = state.run.inspection else {
      return Wording.isMeasuringHeldOutRows
    }
    if state.showsPredictions {
      if state.shownPredictions != nil { return nil }
      if state.isRecording { return Link.unrecorded }
      return inspection.hasRows
        ? Wording.isMeasuringHeldOutRows : Wording.hasNoHeldOutRows
    }
    guard inspection.input == nil else { return nil }
    return inspection.hasRows && !inspection.parts.contains(.input)
      ? Wording.isMeasuringHeldOutRows : Wording.hasNoHeldOutRows
  }

  func draw(in rect: Rect, with painter: inout Painter) {
    if painter.state.showsPredictions, let predictions = painter.state.shownPredictions {
      switch predictions.result {
      case .classes(let matrix): painter.paintConfusion(matrix, predictions, in: rect)
      case .values(let values) where painter.state.inputContent == .residuals:
        painter.paintResiduals(values, predictions, in: rect)
      case .values(let values): painter.paintParity(values, predictions, in: rect)
      }
      return
    }
    switch painter.state.run.inspection?.input {
    case .plane(let map): painter.paintPlane(map, in: rect)
    case .images(let images): painter.paintImages(images, in: rect)
    case .classes(let classes): painter.paintClasses(classes, in: rect)
    case .sequences(let sequences): painter.paintSequences(sequences, in: rect)
    case .translations(let translations): painter.paintTranslations(translations, in: rect)
    // Values are shown as predictions.
    case .scatter, nil: break
    }
  }
}

extension HeldOutPredictions.Result {
  /// The metrics of the rows that it was measured on.
  fileprivate var metrics: [StatusText.Piece] {
    switch self {
    case .classes(let matrix):
      matrix.isWellFormed
        ? [.init(matrix.accuracy.map { "accuracy \(NumberText.percent($0))" } ?? "", 0)] : []
    case .values(let values) where values.values.isEmpty: []
    case .values(let values):
      [.init("RMSE \(NumberText.significant(values.rmse))", 0)]
        + (values.r2.map { [.init("R² \(NumberText.value($0, of: .r2))", 1)] } ?? [])
    }
  }
}

extension Pane {
  /// What the network makes of held-out inputs.
  public static let input = Pane(InputPane())
}

extension Painter {
  fileprivate mutating func paintPlane(_ map: DecisionMap, in rect: Rect) {
    guard map.classes.count == map.rows * map.columns, map.confidence.count == map.classes.count else {
      return
    }
    let hasCaption = rect.height >= 5
    let hasLegend = rect.height >= 9 && !map.classNames.isEmpty
    // A plane stretched more than twice is hard to read.
    let height = rect.height - (hasCaption ? 1 : 0) - (hasLegend ? 1 : 0)
    let width = min(rect.width, 4 * height)
    let raster = Rect(x: rect.x + (rect.width - width) / 2, y: rect.y, width: width, height: height)
    let count = max(2, Int(map.points.map(\.label).max() ?? 1) + 1)
    let guess = 1 / Float(count)
    var plot = RasterMap(
      rows: map.rows, columns: map.columns, classes: map.classes.map(Int.init),
      confidences: map.confidence.map { ($0 - guess) / (1 - guess) }, points: points(of: map),
      classStyles: styles.theme.classes, ground: styles.ground)
    plot.usesColor = state.usesColor
    plot.draw(in: raster, on: &frame, glyphs: glyphs)
    guard hasCaption else { return }
    if hasLegend { paintLegend(map, hasLetters: !plot.hasColors(glyphs), in: rect) }
    let room = rect.maxX - raster.x
    let names = (x: map.names.first ?? "x", y: map.names.dropFirst().first ?? "y")
    let caption = StatusText.fit(
      [
        .init("\(names.x) → \(span(map.x))", 0), .init("\(names.y) ↑ \(span(map.y))", 1),
        .init(map.points.isEmpty ? "" : "dots: held-out", 2),
      ], separator: "  ", width: room, glyphs: glyphs)
    write(caption, x: raster.x, y: rect.maxY - 1, width: room, style: styles.dim)
  }

  /// The class of every color, or of every letter where there are no colors.
  private mutating func paintLegend(_ map: DecisionMap, hasLetters: Bool, in rect: Rect) {
    var x = rect.x
    for (index, name) in map.classNames.enumerated() where !styles.theme.classes.isEmpty {
      let mark = hasLetters ? String(RasterMap.letter(index, first: "a")) : "■"
      let text = "\(mark) \(Text.fit(name, width: 16, glyphs: glyphs))"
      guard x + Text.columns(text, glyphs: glyphs) <= rect.maxX else {
        write("…", x: x, y: rect.maxY - 2, width: rect.maxX - x, style: styles.dim)
        return
      }
      let style = styles.theme.classes[index % styles.theme.classes.count]
      x += write(text, x: x, y: rect.maxY - 2, width: rect.maxX - x, style: style) + 2
    }
  }

  private func points(of map: DecisionMap) -> [RasterMap.Point] {
    let width = map.x.upperBound - map.x.lowerBound
    let height = map.y.upperBound - map.y.lowerBound
    guard width > 0, height > 0 else { return [] }
    return map.points.map { point in
      RasterMap.Point(
        x: (Double(point.x) - map.x.lowerBound) / width, y: (map.y.upperBound - Double(point.y)) / height,
        classIndex: Int(point.label))
    }
  }

  private func span(_ range: ClosedRange<Double>) -> String {
    "\(NumberText.significant(range.lowerBound)) … \(NumberText.significant(range.upperBound))"
  }

  fileprivate mutating func paintClasses(_ classes: [ClassAccuracy], in rect: Rect) {
    let isWhole = classes.count <= rect.height
    let room = Self.listRoom(rect)
    let first = isWhole ? 0 : min(state.view.firstClass, max(0, classes.count - room))
    let shown =
      isWhole ? classes : Array(classes.sorted { $0.accuracy < $1.accuracy }.dropFirst(first).prefix(room))
    let names = min(rect.width / 3, shown.map { Text.columns($0.name, glyphs: glyphs) }.max() ?? 0)
    for (row, entry) in shown.enumerated() {
      let y = rect.y + row
      let share = Text.padded(NumberText.percent(entry.accuracy), width: 7, glyphs: glyphs)
      let numbers = " \(share) of \(Wording.rows(entry.rows))"
      let numberWidth = min(Text.columns(numbers, glyphs: glyphs), rect.width - names - 1)
      write(entry.name, x: rect.x, y: y, width: names, style: styles.text)
      let bar = Rect(
        x: rect.x + names + 1, y: y, width: max(0, rect.width - names - 1 - numberWidth), height: 1)
      var progress = ProgressBar(fraction: entry.accuracy, style: styles.layer(0), trackStyle: styles.dim)
      progress.isThin = true
      progress.draw(in: bar, on: &frame, glyphs: glyphs)
      write(numbers, x: bar.maxX, y: y, width: rect.maxX - bar.maxX, style: styles.text)
    }
    if !isWhole {
      let keys = state.hint("classes-down")
      let range = "\(first + 1) to \(first + shown.count) of \(classes.count)"
      let forms = ["worst first: \(range); \(keys) scrolls", "\(range), \(keys) scrolls", range]
      let text = forms.first { Text.columns($0, glyphs: glyphs) <= rect.width } ?? range
      write(text, x: rect.x, y: rect.maxY - 1, width: rect.width, style: styles.dim)
    }
  }
}
