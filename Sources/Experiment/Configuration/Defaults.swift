/// Settings that suit what is trained on, where the user gives none.
extension Configuration {
  /// - Note: the built-in tasks' settings are the paper's where they were found to do; `spiral-hard` was searched
  ///   for, because the paper's 5,000 epochs are more than anybody wants to watch.
  public static func defaults(for task: BuiltInTask) -> Configuration {
    var result = Configuration(name: task.rawValue, data: DataOptions(task: task))
    result.prior.weightScale = 10
    result.network.method = .settle
    result.training.schedule = .cosine
    switch task {
    case .doubleMoon:
      result.training.epochs = 100
      result.training.batchSize = 32
      // Half the paper's: at 0.1 one run in five comes down to a single neuron, which cannot grow again.
      result.training.learningRate = 0.05
    case .spiral:
      result.training.epochs = 500
      result.training.batchSize = 32
      result.training.learningRate = 0.01
    case .spiralHard:
      result.network.initialBiasScale = 20
      result.training.epochs = 1_000
      result.training.batchSize = 64
      result.training.learningRate = 0.03
      result.prior.weightScale = 100
    }
    return result
  }

  /// s_θ. Without a value: the scale of the paper by its method, or with its importances; otherwise those that were
  /// found on twenty tables, see docs/results.md. Numbers have a tighter prior, because theirs counts the less the less
  /// noise there is.
  public func weightScale(for problem: Problem) -> Double {
    if let scale = prior.weightScale { return scale }
    // Importances that add up to 1 are small, and the weights behind them the larger.
    if network.method(under: prior.rate) == .paper || network.importanceScale(under: prior.rate) == .sum {
      return 10
    }
    return problem == .regression ? 0.5 : 3
  }

  /// Epochs a second at which a person can watch a built-in task; a user's own data are not held back.
  public var watchingPace: Double? {
    switch data.task {
    case .doubleMoon: 10
    case .spiral, .spiralHard: 25
    case nil: nil
    }
  }
}
