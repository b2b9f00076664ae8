import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles

/// Writes a trained network's weights for PyTorch: `layers.N.weight` [outputs, inputs] and `layers.N.bias` [outputs],
/// N from 0, as a `torch.nn.Linear` loads them. Importances are multiplied into the weights behind them.
///
/// The metadata say the rest, lists as JSON: `activation` of all layers but the last, `feature_names`,
/// `feature_means` and `feature_scales` (inputs are (x − mean) / scale), `class_names` of the outputs or
/// `target_mean` and `target_scale` (predictions are mean + scale · output), and where the network comes from.
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
    try preparation.requireExportable()
    guard network.isFinite else { throw .notFinite }
    let layers = try network.plainLayers()
    var tensors: [String: Safetensors.Tensor] = [:]
    for (index, layer) in layers.enumerated() {
      tensors["layers.\(index).weight"] = Safetensors.Tensor(
        shape: [layer.outputs, layer.inputs], .f32(layer.transposedWeights))
      tensors["layers.\(index).bias"] = Safetensors.Tensor(shape: [layer.outputs], .f32(layer.bias))
    }
    return Safetensors(tensors: tensors, metadata: metadata(layers)).data
  }

  private func metadata(_ layers: [PlainLayer]) -> [String: String] {
    let scaling = preparation.featureScaling
    var result = [
      // What PyTorch's own files say of their layout.
      "format": "pt",
      "note": "layers.N.weight is [outputs, inputs] as in torch.nn.Linear; apply layer 0, the activation, "
        + "layer 1, … to (x - feature_means) / feature_scales; importances are multiplied into the weights",
      "producer": "awn-tui \(version)", "name": name, "problem": network.problem.rawValue,
      "target": preparation.targetName,
      "activation": layers.dropLast().first?.function.exportName ?? "identity",
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

extension PlainLayer {
  /// [outputs, inputs], row-major.
  fileprivate var transposedWeights: [Float] {
    (0..<outputs).flatMap { output in (0..<inputs).map { weights[$0 * outputs + output] } }
  }
}

extension ElementFunction {
  /// As in experiment files.
  fileprivate var exportName: String {
    Activation.allCases.first { ElementFunction($0) == self }?.rawValue ?? "identity"
  }
}

/// A value as JSON.
func json(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  guard let data = try? encoder.encode(value) else { preconditionFailure("finite values can be encoded") }
  return String(decoding: data, as: UTF8.self)
}
