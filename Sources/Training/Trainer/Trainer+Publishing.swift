import AdaptiveWidth
import Experiment
import Glibc

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
    unpublished.append(event)
  }

  func publishIfDue() {
    if stopwatch.isSnapshotDue || !unpublished.isEmpty { publish() }
  }

  /// Sends a snapshot together with the events before it: its reader never sees one without the other.
  ///
  /// Each command ends with this, and each step that an event belongs to, so no event waits for the next frame.
  func publish() {
    stopwatch.snapshotTaken()
    channels.post(unpublished, snapshot())
    unpublished.removeAll(keepingCapacity: true)
    inspect()
  }

  private func snapshot() -> Snapshot {
    var snapshot = Snapshot()
    snapshot.state = state
    snapshot.problem = dataset.problem
    snapshot.network = configuration.network.kind
    snapshot.importance = configuration.network.importance
    snapshot.step = learning.step
    snapshot.epoch = learning.epoch
    snapshot.epochs = moment.limits.epochs
    snapshot.stepLimit = moment.limits.steps
    snapshot.stepsPerEpoch = batchesPerEpoch
    snapshot.epochsMore = epochsMore
    snapshot.shape = learning.network.shape
    snapshot.parameters = learning.network.parameterCount()
    snapshot.parameterCost = parameterCost
    snapshot.layers = learning.network.adaptations.enumerated().map(layer)
    for (index, name) in (learning.network.layerNames ?? []).enumerated() {
      snapshot.layers[index].name = name
    }
    snapshot.learningRate = learning.optimizer.learningRate
    snapshot.learningRateFactor = learningRateFactor
    snapshot.pace = pace
    snapshot.stepsPerSecond = stopwatch.stepsPerSecond
    snapshot.epochsPerSecond = stopwatch.stepsPerSecond / Double(batchesPerEpoch)
    snapshot.grown = history.totals.grown
    snapshot.shrunk = history.totals.shrunk
    snapshot.meanTrainLoss = history.recentLoss
    snapshot.trainLoss = history.trainLoss
    snapshot.smoothedTrainLoss = history.smoothedTrainLoss
    snapshot.validationLoss = history.validationLoss
    snapshot.validationMetric = history.validationMetric
    snapshot.validation = history.validation
    snapshot.validationStep = history.validationStep
    snapshot.abandonedLoss = history.abandonedLoss
    snapshot.undoDepth = undoStack.undoDepth
    snapshot.redoDepth = undoStack.redoDepth
    snapshot.undoForgotten = undoStack.forgotten
    snapshot.compression = compressionStatus
    snapshot.teaching = distillationStatus
    snapshot.teachesCuts = configuration.training.teacher != nil
    snapshot.roundTo = rounding.isNone ? nil : rounding.multiple
    snapshot.settling = settlingStatus
    snapshot.risk = recorder?.risk
    return snapshot
  }

  private func layer(_ index: Int, _ adaptation: Adaptation) -> LayerSnapshot {
    LayerSnapshot(
      width: adaptation.width, rate: adaptation.rate, policy: adaptation.policy,
      ceiling: adaptation.policy == .hold ? adaptation.width : adaptation.ceiling,
      importances: adaptation.importances.elements, widthHistory: history.widths[index],
      ratePrior: adaptation.prior,
      compressionTarget: learning.compression?.layer == index ? learning.compression?.target : nil,
      posterior: posterior(index, adaptation),
      need: learning.settling?.need(of: index, width: adaptation.width),
      quantile: adaptation.quantile)
  }

  private var settlingStatus: SettlingStatus? {
    learning.settling?.status(of: scheduledSteps, learning.network.widths)
  }

  /// The paper's has a fixed spread. A measured width has the spread that the measurement found; before the first one,
  /// and after a cut, nothing is known but an order of magnitude.
  private func posterior(_ index: Int, _ adaptation: Adaptation) -> Posterior {
    guard !adaptation.learnsRate else { return .normal(mean: adaptation.rate, deviation: 1) }
    guard let need = learning.settling?.need(of: index, width: adaptation.width) else {
      return .logNormal(logMean: log(adaptation.rate), logDeviation: 1)
    }
    return Posterior(need, family: adaptation.family, quantile: adaptation.quantile)
  }

  var state: RunState { progress.phase.state(isCompressing: learning.compression != nil) }

  /// The widths that the adaptive layers begin with, or the fixed widths.
  private var initialWidths: [Int] {
    if let widths = progress.givenWidths { return widths }
    let (count, widths) = (learning.network.adaptiveBlocks.count, configuration.network.initialWidths)
    if count == 0 { return configuration.network.fixedWidths ?? [] }
    if widths.count == count { return widths }
    return (0..<count).map {
      if learning.network.isOfFeatures($0) { return configuration.network.initialFeatures }
      if learning.network.isOfState($0) { return configuration.network.initialStateSize }
      return learning.network.heads($0) == nil ? widths[0] : configuration.network.initialHeadWidth
    }
  }

  func outcome(test: Metrics?) -> Outcome {
    let divergedAfter: Int? = if case .ended(.diverged(let step)) = progress.phase { step } else { nil }
    let (settling, widths) = (learning.settling, learning.network.widths)
    return Outcome(
      divergedAfter: divergedAfter, isStopped: state == .stopped,
      epochs: learning.epoch,
      steps: learning.step, seconds: stopwatch.seconds,
      samples: progress.samples, threads: workers.threads, trainLoss: history.meanLoss,
      validation: history.validation, validationStep: history.validationStep,
      best: moment.patience.seen.best,
      bestEpoch: moment.patience.seen.bestStep.map { Double($0) / Double(batchesPerEpoch) },
      keptBest: moment.bestOrLast?.isLast ?? false,
      test: test,
      widths: learning.network.adaptiveBlocks.isEmpty
        ? configuration.network.fixedWidths ?? [] : learning.network.widths,
      initialWidths: initialWidths, layerNames: learning.network.layerNames,
      parameters: learning.network.parameterCount(),
      settling: settlingStatus, labelTemperature: learning.labelTemperature?.value,
      widthIntervals: settling.map { settling in
        widths.enumerated().map { settling.need(of: $0, width: $1)?.interval }
      } ?? [], limit: limit)
  }

  /// What ended the run, if nothing else did.
  private var limit: Outcome.Limit {
    if let steps = moment.limits.steps, learning.step >= steps { return .steps }
    return learning.epoch < Double(moment.limits.epochs) ? .patience : .epochs
  }
}
