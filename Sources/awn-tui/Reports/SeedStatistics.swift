import Experiment
import Foundation
import PlainText
import Training

/// What runs that differ in their seeds, or in what is held out, came to. Those that diverged are named, and left out
/// of the means.
struct SeedStatistics: Encodable {
  private let name: String
  private var runs: [Summary] = []

  init(name: String) {
    self.name = name
  }

  mutating func append(_ run: Summary) { runs.append(run) }

  var count: Int { runs.count }

  private var converged: [Summary] { runs.filter { !$0.outcome.isDiverged } }

  /// Their seeds or folds.
  var diverged: [UInt64] { runs.filter(\.outcome.isDiverged).map(\.configuration.seriesName.number) }

  /// The seeds or folds of the runs that converged but did not settle.
  private var unsettled: [UInt64] {
    converged.filter { $0.outcome.settling?.isSettled == false }.map(\.configuration.seriesName.number)
  }

  /// What the runs differ in.
  private var word: String { runs.first?.configuration.seriesName.word ?? "seed" }

  // MARK: Numbers

  /// A number of every run.
  private struct Quantity {
    /// In the summary.
    var key: String
    var label: String
    /// Decimal places shown; `nil`: four significant digits.
    var decimals: Int?
    /// A count has none but in a mean.
    var isCount = false
    var unit = ""
    var value: @Sendable (Outcome) -> Double?

    static func percent(
      _ key: String, _ label: String, _ value: @escaping @Sendable (Outcome) -> Double?
    ) -> Quantity {
      Quantity(key: key, label: label, decimals: 2, unit: " %", value: value)
    }

    /// Numbers to as many places as suit the first.
    func texts(_ values: [Double], isMean: Bool) -> [String] {
      let shown = unit.isEmpty ? values : values.map { $0 * 100 }
      let size = shown[0] == 0 || !shown[0].isFinite ? 0 : Int(log10(abs(shown[0])).rounded(.down))
      let places = isCount && !isMean ? 0 : decimals ?? min(max(0, 3 - size), 12)
      return shown.map { String(format: "%.\(places)f", $0) }
    }

    func line(_ values: [Double]) -> String? {
      guard let mean = values.mean else { return nil }
      return "  \(label) "
        + texts([mean] + (values.deviation.map { [$0] } ?? []), isMean: true)
        .joined(separator: " ± ") + unit
    }
  }

  private static let bestQuantities: [Quantity] = [
    .percent("best_validation_accuracy", "best held-out accuracy") { $0.best?.accuracy },
    Quantity(key: "best_validation_rmse", label: "best held-out RMSE") { $0.best?.rmse },
  ]

  /// Those of cross-validation know the best evaluation too, as it is usually reported.
  private var quantities: [Quantity] {
    runs.first?.configuration.data.fold == nil ? Self.quantities : Self.bestQuantities + Self.quantities
  }

  private static let quantities: [Quantity] = [
    .percent("test_accuracy", "test accuracy") { $0.test?.accuracy },
    Quantity(key: "test_rmse", label: "test RMSE") { $0.test?.rmse },
    Quantity(key: "test_r2", label: "test R²", decimals: 4) { $0.test?.r2 },
    .percent("validation_accuracy", "held-out accuracy") { $0.validation?.accuracy },
    Quantity(key: "validation_rmse", label: "held-out RMSE") { $0.validation?.rmse },
    Quantity(key: "parameters", label: "parameters", decimals: 1, isCount: true) { Double($0.parameters) },
    Quantity(key: "seconds", label: "seconds", decimals: 2) { $0.seconds },
  ]

  private func widthQuantity(_ layer: Int) -> Quantity {
    Quantity(
      key: "", label: widths.count == 1 ? "width" : "width of layer \(layer + 1)", decimals: 1, isCount: true,
      value: { Double($0.widths[layer]) })
  }

