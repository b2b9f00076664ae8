import Canvas
import Experiment

/// Images, each over what the network takes it for.
extension Painter {
  mutating func paintImages(_ images: [SampleImage], in rect: Rect) {
    let tile = tileWidth(for: images, in: rect)
    let perRow = max(1, (rect.width + 1) / (tile + 1))
    let labels = labelRows(images, tile: tile, perRow: perRow, in: rect)
    let rows = tile / 2 + labels
    for (index, image) in images.enumerated() {
      let x = rect.x + index % perRow * (tile + 1)
      let y = rect.y + index / perRow * rows
      guard y + rows <= rect.maxY, image.pixels.count == image.width * image.height * image.channels
      else { break }
      var picture = PixelImage(
        rows: image.height, columns: image.width, channels: image.channels,
        pixels: image.pixels.map { Float($0) / 255 })
      picture.usesColor = state.usesColor
      picture.draw(in: Rect(x: x, y: y, width: tile, height: tile / 2), on: &frame, glyphs: glyphs)
      let style = image.predicted == image.actual ? styles.good : styles.error
      for (row, line) in label(image, tile: tile, rows: labels).enumerated() {
        write(line, x: x, y: y + tile / 2 + row, width: tile, style: style)
      }
    }
  }

  /// The label: the prediction, and the true class if it is wrong, on a second line where one is too narrow.
  private func label(_ image: SampleImage, tile: Int, rows: Int) -> [String] {
    if image.predicted == image.actual { return ["✓ \(image.predicted)"] }
    let line = "✗ \(image.predicted), is \(image.actual)"
    if Text.columns(line, glyphs: glyphs) <= tile { return [line] }
    return rows > 1 ? ["✗ \(image.predicted)", "is \(image.actual)"] : [line]
  }

  /// A second one if it is needed and takes no image out of view.
  private func labelRows(_ images: [SampleImage], tile: Int, perRow: Int, in rect: Rect) -> Int {
    let strips = min((images.count + perRow - 1) / perRow, rect.height / (tile / 2 + 1))
    let isNeeded = images.prefix(strips * perRow).contains { label($0, tile: tile, rows: 2).count > 1 }
    return isNeeded && strips * (tile / 2 + 2) <= rect.height ? 2 : 1
  }

  /// The widest at which at least four images are in view with all that their labels say: a digit of 14 × 14 pixels can
  /// be read, one of 10 × 10 is guessed.
  private func tileWidth(for images: [SampleImage], in rect: Rect) -> Int {
    let widths = [32, 28, 24, 20, 18, 16, 14, 12, 10]
    let wanted = min(4, images.count)
    return widths.first { width in
      let labels = images.prefix(wanted).map { label($0, tile: width, rows: 2).count }.max() ?? 1
      return (rect.width + 1) / (width + 1) * (rect.height / (width / 2 + labels)) >= wanted
    } ?? max(2, min(8, rect.width - 1, (rect.height - 1) * 2))
  }
}
