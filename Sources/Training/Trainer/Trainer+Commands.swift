import AdaptiveWidth
import Experiment
import Glibc

extension Trainer {
  /// Carries out one command and answers it with one event. A command that can not be carried out changes nothing.
  func apply(_ command: Command) async {
    guard !isStopping else { return reject(command.id, "the run has ended") }
    switch command.action {
    case .pause: pause(command.id)
    case .resume: resume(command.id)
    case .step: requestStep(command.id)
    case .stop: stop(command.id)
    case .truncate(let layer, let width): await truncate(layer, to: width, command.id)
    case .truncateAll(let keep): await truncateAll(keep, command.id)
    case .truncateTo(let widths): await truncate(to: widths, command.id)
    case .compress(let layer, let width): await compress(layer, to: width, command.id)
    case .compressUntil(let layers, let tolerance):
      await compress(layers, tolerating: tolerance, command.id)
    case .stopCompressing: await stopCompressing(command.id)
    case .setPolicy(let layer, let policy): await setPolicy(policy, of: layer, command.id)
    case .setPace(let pace): setPace(pace, command.id)
    case .setLearningRate(let rate): setLearningRate(rate, command.id)
    case .undo: await undo(command.id)
    case .redo: await redo(command.id)
    case .evaluateTest: await evaluateTest(command.id)
    }
    saveIfWanted()
    publish()
  }

  func reject(_ id: Int?, _ reason: String) {
    post(.rejected(reason: reason), command: id)
  }

  // MARK: Going and stopping

  private func pause(_ id: Int) {
    guard phase == .running else { return reject(id, "training is not running") }
    phase = .paused
    post(.paused, command: id)
  }

  /// What was done by then stays so.
  private func stop(_ id: Int) {
    isStopping = true
    // Before what an uninterrupted run would not have: the event, and an evaluation in the middle of an epoch.
    save()
    if phase == .running || phase == .paused { phase = .stopped }
    post(.stopped, command: id)
  }

  /// A run that is done goes on for a tenth of its epochs: to train a network that was cut at the end.
  private func resume(_ id: Int) {
    if phase == .running { return reject(id, "training is running already") }
    if isDone { extend(by: max(1, configuration.training.epochs / 10)) }
    if phase == .finished { patience.reset() }
    phase = .running
    post(.resumed, command: id)
  }

  func extend(by more: Int) {
    epochs = Int(learning.epoch.rounded(.up)) + more
    stepLimit = nil
  }

  private func requestStep(_ id: Int) {
    guard phase == .paused else { return reject(id, "a single step needs a paused run") }
    stepsRequested += 1
    post(.stepped, command: id)
  }

  private func setPace(_ newPace: Double?, _ id: Int) {
    if let newPace, !(newPace > 0 && newPace.isFinite) {
      return reject(id, "a pace is a positive number of epochs a second")
    }
    pace = newPace
    stopwatch.start()
    post(.paceChanged(newPace), command: id)
  }

  private func setLearningRate(_ rate: Double, _ id: Int) {
    guard rate > 0 && rate.isFinite else { return reject(id, "a learning rate is a positive number") }
    learning.optimizer.learningRate = rate
    post(.learningRateChanged(rate), command: id)
  }

  private func evaluateTest(_ id: Int) async {
    guard let metrics = await measureTest() else { return reject(id, "there are no test rows") }
    stopwatch.start()
    post(.testEvaluated(metrics), command: id)
  }

  // MARK: Structural edits

  private func truncate(_ layer: Int, to width: Int, _ id: Int) async {
    guard let current = existingWidth(of: layer, id) else { return }
    guard width >= 1 && width < current else {
      return reject(id, "layer \(layer + 1) has \(current) neurons: a cut keeps 1 to \(current - 1)")
    }
    await endCompression()
    // The end of a compression may have led back to another width.
    let from = learning.network.widths[layer]
    guard width < from else { return reject(id, "layer \(layer + 1) came down to \(from) neurons itself") }
    await edit(id, .truncated(layer: layer, from: from, to: width)) {
      $0.network.truncate(layer: layer, to: width)
    }
  }

  private func truncateAll(_ keep: Double, _ id: Int) async {
    guard keep > 0 && keep <= 1, !learning.network.widths.isEmpty else {
      return reject(id, "keep a fraction between 0 and 1")
    }
    await truncate(to: learning.network.widths(keeping: keep), id)
  }

