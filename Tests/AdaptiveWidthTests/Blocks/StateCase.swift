import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra
import Testing

enum StateCase {
  /// A state with importances from 1 down to 0.7, and inputs that move it.
  static func make(_ adapt: AdaptedLayers, activation: Activation = .relu6) -> RecurrentCase {
    var options = NetworkOptions(initialRate: 0.3)
    options.method = .settle
    var item = RecurrentCase(
      lengths: (0..<12).map { 1 + $0 % 5 }, options: options, activation: activation, adapting: adapt,
      state: 7)
    // As after some training: what inputs add is as large as what the state itself does.
    var block = item.network.blocks[1]
    block.forEachParameter { parameter, _ in
      for index in 0..<parameter.value.columns {
        for row in 0..<parameter.value.rows { parameter.value[row, index] *= 6 }
      }
    }
    item.network = item.network.replacing(1, block)
    return item
  }
}

/// The recurrent network in double precision, step by step, with a state that every read multiplies by its importances.
struct StateReference {
  private let input, summand, hidden, output, last: Layer
  private let importances: [Double]

  /// φ(x W + b) · f
  private struct Layer {
    let weights, bias: Matrix
    let isBounded: Bool
    let importances: [Double]?

    init(_ block: Dense) {
      (weights, bias) = block.outgoing
      isBounded = block.function == .relu6
      importances = block.isSummand ? nil : block.adaptation?.importances.elements.map(Double.init)
    }

    func callAsFunction(_ x: [Double]) -> [Double] {
      (0..<weights.columns).map { column in
        let sum = x.indices.reduce(Double(bias[0, column])) { $0 + x[$1] * Double(weights[$1, column]) }
        return (isBounded ? min(6, max(0, sum)) : sum) * (importances?[column] ?? 1)
      }
    }
  }

  init(_ network: Network) throws {
    func dense(_ index: Int) throws -> Layer { Layer(try #require(network.blocks[index] as? Dense)) }
    let cell = try #require(network.blocks[2] as? Recurrence)
    (input, summand, last) = (try dense(0), try dense(1), try dense(3))
    (hidden, output) = (Layer(cell.hidden), Layer(cell.output))
    importances = try #require(cell.stateAdaptation).importances.elements.map(Double.init)
  }

  func outputs(_ sequence: [[Double]]) -> [Double] {
    var state = importances.map { _ in 0.0 }
    func read() -> [Double] { zip(state, importances).map(*) }
    for step in sequence {
      state = zip(summand(input(step)), output(hidden(read()))).map { tanh($0 + $1) }
    }
    return last(read())
  }
}
