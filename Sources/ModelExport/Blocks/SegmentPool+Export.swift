import AdaptiveWidth

extension SegmentPool: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts("segment_pool", formula: "the sum or mean of the rows of each graph or text")
    facts.pooling = pooling
    return facts
  }

  /// [N, columns]
  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let value = context.sources[0].name
    switch context.sources[0].form {
    case .nodes(let nodes): return pooled(value, nodes, name: context.name, &builder)
    case .tokens(let tokens, .source): return pooled(value, tokens, name: context.name, &builder)
    case .tokens(_, .target), .text, .steps, .rows, .image: throw context.unsupportedInput
    }
  }

  private func pooled(
    _ value: String, _ nodes: GraphNodes, name: String, _ builder: inout GraphBuilder
  ) -> GraphValue {
    let sum = segmentSum(of: value, columns: outputs, nodes, name: name, &builder)
    guard pooling == .mean else { return GraphValue(name: sum) }
    let shape = builder.node("Shape", nodes.graphs, name: "\(name) node shape")
    let zeros = builder.node("ConstantOfShape", shape, name: "\(name) zeros")
    let one = builder.constant([Float(1)], shape: [], name: "\(name) one")
    let ones = builder.node("Add", zeros, one, name: "\(name) ones")
    let counts = segmentSum(of: ones, columns: 1, nodes, name: "\(name) nodes", &builder)
    // A graph without nodes has a mean of 0.
    let divisors = builder.node("Max", counts, one, name: "\(name) divisors")
    return GraphValue(name: builder.node("Div", sum, divisors, name: "\(name) mean"))
  }

  /// [V, columns] → [N, columns]
  private func segmentSum(
    of value: String, columns: Int, _ nodes: GraphNodes, name: String, _ builder: inout GraphBuilder
  ) -> String {
    let width = builder.constant([Int64(columns)], shape: [1], name: "\(name) columns")
    let shape = builder.node("Concat", nodes.count, width, name: "\(name) shape", [.integer("axis", 0)])
    let zeros = builder.node("ConstantOfShape", shape, name: "\(name) empty")
    return builder.scattered(value, by: nodes.graphs, addedTo: zeros, name: name)
  }

  private func pooled(
    _ value: String, _ tokens: TextTokens, name: String, _ builder: inout GraphBuilder
  ) -> GraphValue {
    let axis = builder.constant([Int64(1)], shape: [1], name: "\(name) axis")
    let kept = builder.node("Mul", value, tokens.mask, name: "\(name) kept")
    let sum = builder.node("ReduceSum", kept, axis, name: name, [.integer("keepdims", 0)])
    guard pooling == .mean else { return GraphValue(name: sum) }
    return GraphValue(name: builder.node("Div", sum, tokens.lengths, name: "\(name) mean"))
  }
}