  private func truncate(to widths: [Int], _ id: Int) async {
    let now = learning.network.widths
    guard widths.count == now.count else { return reject(id, "there are \(now.count) adaptive layers") }
    guard widths.allSatisfy({ $0 >= 1 }) else { return reject(id, "a layer keeps at least a neuron") }
    guard zip(widths, now).contains(where: { $0 < $1 }) else {
      return reject(id, "no layer would lose a neuron")
    }
    await endCompression()
    let from = learning.network.widths
    // A layer may have shrunk below what was asked for while it was.
    let to = zip(widths, from).map { min($0, $1) }
    guard to != from else { return reject(id, "no layer would lose a neuron") }
    let changed = to.indices.filter { to[$0] < from[$0] }
    let kind: Event.Kind =
      changed.count == 1
      ? .truncated(layer: changed[0], from: from[changed[0]], to: to[changed[0]])
      : .truncatedAll(from: from, to: to)
    await edit(id, kind) { $0.network = $0.network.truncated(to: to) }
  }

  private func setPolicy(_ policy: WidthPolicy, of layer: Int, _ id: Int) async {
    guard existingWidth(of: layer, id) != nil else { return }
    if learning.compression?.layer == layer {
      return reject(id, "layer \(layer + 1) is being compressed: stop that first")
    }
    if ratchet != nil { return reject(id, "a compression is under way: stop that first") }
    await edit(id, .policyChanged(layer: layer, policy)) { $0.network.setPolicy(layer: layer, policy) }
  }

  /// The width of a layer that a command names; the command is rejected if there is none.
  func existingWidth(of layer: Int, _ id: Int) -> Int? {
    let widths = learning.network.widths
    if widths.indices.contains(layer) { return widths[layer] }
    reject(id, "there is no adaptive layer \(layer + 1)")
    return nil
  }

  /// Makes the edit on a copy, measures both, then swaps: the run sees all of it or nothing.
  ///
  /// - Returns: the held-out metrics before it.
  @discardableResult
  func edit(
    _ id: Int, _ kind: Event.Kind, _ change: (inout LearningState) -> Void
  ) async -> Metrics? {
    await takeUpEvaluation()
    var edited = learning
    change(&edited)
    if edited.network.widths != learning.network.widths {
      stopwatch.pause()
      edited.network = await evaluator.renewed(edited.network, cutFrom: learning.network.widths)
    }
    let before = await currentMetrics()
    let after = await measure(edited.network)
    var entry = present
    entry.history.replaceValidation(before, at: learning.step)
    undoStack.push(entry)
    learning = edited
    history.replaceValidation(after, at: learning.step)
    keepAsGood()
    wantsCheckpoint = true
    dropInspection()
    post(kind, command: id, before: before, after: after)
    return before
  }

  /// Held-out metrics of the network as it is: no pass over the rows where they are known.
  private func currentMetrics() async -> Metrics? {
    history.validationStep == learning.step ? history.validation : await measure(learning.network)
  }

  func measure(_ network: Network) async -> Metrics? {
    stopwatch.pause()
    let metrics = await evaluator.evaluate(network.inferenceCopy)
    stopwatch.start()
    return metrics
  }

  // MARK: Undo

  private func undo(_ id: Int) async {
    await takeUpEvaluation()
    // What a redo returns to is a network, not the search it was part of.
    if ratchet != nil && undoStack.undoDepth > 0 { learning.endCompression() }
    let before = await currentMetrics()
    guard let entry = undoStack.undo(present: present) else {
      return reject(id, undoStack.reasonForNothingToUndo)
    }
    let taken = history
    restore(entry)
    history.keepAbandoned(of: taken, after: learning.step)
    post(.undone(to: learning.step), command: id, before: before, after: await currentMetrics())
  }

  private func redo(_ id: Int) async {
    await takeUpEvaluation()
    let before = await currentMetrics()
    guard let entry = undoStack.redo(present: present) else { return reject(id, "there is nothing to redo") }
    restore(entry)
    post(.redone(to: learning.step), command: id, before: before, after: await currentMetrics())
  }

  /// Everything that decides how the run goes on returns to that moment; the charts keep what is taken back, dimmed.
  func restore(_ entry: UndoStack.Entry) {
    (learning, history, patience) = (entry.learning, entry.history, entry.patience)
    (epochs, stepLimit) = (entry.epochs, entry.stepLimit)
    lastGood = entry
    ratchet = nil
    wantsCheckpoint = true
    dropInspection()
    if isDone {
      phase = .finished
    } else if phase == .finished || phase == .diverged {
      phase = .paused
    }
  }
}
