import AdaptiveWidth
import Experiment
import Glibc

/// Compression to a width.
extension Trainer {
  func compress(_ layer: Int, to width: Int, _ id: Int) async {
    guard let current = existingWidth(of: layer, id) else { return }
    guard width >= 1 && width < current else {
      return reject(id, "layer \(layer + 1) has \(current) neurons: compress to 1 to \(current - 1)")
    }
    guard learning.compression == nil && ratchet == nil else {
      return reject(id, "a compression is under way")
    }
    let before = await edit(id, .compressing(layer: layer, from: current, target: width)) { _ in }
    lead(layer, to: width)
    learning.compression?.before = before
    keepAsGood()
    if phase == .finished { phase = .running }
  }

  /// Puts the layer's rate under a prior that walks to the target's.
  ///
  /// - Parameter patience: in how many times the usual time.
  func lead(_ layer: Int, to width: Int, patience: Int = 1) {
    let adaptation = learning.network.adaptation(layer)
    if adaptation.policy == .hold { learning.network.setPolicy(layer: layer, .adapt) }
    learning.compression = Compression(
      layer: layer, target: width, from: adaptation.width, firstRate: adaptation.rate,
      firstStep: learning.step, duration: patience * compressionSteps(adaptation, to: width),
      originalPrior: adaptation.prior)
  }

  /// A twentieth of the run, which scales with how long this problem takes to learn, and no fewer than Adam, which
  /// moves a parameter by at most its learning rate a step, needs to get there in half the time.
  private func compressionSteps(_ adaptation: Adaptation, to width: Int) -> Int {
    let target = adaptation.family.rate(width: width, quantile: adaptation.quantile)
    let distance = abs(log(target / adaptation.rate))
    let fastest = 2 * distance / (learning.optimizer.learningRate * Self.latestFactor)
    return max(1_000, steps(of: configuration.training.epochs) / 20, Int(min(fastest, 1e9)))
  }

  func stopCompressing(_ id: Int) async {
    if ratchet != nil { return await stopRatchet(id) }
    guard learning.compression != nil else { return reject(id, "no compression is under way") }
    await finishCompressing(command: id)
  }

  /// Before another edit.
  func endCompression() async {
    if ratchet != nil { await stopRatchet(nil) } else { await finishCompressing() }
  }

  func finishCompressing(command: Int? = nil) async {
    guard let compression = learning.compression else { return }
    let width = learning.network.widths[compression.layer]
    learning.endCompression()
    // Beyond the last epoch, the smaller network gets some more to settle in.
    if isDone { extend(by: max(1, configuration.training.epochs / 20)) }
    patience.reset()
    keepAsGood()
    wantsCheckpoint = true
    let metrics = await measure(learning.network)
    post(
      .compressed(
        layer: compression.layer, from: compression.from, to: width, target: compression.target),
      command: command, before: compression.before, after: metrics)
  }

  var compressionStatus: CompressionStatus? {
    if let compression = learning.compression {
      let done = Double(learning.step - compression.firstStep) / Double(max(1, compression.duration))
      var status = CompressionStatus(
        layer: compression.layer, from: compression.from, target: compression.target,
        progress: min(1, done))
      status.reference = compression.before
      return ratchet?.describe(status) ?? status
    }
    guard let ratchet, let rung = ratchet.rung else { return nil }
    return ratchet.describe(
      CompressionStatus(layer: rung.layer, from: rung.from, target: rung.target, progress: 1))
  }
}

extension Ratchet {
  fileprivate func describe(_ status: CompressionStatus) -> CompressionStatus {
    var status = status
    (status.tolerance, status.reference, status.failures) = (tolerance, reference, failures)
    status.accepted = best.learning.network.widths
    return status
  }
}

/// Compression until it degrades.
extension Trainer {
  func compress(_ layers: [Int], tolerating tolerance: Double, _ id: Int) async {
    let widths = learning.network.widths
    guard !layers.isEmpty, layers.allSatisfy(widths.indices.contains) else {
      return reject(id, "name adaptive layers from 1 to \(widths.count)")
    }
    guard tolerance >= 0 && tolerance.isFinite else { return reject(id, "a tolerance is not negative") }
    guard layers.contains(where: { widths[$0] > 1 }) else { return reject(id, "no neuron is left to lose") }
    guard learning.compression == nil && ratchet == nil else {
      return reject(id, "a compression is under way")
    }
    guard dataset.validation.rows > 0,
      let reference = await edit(id, .compressingUntil(layers: layers, tolerance: tolerance), { _ in })
    else { return reject(id, "there are no held-out rows to tell when it degrades: compress to a width") }
    ratchet = Ratchet(
      layers: layers, tolerance: tolerance, reference: reference, from: widths,
      queue: layers.map { Ratchet.Turn(layer: $0) }, best: present)
    if phase == .finished { phase = .running }
    await nextRung()
  }

