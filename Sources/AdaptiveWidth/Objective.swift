import Experiment
import Glibc
import LinearAlgebra

/// The negative ELBO divided by N (METHOD §1):
/// NLL(batch mean) + Σρ²/(2 s_θ² N) + Σ_ℓ (ν_ℓ − μ)²/(2 s² N).
public struct Objective: Equatable, Sendable {
  /// s_θ
  public var weightScale: Double
  /// N: training observations.
  public var observations: Int

  public init(weightScale: Double, observations: Int) {
    precondition(weightScale > 0 && observations > 0)
    self.weightScale = weightScale
    self.observations = observations
  }

  /// 1/(s_θ² N): the weight prior's gradient is this times the value.
  public var decay: Double { 1 / (weightScale * weightScale * Double(observations)) }

  /// Σρ²/(2 s_θ² N)
  public func weightPriorTerm(_ network: Network) -> Double {
    network.blocks.reduce(0) { $0 + $1.sumOfSquares } * decay / 2
  }

  /// Σ_ℓ (ν_ℓ − μ)²/(2 s² N)
  public func ratePriorTerm(_ network: Network) -> Double {
    network.adaptations.reduce(0) { $0 + $1.priorTerm(observations: observations) }
  }
}

/// Mean NLL of a batch, and its gradient with respect to the outputs.
enum Likelihood {
  /// - Parameters:
  ///   - outputs: [rows, outputs]: logits, or predictions.
  ///   - gradient: becomes ∂NLL/∂outputs, same shape.
  static func loss(_ outputs: Matrix, _ batch: Batch, gradient: inout Matrix) -> Double {
    gradient.reshape(rows: outputs.rows, columns: outputs.columns)
    return switch batch.problem {
    case .classification: crossEntropy(outputs, batch.labels, gradient: &gradient)
    case .regression: halfSquaredError(outputs, batch.values, gradient: &gradient)
    }
  }

  /// −log softmax(outputs)[label]; gradient (softmax − onehot)/rows.
  private static func crossEntropy(_ outputs: Matrix, _ labels: [Int32], gradient: inout Matrix) -> Double {
    let (rows, classes) = (outputs.rows, outputs.columns)
    let (z, zStride) = (outputs.base, outputs.stride)
    let (g, gStride) = (gradient.mutableBase, gradient.stride)
    let share = 1 / Float(rows)
    var total = 0.0
    for row in 0..<rows {
      let logits = z + row * zStride
      let out = g + row * gStride
      let label = Int(labels[row])
      precondition(label >= 0 && label < classes, "a label is the index of an output")
      let largest = maximum(logits, classes)
      var sum: Float = 0
      for index in 0..<classes {
        out[index] = expf(logits[index] - largest)
        sum += out[index]
      }
      let scale = share / sum
      for index in 0..<classes { out[index] *= scale }
      out[label] -= share
      total += Double(logf(sum) + largest - logits[label])
    }
    return total / Double(rows)
  }

  /// ½ Σ (prediction − target)²; gradient (prediction − target)/rows.
  private static func halfSquaredError(_ outputs: Matrix, _ values: Matrix, gradient: inout Matrix) -> Double
  {
    precondition(values.rows == outputs.rows && values.columns == outputs.columns, "shapes do not fit")
    let share = 1 / Float(outputs.rows)
    let (y, t, g) = (outputs.base, values.base, gradient.mutableBase)
    var total = 0.0
    for row in 0..<outputs.rows {
      for column in 0..<outputs.columns {
        let error = y[row * outputs.stride + column] - t[row * values.stride + column]
        g[row * gradient.stride + column] = error * share
        total += Double(error * error)
      }
    }
    return total / (2 * Double(outputs.rows))
  }

  static func maximum(_ values: UnsafePointer<Float>, _ count: Int) -> Float {
    var largest = values[0]
    for index in 1..<count where values[index] > largest { largest = values[index] }
    return largest
  }
}
