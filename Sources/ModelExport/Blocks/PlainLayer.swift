import AdaptiveWidth
import Experiment
import LinearAlgebra
import ModelFiles

/// A dense layer without importances: φ(x W + b).
struct PlainLayer {
  let inputs: Int
  let outputs: Int
  let function: ElementFunction
  /// [inputs, outputs], row-major.
  let weights: [Float]
  /// [outputs]
  let bias: [Float]

  /// - Parameter importances: of the adaptive layer that it reads, which are multiplied into the weights, of every
  ///   pixel where it reads channels; `nil` if it reads none.
  init(_ layer: Dense, behind importances: [Float]?) {
    (inputs, outputs, function) = (layer.inputs, layer.outputs, layer.function)
    var weights = layer.weights.value.elements
    if let importances {
      for position in weights.indices {
        weights[position] *= importances[position / layer.outputs % importances.count]
      }
    }
    self.weights = weights
    bias = layer.bias.value.elements
  }

  /// `weight` [outputs, inputs] and `bias` [outputs], as of a `torch.nn.Linear`.
  func tensors(prefix: String = "") -> [String: Safetensors.Tensor] {
    let transposed = (0..<outputs).flatMap { output in (0..<inputs).map { weights[$0 * outputs + output] } }
    return [
      "\(prefix)weight": Safetensors.Tensor(shape: [outputs, inputs], .f32(transposed)),
      "\(prefix)bias": Safetensors.Tensor(shape: [outputs], .f32(bias)),
    ]
  }

  /// The layer's output, [..., outputs], of the form of the value it reads, [..., inputs].
  func addNodes(on value: GraphValue, name: String, to builder: inout GraphBuilder) -> GraphValue {
    let w = builder.constant(weights, shape: [inputs, outputs], name: "\(name) weights")
    let b = builder.constant(bias, shape: [outputs], name: "\(name) bias")
    var sum: String
    if value.form.rank == 2 {
      sum = builder.node("Gemm", value.name, w, b, name: "\(name) sum")
    } else {
      let product = builder.node("MatMul", value.name, w, name: "\(name) product")
      sum = builder.node("Add", product, b, name: "\(name) sum")
    }
    return GraphValue(name: addFunction(on: sum, name: name, to: &builder), form: value.form)
  }

  private func addFunction(on value: String, name: String, to builder: inout GraphBuilder) -> String {
    switch function {
    case .identity: return value
    case .tanh: return builder.node("Tanh", value, name: name)
    case .relu: return builder.node("Relu", value, name: name)
    case .leakyReLU: return builder.node("LeakyRelu", value, name: name, [.float("alpha", 0.01)])
    case .relu6:
      let lowest = builder.constant([Float(0)], shape: [], name: "\(name) lowest")
      let highest = builder.constant([Float(6)], shape: [], name: "\(name) highest")
      return builder.node("Clip", value, lowest, highest, name: name)
    }
  }
}

extension Network {
  /// The layers of a chain of dense layers, importances multiplied into the weights behind them; `nil` for any other
  /// network.
  var plainLayers: [PlainLayer]? {
    guard isChain else { return nil }
    var layers: [PlainLayer] = []
    for (index, block) in blocks.enumerated() {
      guard let layer = block as? Dense else { return nil }
      layers.append(PlainLayer(layer, behind: unappliedImportances(readBy: index)?.elements))
    }
    return layers
  }
}

extension ElementFunction {
  /// Its name in experiment files.
  var exportName: String {
    Activation.allCases.first { ElementFunction($0) == self }?.rawValue ?? "identity"
  }
}

extension Matrix {
  /// [rows, columns]
  var exported: Safetensors.Tensor { Safetensors.Tensor(shape: [rows, columns], .f32(elements)) }
  /// [columns], of a matrix of one row.
  var exportedRow: Safetensors.Tensor { Safetensors.Tensor(shape: [columns], .f32(elements)) }
}
