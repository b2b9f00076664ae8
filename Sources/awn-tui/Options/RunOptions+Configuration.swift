import ArgumentParser
import Datasets
import Experiment
import Training

extension RunOptions {
  /// The experiment with every default filled in and every flag applied.
  func configuration() throws -> Configuration {
    var result = try base()
    apply(to: &result)
    try refuseContradictions(result)
    if let problem = result.problem { throw ValidationError(problem) }
    return result
  }

  private func base() throws -> Configuration {
    switch (experiment, data.data) {
    case (nil, let path?):
      var options = DataOptions(path: path)
      options.sequenceID = data.sequenceId
      options.text = data.text
      options.source = data.source
      options.target = data.target
      return .defaults(
        forData: options, name: Dataset.name(of: path),
        kind: Dataset.kind(of: options, probes: opened.probes),
        network: network.network)
    case (let name?, nil):
      if let task = BuiltInTask(rawValue: name) { return .defaults(for: task) }
      guard name.hasSuffix(".toml") else {
        throw ValidationError(
          "there is no built-in task '\(name)': choose \(Self.taskList), an experiment file ending in .toml, "
            + "or train on a file with --data")
      }
      return try ExperimentFile.configuration(contentsOf: name, probes: opened.probes)
    case (_?, _?):
      throw ValidationError("give an experiment or --data, not both")
    case (nil, nil):
      throw ValidationError("what to train on? Name a built-in task (\(Self.taskList)) or a file with --data")
    }
  }

  private static var taskList: String {
    BuiltInTask.allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// A flag that would do nothing is a mistake.
  private func refuseContradictions(_ result: Configuration) throws {
    let adaptive = [
      "--hidden-layers": network.hiddenLayers != nil, "--initial-rate": network.initialRate != nil,
      "--quantile": network.quantile != nil, "--minimum-rate": network.minimumRate != nil,
      "--importance": network.importance != nil, "--rate-prior": network.ratePrior != nil,
    ]
    if result.network.fixedWidths != nil, let flag = adaptive.filter(\.value).keys.min() {
      throw ValidationError("\(flag) says nothing about a network of fixed widths: leave one of the two out")
    }
    if data.fold != nil && data.validation != nil {
      throw ValidationError("--fold says what is held out: leave --validation out")
    }
    if let kind = network.network, kind != result.network.kind {
      throw ValidationError(
        "the experiment is of \(result.network.kind.rawValue), whose settings mean nothing to \(kind.rawValue): "
          + "change kind under [network] in its file")
    }
    let kind = Dataset.kind(of: result.data, probes: opened.probes)
    if !result.network.kind.suits.contains(kind) {
      throw ValidationError(
        "\(result.network.kind.rawValue) does not learn from \(kind.name): choose \(kind.networks)")
    }
    try refuseFlagsOfOthers(result.network.kind, kind)
    if result.data.task != nil, data.target != nil || data.testData != nil {
      let flag = data.target != nil ? "--target" : "--test-data"
      throw ValidationError("\(flag) goes with --data: a built-in task makes its own rows")
    }
  }

  private func apply(to result: inout Configuration) {
    func set<Value>(_ flag: Value?, _ path: WritableKeyPath<Configuration, Value>) {
      if let flag { result[keyPath: path] = flag }
    }
    func set<Value>(_ flag: Value?, _ path: WritableKeyPath<Configuration, Value?>) {
      if let flag { result[keyPath: path] = flag }
    }
    set(data.target, \.data.target)
    set(data.validation, \.data.validation)
    set(data.test, \.data.test)
    set(data.testData, \.data.testPath)
    set(data.fold, \.data.fold)
    if data.fold != nil && data.test == nil { result.data.test = 0 }
    set(data.sequenceId, \.data.sequenceID)
    set(data.time, \.data.time)
    set(data.text, \.data.text)
    set(data.source, \.data.source)
    set(data.vocabulary, \.data.vocabulary)
    set(data.permutation, \.data.permutation)
    set(data.augmentation, \.data.augmentation)
    set(network.stateSize, \.network.stateSize)
    set(network.backpropagationSteps, \.network.backpropagationSteps)
    set(network.modelSize, \.network.modelSize)
    set(network.heads, \.network.heads)
    set(network.depth, \.network.depth)
    set(network.channels, \.network.channels)
    set(network.pooling, \.network.pooling)
    set(training.labelSmoothing, \.training.labelSmoothing)
    set(training.warmupSteps, \.training.warmupSteps)
    set(training.gradientClip, \.training.gradientClip)
    set(network.hiddenLayers, \.network.hiddenLayers)
    set(network.activation, \.network.activation)
    set(network.fixedWidth?.widths, \.network.fixedWidths)
    set(network.quantile, \.network.quantile)
    if let importance = network.importance { result.network.choose(importance) }
    set(network.initialRate, \.network.initialRate)
    set(network.initialBiasScale, \.network.initialBiasScale)
    set(network.minimumRate, \.network.minimumRate)
    set(network.ratePrior, \.prior.rate)
    set(network.weightPriorScale, \.prior.weightScale)
    set(training.epochs, \.training.epochs)
    set(training.steps, \.training.steps)
    set(training.batchSize, \.training.batchSize)
    set(training.optimizer, \.training.optimizer)
    set(training.learningRate, \.training.learningRate)
    set(training.schedule, \.training.schedule)
    set(training.momentum, \.training.momentum)
    set(training.patience, \.training.patience)
    set(training.seed, \.training.seed)
    set(training.threads, \.training.threads)
  }
}
