import AdaptiveWidth
import Experiment

extension Trainer {
  func post(
    _ kind: Event.Kind, command: Int? = nil, step: Int? = nil, before: Metrics? = nil, after: Metrics? = nil
  ) {
    let step = step ?? learning.step
    let event = Event(
      step: step, epoch: Double(step) / Double(batchesPerEpoch), command: command, kind: kind, before: before,
      after: after)
    recorder?.record(event)
    runLog?.record(event)
    channels.post(event)
  }

  func publishIfDue() {
    if stopwatch.isSnapshotDue { publish() }
  }

  func publish() {
    stopwatch.snapshotTaken(step: learning.step)
    channels.post(snapshot())
    inspect()
  }

  /// The network changed at once: what was found out before, or is being found out, is of another one. None of it is
  /// delivered after the event that says so.
  package func dropInspection() {
    inspection?.cancel()
    _ = channels.inspections.take()
    _ = channels.frontiers.take()
    stopwatch.inspectSoon()
  }

  /// Starts a look at a copy of the network unless one is under way.
  private func inspect() {
    guard let inspectors, inspection?.isCancelled ?? true, !isStopping else { return }
    let wish = channels.wish
    if wish != lastRequest {
      lastRequest = wish
      stopwatch.inspectSoon()
    }
    guard stopwatch.isInspectionDue(step: learning.step, isWaiting: isWaiting) else { return }
    let (network, step, channels) = (learning.network.inferenceCopy, learning.step, channels)
    let dropped = inspection
    inspection = Task {
      await dropped?.value
      let clock = ContinuousClock()
      let began = clock.now
      // Somebody waits for it, with everything else covered by it.
      if wish.wantsFrontier, let frontier = await inspectors.frontier(network, step: step), !Task.isCancelled
      {
        channels.post(frontier)
      }
      let looked = await inspectors.inspect(network, step: step, wish)
      // The run is at its end, and nobody waits for half a look.
      if Task.isCancelled { return }
      channels.post(looked)
      stopwatch.inspectionTook(clock.now - began)
      inspection = nil
      // Nothing else would show what changed meanwhile.
      if isWaiting { inspect() }
    }
  }

  private func snapshot() -> Snapshot {
    var snapshot = Snapshot()
    snapshot.state = state
    snapshot.problem = dataset.problem
    snapshot.network = configuration.network.kind
    snapshot.importance = configuration.network.importance
    snapshot.quantile = configuration.network.quantile
    snapshot.step = learning.step
    snapshot.epoch = learning.epoch
    snapshot.epochs = epochs
    snapshot.shape = learning.network.shape
    snapshot.parameters = learning.network.parameterCount()
    snapshot.parameterCost = parameterCost
    snapshot.layers = learning.network.adaptations.enumerated().map(layer)
    snapshot.learningRate = learning.optimizer.learningRate
    snapshot.learningRateFactor = learningRateFactor
    snapshot.pace = pace
    snapshot.stepsPerSecond = stopwatch.stepsPerSecond
    snapshot.epochsPerSecond = stopwatch.stepsPerSecond / Double(batchesPerEpoch)
    snapshot.grown = history.totals.grown
    snapshot.shrunk = history.totals.shrunk
    snapshot.trainLoss = history.trainLoss
    snapshot.smoothedTrainLoss = history.smoothedTrainLoss
    snapshot.validationLoss = history.validationLoss
    snapshot.validationMetric = history.validationMetric
    snapshot.validation = history.validation
    snapshot.abandonedLoss = history.abandonedLoss
    snapshot.undoDepth = undoStack.undoDepth
    snapshot.redoDepth = undoStack.redoDepth
    snapshot.undoForgotten = undoStack.forgotten
    snapshot.compression = compressionStatus
    return snapshot
  }

  private func layer(_ index: Int, _ adaptation: Adaptation) -> LayerSnapshot {
    LayerSnapshot(
      width: adaptation.width, rate: adaptation.rate, policy: adaptation.policy,
      ceiling: adaptation.policy == .hold ? adaptation.width : adaptation.ceiling,
      importances: adaptation.importances.elements, widthHistory: history.widths[index],
      ratePrior: adaptation.prior,
      compressionTarget: learning.compression?.layer == index ? learning.compression?.target : nil,
      posterior: .normal(mean: adaptation.rate, deviation: 1))
  }

  private var state: RunState {
    switch phase {
    case .running: learning.compression == nil && ratchet == nil ? .running : .compressing
    case .paused: .paused
    case .finished: .finished
    case .diverged: .diverged
    case .stopped: .stopped
    }
  }

  func outcome(test: Metrics?) -> Outcome {
    Outcome(
      divergedAfter: phase == .diverged ? divergedAfter : nil, isStopped: phase == .stopped,
      epochs: learning.epoch,
      steps: learning.step, seconds: stopwatch.seconds,
      samples: samples, threads: workers.threads, trainLoss: history.meanLoss, validation: history.validation,
      best: patience.seen.best,
      test: test,
      widths: learning.network.adaptiveBlocks.isEmpty
        ? configuration.network.fixedWidths ?? [] : learning.network.widths,
      initialWidths: learning.network.adaptiveBlocks.isEmpty
        ? configuration.network.fixedWidths ?? []
        : [Int](
          repeating: configuration.network.initialWidths[0], count: learning.network.adaptiveBlocks.count),
      parameters: learning.network.parameterCount())
  }
}
