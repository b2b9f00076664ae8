import AdaptiveWidth
import Experiment
import Foundation
import JSONText

extension Trainer {
  /// The commands that have come, those of rank 0 on every rank.
  func dueCommands() -> [Command] {
    let own = channels.commands.drain()
    if collective.isAlone { return own }
    let message = collective.broadcast(own.isEmpty || collective.rank != 0 ? [] : Command.encode(own))
    return message.isEmpty ? [] : Command.decode(message)
  }

  /// Applies one command and answers it with one event. A command that cannot be applied changes nothing.
  func apply(_ command: Command) async {
    if progress.phase.isEnded { return reject(command.id, "the run has ended") }
    if let reason = command.action.refusal(in: context) {
      reject(command.id, reason)
    } else {
      await perform(command.action, command.id)
    }
    saveIfWanted()
    publish()
  }

  private func perform(_ action: Command.Action, _ id: Int) async {
    switch action {
    case .pause: pause(id)
    case .resume: resume(id)
    case .step: requestStep(id)
    case .stop: await stop(id)
    case .truncate(let layer, let width, let method, let isTaught):
      await truncate(layer, to: width, method, isTaught: isTaught, id)
    case .truncateAll(let keep, let method, let isTaught):
      await truncate(keeping: keep, method, isTaught: isTaught, id)
    case .truncateTo(let widths, let method, let isTaught):
      await truncate(to: widths, method, isTaught: isTaught, id)
    case .reorder(let layer): await reorder(layer, id)
    case .compress(let layer, let width): await compress(layer, to: width, id)
    case .compressUntil(let layers, let tolerance, let method):
      await compress(layers, tolerating: tolerance, method, id)
    case .stopCompressing: await endCompression(command: id)
    case .setPolicy(let layer, let policy):
      await edit(id, .policyChanged(layer: layer, policy)) { $0.network.setPolicy(layer: layer, policy) }
    case .setPace(let pace): setPace(pace, id)
    case .setLearningRate(let rate): setLearningRate(rate, id)
    case .setPrice(let price): await setPrice(price, id)
    case .undo: await undo(id)
    case .redo: await redo(id)
    case .evaluateTest: await evaluateTest(id)
    case .save(let name): await save(as: name, id)
    case .export(let file, let format): await export(to: file, format, id)
    }
  }

  private var context: Command.Context {
    Command.Context(
      state: state, widths: learning.network.widths,
      compression: isSearching ? .search : learning.compression.map { .layer($0.layer) } ?? .none)
  }

  func reject(_ id: Int?, _ reason: String) {
    post(.rejected(reason: reason), command: id)
  }

  // MARK: Running and stopping

  private func pause(_ id: Int) {
    progress.phase.pause()
    post(.paused, command: id)
  }

  /// What was done by then stays.
  private func stop(_ id: Int) async {
    if !learning.network.isFinite { await diverge() }
    // A measurement that was given up took its time, too.
    stopwatch.end()
    // Before what an uninterrupted run would not have: the event, and an evaluation in the middle of an epoch.
    save()
    progress.phase.end()
    post(.stopped, command: id)
  }

  /// A finished run continues for a tenth of its epochs: to train a network that was cut at the end.
  private func resume(_ id: Int) {
    let isNew = isDone || progress.phase.isFinished
    if isDone { extend(by: epochsMore) }
    continueFromLast()
    if progress.phase.isFinished { moment.patience.restart() }
    // A divergence does not take back that there is more to train.
    if isNew { keepAsGood() }
    progress.phase.resume()
    post(.resumed, command: id)
  }

  /// A tenth of those that were asked for.
  var epochsMore: Int { max(1, configuration.training.epochs / 10) }

  /// Makes the run end so many epochs after the present one, whatever its limits were.
  func extend(by more: Int) {
    moment.limits = RunLimits(epochs: Int(learning.epoch.rounded(.up)) + more)
  }

  private func requestStep(_ id: Int) {
    continueFromLast()
    progress.phase.requestStep()
    post(.stepped, command: id)
  }

  private func setPace(_ newPace: Double?, _ id: Int) {
    pace = newPace
    stopwatch.start()
    post(.paceChanged(newPace), command: id)
  }

  private func setLearningRate(_ rate: Double, _ id: Int) {
    moment.learning.optimizer.learningRate = rate
    wantsCheckpoint = true
    post(.learningRateChanged(rate), command: id)
  }

  private func evaluateTest(_ id: Int) async {
    guard let metrics = await measureTest() else { return reject(id, "there are no test rows") }
    stopwatch.start()
    post(.testEvaluated(metrics), command: id)
  }
}

/// Between ranks, which run the same program. Numbers that are not finite are sent too: they are refused later.
extension Command {
  fileprivate static func encode(_ commands: [Command]) -> [UInt8] {
    guard let data = try? JSONFormat.encoder().encode(commands) else {
      preconditionFailure("every command can be encoded")
    }
    return Array(data)
  }

  fileprivate static func decode(_ bytes: [UInt8]) -> [Command] {
    guard let commands = try? JSONFormat.decoder().decode([Command].self, from: Data(bytes)) else {
      preconditionFailure("rank 0 encoded what it cannot decode")
    }
    return commands
  }
}
