import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra

/// A graph isomorphism network in PyTorch, by Oracle/graph_networks.py.
struct GraphOracle: Decodable {
  struct Graph: Decodable {
    var features: [[Double]]
    /// Of each node.
    var neighbors: [[Int32]]
    var label: Int32
  }

  var pooling: Pooling
  var channels: Int
  var rates: [Double]
  var widths: [Int]
  var weight_scale: Double
  var observations: Int
  var graphs: [Graph]
  /// In the order of the blocks.
  var parameters: [[[Double]]]
  var output: [[Double]]
  var loss: Double
  var gradients: [[[Double]]]
  var rate_gradients: [Double]
  /// For each layer the running mean and variance after a step.
  var running: [[[Double]]]
  var learning_rate: Double
  /// Graphs of each batch.
  var batches: [[Int]]
  var losses: [Double]
  /// After the last step, with running statistics, of all graphs.
  var predicted: [[Double]]

  static func load(_ pooling: Pooling) throws -> GraphOracle {
    try NetworkOracle.load("graph_network_\(pooling.rawValue)")
  }

  var features: Int { graphs[0].features[0].count }
  var classes: Int { output[0].count }
  var objective: Objective { Objective(weightScale: weight_scale, observations: observations) }

  func batch(_ indices: [Int]? = nil) -> Batch {
    let chosen = (indices ?? Array(graphs.indices)).map { graphs[$0] }
    var batch = Batch(inputs: matrix(chosen.flatMap(\.features)), labels: chosen.map(\.label))
    batch.structure.offsets = [0]
    batch.structure.neighborStarts = [0]
    for graph in chosen {
      let first = batch.structure.offsets.last!
      for neighbors in graph.neighbors {
        batch.structure.neighbors += neighbors.map { $0 + first }
        batch.structure.neighborStarts.append(Int32(batch.structure.neighbors.count))
      }
      batch.structure.offsets.append(first + Int32(graph.features.count))
    }
    return batch
  }

  /// With the oracle's parameters and rates.
  var network: Network {
    var options = NetworkOptions()
    (options.kind, options.depth, options.channels) = (.gin, rates.count, channels)
    (options.pooling, options.initialRate) = (pooling, rates[0])
    let built = Network(
      options: options, ratePrior: nil, inputs: .nodes(features: features), outputs: classes,
      problem: .classification, seed: 1)
    var (nodes, number, layer) = ([LayerNode](), 0, 0)
    for (block, sources) in zip(built.blocks, built.sources) {
      var block = block
      if let dense = block as? Dense {
        let adaptation = dense.adaptation.map { _ in
          layer += 1
          return Adaptation(options: NetworkOptions(initialRate: rates[layer - 1]), prior: nil)
        }
        block = Dense(
          weights: matrix(parameters[number], isElastic: adaptation != nil),
          bias: matrix(parameters[number + 1], isElastic: adaptation != nil), function: dense.function,
          adaptation: adaptation)
        number += 2
      } else {
        block.forEachParameter { parameter, _ in
          parameter.value = matrix(parameters[number])
          number += 1
        }
      }
      nodes.append(LayerNode(block, sources))
    }
    return Network(nodes: nodes, problem: .classification)
  }
}
