import Experiment
import Glibc
import LinearAlgebra

/// What makes a layer adaptive: the variational mean ν of its rate, learned with the weights, and the importances
/// it gives its neurons.
public struct Adaptation: Sendable {
  public let family: ImportanceFamily
  /// k
  public let quantile: Double
  public let minimumRate: Double
  public let scale: ImportanceScale
  /// Whether the gradient moves the rate; otherwise only edits of the width do.
  public internal(set) var learnsRate: Bool
  /// The free parameter: ν = softplus(raw).
  public internal(set) var raw: Double
  /// Gaussian prior on the rate; `nil`: uninformative.
  public internal(set) var prior: NormalPrior?
  public internal(set) var policy = WidthPolicy.adapt
  /// The width that `cap` does not let it exceed.
  public internal(set) var ceiling: Int?
  /// f(n), [1, D]. Under `hold`, and right after a truncation, not necessarily those of ν and D.
  public internal(set) var importances: Matrix
  /// ∂f(n)/∂ν, [1, D]
  package internal(set) var slopes: Matrix
  var moment = ScalarMoment()

  public init(options: NetworkOptions, prior: NormalPrior?) {
    self.init(options: options, prior: prior, quantile: options.quantile)
  }

  private init(options: NetworkOptions, prior: NormalPrior?, quantile: Double) {
    family = options.importance
    self.quantile = quantile
    minimumRate = options.minimumRate
    scale = options.importanceScale(under: prior)
    learnsRate = options.method(under: prior) == .paper
    self.prior = prior
    raw = Self.inverseSoftplus(max(options.initialRate, options.minimumRate))
    importances = Matrix(isElastic: true)
    slopes = Matrix(isElastic: true)
    resize(to: wantedWidth)
  }

  /// The adaptation of a layer that begins with a given width, whatever width the initial rate of the options means.
  ///
  /// - Parameter isOfStream: whether its neurons are a residual stream's.
  public init(options: NetworkOptions, prior: NormalPrior?, width: Int, isOfStream: Bool = false) {
    self.init(
      options: options, prior: prior,
      quantile: isOfStream ? options.quantileOfStreams : options.quantileOfGivenWidths)
    _ = setWidth(width)
  }

  /// ν
  public var rate: Double { Self.softplus(raw) }

  /// D: neurons in use.
  public var width: Int { importances.columns }

  /// The width that ν means, within the policy's bounds.
  public var wantedWidth: Int {
    if policy == .hold { return width }
    return min(family.width(rate: rate, quantile: quantile), ceiling ?? .max)
  }

  /// Gives D neurons the importances that ν means.
  mutating func resize(to width: Int) {
    importances.reshape(rows: 1, columns: width)
    slopes.reshape(rows: 1, columns: width)
    refill()
  }

  /// Importances for the ν of this step; nothing to do under `hold`.
  mutating func refresh() {
    if policy != .hold && learnsRate { refill() }
  }

  /// Another ν at the same width: the importances follow, the width waits for the next adjustment.
  package mutating func setRate(_ rate: Double) {
    raw = Self.inverseSoftplus(rate)
    refill()
  }

  /// Drops the neurons from `width` on; the others keep their importance values.
  mutating func truncate(to width: Int) {
    importances.resize(rows: 1, columns: width)
    slopes.resize(rows: 1, columns: width)
  }

  /// Importances in another order: for a measurement, not to be trained on.
  mutating func permute(by order: [Int]) {
    importances.gather(columns: order, from: importances)
    slopes.gather(columns: order, from: slopes)
  }

  /// Sets the policy, refitting ν to the width in use when the rate is to move again.
  ///
  /// - Returns: old over new importance of each neuron, which the reader's weights must absorb for the output
  ///   to stay; `nil` when importances did not change.
  mutating func setPolicy(_ policy: WidthPolicy, refitting: Bool) -> [Float]? {
    self.policy = policy
    ceiling = policy == .cap ? width : nil
    guard refitting && policy != .hold else { return nil }
    let old = importances
    refit(to: width)
    return (0..<width).map { old[0, $0] / importances[0, $0] }
  }

  /// Gives more neurons, or fewer, the importances of their number; the rate follows.
  ///
  /// - Returns: old over new importance of each neuron, 1 of new ones, for the readers to absorb.
  mutating func setWidth(_ width: Int) -> [Float] {
    let old = importances
    refit(to: width)
    return (0..<width).map { $0 < old.columns ? old[0, $0] / importances[0, $0] : 1 }
  }

  /// Gives ν the value that means so many neurons, and them their importances. The moments described another ν.
  private mutating func refit(to width: Int) {
    raw = Self.inverseSoftplus(family.rate(width: width, quantile: quantile))
    forgetMoments()
    resize(to: width)
  }

  private mutating func refill() {
    family.fill(importances: &importances, slopes: &slopes, rate: rate, scale: scale)
  }

  /// Sets the moments of the rate's gradient to zero.
  mutating func forgetMoments() { moment = ScalarMoment() }

  /// Another prior on the rate. The moments of the rate's gradient described the old objective.
  mutating func setPrior(_ prior: NormalPrior?, keepingMoment: Bool) {
    self.prior = prior
    if !keepingMoment { forgetMoments() }
  }

  /// ∂objective/∂ν from ∂NLL/∂f, [1, D], with the gradient of the rate's prior.
  package func rateGradient(importanceGradient: Matrix, observations: Int) -> Double {
    likelihoodGradient(importanceGradient: importanceGradient) + priorGradient(observations: observations)
  }

  /// ∂NLL/∂ν = Σ ∂NLL/∂f_n ∂f_n/∂ν, from ∂NLL/∂f, [1, D]; 0 under `hold`.
  func likelihoodGradient(importanceGradient: Matrix) -> Double {
    if policy == .hold || !learnsRate { return 0 }
    precondition(importanceGradient.columns == width)
    var sum = 0.0
    let (g, slope) = (importanceGradient.base, slopes.base)
    for n in 0..<width { sum += Double(g[n]) * Double(slope[n]) }
    return sum
  }

  /// The gradient of `priorTerm` with respect to ν; 0 without a prior, and under `hold`, which keeps ν.
  func priorGradient(observations: Int) -> Double {
    guard let prior, policy != .hold, learnsRate else { return 0 }
    return (rate - prior.mean) / (prior.scale * prior.scale * Double(observations))
  }

  /// ∂ν/∂raw
  package var rawSlope: Double { 1 / (1 + exp(-raw)) }

  /// Updates raw once. ν never falls below what the policy and `minimumRate` allow, so that the width stays bounded.
  package mutating func update(by optimizer: Optimizer, rateGradient: Double) {
    if policy == .hold || !learnsRate { return }
    optimizer.update(&raw, gradient: rateGradient * rawSlope, moment: &moment)
    var floor = minimumRate
    if let ceiling { floor = max(floor, family.rate(width: ceiling, quantile: quantile)) }
    raw = max(raw, Self.inverseSoftplus(floor))
  }

  /// The negative logarithm of the rate's normal prior, without its constant, per observation; 0 without a prior.
  func priorTerm(observations: Int) -> Double {
    guard let prior, learnsRate else { return 0 }
    let distance = (rate - prior.mean) / prior.scale
    return distance * distance / (2 * Double(observations))
  }

  static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  static func inverseSoftplus(_ y: Double) -> Double { y + log(-expm1(-y)) }
}
