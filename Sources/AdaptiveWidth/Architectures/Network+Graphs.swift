import Experiment
import LinearAlgebra

extension Network {
  /// A graph isomorphism network (Xu et al. 2019) whose MLPs adapt, with jumping knowledge.
  ///
  /// Each layer adds up a node and its neighbors, and passes the sum through a dense layer of learned width, a dense
  /// layer back to `channels` features, batch normalization and a rectifier. The nodes of every layer, and their
  /// features, are pooled; an affine layer reads the pooled values side by side. Weights have variance 2/inputs, and
  /// 2/Σf² behind a layer of learned width.
  ///
  /// If the features between layers have learned widths, too, one block computes a dense layer, its normalization and a
  /// bounded rectifier, and an affine layer reads each pooled value. The sum of these layers equals one layer that reads
  /// the pooled values side by side.
  static func graphIsomorphism(_ plan: NetworkPlan) -> Network? {
    guard case .nodes(let features) = plan.inputs else { return nil }
    if plan.options.adapt == .all { return adaptiveGraphIsomorphism(plan, features) }
    let (options, outputs) = (plan.options, plan.outputs)
    var random = RandomStream(seed: plan.seed, purpose: "initial weights")
    let (channels, pooling) = (options.initialFeatures, options.initialPooling)
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

  private static func adaptiveGraphIsomorphism(_ plan: NetworkPlan, _ features: Int) -> Network {
    let (options, outputs) = (plan.options, plan.outputs)
    var random = RandomStream(seed: plan.seed, purpose: "initial weights")
    let depth = options.kind.architecture.hiddenLayers(options)
    var given = options.fixedWidths?[...]
    func width(of first: Int?) -> LayerWidth {
      // One given width is that of all layers.
      if let fixed = given?.first {
        if given!.count > 1 { given!.removeFirst() }
        return (fixed, nil)
      }
      let adaptation =
        first.map { Adaptation(options: options, prior: plan.ratePrior, width: $0) }
        ?? Adaptation(options: options, prior: plan.ratePrior)
      return (adaptation.width, adaptation)
    }
    var network = NetworkBuilder()
    var (nodes, read) = (LayerNode.batch, LayerWidth(features, nil))
    let share = Double(features + depth * options.initialFeatures) / Double(options.initialFeatures)
    var sum: Int?
    func addReadout() {
      network.add(SegmentPool(columns: read.width, pooling: options.initialPooling), nodes)
      let readout = network.add(
        Dense(
          inputs: read.width, outputs: outputs, function: .identity,
          variance: heVariance(behind: read.width, read.adaptation) / share, random: &random))
      sum = sum.map { network.add(Addition(columns: outputs), $0, readout) } ?? readout
    }
    addReadout()
    for layer in 0..<depth {
      let hidden = width(of: nil)
      network.add(NeighborSum(columns: read.width), nodes)
      network.add(
        Dense(
          inputs: read.width, outputs: hidden.width, function: ElementFunction(options.activation),
          adaptation: hidden.adaptation, variance: heVariance(behind: read.width, read.adaptation),
          biasScale: layer == 0 ? options.initialBiasScale : 0, random: &random))
      read = width(of: options.initialFeatures)
      nodes = network.add(
        ConvolutionBlock(
          Convolution(height: 1, width: 1, inputs: hidden.width, outputs: read.width, kernel: 1),
          function: .relu6, adaptation: read.adaptation,
          variance: heVariance(behind: hidden.width, hidden.adaptation), random: &random))
      addReadout()
    }
    return Network(nodes: network.nodes, problem: plan.problem)
  }
}
