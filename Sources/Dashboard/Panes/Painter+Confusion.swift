import Canvas
import Experiment

/// Held-out rows by true and predicted class.
extension Painter {
  /// The whole matrix where there is room for it, otherwise what is confused most.
  mutating func paintConfusion(_ matrix: ConfusionMatrix, _ measured: HeldOutPredictions, in rect: Rect) {
    guard matrix.isWellFormed, matrix.rows > 0 else {
      return paintSentence(Wording.hasNoHeldOutRows, in: rect)
    }
    let area = Self.confusionArea(in: rect)
    let hasCaption = area.height < rect.height
    let grid = ConfusionGrid(matrix, in: area, glyphs: glyphs)
    if let grid { paint(grid, matrix) } else { paintConfusions(of: matrix, in: area) }
    guard hasCaption else { return }
    let axes =
      grid.map {
        $0.isInPercent ? "% of the true class, in rows" : "rows: true  columns: predicted"
      } ?? ""
    let caption = StatusText.fit(
      [.init(axes, 3)] + measured.pieces, separator: "  ", width: rect.width, glyphs: glyphs)
    write(caption, x: rect.x, y: rect.maxY - 1, width: rect.width, style: styles.dim)
  }

  /// What a caption leaves of a pane.
  static func confusionArea(in rect: Rect) -> Rect {
    var area = rect
    area.height -= rect.height >= 5 ? 1 : 0
    return area
  }

  /// The lines of a list that leaves one for what it is.
  static func listRoom(_ rect: Rect) -> Int { max(1, rect.height - 1) }

  private mutating func paint(_ grid: ConfusionGrid, _ matrix: ConfusionMatrix) {
    let rect = grid.rect
    let end = grid.x(of: matrix.names.count)
    if grid.labelWidth >= 6 {
      write(
        grid.isInPercent ? "% true" : "true ↓", x: rect.x, y: rect.y, width: grid.labelWidth,
        style: styles.dim)
    }
    for (column, head) in grid.heads.enumerated() {
      write(
        centered(head, grid.cellWidth), x: grid.x(of: column), y: rect.y, width: grid.cellWidth,
        style: styles.dim)
    }
    if grid.recallWidth > 0 {
      write("  recall", x: end, y: rect.y, width: grid.recallWidth, style: styles.dim)
    }
    for actual in matrix.names.indices {
      let middle = grid.y(of: actual) + (grid.cellHeight - 1) / 2
      write(grid.labels[actual], x: rect.x, y: middle, width: grid.labelWidth, style: styles.text)
      let all = max(1, matrix.rows(of: actual))
      for (predicted, count) in matrix.counts[actual].enumerated() {
        let cell = Rect(
          x: grid.x(of: predicted), y: grid.y(of: actual), width: grid.cellWidth, height: grid.cellHeight)
        let text = count == 0 ? "·" : grid.text(count, of: all)
        paint(text, fraction: Double(count) / Double(all), isRight: predicted == actual, middle, in: cell)
      }
      guard grid.recallWidth > 0 else { continue }
      let recall = matrix.recall(of: actual).map(NumberText.percent) ?? "–"
      write(right(recall, grid.recallWidth), x: end, y: middle, width: grid.recallWidth, style: styles.text)
    }
    guard grid.hasPrecision else { return }
    let y = grid.y(of: matrix.names.count)
    write(
      grid.labelWidth < 9 ? "prec." : "precision", x: rect.x, y: y, width: grid.labelWidth, style: styles.dim)
    for predicted in matrix.names.indices {
      let text = matrix.precision(of: predicted).map {
        // "100%" beside "98%" needs five columns.
        NumberLabel.fixed(100 * $0, decimals: 0)
          + (grid.cellWidth >= 6 ? " %" : grid.cellWidth == 5 ? "%" : "")
      }
      write(
        centered(text ?? "–", grid.cellWidth), x: grid.x(of: predicted), y: y, width: grid.cellWidth,
        style: styles.dim)
    }
  }

