import Canvas
import Experiment

/// What a series says of some steps: one value, or the range of those that were merged, never one made of them.
package struct Reading: Equatable, Sendable {
  package var steps: ClosedRange<Int>
  /// The least of the finite values; NaN if there are none.
  package var minimum: Float
  package var maximum: Float
  /// NaN or infinite values.
  package var nonFinite: Int

  /// Combines consecutive buckets into one reading; `nil` if there are none.
  package init?(_ buckets: some Sequence<Series.Bucket>) {
    var result: Reading?
    for bucket in buckets {
      var reading = result ?? Reading(bucket)
      reading.steps = reading.steps.lowerBound...max(reading.steps.lowerBound, bucket.lastStep)
      if result != nil { reading.nonFinite += bucket.nonFinite }
      if bucket.count > 0 {
        reading.minimum = reading.minimum.isNaN ? bucket.minimum : min(reading.minimum, bucket.minimum)
        reading.maximum = reading.maximum.isNaN ? bucket.maximum : max(reading.maximum, bucket.maximum)
      }
      result = reading
    }
    guard let result else { return nil }
    self = result
  }

  private init(_ bucket: Series.Bucket) {
    steps = bucket.firstStep...max(bucket.firstStep, bucket.lastStep)
    (minimum, maximum, nonFinite) = (bucket.minimum, bucket.maximum, bucket.nonFinite)
  }

  /// "0.0123", "0.008–0.034", "NaN or ∞".
  package func text(_ number: (Double) -> String) -> String {
    guard !minimum.isNaN else { return "NaN or ∞" }
    let (low, high) = (number(Double(minimum)), number(Double(maximum)))
    return (low == high ? low : "\(low)–\(high)") + (nonFinite > 0 ? " with NaN or ∞" : "")
  }

  /// "step 12,345", "steps 12,345–12,357".
  package var stepText: String {
    let (first, last) = (NumberText.grouped(steps.lowerBound), NumberText.grouped(steps.upperBound))
    return steps.count == 1 ? "step \(first)" : "steps \(first)–\(last)"
  }
}

extension Series {
  /// What a column of a chart shows: the buckets whose middle lies in it; where buckets are wider than columns, the one
  /// that the column lies in.
  package func reading(at step: Double, perColumn: Double) -> Reading? {
    let column = step - perColumn / 2..<step + perColumn / 2
    if let reading = Reading(buckets.lazy.filter { column.contains($0.middle) }) { return reading }
    return Reading(
      buckets.lazy.filter { Double($0.firstStep) - 0.5 <= step && step <= Double($0.lastStep) + 0.5 }.prefix(
        1))
  }

  /// What was known last at a step, of a series that does not have all of them.
  package func reading(before step: Double) -> Reading? {
    Reading(buckets.last { Double($0.lastStep) <= step }.map { [$0] } ?? [])
  }
}

extension Series.Bucket {
  /// The step that charts draw it at.
  var middle: Double { (Double(firstStep) + Double(lastStep)) / 2 }
}

extension Painter {
  /// Rows below a chart for what the crosshair reads.
  func readoutRows(in rect: Rect) -> Int { state.crosshair == nil || rect.height < 7 ? 0 : 2 }

  /// "▲ steps 12,345–12,357": what the column at the crosshair covers.
  mutating func paintCrosshairSteps(_ reading: Reading?, at step: Double, x: Int, y: Int, width: Int) {
    let whole = step < 1e15 ? Int(step.rounded()) : 0
    let steps = reading?.stepText ?? "step \(NumberText.grouped(whole))"
    let (less, more, fewer) = (state.hint("cut-less"), state.hint("cut-more"), state.hint("steps-fewer"))
    let keys = "\(less) \(more) move  \(fewer) \(state.hint("steps-more")) zoom  \(state.hint("back")) leaves"
    let line = StatusText.fit(
      [.init("\(glyphs.lines.pointer) \(steps)", 0), .init(keys, 1)], separator: "   ", width: width,
      glyphs: glyphs)
    write(line, x: x, y: y, width: width, style: styles.key)
  }

  mutating func paintLossReadout(at step: Double, perColumn: Double, in rect: Rect) {
    let train = snapshot.trainLoss.reading(at: step, perColumn: perColumn)
    paintCrosshairSteps(train, at: step, x: rect.x, y: rect.y, width: rect.width)
    let number = NumberText.significant
    var pieces = [StatusText.Piece("train \(train?.text(number) ?? "no value")", 0)]
    if state.charts.isSmoothed,
      let smoothed = snapshot.smoothedTrainLoss.reading(at: step, perColumn: perColumn)
    {
      pieces.append(.init("smoothed \(smoothed.text(number))", 2))
    }
    if let heldOut = snapshot.validationLoss.reading(at: step, perColumn: perColumn) {
      pieces.append(.init("held-out \(heldOut.text(number))", 1))
    } else if let heldOut = snapshot.validationLoss.reading(before: step) {
      pieces.append(.init("held-out \(heldOut.text(number)) at \(heldOut.stepText)", 1))
    }
    let undone = snapshot.abandonedLoss.compactMap { $0.reading(at: step, perColumn: perColumn) }
    if let last = undone.last { pieces.append(.init("undone \(last.text(number))", 3)) }
    let line = StatusText.fit(pieces, separator: "  ", width: rect.width, glyphs: glyphs)
    write(line, x: rect.x, y: rect.y + 1, width: rect.width, style: styles.text)
  }
}
