extension Configuration {
  /// The first setting that makes no sense, in one sentence; `nil` if all do.
  public var problem: String? {
    let architecture = network.kind.architecture
    let fixedWidthsError = network.fixedWidths.flatMap { architecture.fixedWidthsError($0.count) }
    let checks: [(Bool, String)] = [
      (network.hiddenLayers >= 1, "--hidden-layers must be at least 1"),
      (network.fixedWidths?.allSatisfy { $0 >= 1 } ?? true, "--fixed-width takes widths of at least 1"),
      (network.quantile > 0 && network.quantile < 1, "--quantile must lie between 0 and 1"),
      (Self.isPositive(network.initialRate), "--initial-rate must be positive"),
      (
        network.initialBiasScale >= 0 && network.initialBiasScale.isFinite,
        "--initial-bias-scale must not be negative"
      ),
      (Self.isPositive(network.minimumRate), "--minimum-rate must be positive"),
      (Self.isPositive(prior.weightScale), "--weight-prior-scale must be positive"),
      (
        prior.rate.map { $0.mean.isFinite && $0.scale.isFinite && $0.scale >= 1e-6 } ?? true,
        "--rate-prior takes a finite mean and a scale of at least 1e-6"
      ),
      (training.epochs >= 1, "--epochs must be at least 1"),
      (training.steps ?? 1 >= 1, "--steps must be at least 1"),
      (training.batchSize >= 1, "--batch-size must be at least 1"),
      (Self.isPositive(training.learningRate), "--learning-rate must be positive"),
      (training.momentum >= 0 && training.momentum < 1, "--momentum must be at least 0 and below 1"),
      (
        network.fixedWidths != nil || network.initialRate >= network.minimumRate,
        "--initial-rate must not be below --minimum-rate (\(network.minimumRate)): lower that one too"
      ),
      (
        training.patience == nil || data.validation > 0 || data.fold != nil,
        "--patience needs held-out rows: --validation must be above 0"
      ),
      (training.patience ?? 1 >= 1, "--patience must be at least 1"),
      (fixedWidthsError == nil, fixedWidthsError ?? ""),
      (
        data.time == nil || data.sequenceID != nil,
        "--time goes with --sequence-id: of what are these the times?"
      ),
      (
        data.permutation == nil || architecture.readsPixelsAsSteps,
        "--permutation goes with --network rnn, which sees an image pixel by pixel"
      ),
      (1...4_096 ~= network.stateSize ?? 1, "--state-size must be between 1 and 4,096"),
      (network.backpropagationSteps ?? 1 >= 1, "--backpropagation-steps must be at least 1"),
      (1...16_384 ~= network.modelSize ?? 1, "--model-size must be between 1 and 16,384"),
      (network.heads ?? 1 >= 1, "--heads must be at least 1"),
      (
        (network.modelSize ?? 0) % max(network.heads ?? 1, 1) == 0,
        "--model-size must be a multiple of --heads"
      ),
      (1...256 ~= network.depth ?? 1, "--depth must be between 1 and 256"),
      (1...16_384 ~= network.channels ?? 1, "--channels must be between 1 and 16,384"),
      (
        network.fixedWidths.map { !$0.isEmpty && $0.count <= architecture.mostFixedWidths(network) } ?? true,
        "--fixed-width takes one width for all layers, or as many as a \(network.kind.rawValue) has layers to give"
      ),
      (300...65_536 ~= data.vocabulary ?? 300, "--vocabulary must be between 300 and 65,536"),
      (
        data.permutation ?? 0 <= UInt64(Int64.max), "--permutation must be at most \(Int64.max)"
      ),
      (
        0..<1 ~= training.labelSmoothing ?? 0,
        "--label-smoothing must be at least 0 and below 1"
      ),
      (training.warmupSteps ?? 0 >= 0, "--warmup-steps must not be negative"),
      (training.gradientClip.map(Self.isPositive) ?? true, "--gradient-clip must be positive"),
      (1...256 ~= training.threads ?? 1, "--threads must be between 1 and 256"),
      // Whole numbers in an experiment file have a sign.
      (training.seed <= UInt64(Int64.max), "--seed must be at most \(Int64.max)"),
      (training.pace.map(Self.isPositive) ?? true, "--pace must be positive"),
      (data.validation >= 0 && data.validation < 1, "--validation must be at least 0 and below 1"),
      (data.test >= 0 && data.test < 1, "--test must be at least 0 and below 1"),
      (
        data.validation + data.test < 1,
        "--validation and --test together must leave rows to train on: their sum must be below 1"
      ),
    ]
    return checks.first { !$0.0 }?.1
  }

  private static func isPositive(_ value: Double) -> Bool { value > 0 && value.isFinite }
}
