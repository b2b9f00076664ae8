import Experiment

/// A run as its folder describes it.
public struct RunEntry: Equatable, Sendable {
  /// The path of the folder, as it can be opened from here.
  public var path: String
  public var condition: Condition
  /// Whether a live run waits for someone to let it go on.
  public var isPaused = false
  /// Finished or diverged, of a live run that trains no more while its dashboard is still open; `nil` of all others.
  public var outcome: Condition?
  /// What it learns from: a built-in task, or the name of a file.
  public var data: String
  /// Epochs done.
  public var epoch: Double?
  public var epochs: Int?
  /// Optimizer steps done.
  public var step: Int?
  /// Optimizer steps after which it ends, whatever the epoch; `nil`: there is no such limit.
  public var steps: Int?
  /// Optimizer steps of an epoch; `nil`: not known before the first evaluation.
  public var stepsPerEpoch: Double?
  /// The best held-out evaluation since the last cut.
  public var best: Metrics?
  /// What the best metric has to beat: the accuracy of the majority-class baseline, or the RMSE of always predicting
  /// the mean; `nil`: not known.
  public var baseline: Double?
  public var widths: [Int]
  public var parameters: Int?
  /// Before the first cut that someone asked for; `nil`: there was none, or it is not known.
  public var firstParameters: Int?
  /// Seconds until the last epoch of a live run at its mean speed so far; `nil`: not known.
  public var secondsLeft: Double?
  /// Seconds since something was written; of a run that is over, since its last evaluation.
  public var age: Double

  public enum Condition: String, Sendable {
    /// A process has it, which trains or shows it: it can be attached to.
    case live
    case finished
    /// It can go on from its checkpoint.
    case interrupted
    case diverged
    /// Nothing has trained here: its model was cut, compressed or saved from another run.
    case model
    /// Its experiment cannot be read.
    case unreadable
  }

  public init(
    path: String, condition: Condition, data: String = "", epoch: Double? = nil, epochs: Int? = nil,
    best: Metrics? = nil, widths: [Int] = [], parameters: Int? = nil, age: Double = 0
  ) {
    (self.path, self.condition, self.data) = (path, condition, data)
    (self.epoch, self.epochs, self.best) = (epoch, epochs, best)
    (self.widths, self.parameters, self.age) = (widths, parameters, age)
  }

  /// The word for its state.
  package var stateText: String {
    if isPaused { return "paused" }
    return outcome.map { "\($0.rawValue), open" } ?? condition.rawValue
  }

  /// The progress: "12/30" in epochs, or "120/700 steps" if the limit of steps is reached before the last epoch. A run that
  /// was resumed for more has done more than its settings say; then the total is left out.
  package var progressText: String {
    let done = step ?? 0
    if let steps, done <= steps, !(epochs.map { isBefore(epochs: $0, steps) } ?? false) {
      return "\(NumberText.grouped(done))/\(NumberText.grouped(steps)) steps"
    }
    let epoch = max(0, min(epoch ?? 0, 1e12))
    let planned = epochs.flatMap { Double($0) < epoch ? nil : "/" + NumberText.grouped($0) }
    return NumberText.grouped(Int(epoch)) + (planned ?? "")
  }

  /// Whether so many epochs end before so many steps.
  private func isBefore(epochs: Int, _ steps: Int) -> Bool {
    let soFar = epoch.flatMap { epoch in step.map { Double($0) / epoch } }
    guard let ofEpoch = soFar.flatMap({ $0.isFinite ? $0 : nil }) ?? stepsPerEpoch else { return false }
    return Double(epochs) * ofEpoch < Double(steps)
  }

  /// The last part of its path.
  package var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
