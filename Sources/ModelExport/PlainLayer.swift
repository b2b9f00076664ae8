import AdaptiveWidth
import LinearAlgebra

/// A dense layer without importances: φ(x W + b).
struct PlainLayer {
  let inputs: Int
  let outputs: Int
  let function: ElementFunction
  /// [inputs, outputs], row-major.
  let weights: [Float]
  /// [outputs]
  let bias: [Float]
}

extension Network {
  /// The layers, importances multiplied into the weights behind them: the same function.
  func plainLayers() throws(ExportError) -> [PlainLayer] {
    var layers: [PlainLayer] = []
    var importances: [Float]?
    for (index, block) in blocks.enumerated() {
      guard let layer = block as? Dense, isChain else {
        throw .unsupportedLayer(index, kind: "\(type(of: block))")
      }
      var weights = layer.weights.value.elements
      if let importances {
        for position in weights.indices { weights[position] *= importances[position / layer.outputs] }
      }
      layers.append(
        PlainLayer(
          inputs: layer.inputs, outputs: layer.outputs, function: layer.function, weights: weights,
          bias: layer.bias.value.elements))
      importances = layer.adaptation?.importances.elements
    }
    return layers
  }
}
