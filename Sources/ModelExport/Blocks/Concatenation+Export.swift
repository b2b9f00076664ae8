import AdaptiveWidth

extension Concatenation: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts("concatenation", formula: "all it reads side by side")
    facts.columns = inputColumns
    return facts
  }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let rows = context.sources.map { builder.rows($0, name: context.name) }
    guard rows.allSatisfy({ $0.form.isAlike(rows[0].form) }) else { throw context.unsupportedInput }
    let last = rows[0].form.rank - 1
    let all = builder.join("Concat", rows.map(\.name), name: context.name, [.integer("axis", last)])
    return GraphValue(name: all, form: rows[0].form)
  }
}
