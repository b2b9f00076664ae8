import AdaptiveWidth

extension Addition: ExportableBlock {
  var facts: BlockFacts { BlockFacts("addition", formula: "x + y") }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let values = try builder.alike(context)
    let sum = builder.node("Add", values[0].name, values[1].name, name: context.name)
    return GraphValue(name: sum, form: values[0].form)
  }
}
