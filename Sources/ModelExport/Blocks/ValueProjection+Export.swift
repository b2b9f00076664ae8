import AdaptiveWidth
import ModelFiles

extension ValueProjection: ExportableBlock {
  /// Importances are in the weights that read the attention behind it.
  var facts: BlockFacts {
    var facts = BlockFacts("dense", formula: "function(x weightᵀ + bias)")
    facts.function = "identity"
    return facts
  }

  private var layer: PlainLayer {
    PlainLayer(Dense(weights: weights.value, bias: bias.value, function: .identity), behind: nil)
  }

  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] { layer.tensors() }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    layer.addNodes(on: builder.rows(context.sources[0], name: context.name), name: context.name, to: &builder)
  }
}
