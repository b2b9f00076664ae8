import Dashboard
import Experiment
import TensorBoard
import Training

/// Writes a run's curves for TensorBoard, on a task of its own, so that a slow disk never holds up training. If
/// writing fails, training goes on and the failure is told once.
package final class TensorBoardLog: RunObserver {
  private let notes: AsyncStream<Note>.Continuation
  private let task: Task<Void, Never>

  private enum Note: Sendable {
    case measurement(Measurement)
    case event(Event)
  }

  /// Makes the folder, with an event file that holds the experiment.
  ///
  /// - Parameters:
  ///   - experiment: the text of its file.
  ///   - step: that a run goes on from, whose log up to there is in the folder; `nil`: it begins.
  ///   - onFailure: called at most once, from any thread.
  package convenience init(
    folder: String, experiment: String, resumingAt step: Int? = nil,
    onFailure: @escaping @Sendable (String) -> Void
  ) throws(EventFileError) {
    let writer = try EventFileWriter(folder: folder)
    // Markdown: four spaces make it verbatim.
    let verbatim = experiment.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "    \($0)" }.joined(separator: "\n")
    try writer.write([
      step.map { LogEvent(step: $0 + 1, .restart) }
        ?? LogEvent(step: 0, .values([LogValue("experiment", .text(verbatim))]))
    ])
    self.init(writer, onFailure: onFailure)
  }

  package init(_ writer: EventFileWriter, onFailure: @escaping @Sendable (String) -> Void) {
    let (stream, continuation) = AsyncStream<Note>.makeStream()
    notes = continuation
    task = Task {
      var branch = LoggedBranch()
      do {
        for await note in stream {
          switch note {
          case .measurement(let measurement): try writer.write(branch.entries(measurement))
          case .event(let event): try writer.write(branch.entries(event))
          }
        }
      } catch {
        continuation.finish()
        onFailure("training goes on without TensorBoard: \(error)")
      }
    }
  }

  package func record(_ measurement: Measurement) { notes.yield(.measurement(measurement)) }

  package func record(_ event: Event) { notes.yield(.event(event)) }

  package func close() async {
    notes.finish()
    await task.value
  }
}

/// What of the log still holds: an undo takes back what was logged after the step it returns to.
private struct LoggedBranch {
  /// The step of the last measurement.
  private var last = -1
  /// Steps that undos led back to, each of which a redo may leave again.
  private var origins: [Int] = []

  mutating func entries(_ measurement: Measurement) -> [LogEvent] {
    let step = measurement.evaluation.step
    let values = LogEvent(step: step, .values(measurement.values))
    defer { last = step }
    // A run that diverged is back at an earlier step, and says so only with what it measures there.
    return step > last ? [values] : [LogEvent(step: step, .restart), values]
  }

  mutating func entries(_ event: Event) -> [LogEvent] {
    switch event.kind {
    case .undone(let step):
      origins.append(step)
      return goBack(to: step) + [text(event, at: step)]
    case .redone(let step):
      return goBack(to: min(origins.popLast() ?? step, step)) + [text(event, at: step)]
    case _ where event.isStructural:
      origins = []
      return [text(event, at: event.step)]
    case .learningRateChanged, .testEvaluated, .diverged: return [text(event, at: event.step)]
    default: return []
    }
  }

  /// What was logged at the step itself is of the network gone back to.
  private mutating func goBack(to step: Int) -> [LogEvent] {
    last = min(last, step)
    return [LogEvent(step: step + 1, .restart)]
  }

  private func text(_ event: Event, at step: Int) -> LogEvent {
    LogEvent(step: step, .values([LogValue("edits", .text(Wording.event(event).text))]))
  }
}

extension Measurement {
  /// Layers are numbered as on screen.
  fileprivate var values: [LogValue] {
    let metrics = evaluation.validation
    let scalars: [(String, Double?)] = [
      ("loss/train", evaluation.trainLoss), ("loss/held-out", metrics.loss),
      ("held-out/accuracy", metrics.accuracy), ("held-out/RMSE", metrics.rmse), ("held-out/R2", metrics.r2),
      ("learning-rate", learningRate), ("parameters", evaluation.parameters.map(Double.init)),
    ]
    let layers = zip(evaluation.widths, evaluation.rates).enumerated().flatMap { index, layer in
      [("width/layer-\(index + 1)", Double(layer.0)), ("rate/layer-\(index + 1)", layer.1)]
    }
    let histograms = importances.enumerated().compactMap { index, importances in
      Histogram(of: importances).map { LogValue("importance/layer-\(index + 1)", .histogram($0)) }
    }
    return scalars.compactMap { tag, value in value.map { LogValue(tag, .scalar($0)) } }
      + layers.map { LogValue($0.0, .scalar($0.1)) } + histograms
  }
}
