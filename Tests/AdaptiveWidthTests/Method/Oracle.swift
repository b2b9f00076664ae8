import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra

/// Numbers computed in float64 by an independent PyTorch program from the method's equations.
struct ImportanceTable: Decodable {
  var family: String
  var rate: Double?
  var gamma: Double?
  var quantile: Double
  var width: Int
  var first: Double
  var last: Double
  var sum_of_squares: Double
}

struct NetworkOracle: Decodable {
  struct Prior: Decodable {
    var mean: Double
    var scale: Double
  }

  struct Terms: Decodable {
    var negative_log_likelihood: Double
    var weight_prior: Double
    var rate_prior: Double
    var objective: Double
  }

  struct Gradients: Decodable {
    var weights: [[[Double]]]
    var biases: [[Double]]
    var rates: [Double]
    var raw_rates: [Double]
  }

  enum Targets: Decodable {
    case labels([Int32])
    case values([[Double]])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let labels = try? container.decode([Int32].self) {
        self = .labels(labels)
      } else {
        self = .values(try container.decode([[Double]].self))
      }
    }
  }

  var activation: String
  var quantile: Double
  var theta_prior_scale: Double
  var rate_prior: Prior?
  var observations: Int
  var rates: [Double]
  var raw_rates: [Double]
  var widths: [Int]
  /// [out, in]
  var weights: [[[Double]]]
  var biases: [[Double]]
  var x: [[Double]]
  var y: Targets
  var importances: [[Double]]
  var hidden: [[[Double]]]
  var output: [[Double]]
  var terms: Terms
  var gradients: Gradients

  static let names = [
    "mlp_1_relu6_classification", "mlp_2_relu6_rate_prior", "mlp_2_leaky_relu_regression",
    "mlp_3_tanh_classification",
  ]

  static func load<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let url = Bundle.module.url(forResource: "Oracle/\(name)", withExtension: "json")!
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
  }

  var objective: Objective { Objective(weightScale: theta_prior_scale, observations: observations) }

  var batch: Batch {
    switch y {
    case .labels(let labels): Batch(inputs: matrix(x), labels: labels)
    case .values(let values): Batch(inputs: matrix(x), values: matrix(values))
    }
  }

  var network: Network {
    let function = ElementFunction(Activation(rawValue: activation)!)
    var blocks: [any Block] = []
    for layer in weights.indices {
      let isHidden = layer < rates.count
      var adaptation: Adaptation?
      if isHidden {
        let options = NetworkOptions(initialRate: rates[layer], quantile: quantile)
        adaptation = Adaptation(
          options: options, prior: rate_prior.map { NormalPrior(mean: $0.mean, scale: $0.scale) })
      }
      blocks.append(
        Dense(
          weights: matrix(weights[layer], isElastic: isHidden).transposed(),
          bias: matrix([biases[layer]], isElastic: isHidden), function: isHidden ? function : .identity,
          adaptation: adaptation))
    }
    return Network(blocks: blocks, problem: batch.problem)
  }
}

func matrix(_ rows: [[Double]], isElastic: Bool = false) -> Matrix {
  Matrix(rows: rows.count, columns: rows[0].count, rows.flatMap { $0.map(Float.init) }, isElastic: isElastic)
}

extension Matrix {
  func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows, isElastic: isElastic)
    for row in 0..<rows { for column in 0..<columns { result[column, row] = self[row, column] } }
    return result
  }
}

/// Within 1e-4 relative or 1e-5 absolute: what float32 can be held to.
func agree(_ ours: some BinaryFloatingPoint, _ theirs: Double) -> Bool {
  abs(Double(ours) - theirs) <= max(1e-5, 1e-4 * abs(theirs))
}

func agree(_ ours: Matrix, _ theirs: [[Double]]) -> Bool {
  ours.rows == theirs.count && ours.columns == theirs[0].count
    && zip(ours.elements, theirs.flatMap { $0 }).allSatisfy { agree($0, $1) }
}
