import AdaptiveWidth

extension NeighborSum: ExportableBlock {
  var facts: BlockFacts {
    BlockFacts("neighbour_sum", formula: "each node's x plus the sum of its neighbors'")
  }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let value = context.sources[0]
    guard case .nodes(let nodes) = value.form else { throw context.unsupportedInput }
    let around = builder.node("Gather", value.name, nodes.neighbors, name: "\(context.name) neighbors")
    let sum = builder.scattered(around, by: nodes.nodes, addedTo: value.name, name: context.name)
    return GraphValue(name: sum, form: value.form)
  }
}
