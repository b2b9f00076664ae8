extension Configuration {
  /// The same run with a value for each absent setting whose absence means one: two configurations with equal ones
  /// train alike.
  ///
  /// - Parameter problem: that is learned; `nil`: not known, and what depends on it stays absent.
  public func withMeaningOfAbsent(for problem: Problem?) -> Configuration {
    var result = self
    result.data.maxLength = data.maxLength ?? DataOptions.usualMaxLength
    result.data.imageSize = data.imageSize ?? DataOptions.usualImageSize
    result.data.coarse = data.coarse ?? false
    result.data.augmentation = data.augmentation ?? false
    result.network.posterior = network.posterior ?? network.method(under: prior.rate).posterior
    result.network.importanceScale = network.importanceScale(under: prior.rate)
    result.network.adapt = network.adapt ?? network.kind.architecture.adaptable.first
    result.network.widthMultiplier = network.widthMultiplier ?? 1
    result.network.stateSize = network.initialStateSize
    result.network.channels = network.initialFeatures
    result.network.modelSize = network.initialModelSize
    result.network.heads = network.initialHeads
    result.network.depth = network.initialDepth
    result.network.pooling = network.initialPooling
    result.prior.weightScale = problem.map(weightScale(for:)) ?? prior.weightScale
    result.training.finalNetwork = training.keepsBest ? .best : .last
    result.training.labelSmoothing = training.labelSmoothing ?? 0
    result.training.warmupSteps = training.warmupSteps ?? 0
    return result
  }
}
