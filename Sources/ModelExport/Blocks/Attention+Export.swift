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
        + kind.formulaOfOrder)
    (facts.attention, facts.heads) = (kind, heads)
    return facts
  }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let (sources, key, value) = (context.sources, places.key, places.value)
    func part(_ input: Int, _ column: Int, _ count: Int) throws(ExportError) -> AttentionNodes.Part {
      guard sources.indices.contains(input) else { throw context.unsupportedInput }
      return AttentionNodes.Part(value: sources[input].name, columns: column..<column + count)
    }
    return try AttentionNodes(
      kind: kind, heads: heads, temperature: Float(columns / heads).squareRoot(),
      query: part(0, 0, columns), key: part(key.input, key.column, columns),
      value: part(value.input, value.column, outputs)
    ).add(context, to: &builder)
  }
}

extension Attention.Kind {
  /// What a formula has to add where a token does not see all others.
  var formulaOfOrder: String { self == .causal ? "; a row sees itself and those before" : "" }
}

/// The ONNX nodes of softmax(q kᵀ / t) v, head by head, [N, S, columns].
struct AttentionNodes {
  /// Some columns of a value [N, S, …], heads side by side.
  struct Part {
    var value: String
    var columns: Range<Int>
  }

  let kind: Attention.Kind
  let heads: Int
  /// t
  let temperature: Float
  let query: Part
  let key: Part
  let value: Part

  /// - Parameter context: of the block, which reads tokens alone.
  func add(_ context: NodeContext, to builder: inout GraphBuilder) throws(ExportError) -> GraphValue {
    guard let tokens = context.tokens,
      let bias = kind == .causal ? tokens[0].causalBias : tokens[0].sourceBias
    else { throw context.unsupportedInput }
    let name = context.name
    let queries = addHeads(query, name: "\(name) query", to: &builder)
    let keys = addHeads(key, transposed: true, name: "\(name) key", to: &builder)
    let values = addHeads(value, name: "\(name) value", to: &builder)
    let root = builder.constant([temperature], shape: [], name: "\(name) root")
    let products = builder.node("MatMul", queries, keys, name: "\(name) products")
    let scaled = builder.node("Div", products, root, name: "\(name) scaled products")
    let seen = builder.node("Add", scaled, bias, name: "\(name) seen products")
    let weights = builder.node("Softmax", seen, name: "\(name) weights", [.integer("axis", -1)])
    let sums = builder.node("MatMul", weights, values, name: "\(name) head sums")
    let sideBySide = builder.node(
      "Transpose", sums, name: "\(name) heads", [.integers("perm", [0, 2, 1, 3])])
    let shape = builder.constant([0, 0, Int64(value.columns.count)], shape: [3], name: "\(name) shape")
    return GraphValue(
      name: builder.node("Reshape", sideBySide, shape, name: name), form: context.sources[0].form)
  }

  /// The columns as [N, heads, S, columns of a head], or with the last two exchanged.
  private func addHeads(
    _ part: Part, transposed: Bool = false, name: String, to builder: inout GraphBuilder
  ) -> String {
    let columns = part.columns
    let start = builder.constant([Int64(columns.lowerBound)], shape: [1], name: "\(name) start")
    let end = builder.constant([Int64(columns.upperBound)], shape: [1], name: "\(name) end")
    let axis = builder.constant([Int64(2)], shape: [1], name: "\(name) axis")
    let shape = builder.constant(
      [0, 0, Int64(heads), Int64(columns.count / heads)], shape: [4], name: "\(name) shape")
    let slice = builder.node("Slice", part.value, start, end, axis, name: "\(name) columns")
    let split = builder.node("Reshape", slice, shape, name: "\(name) split")
    return builder.node(
      "Transpose", split, name: name, [.integers("perm", transposed ? [0, 2, 3, 1] : [0, 2, 1, 3])])
  }
}

extension NodeContext {
  /// The tokens of the sources, if all of them are tokens; at least one.
  fileprivate var tokens: [TextTokens]? {
    var result: [TextTokens] = []
    for source in sources {
      guard case .tokens(let tokens, _) = source.form else { return nil }
      result.append(tokens)
    }
    return result.isEmpty ? nil : result
  }
}
