import AdaptiveWidth
import Experiment
import Learning
import LinearAlgebra

/// Widths that measurements set.
extension Trainer {
  /// Does what the schedule of settling has for this step.
  func settleIfDue() async {
    guard let settling = learning.settling, !isCompressing,
      let stage = settling.due(at: learning.step, of: scheduledSteps)
    else { return }
    switch stage {
    case .explore: await explore()
    case .watch: await watch()
    case .measure: await measureNeeds(isLast: false)
    case .settle: await measureNeeds(isLast: true)
    }
  }

  /// Fits the noise of labels at the steps that have a check of it.
  func checkCalibrationIfDue() async {
    guard learning.labelTemperature?.isDue(at: learning.step, of: scheduledSteps) ?? false else { return }
    let found = await evaluator.calibration(
      of: learning.network, dataset, seed: configuration.training.seed)
    moment.learning.labelTemperature?.take(found)
    guard let temperature = learning.labelTemperature, temperature.isOver, temperature.isOfNote else {
      return
    }
    post(.labelsAreNoisy(temperature: temperature.value))
  }

  /// Begins once more with a new network that has the same room in every layer, whatever the start: so the widths found
  /// do not depend on it. It cannot be undone: all that the run has learned comes after it.
  private func explore() async {
    let network = learning.network
    let from = network.widths
    // Channels, features and columns of heads explore with as many as they begin with: room for them costs too much work.
    let isSteady = from.indices.map(network.beginsWithGivenWidth)
    let room = Settling.room(layers: isSteady.count { !$0 })
    let to = zip(network.adaptations, isSteady).map { adaptation, isSteady in
      adaptation.policy == .hold || isSteady
        ? adaptation.width : min(room, adaptation.ceiling ?? .max)
    }
    await settlingEdit(isUndoable: false) { [configuration, dataset, evaluator] state in
      guard to != from else { return [] }
      var roomy = configuration
      roomy.network.initialRate = roomy.network.importance.rate(width: room, quantile: roomy.network.quantile)
      let wide = Network(roomy, dataset)
      var network = await evaluator.cut(wide, to: zip(wide.widths, to).map(min), .plain)
      // A layer that is held may be wider than the room, and the smallest rate may leave less of it.
      for (layer, width) in to.enumerated() where width > network.widths[layer] {
        network.grow(layer: layer, to: width, random: &state.growth)
      }
      network.takePolicies(of: state.network)
      state.beginAnew(with: network)
      return from.indices.filter { from[$0] != to[$0] }
        .map { .explored(layer: $0, from: from[$0], to: to[$0]) }
    }
  }

  /// Measures how much the network has learned.
  private func watch() async {
    let (network, seed) = (learning.network, configuration.training.seed)
    stopwatch.interruptSpeed()
    defer { stopwatch.goOnWithSpeed() }
    let improvement = await unlessStopped { [evaluator, dataset] in
      await evaluator.improvement(of: network, dataset, seed: seed)
    }
    guard let improvement else {
      moment.learning.settling?.isInterrupted = true
      return
    }
    moment.learning.settling?.stage += 1
    moment.learning.settling?.improvement = improvement
    stopwatch.count()
  }

  /// Makes a measurement that ends early if the run is asked to stop.
  ///
  /// Several processes make it to its end: each would have to know of the request.
  ///
  /// - Parameter actions: other commands that end it.
  /// - Returns: `nil`: the run is asked to stop.
  func unlessStopped<Finding: Sendable>(
    or actions: [Command.Action] = [], _ measure: @escaping @Sendable () async -> Finding
  ) async -> Finding? {
    guard collective.isAlone else { return await measure() }
    let task = Task { await measure() }
    return await channels.commands.observing {
      if $0.action == .stop || actions.contains($0.action) { task.cancel() }
    } during: {
      let finding = await task.value
      return task.isCancelled ? nil : finding
    }
  }

