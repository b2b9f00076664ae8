import PlainText

extension Configuration {
  /// The first setting that makes no sense, in one sentence that names it; `nil` if all do.
  public var problem: String? {
    for setting in Setting.all {
      guard let value = setting.value(in: self), let refusal = setting.refusal(of: value) else { continue }
      return "\(setting.name) \(refusal)"
    }
    return contradictions.first { !$0.0 }?.1
  }

  /// What settings require of each other: whether it holds, and what to say if it does not.
  private var contradictions: [(Bool, String)] {
    let architecture = network.kind.architecture
    let widthCounts = architecture.fixedWidthCounts(network)
    return [
      (
        network.fixedWidths != nil || network.initialRate >= network.minimumRate,
        "--initial-rate must not be below --minimum-rate (\(network.minimumRate)): lower that one too"
      ),
      (
        training.patience == nil || data.validation > 0 || data.fold != nil,
        "--patience needs held-out rows: --validation must be above 0"
      ),
      (
        training.finalNetwork != .best || data.validation > 0 || data.fold != nil,
        "--final best needs held-out rows: --validation must be above 0"
      ),
      (
        training.metric == nil || training.patience != nil || training.finalNetwork == .best,
        "--metric goes with --patience or --final best: it says what improves"
      ),
      (
        training.learningRate * training.weightDecay < 1,
        "--weight-decay times --learning-rate must be below 1: a step would reverse all weights"
      ),
      (
        network.posterior != .logNormal || network.method(under: prior.rate).posterior == .logNormal,
        "--posterior lognormal belongs to --method settle: leave one of the two out"
      ),
      (
        network.posterior != .gaussian || network.method == .paper,
        "--posterior gaussian belongs to --method paper: leave one of the two out"
      ),
      (
        network.adapt.map { architecture.adaptable.isEmpty || architecture.adaptable.contains($0) } ?? true,
        "--adapt of a \(network.kind.rawValue) takes "
          + alternatives(architecture.adaptable.map(\.rawValue))
      ),
      (
        data.time == nil || data.sequenceID != nil,
        "--time goes with --sequence-id: of what are these the times?"
      ),
      (
        data.permutation == nil || architecture.readsPixelsAsSteps,
        "--permutation goes with --network rnn, which sees an image pixel by pixel"
      ),
      (
        (network.modelSize ?? 0) % max(network.heads ?? 1, 1) == 0,
        "--model-size must be a multiple of --heads"
      ),
      (
        network.fixedWidths.map { !$0.isEmpty && widthCounts?.contains($0.count) ?? true } ?? true,
        architecture.fixedWidthAdvice(network)
          ?? "--fixed-width takes one width for all layers, or as many as a \(network.kind.rawValue) has layers to give"
      ),
      (
        data.validation + data.test < 1,
        "--validation and --test together must leave rows to train on: their sum must be below 1"
      ),
    ]
  }
}
