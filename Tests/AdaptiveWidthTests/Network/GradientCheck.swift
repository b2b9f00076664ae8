import AdaptiveWidth
import Experiment
import Glibc
import LinearAlgebra

/// Compares the gradients of a network with differences of its loss, entry by entry.
///
/// The loss is summed in double precision, and two central differences are extrapolated (Richardson), so that what
/// remains is the rounding of the forward pass: about 1e-7 over the step. Meant for few rows and smooth functions.
struct GradientCheck {
  let network: Network
  let batch: Batch
  /// By how much a parameter is moved.
  var step = 0.05
  /// Of a teacher, which has its part of the loss.
  var distillation: DistillationTargets?
  /// The same elements are dropped wherever the parameters are moved to.
  var dropout: Dropout?
  /// Nested dropout divides by the importances, so that no loss of one step depends on a rate.
  var checksRates: Bool { dropout?.isNested != true }
  /// What a row of each class counts; empty: 1.
  var classWeights: [Float] = []

  /// The largest difference in units of the larger of the entry and its matrix's root mean square.
  struct Worst: CustomStringConvertible {
    var error = 0.0
    var place = "no parameters"
    var description: String { "\(error) at \(place)" }
  }

  /// Over all parameters and the rates of all adaptive layers.
  func worst() -> Worst {
    var workspace = Workspace()
    _ = network.lossAndGradients(
      batch, classWeights: classWeights, dropout: dropout, distillation: distillation, &workspace)
    var worst = Worst()
    for (index, var block) in network.blocks.enumerated() {
      block.forEachParameter { _, number in
        compare(workspace.buffers[index].gradients[number], "block \(index), matrix \(number)", &worst) {
          moved(index, number, $0, $1, $2)
        }
      }
    }
    for layer in network.widths.indices where checksRates {
      let analytic = network.rateGradient(layer: layer, workspace)
      compare(Matrix(rows: 1, columns: 1, [Float(analytic)]), "rate \(layer)", &worst) { _, _, by in
        var network = network
        // A fraction of the rate, which stays positive.
        network.setRate(layer: layer, network.adaptation(layer).rate + by)
        return loss(of: network)
      }
    }
    return worst
  }

  private func compare(
    _ analytic: Matrix, _ name: String, _ worst: inout Worst,
    _ moved: (_ row: Int, _ column: Int, _ by: Double) -> Double
  ) {
    var numeric: [Double] = []
    for row in 0..<analytic.rows {
      for column in 0..<analytic.columns {
        let near = moved(row, column, step) - moved(row, column, -step)
        let far = moved(row, column, 2 * step) - moved(row, column, -2 * step)
        numeric.append((8 * near - far) / (12 * step))
      }
    }
    let size = (numeric.reduce(0) { $0 + $1 * $1 } / Double(max(1, numeric.count))).squareRoot()
    for (position, (found, expected)) in zip(analytic.elements, numeric).enumerated() {
      // Below 1e-3 rounding hides everything: such a gradient is zero.
      let error = abs(Double(found) - expected) / max(abs(expected), size, 1e-3)
      if !(error <= worst.error) {
        worst = Worst(error: error, place: "\(name), entry \(position): \(found), expected \(expected)")
      }
    }
  }

  private func moved(_ index: Int, _ number: Int, _ row: Int, _ column: Int, _ by: Double) -> Double {
    var block = network.blocks[index]
    block.forEachParameter { if $1 == number { $0.value[row, column] += Float(by) } }
    return loss(of: network.replacing(index, block))
  }

  /// The mean loss of the batch in training mode, summed in double precision.
  private func loss(of network: Network) -> Double {
    var workspace = Workspace()
    _ = network.lossAndGradients(
      batch, classWeights: classWeights, dropout: dropout, distillation: distillation, &workspace)
    let outputs = workspace.output
    var (sum, taught) = (0.0, 0.0)
    for row in 0..<outputs.rows {
      let values = (0..<outputs.columns).map { Double(outputs[row, $0]) }
      let teacher = distillation.map { targets in
        (0..<outputs.columns).map { Double(targets.outputs[row, $0]) }
      }
      switch batch.problem {
      case .regression:
        for (column, value) in values.enumerated() {
          let error = value - Double(batch.values[row, column])
          sum += error * error / 2
          if let teacher { taught += (value - teacher[column]) * (value - teacher[column]) / 2 }
        }
      case .classification:
        let label = Int(batch.labels[row])
        sum -= logProbabilities(values)[label] * (classWeights.isEmpty ? 1 : Double(classWeights[label]))
        if let teacher, let heat = distillation?.temperature {
          let (own, softened) = (
            logProbabilities(values.map { $0 / heat }), logProbabilities(teacher.map { $0 / heat })
          )
          taught -= heat * heat * zip(own, softened).reduce(0) { $0 + $1.0 * exp($1.1) }
        }
      }
    }
    let weight = distillation?.weight ?? 0
    return ((1 - weight) * sum + weight * taught) / Double(batch.rows)
  }

  private func logProbabilities(_ logits: [Double]) -> [Double] {
    let largest = logits.max() ?? 0
    let total = largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
    return logits.map { $0 - total }
  }
}
