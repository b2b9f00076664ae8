import AdaptiveWidth
import AtomicFiles
import Datasets

extension ModelDocument {
  /// Checks everything that blocks, optimizers and origins require of their parts, tensors apart.
  func validate() throws(ModelFileError.Model) {
    try network.validate()
    try optimizer?.validate()
    try best?.network.validate()
    try best?.optimizer.validate()
    try teacher?.validate()
    guard origin.step >= 0, origin.epoch >= 0, origin.epoch.isFinite else {
      throw .inconsistent("steps and epochs must not be negative")
    }
  }

  /// The saved model with these networks, which are those of the records.
  ///
  /// - Throws: if preparation and networks do not fit one another.
  func model(
    _ network: Network, best bestNetwork: Network?, teacher: Network?
  ) throws(ModelFileError.Model) -> SavedModel {
    var model = SavedModel(
      network: network, preparation: try preparation(of: network), optimizer: optimizer?.optimizer,
      metrics: metrics, origin: origin)
    if let teacher {
      guard network.architectureDifference(of: teacher) == nil else {
        throw .inconsistent("the teacher has another architecture")
      }
      model.teacher = teacher
    }
    guard let best, let bestNetwork else { return model }
    guard network.architectureDifference(of: bestNetwork) == nil, best.optimizer.kind == optimizer?.kind
    else {
      throw .inconsistent("the best network has another architecture or another optimizer")
    }
    model.best = SavedModel.Best(network: bestNetwork, optimizer: best.optimizer.optimizer)
    return model
  }

  private func preparation(of network: Network) throws(ModelFileError.Model) -> Preparation? {
    guard let record = preparation else { return nil }
    let preparation = record.preparation(features: network.inputs)
    guard let preparation, preparation.problem == network.problem else {
      throw .inconsistent("the preparation's parts do not fit together, or not the network")
    }
    let outputs = preparation.outputs
    guard outputs == network.outputs else {
      throw .inconsistent("the preparation has \(outputs) outputs, the network \(network.outputs)")
    }
    let vocabularies = Set(network.vocabularies)
    guard vocabularies == Set([preparation.vocabulary?.size].compactMap { $0 }) else {
      throw .inconsistent("the preparation's vocabulary is not the network's")
    }
    if let error = network.validationError(for: preparation.inputShape) { throw .inconsistent(error) }
    return preparation
  }
}

extension ModelDocument.NetworkRecord {
  fileprivate func validate() throws(ModelFileError.Model) {
    guard !blocks.isEmpty else { throw .inconsistent("the network has no blocks") }
    for (index, entry) in blocks.enumerated() {
      if let error = entry.validationError { throw .inconsistent("in block \(index), \(error)") }
    }
  }
}

extension ModelDocument.OptimizerRecord {
  fileprivate func validate() throws(ModelFileError.Model) {
    let checks: [(Bool, String)] = [
      (learningRate > 0 && learningRate.isFinite, "the learning rate must be positive"),
      (momentum >= 0 && momentum < 1, "the momentum must be at least 0 and below 1"),
      ((weightDecay ?? 0) >= 0 && (weightDecay ?? 0).isFinite, "the weight decay must not be negative"),
      ((0...1 << 53).contains(count), "the optimizer's count must not be negative"),
    ]
    if let failed = checks.first(where: { !$0.0 }) { throw .inconsistent(failed.1) }
  }
}
