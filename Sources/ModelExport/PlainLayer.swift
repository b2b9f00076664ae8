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

  /// - Parameter importances: of the adaptive layer it reads, if that is what it does.
  init(_ layer: Dense, behind importances: [Float]?) {
    (inputs, outputs, function) = (layer.inputs, layer.outputs, layer.function)
    var weights = layer.weights.value.elements
    if let importances {
      for position in weights.indices { weights[position] *= importances[position / layer.outputs] }
    }
    self.weights = weights
    bias = layer.bias.value.elements
  }
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
      layers.append(PlainLayer(layer, behind: importances))
      importances = layer.adaptation?.importances.elements
    }
    return layers
  }
}
