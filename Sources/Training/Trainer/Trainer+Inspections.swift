import AdaptiveWidth
import Experiment

/// What the dashboard shows of copies of the network, measured beside training.
///
/// What is cheap has a thread of its own, so that it never waits for what is dear. The price of a cut that a question
/// is about comes first there.
extension Trainer {
  /// The network was replaced: finished inspections, and those under way, are of another one. None of them is
  /// delivered after the event that says so.
  package func dropInspection() {
    inspection?.cancel()
    glance?.cancel()
    channels.dropInspections()
    frontierStep = nil
    stopwatch.inspectSoon()
  }

  /// Waits for a moment alone: what takes longer is dropped with the process.
  func endInspections() async {
    let ends = [inspection, glance].compactMap { $0 }
    for task in ends { task.cancel() }
    inspection = nil
    glance = nil
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    Task.detached {
      for task in ends { await task.value }
      continuation.finish()
    }
    let limit = Task.detached {
      try? await Task.sleep(for: .milliseconds(300))
      continuation.finish()
    }
    for await _ in stream {}
    limit.cancel()
  }

  /// Begins to inspect a copy of the network unless an inspection of that kind is under way.
  func inspect() {
    guard channels.isWatched, !progress.phase.isEnded else { return }
    var request = channels.wish
    request.shownLayer = lastRequest.shownLayer
    if request != lastRequest {
      // Only what is asked for is urgent.
      if request.cut != lastRequest.cut || request.wantsPredictions && !lastRequest.wantsPredictions {
        stopwatch.glances.runSoon()
      }
      if request.orderLayer != lastRequest.orderLayer || request.wantsFrontier != lastRequest.wantsFrontier {
        stopwatch.cuts.runSoon()
      }
    }
    lastRequest = channels.wish
    beginGlance(lastRequest)
    inspectCuts(lastRequest)
  }

  private func beginGlance(_ request: InspectionRequest) {
    guard glance?.isCancelled ?? true,
      stopwatch.glances.isDue(step: learning.step, isWaiting: isWaiting)
    else { return }
    let (network, step, channels) = (learning.network.inferenceCopy, learning.step, channels)
    let (quickEvaluator, dropped) = (quickEvaluator, glance)
    glance = Task {
      await dropped?.value
      let clock = ContinuousClock()
      let began = clock.now
      if let cut = request.cut, let price = await quickEvaluator.price(of: cut, network, step: step),
        !Task.isCancelled
      {
        channels.post(price)
      }
      let result = await quickEvaluator.glance(network, step: step)
      // Its network was replaced, or the run is over.
      if Task.isCancelled { return }
      channels.post(result)
      recorder?.record(result)
      if request.wantsPredictions,
        let predictions = await quickEvaluator.predictions(network, step: step), !Task.isCancelled
      {
        channels.post(predictions)
        recorder?.record(predictions)
      }
      if Task.isCancelled { return }
      stopwatch.glances.took(clock.now - began, epoch: epochTime)
      glance = nil
      // While the run waits, nothing else would show what was requested meanwhile.
      if isWaiting { inspect() }
    }
  }

  private func inspectCuts(_ request: InspectionRequest) {
    if isWaiting && cutRows.wereSome && inspection == nil { stopwatch.cuts.runSoon() }
    guard inspection?.isCancelled ?? true,
      stopwatch.cuts.isDue(step: learning.step, isWaiting: isWaiting)
    else { return }
    let (network, step, channels) = (learning.network.inferenceCopy, learning.step, channels)
    let limit = cutRows.next(isWaiting: isWaiting)
    let (curveEvaluator, dropped, recorder) = (curveEvaluator, inspection, recorder)
    inspection = Task {
      await dropped?.value
      let clock = ContinuousClock()
      let began = clock.now
      // Measure the price list first: it is open and covers all other panes. Those who watch keep it while it holds.
      if request.wantsFrontier, frontierStep != step,
        let frontier = await curveEvaluator.frontier(network, step: step), !Task.isCancelled
      {
        channels.post(frontier)
        frontierStep = step
      }
      await curveEvaluator.inspectCuts(network, step: step, request, limit: limit) {
        channels.post($0)
        recorder?.record($0)
      }
      if Task.isCancelled { return }
      stopwatch.cuts.took(clock.now - began, epoch: epochTime)
      cutRows.took(clock.now - began, epoch: epochTime, of: dataset.validation.rows)
      inspection = nil
      if isWaiting { inspect() }
    }
  }

  /// At the present speed.
  private var epochTime: Duration? { stopwatch.epochTime(batchesPerEpoch: batchesPerEpoch) }
}

/// How many held-out observations curves of cuts are measured on while training goes on: so many that they are no older
/// than an epoch when they are done.
package struct CutRows: Sendable {
  private static let minRows = 1_000
  private var count = Self.minRows
  /// Whether the last curves were measured on some of the rows.
  package private(set) var wereSome = false

  package init() {}

  /// While nothing trains, there is time for all.
  package mutating func next(isWaiting: Bool) -> Int {
    wereSome = !isWaiting
    return isWaiting ? .max : count
  }

  /// - Parameter all: observations there are.
  package mutating func took(_ time: Duration, epoch: Duration?, of all: Int) {
    if wereSome && count >= all { wereSome = false }
    guard let epoch else { return }
    if time > epoch { count = max(Self.minRows, count / 2) }
    if time < epoch / 4 { count = min(max(all, Self.minRows), count * 2) }
  }
}
