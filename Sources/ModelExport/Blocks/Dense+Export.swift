import AdaptiveWidth
import ModelFiles

extension Dense: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts("dense", formula: "function(x weightᵀ + bias)")
    facts.function = function.exportName
    return facts
  }

  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] {
    PlainLayer(self, behind: importances).tensors()
  }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let value = builder.rows(context.sources[0], name: context.name)
    let layer = PlainLayer(self, behind: context.importances)
    return layer.addNodes(on: value, name: context.name, to: &builder)
  }
}
