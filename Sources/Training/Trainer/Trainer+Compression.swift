import AdaptiveWidth
import Experiment
import Glibc
import Learning

/// Compression of one layer to a width.
extension Trainer {
  func compress(_ layer: Int, to width: Int, _ id: Int) async {
    let current = learning.network.widths[layer]
    let before = await edit(id, .compressing(layer: layer, from: current, target: width)) { _ in }
    anneal(layer, to: width)
    moment.learning.compression?.before = before
    keepAsGood()
    progress.phase.reopen()
  }

  /// Puts the layer's rate under a prior whose mean moves to the target's rate.
  ///
  /// - Parameters:
  ///   - time: multiple of the usual duration.
  ///   - isExact: whether the layer becomes no narrower, and stays there.
  func anneal(_ layer: Int, to width: Int, time: Int = 1, isExact: Bool = false) {
    let adaptation = learning.network.adaptation(layer)
    // The prior moves the rate, whatever the method.
    moment.learning.network.setLearnsRate(layer: layer, true)
    if adaptation.policy == .hold { moment.learning.network.setPolicy(layer: layer, .adapt) }
    moment.learning.compression = Compression(
      layer: layer, target: width, from: adaptation.width, firstRate: adaptation.rate,
      firstStep: learning.step, duration: time * compressionSteps(adaptation, to: width),
      originalPrior: adaptation.prior)
    if isExact { moment.learning.compression?.isExact = true }
  }

  /// The usual duration, but no fewer steps than Adam, which moves a parameter by at most its learning rate a step,
  /// needs to get there in half the time.
  private func compressionSteps(_ adaptation: Adaptation, to width: Int) -> Int {
    let target = adaptation.family.rate(width: width, quantile: adaptation.quantile)
    let distance = abs(log(target / adaptation.rate))
    let fastest = 2 * distance / (learning.optimizer.learningRate * LearningRateCourse.latestFactor)
    return max(1_000, compressionTimes.steps, Int(min(fastest, 1e9)))
  }

  /// Ends whatever compression is under way: on a command, or before another edit.
  func endCompression(command: Int? = nil) async {
    if isSearching { await stopSearch(command) } else { await finishCompressing(command: command) }
  }

  func finishCompressing(command: Int? = nil) async {
    guard let compression = learning.compression else { return }
    let width = learning.network.widths[compression.layer]
    moment.learning.endCompression()
    // Beyond the last epoch, the smaller network gets some more to settle in.
    if isDone { extend(by: compressionTimes.settlingEpochs) }
    moment.forgetBest()
    keepAsGood()
    wantsCheckpoint = true
    let metrics = await measure(learning.network)
    post(
      .compressed(
        layer: compression.layer, from: compression.from, to: width, target: compression.target),
      command: command, before: compression.before, after: metrics)
  }

  var compressionStatus: CompressionStatus? {
    let search = progress.phase.search
    if let compression = learning.compression {
      let done = Double(learning.step - compression.firstStep) / Double(max(1, compression.duration))
      var status = CompressionStatus(
        layer: compression.layer, from: compression.from, target: compression.target,
        progress: min(1, done))
      status.reference = compression.before
      (status.steps, status.mostSteps) = (learning.step - compression.firstStep, compression.mostSteps)
      return search?.describe(status) ?? status
    }
    guard let search, let trial = search.trial else { return nil }
    return search.describe(
      CompressionStatus(layer: trial.layer, from: trial.from, target: trial.target, progress: 1))
  }
}
