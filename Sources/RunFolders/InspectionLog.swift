import AtomicFiles
import Experiment
import Foundation
import Glibc
import JSONText

/// Which inspections of a run its folder keeps, for a replay: those that fit into bounded bytes a second, the first
/// ones at once. An hour of them is less than 2 MB.
package struct InspectionLog: Sendable {
  private static let bytesPerSecond = 450.0
  private static let maxSaved = 300_000.0
  /// A line at most.
  package static let maxBytes = 48 << 10

  /// Bytes that may be written now.
  private var allowance = Self.maxSaved
  private var last: ContinuousClock.Instant?
  private var lastOfParts: [Set<Inspection.Part>: ContinuousClock.Instant] = [:]

  package init() {}

  /// The line to be written of an inspection, with its end; `nil`: it is left out.
  package mutating func line(_ inspection: Inspection, at now: ContinuousClock.Instant = .now) -> Data? {
    allowance = min(
      Self.maxSaved, allowance + Self.bytesPerSecond * ((last.map { now - $0 } ?? .zero) / .seconds(1)))
    last = now
    let parts = inspection.parts
    // Not more often than a person can see, and less often the less may still be written.
    let pause = Duration.seconds(allowance > Self.maxSaved / 2 ? 0.2 : 5)
    if let earlier = lastOfParts[parts], now - earlier < pause { return nil }
    lastOfParts[parts] = now
    guard let data = Self.data(inspection), Double(data.count) <= allowance else { return nil }
    allowance -= Double(data.count)
    return data
  }

  private static func data(_ inspection: Inspection) -> Data? {
    var compact = inspection.compact
    for _ in 0..<2 {
      guard var data = try? JSONFormat.encoder().encode(compact) else { return nil }
      data.append(UInt8(ascii: "\n"))
      if data.count <= maxBytes { return data }
      compact.input = nil
    }
    return nil
  }
}

extension RunFolder {
  /// Inspections that a run's folder keeps, in the order in which they were made, without lines that are none. Of a
  /// stretch that an undo took back, nothing is left.
  package static func inspections(in folder: String) -> [Inspection] {
    let path = "\(folder)/\(RunFiles.inspections)"
    guard let text = try? AtomicFile.read(path, limit: .max) else { return [] }
    var found: [Inspection] = []
    for line in LineFile.lines(of: text.prefix(64 << 20)).lines {
      guard let next = try? JSONFormat.decoder().decode(Inspection.self, from: line) else { continue }
      while let earlier = found.last, earlier.step > next.step { found.removeLast() }
      found.append(next)
    }
    return found
  }
}

// MARK: As much as a screen shows

extension Inspection {
  /// With fewer points and digits: as much of it as a screen shows.
  fileprivate var compact: Inspection {
    var result = self
    result.curves = curves.map(\.compact)
    result.joint = joint?.compact
    result.contributions = contributions.map { $0.map { $0.rounded(digits: 2) } }
    result.gains = gains.map { $0.map { $0.rounded(digits: 2) } }
    result.input = input?.compact
    // Only measured while someone looks at them.
    result.predictions = nil
    return result
  }
}

extension TradeoffCurve {
  private static let maxPoints = 32

  fileprivate var compact: TradeoffCurve {
    var result = self
    if points.count > Self.maxPoints {
      let last = points.count - 1
      result.points = (0..<Self.maxPoints).map { points[$0 * last / (Self.maxPoints - 1)] }
      result.isExact = false
    }
    for index in result.points.indices {
      result.points[index].metrics = result.points[index].metrics.compact
      result.points[index].plain = result.points[index].plain?.compact
    }
    return result
  }
}

extension Metrics {
  fileprivate var compact: Metrics {
    Metrics(
      loss: loss.rounded(digits: 4), accuracy: accuracy?.rounded(digits: 4), rmse: rmse?.rounded(digits: 4),
      r2: r2?.rounded(digits: 4))
  }
}

extension InputView {
  private static let maxPoints = 200
  private static let maxPixels = 6_000

  fileprivate var compact: InputView {
    switch self {
    case .plane(let map): return .plane(map.compact)
    case .images(let images):
      let pixels = max(1, images.first?.pixels.count ?? 1)
      return .images(Array(images.prefix(max(1, Self.maxPixels / pixels))))
    case .scatter(let values):
      return .scatter(
        values.prefix(Self.maxPoints).map {
          PredictedValue(
            actual: $0.actual.rounded(digits: 4), predicted: $0.predicted.rounded(digits: 4))
        })
    default: return self
    }
  }
}

extension DecisionMap {
  fileprivate var compact: DecisionMap {
    let (columns, rows) = (min(columns, 48), min(rows, 24))
    var result = self
    (result.columns, result.rows) = (columns, rows)
    (result.classes, result.confidence) = ([], [])
    for row in 0..<rows {
      for column in 0..<columns {
        let cell = row * self.rows / rows * self.columns + column * self.columns / columns
        result.classes.append(classes[cell])
        result.confidence.append(confidence[cell].rounded(digits: 1))
      }
    }
    result.points = points.prefix(200).map {
      Point(x: $0.x.rounded(digits: 3), y: $0.y.rounded(digits: 3), label: $0.label)
    }
    return result
  }
}

extension Double {
  /// To so many significant digits.
  fileprivate func rounded(digits: Int) -> Double {
    guard isFinite, self != 0 else { return self }
    let scale = pow(10, Double(digits - 1) - log10(magnitude).rounded(.down))
    return scale.isFinite && scale > 0 ? (self * scale).rounded() / scale : self
  }
}

extension Float {
  fileprivate func rounded(digits: Int) -> Float { Float(Double(self).rounded(digits: digits)) }
}
