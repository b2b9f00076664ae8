import Experiment
import LinearAlgebra

extension Adaptation {
  /// The stored state of an adaptation, without its importances.
  public struct State: Codable, Equatable, Sendable {
    public var family: ImportanceFamily
    /// k
    public var quantile: Double
    public var minimumRate: Double
    /// ν = softplus(raw)
    public var raw: Double
    public var ratePrior: NormalPrior?
    public var policy: WidthPolicy
    /// The largest width under the policy `cap`; `nil` under other policies.
    public var ceiling: Int?
    /// `nil` in files of older versions: their importances sum up to 1.
    public var scale: ImportanceScale?
    /// `nil` in files of older versions: the gradient moves the rate.
    public var learnsRate: Bool?
    /// The optimizer's moments of raw; `nil`: none yet.
    public var moments: Moments?

    /// Adam's, or SGD's velocity in `first`.
    public struct Moments: Codable, Equatable, Sendable {
      public var first: Double
      public var second: Double
    }

    private enum CodingKeys: String, CodingKey {
      case family, quantile, raw, policy, ceiling, moments, scale
      case learnsRate = "learns_rate"
      case minimumRate = "minimum_rate"
      case ratePrior = "rate_prior"
    }

    /// ν
    public var rate: Double { Adaptation.softplus(raw) }

    /// Why the state is invalid for a layer of this width, as one sentence; `nil` if it is valid.
    public func problem(width: Int) -> String? {
      let checks: [(Bool, String)] = [
        (quantile > 0 && quantile < 1, "the quantile must lie between 0 and 1"),
        (minimumRate > 0 && minimumRate.isFinite, "the minimum rate must be positive"),
        (raw.isFinite && rate > 0, "the rate must be positive"),
        (
          ratePrior?.isValid ?? true,
          "the rate's prior must have a finite mean and a scale of at least 1e-6"
        ),
        ((policy == .cap) == (ceiling != nil), "a ceiling belongs to the policy cap, and to no other"),
        (ceiling.map { $0 >= width } ?? true, "the width must not exceed the ceiling"),
        (
          moments.map { $0.first.isFinite && $0.second.isFinite && $0.second >= 0 } ?? true,
          "the rate's moments must be finite, the second not negative"
        ),
        (
          (1...ImportanceFamily.largestWidth).contains(width),
          "the width must lie between 1 and \(ImportanceFamily.largestWidth)"
        ),
      ]
      return checks.first { !$0.0 }?.1
    }
  }

  /// - Parameter withMoments: whether to include the optimizer's moments, which further training needs.
  public func state(withMoments: Bool) -> State {
    State(
      family: family, quantile: quantile, minimumRate: minimumRate, raw: raw, ratePrior: prior,
      policy: policy,
      ceiling: ceiling,
      // Written only where older versions would read something else.
      scale: scale == .sum ? nil : scale, learnsRate: learnsRate ? nil : false,
      moments: withMoments ? State.Moments(first: moment.first, second: moment.second) : nil)
  }

  /// An adaptation as it was.
  ///
  /// - Parameters:
  ///   - state: without problem for the width of the importances.
  ///   - importances: f(n), [1, D], elastic.
  ///   - slopes: ∂f(n)/∂ν, [1, D], elastic; `nil`: those of the rate.
  public init(_ state: State, importances: Matrix, slopes: Matrix? = nil) {
    precondition(state.problem(width: importances.columns) == nil, "not the state of a layer of this width")
    precondition(importances.rows == 1 && importances.isElastic, "importances must be [1, D] and elastic")
    family = state.family
    quantile = state.quantile
    minimumRate = state.minimumRate
    raw = state.raw
    prior = state.ratePrior
    policy = state.policy
    ceiling = state.ceiling
    scale = state.scale ?? .sum
    learnsRate = state.learnsRate ?? true
    moment = state.moments.map { ScalarMoment(first: $0.first, second: $0.second) } ?? ScalarMoment()
    self.importances = importances
    if let slopes {
      precondition(
        slopes.rows == 1 && slopes.columns == importances.columns && slopes.isElastic,
        "slopes must have the shape of the importances")
      self.slopes = slopes
    } else {
      self.slopes = importances
      var unused = importances
      family.fill(importances: &unused, slopes: &self.slopes, rate: rate, scale: scale)
    }
  }
}
