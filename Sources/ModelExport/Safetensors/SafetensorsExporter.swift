import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles

/// Writes a trained network's weights for PyTorch, importances multiplied into the weights behind them.
///
/// Of a chain of dense layers these are `layers.N.weight` [outputs, inputs] and `layers.N.bias` [outputs], N from 0, as
/// a `torch.nn.Linear` loads them. Of other networks they are `blocks.N.NAME`, with the names and shapes of PyTorch's
/// modules:
/// - dense: `weight` and `bias`; recurrence: the same of its layers, `hidden.…` and `output.…`
/// - convolution: `convolution.weight` [outputs, inputs, kernel, kernel], and `normalization.weight`, `.bias`,
///   `.running_mean` and `.running_var`
/// - batch norm: `weight`, `bias`, `running_mean`, `running_var`; layer norm: `weight`, `bias`
/// - embedding: `weight` [vocabulary, columns]
///
/// The metadata say the rest, lists as JSON: `activation` of all layers but the last, or `blocks`: of each its kind, what
/// it reads, what it computes and its settings; `feature_names`, `feature_means` and `feature_scales` (inputs are
/// (x − mean) / scale), `class_names` of the outputs or `target_mean` and `target_scale` (predictions are mean + scale ·
/// output), `preparation` with all that is known of the inputs, such as a vocabulary, `pixel_order` where a step is a
/// pixel; and where the network comes from.
public struct SafetensorsExporter: Sendable {
  public let network: Network
  public let preparation: Preparation
  /// Of the run or the dataset.
  public let name: String
  /// Of the program that trained the network.
  public let version: String

  /// - Parameter network: takes the preparation's features.
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
    let isPlain = network.isChain && network.blocks.allSatisfy { $0 is Dense }
    return (isPlain ? try layers() : try blocks()).data
  }

  private func layers() throws(ExportError) -> Safetensors {
    let layers = try network.plainLayers()
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
    let blocks = try network.exportedBlocks()
    var file = Safetensors(tensors: [:], metadata: metadata)
    for (index, block) in blocks.enumerated() {
      for (name, tensor) in block.tensors { file.tensors["blocks.\(index).\(name)"] = tensor }
    }
    file.metadata["note"] =
      "blocks.N.NAME has the shape it has in PyTorch's modules; blocks says what each block reads (sources, -1: "
      + "(x - feature_means) / feature_scales, or tokens) and computes; images are [height, width, channels] wherever "
      + "they are read as rows; importances are multiplied into the weights"
    file.metadata["blocks"] = json(blocks.map(\.facts))
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

extension ElementFunction {
  /// As in experiment files.
  var exportName: String {
    Activation.allCases.first { ElementFunction($0) == self }?.rawValue ?? "identity"
  }
}

/// A value as JSON, the same for the same value.
func json(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
  guard let data = try? encoder.encode(value) else { preconditionFailure("finite values can be encoded") }
  return String(decoding: data, as: UTF8.self)
}
