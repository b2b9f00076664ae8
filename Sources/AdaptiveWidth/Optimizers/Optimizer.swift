import Experiment
import LinearAlgebra

/// Moments of a single parameter.
struct ScalarMoment: Sendable, Equatable {
  var first = 0.0
  var second = 0.0
}

/// Adam (Kingma & Ba 2015, with bias correction) or gradient descent with momentum (Polyak's, as in PyTorch).
///
/// The moments live beside the parameters they belong to, so that an edit of a width carries them along.
public struct Optimizer: Equatable, Sendable {
  public let kind: OptimizerKind
  public var learningRate: Double
  public let momentum: Double
  /// λ of decoupled weight decay (Loshchilov & Hutter 2019): before each update weights are multiplied by 1 − rate · λ.
  /// 0: none.
  public let weightDecay: Double
  /// Updates begun.
  public internal(set) var count = 0
  private var adam = AdamStep(learningRate: 0, count: 1)

  public init(
    kind: OptimizerKind, learningRate: Double, momentum: Double = 0.9, weightDecay: Double = 0
  ) {
    self.kind = kind
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  /// Begins an update of all parameters at the learning rate times `factor`.
  public mutating func begin(factor: Double = 1) {
    count += 1
    adam = AdamStep(learningRate: learningRate * factor, count: count)
    rate = learningRate * factor
  }

  /// Begins again as before the first update, so that the bias of moments that were set to zero is corrected. Late in a
  /// run, moments of zero would otherwise make Adam's next updates up to seven times as long as the learning rate.
  public mutating func restart() { count = 0 }

  /// The learning rate of the update begun last.
  private var rate = 0.0

  /// - Parameter decay: 1/(s_θ² N), the weight prior's gradient over the value.
  package func update(_ parameter: inout Parameter, gradient: Matrix, decay: Double) {
    let update = withUnsafePointer(to: gradient) {
      MatrixUpdate(value: &parameter.value, first: &parameter.first, second: &parameter.second, gradient: $0)
    }
    apply(update, decay: decay, rows: 0..<update.rows)
  }

  /// The update begun last, of some rows of a parameter matrix.
  package func apply(_ update: MatrixUpdate, decay: Double, rows: Range<Int>) {
    if weightDecay > 0 && update.isDecayed {
      update.scaleValue(by: Float(max(0, 1 - rate * weightDecay)), rows: rows)
    }
    switch kind {
    case .adam: update.byAdam(adam, decay: decay, rows: rows)
    case .sgd: update.byMomentum(momentum, learningRate: rate, decay: decay, rows: rows)
    }
  }

  func update(_ value: inout Double, gradient: Double, moment: inout ScalarMoment) {
    switch kind {
    case .adam:
      moment.first = AdamStep.beta1 * moment.first + (1 - AdamStep.beta1) * gradient
      moment.second = AdamStep.beta2 * moment.second + (1 - AdamStep.beta2) * gradient * gradient
      value -= adam.step * moment.first / (moment.second.squareRoot() * adam.root + AdamStep.epsilon)
    case .sgd:
      moment.first = momentum * moment.first + gradient
      value -= rate * moment.first
    }
  }
}