  /// The finite values of a quantity, of the runs that converged.
  private func values(_ quantity: Quantity) -> [Double] {
    converged.compactMap { quantity.value($0.outcome) }.filter(\.isFinite)
  }

  /// For each layer, the widths of the runs.
  private var widths: [[Double]] {
    guard let layers = converged.first?.outcome.widths.count else { return [] }
    return (0..<layers).map { layer in converged.map { Double($0.outcome.widths[layer]) } }
  }

  // MARK: Text

  /// The last run, on a line.
  var lastLine: String {
    guard let run = runs.last else { return "" }
    let name = "\(word) \(run.configuration.seriesName.number)"
    if let step = run.outcome.divergedAfter { return "\(name): diverged after step \(step)" }
    var parts = quantities.compactMap { quantity in
      quantity.value(run.outcome).map {
        "\(quantity.label) \(quantity.texts([$0], isMean: false)[0])\(quantity.unit)"
      }
    }
    parts +=
      run.outcome.widths.isEmpty
      ? [] : ["width " + run.outcome.widths.map(String.init).joined(separator: ", ")]
    if run.outcome.settling?.isSettled == false { parts.append("not settled") }
    return "\(name): " + parts.joined(separator: "; ")
  }

  /// Means and deviations; `nil` before the first run.
  ///
  /// - Parameter planned: as many runs as there were to be.
  func text(of planned: Int) -> String? {
    guard !runs.isEmpty else { return nil }
    var lines: [String] = []
    if !converged.isEmpty {
      lines.append(
        sanitized("\(name), mean ± standard deviation of \(counted(converged.count, "run")):", limit: 200))
      let told = quantities + widths.indices.map(widthQuantity)
      lines += told.compactMap { $0.line(values($0)) }
    }
    lines += [
      line(of: diverged, "diverged", advice: "try a smaller --learning-rate"),
      line(of: unsettled, "did not settle on a width", advice: settlingAdvice),
    ].compactMap { $0 }
    if runs.count < planned { lines.append("interrupted after \(runs.count) of \(planned) runs") }
    return lines.joined(separator: "\n")
  }

  private var settlingAdvice: String {
    switch converged.first(where: { $0.outcome.settling?.isSettled == false })?.outcome.limit {
    case .steps?: "give more --steps"
    case .patience?: "give a larger --patience"
    case .epochs?, nil: "give more --epochs"
    }
  }

  /// Which of the runs share a fate, and what to do; `nil`: none does.
  private func line(of some: [UInt64], _ fate: String, advice: String) -> String? {
    if some.isEmpty { return nil }
    let names = some.map(String.init).joined(separator: ", ")
    let words = some.count == 1 ? word : word + "s"
    return "\(some.count) of \(counted(runs.count, "run")) \(fate): \(words) \(names); \(advice)"
  }

  // MARK: JSON

  var json: String { Summary.line(self) }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(runs, forKey: Key("runs"))
    try container.encode(diverged, forKey: Key("diverged"))
    try encode(\.mean, to: container.nestedContainer(keyedBy: Key.self, forKey: Key("mean")))
    try encode(\.deviation, to: container.nestedContainer(keyedBy: Key.self, forKey: Key("deviation")))
  }

  /// The keys of the summaries; a number that no run has is null, unless the problem knows none such.
  private func encode(_ statistic: ([Double]) -> Double?, to target: KeyedEncodingContainer<Key>) throws {
    var target = target
    let foreign: Set<String> =
      switch runs.first?.problem {
      case .classification: ["test_rmse", "test_r2", "validation_rmse", "best_validation_rmse"]
      case .regression: ["test_accuracy", "validation_accuracy", "best_validation_accuracy"]
      case nil: []
      }
    for quantity in quantities where !foreign.contains(quantity.key) {
      try target.encode(statistic(values(quantity)), forKey: Key(quantity.key))
    }
    try target.encode(widths.map(statistic), forKey: Key("widths"))
  }
}
