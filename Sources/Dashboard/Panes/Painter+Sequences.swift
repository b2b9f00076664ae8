import Canvas
import Experiment

/// Sequences, each over the states of the network as it reads them: steps go to the right in both.
extension Painter {
  mutating func paintSequences(_ sequences: [SampleSequence], in rect: Rect) {
    // A line of words, and as much again for the values as for the states.
    let height = min(10, max(4, rect.height / max(1, min(sequences.count, 2))))
    for (index, sequence) in sequences.enumerated() {
      let y = rect.y + index * height
      guard y + height <= rect.maxY || index == 0 else { return }
      paint(sequence, in: Rect(x: rect.x, y: y, width: rect.width, height: min(height, rect.maxY - y)))
    }
  }

  private mutating func paint(_ sequence: SampleSequence, in rect: Rect) {
    let steps = sequence.values.count
    guard rect.height >= 2, steps > 0, sequence.states.count == steps * sequence.units else { return }
    let words =
      sequence.isRight
      ? "✓ \(sequence.predicted)" : "✗ \(sequence.predicted), is \(sequence.actual)"
    let values = max(1, (rect.height - 1) / 3)
    let shown = unitRows(sequence.units, height: rect.height - 1 - values)
    let title = StatusText.fit(
      title(sequence, words: words, shown: shown.count, width: rect.width), separator: "  ",
      width: rect.width, glyphs: glyphs)
    write(
      title, x: rect.x, y: rect.y, width: rect.width, style: sequence.isRight ? styles.good : styles.error)
    paintValues(sequence.values, in: Rect(x: rect.x, y: rect.y + 1, width: rect.width, height: values))
    paintStates(
      sequence, units: shown,
      in: Rect(x: rect.x, y: rect.y + 1 + values, width: rect.width, height: rect.height - 1 - values))
  }

  private mutating func paintValues(_ values: [Float], in rect: Rect) {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), rect.height > 0 else { return }
    let extent = high > low ? Double(high) - Double(low) : 1
    var dots = DotCanvas(columns: rect.width, rows: rect.height, glyphs: glyphs)
    // As many marks as there is room for, each the extremes of its steps: no spike is lost.
    for x in 0..<dots.width {
      let first = x * values.count / dots.width
      let part = values[first..<max(first + 1, (x + 1) * values.count / dots.width)].filter(\.isFinite)
      for value in [part.min(), part.max()].compactMap({ $0 }) {
        let place = ((Double(value) - Double(low)) / extent * Double(dots.height - 1)).rounded()
        dots.set(x: x, y: dots.height - 1 - Int(place), owner: 0)
      }
    }
    dots.draw(x: rect.x, y: rect.y, styles: [styles.layer(0)], on: &frame)
  }

  /// What the picture below is of stays in view, in few words if need be.
  private func title(
    _ sequence: SampleSequence, words: String, shown: Int, width: Int
  ) -> [StatusText.Piece] {
    let units =
      shown < sequence.units ? "\(shown) of \(sequence.units)" : NumberText.grouped(sequence.units)
    let labels = ["above \(units) state units", "\(units) units"]
    let room = width - Text.columns(words, glyphs: glyphs) - 2
    let label = labels.first { Text.columns($0, glyphs: glyphs) <= room } ?? labels[1]
    let count = sequence.values.count
    let steps = "\(NumberText.grouped(count)) \(count == 1 ? "step" : "steps") of \(sequence.name)"
    return [.init(words, 0), .init(steps, 2), .init(label, 1)]
  }

  /// Units spread over all of them, as many as there are half rows.
  private func unitRows(_ units: Int, height: Int) -> [Int] {
    let rows = max(0, min(units, 2 * height))
    return (0..<rows).map { $0 * units / rows }
  }

  /// Each unit in a row of its own, as states of either sign would cancel.
  private mutating func paintStates(_ sequence: SampleSequence, units: [Int], in rect: Rect) {
    guard rect.height > 0, !units.isEmpty else { return }
    // Stretched to the steps above, whatever the proportions: a pixel is the largest of what it covers.
    let (rows, columns) = (2 * rect.height, rect.width)
    let steps = sequence.values.count
    let largest = sequence.states.lazy.map(abs).filter(\.isFinite).max() ?? 0
    let pixels = (0..<rows * columns).map { index -> Float in
      let (row, column) = (index / columns, index % columns)
      let start = units[row * units.count / rows] * steps
      let first = column * steps / columns
      let times = first..<max(first + 1, (column + 1) * steps / columns)
      let state = times.lazy.map { sequence.states[start + $0] }.max { abs($0) < abs($1) } ?? 0
      return (state / max(largest, .leastNormalMagnitude) + 1) / 2
    }
    var picture = PixelImage(rows: rows, columns: columns, pixels: pixels)
    picture.usesColor = state.usesColor
    picture.draw(in: rect, on: &frame, glyphs: glyphs)
  }
}