  /// - Parameters:
  ///   - isLast: whether widths become exactly what is needed.
  ///   - waits: whether a network that still learns fast is left as it is.
  ///   - formerPrice: which an undo brings back, if the price was turned; `nil`: it was not.
  /// - Returns: false if the run was asked to stop before the measurement was over.
  @discardableResult
  func measureNeeds(isLast: Bool, waits: Bool = true, formerPrice: Double? = nil) async -> Bool {
    guard let settling = learning.settling else { return true }
    let rules = SettlingRules(
      price: WidthPrice(price: settling.price, unit: settling.unit), isLast: isLast)
    let (seed, distillation) = (configuration.training.seed, distillation())
    let earlier = waits ? settling.improvement : nil
    return await settlingEdit(formerPrice: formerPrice) { [evaluator, dataset] state in
      let (network, growth) = (state.network, state.growth)
      let measured = await unlessStopped {
        await evaluator.settle(
          network, rules, dataset, seed: seed, growth: growth, earlierImprovement: earlier)
      }
      guard let finding = measured else { return nil }
      state.settling?.improvement = finding.improvement
      state.settling?.obstacle = finding.obstacle
      guard let found = finding.result else {
        switch finding.obstacle {
        case .isStillLearning: return isLast ? [.stillLearning] : []
        case .hasLearnedNothing, nil: return [.nothingToSettle]
        }
      }
      if isLast, zip(found.network.widths, state.network.widths).contains(where: <) {
        state.distillation = distillation
      }
      if found.network.widths != state.network.widths {
        state.take(found.network, cutBy: .best, isMeasured: true)
      }
      state.growth = found.growth
      state.settling?.take(found.moves)
      return found.moves.filter { isLast || $0.from != $0.to }
        .map { .settled(layer: $0.layer, from: $0.from, to: $0.to, need: $0.need) }
    }
  }

  /// One stage: all its moves are one edit, which undo takes back. An undo goes on with the next stage.
  ///
  /// - Parameter change: returns `nil` if the run is asked to stop: it then ends as if the stage had not begun.
  /// - Returns: whether the stage is done.
  @discardableResult
  private func settlingEdit(
    formerPrice: Double? = nil, isUndoable: Bool = true,
    _ change: (inout LearningState) async -> [Event.Kind]?
  ) async -> Bool {
    stopwatch.interruptSpeed()
    defer { stopwatch.goOnWithSpeed() }
    await takeUpEvaluation()
    let former = learning
    moment.learning.settling?.stage += 1
    if moment.learning.settling?.isOver ?? true { moment.learning.cursor.withhold([]) }
    var earlier = moment
    if let formerPrice { earlier.learning.settling?.price = formerPrice }
    var edited = learning
    guard let events = await change(&edited) else {
      moment.learning = former
      moment.learning.settling?.isInterrupted = true
      return false
    }
    let isEdit = edited.network.widths != learning.network.widths
    let before = events.isEmpty ? nil : await currentMetrics()
    let after = isEdit ? await measure(edited.network) : before
    if isEdit && isUndoable { undoStack.push(earlier) }
    moment.learning = edited
    if isEdit {
      moment.forgetBest()
      moment.history.replaceValidation(after, at: learning.step)
      moment.history.count(
        Network.Adjustment(from: earlier.learning.network.widths, to: edited.network.widths))
      keepAsGood()
      dropInspection()
    }
    for event in events { post(event, before: before, after: after) }
    if isEdit { await recordIfWaiting(after) }
    if isEdit && learning.distillation?.terms.firstStep == learning.step { beginDistillation(before) }
    stopwatch.count()
    return true
  }

  /// Sets the price. At a higher price, widths that have settled are measured again at once, which ends a compression.
  /// Training has used their price rows since, so that the widths come out a little too large.
  func setPrice(_ price: Double, _ id: Int) async {
    guard let settling = learning.settling else {
      return reject(id, "the price has no effect: this run does not measure widths")
    }
    if price < settling.price && settling.status(of: scheduledSteps, learning.network.widths).isSettled {
      return reject(
        id,
        "the widths have settled: only a new run with a lower --price has wider layers"
      )
    }
    moment.learning.settling?.price = price
    wantsCheckpoint = true
    post(.priceChanged(price: price), command: id)
    guard settling.isOver else { return }
    await endCompression()
    moment.learning.settling?.stage -= 1
    if await measureNeeds(isLast: true, waits: false, formerPrice: settling.price) { return }
    moment.learning.settling = settling
    post(.priceChanged(price: settling.price))
  }
}