  /// After every step.
  func advanceRatchet() async {
    if learning.compression != nil {
      guard learning.isCompressionOver else { return }
      learning.endCompression()
    } else if let until = ratchet?.settleUntil, learning.step < until {
      return
    }
    guard let rung = ratchet?.rung, let ratchet else { return }
    // A layer that does not follow would be led there for ever.
    guard learning.network.widths[rung.layer] < rung.from else { return await rungFailed(.stuck) }
    guard learning.network.isFinite, let metrics = await measure(learning.network) else {
      return await rungFailed(.diverged)
    }
    if ratchet.budget.admits(metrics, parameters: 0) { return await rungSucceeded(rung, metrics) }
    self.ratchet?.failures += 1
    if ratchet.failures + 1 >= Ratchet.patience { return await rungFailed(.degraded, metrics) }
    let epochs = max(1, configuration.training.epochs / 20) * rung.patience
    self.ratchet?.settleUntil = learning.step + steps(of: epochs)
  }

  private func rungSucceeded(_ rung: Ratchet.Rung, _ metrics: Metrics) async {
    history.replaceValidation(metrics, at: learning.step)
    ratchet?.best = present
    // The other layers come before it again.
    ratchet?.queue.append(rung.turn)
    post(
      .compressionStep(
        layer: rung.layer, from: rung.from, to: learning.network.widths[rung.layer], .kept, backTo: nil),
      before: ratchet?.reference, after: metrics)
    await nextRung()
  }

  /// All goes back to the last moment that was good enough.
  ///
  /// - Parameter metrics: of the network that goes, if they are known.
  func rungFailed(_ verdict: CompressionVerdict, _ metrics: Metrics? = nil) async {
    // It is of the network that goes.
    await takeUpEvaluation()
    guard let ratchet, let rung = ratchet.rung else { return }
    let (width, step) = (learning.network.widths[rung.layer], learning.step)
    var after = metrics
    if after == nil && learning.network.isFinite { after = await measure(learning.network) }
    goBackToBest()
    self.ratchet?.fail(rung)
    post(
      .compressionStep(layer: rung.layer, from: rung.from, to: width, verdict, backTo: learning.step),
      step: step, before: ratchet.reference, after: after)
    await nextRung()
  }

  private func goBackToBest() {
    guard let ratchet else { return }
    let (taken, phase, rate) = (history, phase, learning.optimizer.learningRate)
    restore(ratchet.best)
    // Set by the user, meanwhile perhaps.
    learning.optimizer.learningRate = rate
    // Unlike after an undo, the search goes on, be it beyond the last epoch.
    (self.ratchet, self.phase) = (ratchet, phase)
    history.keepAbandoned(of: taken, after: learning.step)
  }

  private func nextRung() async {
    guard let rung = ratchet?.takeRung(widths: learning.network.widths) else {
      return await endRatchet(isStopped: false, command: nil)
    }
    lead(rung.layer, to: rung.target, patience: rung.patience)
    keepAsGood()
    wantsCheckpoint = true
  }

  /// Keeps what there is if it is good enough.
  private func stopRatchet(_ id: Int?) async {
    guard let budget = ratchet?.budget else { return }
    await takeUpEvaluation()
    learning.endCompression()
    let metrics = await measure(learning.network)
    if let metrics, budget.admits(metrics, parameters: 0) {
      history.replaceValidation(metrics, at: learning.step)
    } else {
      goBackToBest()
    }
    await endRatchet(isStopped: true, command: id)
    if isDone && phase == .running { await finishEpochs() }
  }

  private func endRatchet(isStopped: Bool, command: Int?) async {
    guard let ratchet else { return }
    self.ratchet = nil
    for layer in ratchet.layers { learning.network.setPolicy(layer: layer, .hold) }
    patience.reset()
    keepAsGood()
    wantsCheckpoint = true
    dropInspection()
    let metrics = await measure(learning.network)
    post(
      .compressedUntil(from: ratchet.from, to: learning.network.widths, isStopped: isStopped),
      command: command, before: ratchet.reference, after: metrics)
  }
}
