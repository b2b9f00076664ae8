import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import JSONText
import LinearAlgebra
import ModelFiles

/// Writes a trained network's weights for PyTorch, importances multiplied into the weights behind them.
///
/// Of a chain of dense layers these are `layers.N.weight` [outputs, inputs] and `layers.N.bias` [outputs], N from 0, as
/// a `torch.nn.Linear` loads them. Of other networks they are `blocks.N.NAME`, with the names and shapes of PyTorch's
/// modules:
/// - dense: `weight` and `bias`; recurrence: the same of its layers, `hidden.…` and `output.…`
/// - convolution: `convolution.weight` [outputs, inputs, kernel, kernel], and `normalisation.weight`, `.bias`,
///   `.running_mean` and `.running_var`
/// - batch norm: `weight`, `bias`, `running_mean`, `running_var`; layer norm: `weight`, `bias`
/// - embedding: `weight` [vocabulary, columns]
///
/// The metadata contain the rest, lists as JSON: `activation` of all layers but the last; or `blocks`, of each block
/// its kind, sources, formula and settings; `feature_names`, `feature_means` and `feature_scales` (inputs are (x −
/// mean) / scale), `class_names` of the outputs or `target_mean` and `target_scale` (predictions are mean + scale ·
/// output), `preparation` with everything else about the inputs, such as a vocabulary; `pixel_order` where a step is a
/// pixel; and the network's origin.
public struct SafetensorsExporter: Sendable {
  public let network: Network
  public let preparation: Preparation
  /// Name of the run or the dataset.
  public let name: String
  /// Version of the program that trained the network.
  public let version: String

  /// - Parameter network: reads the preparation's features.
  public init(network: Network, preparation: Preparation, name: String, version: String) {
    precondition(network.shape.first == preparation.featureCount, "the network does not fit its preparation")
    self.network = network
    self.preparation = preparation
    self.name = name
    self.version = version
  }

  /// The file's bytes.
  public func data() throws(ExportError) -> Data {
    guard network.isFinite else { throw .notFinite }
    if let layers = network.plainLayers { return file(layers).data }
    return try blocks().data
  }

  private func file(_ layers: [PlainLayer]) -> Safetensors {
    var file = Safetensors(tensors: [:], metadata: metadata)
    for (index, layer) in layers.enumerated() {
      file.tensors.merge(layer.tensors(prefix: "layers.\(index).")) { $1 }
    }
    file.metadata["note"] =
      "layers.N.weight is [outputs, inputs] as in torch.nn.Linear; apply layer 0, the activation, "
      + "layer 1, … to (x - feature_means) / feature_scales; importances are multiplied into the weights"
    file.metadata["activation"] = layers.dropLast().first?.function.exportName ?? "identity"
    return file
  }

  private func blocks() throws(ExportError) -> Safetensors {
    var file = Safetensors(tensors: [:], metadata: metadata)
    var facts: [BlockFacts] = []
    for index in network.blocks.indices {
      let block = try network.exportable(index)
      var own = block.facts
      (own.sources, own.outputs) = (network.sources[index], block.outputs)
      facts.append(own)
      for (name, tensor) in block.tensors(importances: network.unappliedImportances(readBy: index)?.elements)
      {
        file.tensors["blocks.\(index).\(name)"] = tensor
      }
    }
    file.metadata["note"] =
      "blocks.N.NAME has the shape it has in PyTorch's modules; blocks says what each block reads (sources, -1: "
      + "(x - feature_means) / feature_scales, or tokens) and computes; images are [height, width, channels] wherever "
      + "they are read as rows; importances are multiplied into the weights"
    file.metadata["blocks"] = json(facts)
    file.metadata["preparation"] = json(PreparationRecord(preparation))
    if case .image(let shape) = preparation.inputs, preparation.sequence != nil {
      file.metadata["pixel_order"] = json(preparation.pixelOrder(shape.width * shape.height))
    }
    return file
  }

  private var metadata: [String: String] {
    let scaling = preparation.featureScaling
    var result = [
      // What PyTorch's own files say of their layout.
      "format": "pt",
      "producer": "awn-tui \(version)", "name": name, "problem": network.problem.rawValue,
      "target": preparation.targetName,
      "shape": json(network.shape), "feature_names": json(preparation.featureNames),
      "feature_means": json(scaling.means), "feature_scales": json(scaling.scales),
    ]
    switch preparation.target {
    case .classes(let names): result["class_names"] = json(names)
    case .value(let scaling):
      result["target_mean"] = "\(scaling.means[0])"
      result["target_scale"] = "\(scaling.scales[0])"
    case .tokens: break
    }
    return result
  }
}

/// A value as JSON, the same for the same value.
func json(_ value: some Encodable) -> String {
  do {
    return try JSONFormat.line(value)
  } catch {
    preconditionFailure("\(type(of: value)) cannot be encoded: \(error)")
  }
}
