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
    let title = StatusText.fit(
      [
        .init(words, 0), .init("\(NumberText.grouped(steps)) steps of \(sequence.name)", 1),
        .init("above \(sequence.units) state units", 2),
      ], separator: "  ", width: rect.width, glyphs: glyphs)
    write(title, x: rect.x, y: rect.y, width: rect.width, style: sequence.isRight ? look.good : look.error)
    let values = max(1, (rect.height - 1) / 3)
    paintValues(sequence.values, in: Rect(x: rect.x, y: rect.y + 1, width: rect.width, height: values))
    paintStates(
      sequence,
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
    dots.draw(x: rect.x, y: rect.y, styles: [look.layer(0)], on: &frame)
  }

  private mutating func paintStates(_ sequence: SampleSequence, in rect: Rect) {
    guard rect.height > 0 else { return }
    // Stretched to the steps above, whatever the proportions: a pixel is the mean of what it covers.
    let (rows, columns) = (2 * rect.height, rect.width)
    let steps = sequence.values.count
    let pixels = (0..<rows * columns).map { index -> Float in
      let (row, column) = (index / columns, index % columns)
      let units =
        row * sequence.units
        / rows..<max(
          row * sequence.units / rows + 1, (row + 1) * sequence.units / rows)
      let first = column * steps / columns
      let times = first..<max(first + 1, (column + 1) * steps / columns)
      var sum: Float = 0
      for unit in units { for time in times { sum += sequence.states[unit * steps + time] } }
      return (sum / Float(units.count * times.count) + 1) / 2
    }
    var picture = PixelImage(rows: rows, columns: columns, pixels: pixels)
    picture.usesColor = state.usesColor
    picture.draw(in: rect, on: &frame, glyphs: glyphs)
  }
}
