import Experiment
import LinearAlgebra

extension Network {
  /// A graph isomorphism network (Xu et al. 2019) whose MLPs adapt, with jumping knowledge.
  ///
  /// Each layer adds up a node and its neighbors, and passes the sum through a dense layer of learned width, a dense
  /// layer back to `channels` features, batch normalization and a rectifier. The nodes of every layer, and their
  /// features, are pooled; an affine layer reads the pooled values side by side. Weights have variance 2/inputs, and
  /// 2/Σf² behind a layer of learned width.
  static func graphIsomorphism(_ plan: NetworkPlan) -> Network? {
    guard case .nodes(let features) = plan.inputs else { return nil }
    let (options, outputs) = (plan.options, plan.outputs)
    var random = RandomStream(seed: plan.seed, purpose: "initial weights")
    let (channels, pooling) = (options.channels ?? 64, options.pooling ?? .sum)
    let function = ElementFunction(options.activation)
    let layers = options.kind.architecture.hiddenLayers(options)
    var network = NetworkBuilder()
    var nodes = LayerNode.batch
    var pools = [network.add(SegmentPool(columns: features, pooling: pooling), nodes)]
    for layer in 0..<layers {
      let columns = layer == 0 ? features : channels
      let fixed = options.fixedWidths.map { $0[min(layer, $0.count - 1)] }
      let adaptation = fixed == nil ? Adaptation(options: options, prior: plan.ratePrior) : nil
      let width = fixed ?? adaptation!.width
      network.add(NeighborSum(columns: columns), nodes)
      network.add(
        Dense(
          inputs: columns, outputs: width, function: function, adaptation: adaptation,
          variance: 2 / Double(columns), biasScale: layer == 0 ? options.initialBiasScale : 0,
          random: &random))
      network.add(
        Dense(
          inputs: width, outputs: channels, function: .identity,
          variance: heVariance(behind: width, adaptation), random: &random))
      nodes = network.add(BatchNorm(columns: channels, isRectified: true))
      pools.append(network.add(SegmentPool(columns: channels, pooling: pooling), nodes))
    }
    let columns = [features] + Array(repeating: channels, count: layers)
    network.add(Concatenation(columns: columns), reading: pools)
    let read = columns.reduce(0, +)
    network.add(
      Dense(
        inputs: read, outputs: outputs, function: .identity, variance: 2 / Double(read), random: &random))
    return Network(nodes: network.nodes, problem: plan.problem)
  }
}
