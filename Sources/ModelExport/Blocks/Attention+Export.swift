import AdaptiveWidth

extension Attention: ExportableBlock {
  var facts: BlockFacts {
    let parts =
      switch (kind == .cross, readsValuesApart) {
      case (false, false): "x = q, k, v side by side"
      case (true, false): "x = q, y = k, v side by side"
      case (false, true): "x = q, k side by side, y = v"
      case (true, true): "x = q, y = k, z = v"
      }
    let size = readsValuesApart ? "\(columns) / heads" : "outputs / heads"
    var facts = BlockFacts(
      "attention",
      formula: "softmax(q kᵀ / sqrt(\(size))) v for each head, heads side by side; \(parts)"
        + (kind == .causal ? "; a row sees itself and those before" : ""))
    (facts.attention, facts.heads) = (kind, heads)
    return facts
  }

  /// softmax(q kᵀ / √(d/heads)) v, head by head, [N, S, d].
  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    guard let sources = context.tokens,
      let bias = kind == .causal ? sources[0].tokens.causalBias : sources[0].tokens.sourceBias
    else { throw context.unsupportedInput }
    let name = context.name
    let (key, value) = (places.key, places.value)
    let parts = [
      (sources[0].name, 0, columns, "query"), (sources[key.input].name, key.column, columns, "key"),
      (sources[value.input].name, value.column, outputs, "value"),
    ]
    let heads = parts.map { source, column, count, part in
      addHeads(
        source, column..<column + count, transposed: part == "key", name: "\(name) \(part)", to: &builder)
    }
    let root = builder.constant(
      [Float(columns / self.heads).squareRoot()], shape: [], name: "\(name) root")
    let products = builder.node("MatMul", heads[0], heads[1], name: "\(name) products")
    let scaled = builder.node("Div", products, root, name: "\(name) scaled products")
    let seen = builder.node("Add", scaled, bias, name: "\(name) seen products")
    let weights = builder.node("Softmax", seen, name: "\(name) weights", [.integer("axis", -1)])
    let sums = builder.node("MatMul", weights, heads[2], name: "\(name) head sums")
    let sideBySide = builder.node(
      "Transpose", sums, name: "\(name) heads", [.integers("perm", [0, 2, 1, 3])])
    let shape = builder.constant([0, 0, Int64(outputs)], shape: [3], name: "\(name) shape")
    return GraphValue(
      name: builder.node("Reshape", sideBySide, shape, name: name), form: context.sources[0].form)
  }

  /// Some columns of [N, S, …] as [N, heads, S, columns of a head], or with the last two exchanged.
  private func addHeads(
    _ value: String, _ columns: Range<Int>, transposed: Bool, name: String, to builder: inout GraphBuilder
  ) -> String {
    let start = builder.constant([Int64(columns.lowerBound)], shape: [1], name: "\(name) start")
    let end = builder.constant([Int64(columns.upperBound)], shape: [1], name: "\(name) end")
    let axis = builder.constant([Int64(2)], shape: [1], name: "\(name) axis")
    let shape = builder.constant(
      [0, 0, Int64(heads), Int64(columns.count / heads)], shape: [4], name: "\(name) shape")
    let part = builder.node("Slice", value, start, end, axis, name: "\(name) columns")
    let split = builder.node("Reshape", part, shape, name: "\(name) split")
    return builder.node(
      "Transpose", split, name: name, [.integers("perm", transposed ? [0, 2, 3, 1] : [0, 2, 1, 3])])
  }
}

extension NodeContext {
  /// The sources, if all of them are tokens.
  fileprivate var tokens: [(name: String, tokens: TextTokens)]? {
    var result: [(String, TextTokens)] = []
    for source in sources {
      guard case .tokens(let tokens, _) = source.form else { return nil }
      result.append((source.name, tokens))
    }
    return result
  }
}
