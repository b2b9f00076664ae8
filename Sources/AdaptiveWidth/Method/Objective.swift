import Experiment
import LinearAlgebra

/// The negative ELBO divided by N, with σ² the noise, of classes T:
/// NLL(batch mean) + σ² Σρ²/(2 s_θ² N) + Σ_ℓ (ν_ℓ − μ)²/(2 s² N).
public struct Objective: Equatable, Sendable {
  /// s_θ
  public var weightScale: Double
  /// N: training observations.
  public var observations: Int

  /// The fraction of a label's probability that the NLL spreads over all classes.
  public var labelSmoothing: Double
  /// What an observation of each class counts in the NLL; empty: 1.
  public var classWeights: [Float]
  /// σ² of numbers, `NoiseVariance`; T of classes, `LabelTemperature`.
  public var noise = 1.0

  public init(
    weightScale: Double, observations: Int, labelSmoothing: Double = 0, classWeights: [Float] = []
  ) {
    precondition(weightScale > 0 && observations > 0 && (0..<1).contains(labelSmoothing))
    self.weightScale = weightScale
    self.observations = observations
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
  }

  /// σ²/(s_θ² N): the weight prior's gradient is this times the value.
  public var decay: Double { noise / (weightScale * weightScale * Double(observations)) }

  /// σ² Σρ²/(2 s_θ² N), with ρ as normalization leaves them behind channels of a learned width.
  public func weightPriorTerm(_ network: Network) -> Double {
    network.priorSumOfSquares * decay / 2
  }

  /// Σ_ℓ (ν_ℓ − μ)²/(2 s² N)
  public func ratePriorTerm(_ network: Network) -> Double {
    network.adaptations.reduce(0) { $0 + $1.priorTerm(observations: observations) }
  }
}

/// A teacher's outputs for a batch, and the weight of the distillation loss.
public struct DistillationTargets: Sendable {
  /// [rows, outputs]: logits, or predictions.
  public var outputs: Matrix
  /// w, the weight of the distillation loss, 0…1; the NLL has 1 − w.
  public var weight: Double
  /// T, the softmax temperature; classification only.
  public var temperature: Double

  public init(outputs: Matrix, weight: Double, temperature: Double) {
    (self.outputs, self.weight, self.temperature) = (outputs, weight, temperature)
  }
}

/// NLL of a batch, and its gradient with respect to the outputs.
enum Likelihood {
  /// - Parameters:
  ///   - outputs: [rows, outputs]: logits, or predictions.
  ///   - total: rows of the minibatch that the batch is a part of; the NLL is a mean over them.
  ///   - smoothing: the fraction of a label's probability that is spread over all classes.
  ///   - classWeights: what a row of each class counts; empty: 1.
  ///   - gradient: becomes ∂NLL/∂outputs, same shape.
  static func loss(
    _ outputs: Matrix, _ batch: UnsafePointer<Batch>, rows total: Int, smoothing: Double,
    classWeights: [Float] = [],
    gradient: inout Matrix
  ) -> Double {
    gradient.reshape(rows: outputs.rows, columns: outputs.columns)
    switch batch.pointee.problem {
    case .classification:
      let (share, smoothing) = (1 / Float(total), Float(smoothing))
      let sum =
        classWeights.isEmpty
        ? outputs.crossEntropy(batch.pointee.labels, share: share, smoothing: smoothing, gradient: &gradient)
        : outputs.crossEntropy(
          batch.pointee.labels, weights: classWeights, share: share, smoothing: smoothing, gradient: &gradient
        )
      return sum / Double(total)
    case .regression: return halfSquaredError(outputs, batch.pointee.values, total, gradient: &gradient)
    }
  }

  /// Blends a gradient with that of the teacher's part of the loss. With w the teacher's weight and T its temperature,
  /// the loss becomes (1 − w) NLL + w T² CE(softmax(teacher / T), softmax(outputs / T)) of classes, and
  /// (1 − w) NLL + w ½ Σ (outputs − teacher)² of values: means over the minibatch.
  static func addDistillation(
    _ outputs: Matrix, _ targets: DistillationTargets, _ problem: Problem, rows total: Int,
    gradient: inout Matrix
  ) {
    let (weight, share) = (Float(targets.weight), 1 / Float(total))
    switch problem {
    case .classification:
      outputs.distill(
        from: targets.outputs, weight: weight, temperature: Float(targets.temperature), share: share,
        gradient: &gradient)
    case .regression:
      for row in 0..<outputs.rows {
        for column in 0..<outputs.columns {
          let error = outputs[row, column] - targets.outputs[row, column]
          gradient[row, column] = (1 - weight) * gradient[row, column] + weight * share * error
        }
      }
    }
  }

  /// ½ Σ (prediction − target)²; gradient (prediction − target)/rows.
  private static func halfSquaredError(
    _ outputs: Matrix, _ values: Matrix, _ total: Int, gradient: inout Matrix
  ) -> Double {
    precondition(values.rows == outputs.rows && values.columns == outputs.columns, "shapes do not fit")
    let share = 1 / Float(total)
    let (y, t, g) = (outputs.base, values.base, gradient.mutableBase)
    var sum = 0.0
    for row in 0..<outputs.rows {
      for column in 0..<outputs.columns {
        let error = y[row * outputs.stride + column] - t[row * values.stride + column]
        g[row * gradient.stride + column] = error * share
        sum += Double(error * error)
      }
    }
    return sum / (2 * Double(total))
  }
}
