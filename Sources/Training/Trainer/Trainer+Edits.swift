import AdaptiveWidth
import Experiment
import Learning
import PlainText

/// Structural edits, and their undo.
extension Trainer {
  func truncate(_ layer: Int, to width: Int, _ method: CutMethod, isTaught: Bool, _ id: Int) async {
    await endCompression()
    // The end of a compression may have returned to another width.
    let from = learning.network.widths[layer]
    guard width < from else {
      return reject(id, "layer \(layer + 1) came down to \(counted(from, "neuron")) itself")
    }
    var widths = learning.network.widths
    widths[layer] = width
    await cut(to: widths, method, isTaught: isTaught, id)
  }

  func truncate(keeping fraction: Double, _ method: CutMethod, isTaught: Bool, _ id: Int) async {
    let widths = learning.network.widths(keeping: fraction)
    guard widths != learning.network.widths else { return reject(id, "no layer would lose a neuron") }
    await truncate(to: widths, method, isTaught: isTaught, id)
  }

  func truncate(to widths: [Int], _ method: CutMethod, isTaught: Bool, _ id: Int) async {
    await endCompression()
    let from = learning.network.widths
    // The compression that ended may have brought a layer below the width asked for.
    let to = zip(widths, from).map { min($0, $1) }
    guard to != from else { return reject(id, "no layer would lose a neuron") }
    await cut(to: to, method, isTaught: isTaught, id)
  }

  /// - Precondition: a layer loses neurons, and none gains any.
  private func cut(to widths: [Int], _ method: CutMethod, isTaught: Bool, _ id: Int) async {
    let distillation = distillation(isAskedFor: isTaught)
    let before = await edit(id, .cut(from: learning.network.widths, to: widths, method)) { [evaluator] in
      $0.take(await evaluator.cut($0.network, to: widths, method), cutBy: method)
      $0.distillation = distillation
    }
    beginDistillation(before)
  }

  func reorder(_ layer: Int, _ id: Int) async {
    await endCompression()
    await edit(id, .reordered(layer: layer)) { [evaluator] in
      $0.network = await evaluator.reordered($0.network, layer: layer)
    }
  }

  /// Makes the edit on a copy, measures both, then swaps: the run sees all of it or nothing.
  ///
  /// - Returns: the held-out metrics before it.
  @discardableResult
  func edit(
    _ id: Int, _ kind: Event.Kind, _ change: (inout LearningState) async -> Void
  ) async -> Metrics? {
    stopwatch.interruptSpeed()
    defer { stopwatch.goOnWithSpeed() }
    await takeUpEvaluation()
    stopwatch.pause()
    var edited = learning
    await change(&edited)
    let before = await currentMetrics()
    let after = await measure(edited.network)
    var earlier = moment
    earlier.history.replaceValidation(before, at: learning.step)
    undoStack.push(earlier)
    moment.learning = edited
    moment.forgetBest()
    moment.history.replaceValidation(after, at: learning.step)
    keepAsGood()
    wantsCheckpoint = true
    dropInspection()
    post(kind, command: id, before: before, after: after)
    await recordIfWaiting(after)
    return before
  }

  /// Held-out metrics of the present network: no pass over the rows where they are known.
  func currentMetrics() async -> Metrics? {
    history.validationStep == learning.step ? history.validation : await measure(learning.network)
  }

  func measure(_ network: Network) async -> Metrics? {
    stopwatch.pause()
    let metrics = await evaluator.evaluate(network.inferenceCopy)
    stopwatch.start()
    return metrics
  }

  func undo(_ id: Int) async {
    await takeUpEvaluation()
    // A redo returns to a network, not to the search it was part of.
    if isSearching && undoStack.undoDepth > 0 { moment.learning.endCompression() }
    let before = await currentMetrics()
    guard let earlier = undoStack.undo(present: moment) else {
      return reject(id, undoStack.reasonForNothingToUndo)
    }
    await recordNow(before)
    restore(earlier, keepingAbandoned: true)
    let after = await currentMetrics()
    post(.undone(to: learning.step), command: id, before: before, after: after)
    await recordNow(after)
  }

  func redo(_ id: Int) async {
    await takeUpEvaluation()
    let before = await currentMetrics()
    guard let later = undoStack.redo(present: moment) else { return reject(id, "there is nothing to redo") }
    await recordNow(before)
    restore(later, keepingAbandoned: false)
    let after = await currentMetrics()
    post(.redone(to: learning.step), command: id, before: before, after: after)
    await recordNow(after)
  }

  /// A search is part of no moment of the stack, so it ends; a run that had ended may continue when it is resumed.
  private func restore(_ other: RunMoment, keepingAbandoned: Bool) {
    goBack(to: other, keepingAbandoned: keepingAbandoned)
    progress.phase.search = nil
    if isDone {
      progress.phase = .finished
    } else if !progress.phase.isRunning && !progress.phase.isPaused {
      progress.phase = .paused(nil, stepsRequested: 0)
    }
  }
}

extension Event.Kind {
  /// A cut of one layer or of several.
  static func cut(from: [Int], to: [Int], _ method: CutMethod) -> Event.Kind {
    let changed = to.indices.filter { to[$0] < from[$0] }
    return changed.count == 1
      ? .truncated(layer: changed[0], from: from[changed[0]], to: to[changed[0]], method: method)
      : .truncatedAll(from: from, to: to, method: method)
  }
}
