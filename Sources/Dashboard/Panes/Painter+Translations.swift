import Canvas
import Experiment

extension Painter {
  /// Texts, what the network makes of them, and their translations: as many as there is room for.
  mutating func paintTranslations(_ translations: [SampleTranslation], in rect: Rect) {
    let labels = ["text", "network", "translation"]
    let labelWidth = min((labels.map(\.count).max() ?? 0) + 1, rect.width / 2)
    let width = rect.width - labelWidth
    var y = rect.y
    for translation in translations {
      let texts = [translation.source, translation.prediction, translation.reference]
      let blocks = texts.map { Wrapping.lines($0.isEmpty ? "…" : $0, width: max(1, width), glyphs: glyphs) }
      let height = blocks.reduce(0) { $0 + $1.count }
      // One that has no room at all is cut; the next ones are left out.
      if y > rect.y, y + height > rect.maxY { return }
      for (index, lines) in blocks.enumerated() {
        for (row, line) in lines.enumerated() where y < rect.maxY {
          if row == 0 { write(labels[index], x: rect.x, y: y, width: labelWidth - 1, style: styles.dim) }
          write(
            line, x: rect.x + labelWidth, y: y, width: width,
            style: index == 1 ? styles.layer(0) : styles.text)
          y += 1
        }
      }
      y += 1
    }
  }
}