  /// A count over a ground as strong as its fraction of the true class's rows, or between shades where colors cannot be
  /// mixed.
  private mutating func paint(
    _ text: String, fraction: Double, isRight: Bool, _ middle: Int, in rect: Rect
  ) {
    let tone = isRight ? styles.good : styles.error
    var style = fraction == 0 ? styles.dim : isRight ? styles.good : styles.text
    if fraction > 0, state.usesColor, glyphs != .ascii, tone.foreground != .terminal {
      // Rare mistakes are what a reader looks for: one in a hundred is visible.
      let ground = styles.ground.blended(with: tone.foreground, amount: 0.12 + 0.6 * fraction.squareRoot())
      let inks = [styles.theme.ground.foreground, styles.ground, .rgb(red: 0, green: 0, blue: 0)]
      style = Style(
        foreground: inks.max { ($0.contrast(with: ground) ?? 0) < ($1.contrast(with: ground) ?? 0) }
          ?? .terminal,
        background: ground, attributes: isRight ? .bold : [])
      frame.fill(rect, Cell(" ", style))
    } else if fraction > 0 {
      let shades: [Unicode.Scalar] = glyphs == .ascii ? [".", ":", "*", "#"] : ["░", "▒", "▓", "█"]
      let shade = shades[min(3, Int(fraction * 4))]
      if isRight { style.attributes.insert(.bold) }
      frame.fill(
        Rect(x: rect.x, y: rect.y, width: max(0, rect.width - 1), height: rect.height),
        Cell(shade, styles.dim))
      let width = Text.columns(text, glyphs: glyphs)
      let start = rect.x + max(0, (rect.width - width) / 2)
      // A blank on either side, so that the number is not read as a part of the shade.
      write(
        " \(text) ", x: max(rect.x, start - 1), y: middle, width: min(rect.width, width + 2), style: style)
      return
    }
    write(centered(text, rect.width), x: rect.x, y: middle, width: rect.width, style: style)
  }

  private func centered(_ text: String, _ width: Int) -> String {
    let blanks = max(0, width - Text.columns(text, glyphs: glyphs))
    return String(repeating: " ", count: (blanks + 1) / 2) + text + String(repeating: " ", count: blanks / 2)
  }

  private func right(_ text: String, _ width: Int) -> String {
    Text.padded(text, width: width, glyphs: glyphs)
  }

  // MARK: Pairs

  /// The pairs of classes that are confused most, with the fraction of the true class.
  private mutating func paintConfusions(of matrix: ConfusionMatrix, in rect: Rect) {
    let all = matrix.confusions
    guard !all.isEmpty else {
      return paintSentence("No held-out row is taken for another class.", in: rect)
    }
    let room = Self.listRoom(rect)
    let first = min(state.view.firstClass, max(0, all.count - room))
    let shown = all.dropFirst(first).prefix(room)
    let numbers = shown.map {
      "\(NumberText.grouped($0.rows)) of \(NumberText.grouped(matrix.rows(of: $0.actual))) "
        + right(NumberText.percent($0.fraction), 7)
    }
    let numberWidth = numbers.map { Text.columns($0, glyphs: glyphs) }.max() ?? 0
    let most = max(4, min(rect.width / 3, (rect.width - numberWidth - 4) / 2))
    func width(_ index: (ConfusionMatrix.Confusion) -> Int) -> Int {
      min(most, shown.map { Text.columns(matrix.names[index($0)], glyphs: glyphs) }.max() ?? 0)
    }
    let (actual, predicted) = (width(\.actual), width(\.predicted))
    for (row, (pair, number)) in zip(shown, numbers).enumerated() {
      let y = rect.y + row
      write(matrix.names[pair.actual], x: rect.x, y: y, width: actual, style: styles.text)
      write(" → ", x: rect.x + actual, y: y, width: 3, style: styles.dim)
      write(matrix.names[pair.predicted], x: rect.x + actual + 3, y: y, width: predicted, style: styles.error)
      let bar = Rect(
        x: rect.x + actual + predicted + 4, y: y,
        width: max(0, rect.width - actual - predicted - numberWidth - 5), height: 1)
      if bar.width >= 4 {
        var progress = ProgressBar(fraction: pair.fraction, style: styles.error, trackStyle: styles.dim)
        progress.isThin = true
        progress.draw(in: bar, on: &frame, glyphs: glyphs)
      }
      let end = max(rect.x + actual + predicted + 4, rect.maxX - numberWidth)
      write(right(number, numberWidth), x: end, y: y, width: rect.maxX - end, style: styles.text)
    }
    let line = StatusText.fit(
      [
        .init("\(first + 1) to \(first + shown.count) of \(all.count) pairs", 0),
        .init("true → predicted, by frequency", 1),
        .init(shown.count < all.count ? "\(state.hint("classes-down")) scrolls" : "", 2),
        .init(state.view.isZoomed ? "" : "\(state.hint("zoom")) enlarges", 3),
      ], separator: "; ", width: rect.width, glyphs: glyphs)
    write(line, x: rect.x, y: rect.maxY - 1, width: rect.width, style: styles.dim)
  }
}
