import AdaptiveWidth
import ModelFiles

extension HeadProjection: ExportableBlock {
  /// Importances are in the weights that read the attention behind it.
  var facts: BlockFacts {
    var facts = BlockFacts("dense", formula: "function(x weightᵀ + bias)")
    facts.function = "identity"
    return facts
  }

  /// x W + b, without the importances.
  var plain: PlainLayer {
    PlainLayer(Dense(weights: weights.value, bias: bias.value, function: .identity), behind: nil)
  }

  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] { plain.tensors() }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    plain.addNodes(on: builder.rows(context.sources[0], name: context.name), name: context.name, to: &builder)
  }
}
