import ArgumentParser
import Canvas
import Experiment
import Foundation
import Messaging

/// `--progress`
package enum ProgressChoice: String, CaseIterable, ExpressibleByArgument {
  case auto
  case always
  case never
}

/// What `train` says while it trains, on standard error: a bar that is redrawn on a terminal, else a line an
/// evaluation.
package struct ProgressReport {
  package enum Style {
    case bar
    case lines
    case silent

    package init(_ choice: ProgressChoice, quiet: Bool) {
      self =
        quiet || choice == .never
        ? .silent : choice == .always || Console.redrawsLines() ? .bar : .lines
    }
  }

  private let style: Style
  private let epochs: Int
  private let showsDataNotes: Bool
  private let began = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  /// The fraction of the run that was done when it began here.
  private var first: Double?
  private var statusLine = StatusLine()
  /// Whether the run has ended.
  package private(set) var isOver = false

  /// - Parameter showsDataNotes: they are shown in every style, because they say what was guessed.
  package init(_ style: Style, epochs: Int, showsDataNotes: Bool = true) {
    self.style = style
    self.showsDataNotes = showsDataNotes
    self.epochs = epochs
  }

  package mutating func show(_ news: LoadingNews) {
    switch news {
    case .progress(let text): if style == .bar { statusLine.show(text) }
    case .data(let notes):
      clear()
      if showsDataNotes { Console.tell(notes: notes) }
    case .ready(let notes, _, _):
      clear()
      if style != .silent { for note in notes { Console.tell("note: \(note)\n") } }
    case .read, .failed, .lost, .silent: break
    }
  }

  package mutating func show(_ channels: RunChannels) {
    for evaluation in channels.evaluations.drain() where style == .lines {
      Console.tell(Self.line(evaluation, epochs: epochs) + "\n")
    }
    let update = channels.takeUpdate()
    for event in update.events {
      if case .warning(let text) = event.kind {
        clear()
        Console.tell("warning: \(text)\n")
      }
    }
    guard let snapshot = update.snapshot else { return }
    isOver = snapshot.state.isFinal
    if first == nil { first = Self.fraction(snapshot) }
    guard style == .bar, lastDrawn.map({ ContinuousClock.now - $0 > .milliseconds(100) }) ?? true else {
      return
    }
    lastDrawn = .now
    statusLine.show(bar(snapshot))
  }

  /// Leaves the terminal's line empty for what comes next.
  package mutating func clear() { statusLine.clear() }

  /// The fraction of the run that is done, to its last epoch or step.
  package static func fraction(_ snapshot: Snapshot) -> Double {
    let ofSteps = snapshot.stepLimit.map { Double(snapshot.step) / Double(max(1, $0)) } ?? 0
    return min(1, max(snapshot.epoch / Double(max(1, snapshot.epochs)), ofSteps))
  }

  /// "1:05 left" at the mean speed since the run began here; empty if that says nothing.
  ///
  /// - Parameters:
  ///   - elapsed: seconds.
  ///   - first: the fraction that was done when it began.
  package static func timeLeft(after elapsed: Double, from first: Double, to fraction: Double) -> String {
    let left = elapsed / (fraction - first) * (1 - fraction)
    guard fraction > first, left < 1e9 else { return "" }
    return String(format: "%d:%02d left", Int(left) / 60, Int(left) % 60)
  }

  private func bar(_ snapshot: Snapshot) -> String {
    let fraction = Self.fraction(snapshot)
    let filled = Int(fraction * 20)
    let elapsed = (ContinuousClock.now - began) / .seconds(1)
    let loss = snapshot.smoothedTrainLoss.last
    let shownLoss = loss.isNaN ? "" : "loss \(Self.loss(Double(loss), decimals: 4))"
    let parts: [String] = [
      "[" + String(repeating: "#", count: filled) + String(repeating: "·", count: 20 - filled) + "]",
      "epoch \(Int(snapshot.epoch))/\(snapshot.epochs)",
      shownLoss,
      snapshot.validation.map(Self.metric) ?? "",
      snapshot.layers.isEmpty
        ? "" : "width " + snapshot.layers.map { String($0.width) }.joined(separator: ","),
      Self.timeLeft(after: elapsed, from: first ?? 0, to: fraction),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "  ")
  }

  private static func line(_ evaluation: Evaluation, epochs: Int) -> String {
    var text = "epoch \(Int(evaluation.epoch.rounded()))/\(epochs)  step \(evaluation.step)  "
    text += "train loss \(loss(evaluation.trainLoss))  " + metric(evaluation.validation)
    if !evaluation.widths.isEmpty {
      text += "  width " + evaluation.widths.map(String.init).joined(separator: ",")
    }
    return text
  }

  package static func metric(_ metrics: Metrics) -> String {
    let (name, value) = MetricText.main(metrics)
    return metrics.main == .loss ? "held-out loss \(loss(metrics.loss))" : "held-out \(name) \(value)"
  }

  /// "0.12346", of a network that goes astray "3.8e+14".
  package static func loss(_ value: Double, decimals: Int = 5) -> String {
    value < 1e6 ? String(format: "%.*f", decimals, value) : String(format: "%.1e", value)
  }
}
