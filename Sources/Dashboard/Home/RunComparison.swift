import Canvas
import Experiment
import PlainText

/// Runs side by side, as their folders describe them.
public struct RunComparison: Equatable, Sendable {
  public var runs: [Run]
  /// The names of those that were asked for and cannot be compared.
  public var leftOut: [String]

  public init(runs: [Run], leftOut: [String] = []) { (self.runs, self.leftOut) = (runs, leftOut) }

  /// One of them.
  public struct Run: Equatable, Sendable {
    public var name: String
    public var evaluations: [Point]
    /// The best evaluation since the last cut, of all there are; `nil`: there is none.
    public var best: Metrics?
    /// What the cuts of its network cost, as far as that was recorded, in increasing parameters.
    public var front: [FrontPoint]
    /// What other methods reach at its sizes.
    public var baselines: [Baseline]
    /// The value of every setting that has one, as text, by the setting's name.
    public var settings: [String: String]

    public init(
      name: String, evaluations: [Point], front: [FrontPoint] = [], baselines: [Baseline] = [],
      settings: [String: String] = [:]
    ) {
      (self.name, self.evaluations, self.front) = (name, evaluations, front)
      (self.baselines, self.settings) = (baselines, settings)
    }
  }

  /// One evaluation on held-out rows.
  public struct Point: Equatable, Sendable {
    public var step: Int
    public var epoch: Double
    /// The seconds of training alone.
    public var seconds: Double
    public var metrics: Metrics
    /// The widths of the adaptive layers.
    public var widths: [Int]
    public var parameters: Int?

    public init(
      step: Int, epoch: Double, seconds: Double, metrics: Metrics, widths: [Int], parameters: Int? = nil
    ) {
      (self.step, self.epoch, self.seconds) = (step, epoch, seconds)
      (self.metrics, self.widths, self.parameters) = (metrics, widths, parameters)
    }
  }

  /// One cut of a run's network.
  public struct FrontPoint: Equatable, Sendable {
    public var parameters: Int
    public var metrics: Metrics

    public init(parameters: Int, metrics: Metrics) { (self.parameters, self.metrics) = (parameters, metrics) }
  }

  /// The settings in which the runs differ, by name, each with a value a run; "–": none.
  public var differences: [(name: String, values: [String])] {
    let names = Set(runs.flatMap(\.settings.keys)).sorted()
    return names.compactMap { name in
      let values = runs.map { $0.settings[name] ?? "–" }
      return Set(values).count > 1 ? (name, values) : nil
    }
  }
}

/// How a comparison is looked at.
package struct ComparisonView: Equatable, Sendable {
  package var comparison: RunComparison
  package var chart = Chart.metric
  package var axis = Axis.epochs
  /// The setting at the top, among those that differ.
  package var top = 0

  package enum Chart: String, CaseIterable, Sendable {
    case metric, loss, width
    case front = "trade-off"
  }

  package enum Axis: String, CaseIterable, Sendable {
    case epochs, steps, seconds
  }

  package init(_ comparison: RunComparison) { self.comparison = comparison }

  /// What all runs have: the number by which most users judge them, or, of several kinds of runs, the loss.
  package var measure: Metrics.Measure {
    let measures = Set(comparison.runs.compactMap { $0.evaluations.last?.metrics.main })
    return measures.count == 1 ? measures.first ?? .loss : .loss
  }

  /// Which runs are not in the chart, and why, in clauses.
  var missing: [String] {
    var clauses: [String] = []
    let leftOut = comparison.leftOut
    if !leftOut.isEmpty {
      clauses.append("left out, because nothing was evaluated or read: \(listed(leftOut))")
    }
    let absent = comparison.runs.filter { samples(of: $0).isEmpty }.map(\.name)
    let reason: String? =
      switch chart {
      case .front: "no prices of cuts were recorded"
      case .width: "no width adapts"
      case .metric, .loss: nil
      }
    if let reason, !absent.isEmpty, absent.count < comparison.runs.count {
      clauses.append("not in this chart, because \(reason): \(listed(absent))")
    }
    return clauses
  }

  /// - Parameter page: the settings that are on the screen at once.
  mutating func press(_ key: Key, page: Int) {
    switch key {
    case .tab: chart = Self.next(chart, 1)
    case .backTab: chart = Self.next(chart, -1)
    case .character("t"): axis = Self.next(axis, 1)
    case .up: top -= 1
    case .down: top += 1
    case .pageUp: top -= page
    case .pageDown: top += page
    default: break
    }
    top = max(0, min(top, comparison.differences.count - page))
  }

  private static func next<Value: CaseIterable & Equatable>(_ value: Value, _ step: Int) -> Value {
    let all = Array(Value.allCases)
    return all[((all.firstIndex(of: value) ?? 0) + step + all.count) % all.count]
  }
}
