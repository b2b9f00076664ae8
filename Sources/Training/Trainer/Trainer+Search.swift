import AdaptiveWidth
import Experiment

/// Compression until the metric degrades: a cut, then a `CompressionSearch` with trials that are trained.
extension Trainer {
  func compress(_ layers: [Int], tolerating tolerance: Double, _ method: CutMethod, _ id: Int) async {
    let widths = learning.network.widths
    guard dataset.validation.rows > 0,
      let reference = await edit(
        id, .compressingUntil(layers: layers, tolerance: tolerance),
        { [rounding] in
          // A rate that moves would lead a width away from its multiple.
          if !rounding.isNone { for layer in layers { $0.network.setPolicy(layer: layer, .hold) } }
        })
    else { return reject(id, "there are no held-out rows to tell when it degrades: compress to a width") }
    progress.phase.reopen(
      CompressionSearch(
        layers: layers, tolerance: tolerance, reference: reference, from: widths,
        queue: layers.map { CompressionSearch.LayerState(layer: $0) }, best: moment))
    await beginWithCut(method)
    await beginTrial()
  }

  /// What needs no training comes first: the smallest cut that is good enough. It is undone with the search. Whoever ends
  /// the search meanwhile keeps the network as it is.
  private func beginWithCut(_ method: CutMethod) async {
    guard let search = progress.phase.search else { return }
    stopwatch.pause()
    let network = learning.network
    let found = await unlessStopped(or: [.stopCompressing]) { [evaluator] in
      await evaluator.smallestCut(network, of: search.layers, within: search.budget, method)
    }
    if case let widths?? = found {
      let cut = await evaluator.cut(network, to: widths, method)
      let metrics = await evaluator.evaluate(cut)
      if let metrics, search.budget.admits(metrics) {
        moment.learning.take(cut, cutBy: method)
        moment.history.replaceValidation(metrics, at: learning.step)
        progress.phase.search?.best = moment
        dropInspection()
        post(.cut(from: network.widths, to: widths, method), before: search.reference, after: metrics)
      }
    }
    stopwatch.start()
  }

  /// After every step of a search.
  func advanceSearch() async {
    if learning.compression != nil {
      guard learning.isCompressionOver else { return }
      moment.learning.endCompression()
    } else if let until = progress.phase.search?.settleUntil, learning.step < until {
      return
    }
    guard let search = progress.phase.search, let trial = search.trial else { return }
    // A layer whose width does not follow would be tried for ever.
    let width = learning.network.widths[trial.layer]
    guard width < trial.from, isRounded(width, trial) else { return await rejectTrial(.stuck) }
    guard learning.network.isFinite, let metrics = await measure(learning.network) else {
      return await rejectTrial(.diverged)
    }
    if search.budget.admits(metrics) { return await acceptTrial(trial, metrics) }
    progress.phase.search?.failures += 1
    if search.failures + 1 >= CompressionSearch.patience { return await rejectTrial(.degraded, metrics) }
    progress.phase.search?.settleUntil =
      learning.step + steps(of: compressionTimes.settlingEpochs * trial.time)
  }

  /// Whether a trial's width is one that may be chosen.
  private func isRounded(_ width: Int, _ trial: CompressionSearch.Trial) -> Bool {
    rounding.up(width, atMost: trial.from) == width
  }

  private func acceptTrial(_ trial: CompressionSearch.Trial, _ metrics: Metrics) async {
    moment.history.replaceValidation(metrics, at: learning.step)
    progress.phase.search?.accept(trial, best: moment)
    post(
      .compressionStep(
        layer: trial.layer, from: trial.from, to: learning.network.widths[trial.layer], .kept, backTo: nil),
      before: progress.phase.search?.reference, after: metrics)
    await beginTrial()
  }

  /// Rolls back to the last accepted moment.
  ///
  /// - Parameter metrics: of the rejected network, if measured.
  func rejectTrial(_ verdict: CompressionVerdict, _ metrics: Metrics? = nil) async {
    // Finish the pending evaluation first: it belongs to the rejected network.
    await takeUpEvaluation()
    guard let search = progress.phase.search, let trial = search.trial else { return }
    let (width, step) = (learning.network.widths[trial.layer], learning.step)
    var after = metrics
    if after == nil && learning.network.isFinite { after = await measure(learning.network) }
    rollBack(to: search.best)
    progress.phase.search?.reject(trial, rounding: rounding)
    post(
      .compressionStep(layer: trial.layer, from: trial.from, to: width, verdict, backTo: learning.step),
      step: step, before: search.reference, after: after)
    await beginTrial()
  }

  /// Unlike after an undo, the search continues, even beyond the last epoch.
  private func rollBack(to best: RunMoment) {
    let (rate, price) = (learning.optimizer.learningRate, learning.settling?.price)
    goBack(to: best, keepingAbandoned: true)
    // The user may have set them meanwhile.
    moment.learning.optimizer.learningRate = rate
    if let price { moment.learning.settling?.price = price }
  }

  private func beginTrial() async {
    let widths = learning.network.widths
    guard let trial = progress.phase.search?.nextTrial(widths: widths, rounding: rounding) else {
      return await endSearch(isStopped: false, command: nil)
    }
    anneal(trial.layer, to: trial.target, time: trial.time, isExact: !rounding.isNone)
    keepAsGood()
    wantsCheckpoint = true
  }

  /// Keeps the present network if it is good enough.
  func stopSearch(_ id: Int?) async {
    guard let search = progress.phase.search else { return }
    await takeUpEvaluation()
    moment.learning.endCompression()
    let metrics = await measure(learning.network)
    let isAllowed = search.trial.map { isRounded(learning.network.widths[$0.layer], $0) } ?? true
    if let metrics, isAllowed, search.budget.admits(metrics) {
      moment.history.replaceValidation(metrics, at: learning.step)
    } else {
      rollBack(to: search.best)
    }
    await endSearch(isStopped: true, command: id)
    if isDone && progress.phase.isRunning { await finishEpochs() }
  }

  private func endSearch(isStopped: Bool, command: Int?) async {
    guard let search = progress.phase.search else { return }
    progress.phase.search = nil
    for layer in search.layers { moment.learning.network.setPolicy(layer: layer, .hold) }
    moment.forgetBest()
    keepAsGood()
    wantsCheckpoint = true
    dropInspection()
    let metrics = await measure(learning.network)
    post(
      .compressedUntil(from: search.from, to: learning.network.widths, isStopped: isStopped),
      command: command, before: search.reference, after: metrics)
  }
}
