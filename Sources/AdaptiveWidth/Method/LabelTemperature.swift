/// T, the temperature of the labels that classes are predicted with: how many times the prior on the weights counts
/// because labels are noisy.
///
/// A network that learns its training rows by heart is overconfident on others. A label is then worth less than the
/// log-likelihood says: 1/T of it. So that learning rates mean the same for all data, everything is multiplied by T: the
/// log-likelihood stays as it is, and the prior counts T times, as if its scale were s_θ/√T. `NoiseVariance` is the same
/// for numbers.
///
/// T is fitted to rows that are kept out of training, in checks while the network explores. Each finds the temperature at
/// which the network's logits predict these rows best, and multiplies T by the square root of the geometric mean of this
/// one and that of the check before: half of the way, because the weights follow a tighter prior slowly, and no further
/// by what a single step at a high learning rate has done. T stops changing once temperature 1 predicts
/// the rows best.
public struct LabelTemperature: Codable, Equatable, Sendable {
  /// T.
  public private(set) var value = 1.0
  /// The temperature that the last check found.
  private var last = 1.0
  /// Checks that are done.
  private var checks = 0
  private let highest: Double

  /// Fractions of a run's steps after which the logits are checked: before widths are measured.
  private static let schedule = [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.38]
  /// The tightest scale that s_θ/√T may have, the one that numbers begin with.
  private static let tightestScale = 0.5
  /// Nats that another temperature must bring. A few rows of which the network is wrongly sure ask for a high one that
  /// brings less.
  private static let leastGain = 0.01

  /// `nil` if the scale leaves nothing to fit.
  ///
  /// - Parameter weightScale: s_θ
  public init?(weightScale: Double) {
    let ratio = weightScale / Self.tightestScale
    guard ratio > 1 else { return nil }
    highest = ratio * ratio
  }

  /// Whether all checks are done.
  public var isOver: Bool { checks >= Self.schedule.count }
  /// Whether the prior counts so much more that it can be seen.
  public var isOfNote: Bool { value >= 1.5 }

  /// Whether a check is due after so many steps of so many.
  public func isDue(at step: Int, of steps: Int) -> Bool {
    guard !isOver else { return false }
    return step > checks && Double(step) >= Self.schedule[checks] * Double(steps)
  }

  /// Enters what a check found.
  ///
  /// - Parameter calibration: of the rows that are kept out of training; `nil`: there are none.
  public mutating func take(_ calibration: Calibration?) {
    checks += 1
    guard let calibration else { return }
    let counts = calibration.temperature <= 1 || calibration.gain >= Self.leastGain
    let found = counts ? calibration.temperature : 1
    value = min(max(value * (found * last).squareRoot().squareRoot(), 1), highest)
    last = found
  }

  /// Forgets a network that training does not go on with.
  package mutating func reset() { (value, last, checks) = (1, 1, 0) }

  /// Whether a run can have it.
  package var isPossible: Bool {
    highest.isFinite && (1...max(1, highest)).contains(value) && last > 0 && last.isFinite && checks >= 0
  }
}
