import AdaptiveWidth

extension ONNXExporter {
  /// softmax(q kᵀ / √(d/heads)) v, head by head, [N, S, d].
  func add(
    _ attention: Attention, on sources: [GraphValue], _ tokens: TextTokens, name: String,
    to builder: inout GraphBuilder
  ) -> GraphValue? {
    guard let bias = attention.kind == .causal ? tokens.causalBias : tokens.sourceBias else { return nil }
    let columns = attention.outputs
    // What is cut into columns of q, of k and of v.
    let memory = sources[sources.count - 1].name
    let first = attention.kind == .cross ? 0 : columns
    let parts = [(sources[0].name, 0, "query"), (memory, first, "key"), (memory, first + columns, "value")]
    let heads = parts.map { value, column, part in
      addHeads(
        attention, value, from: column, transposed: part == "key", name: "\(name) \(part)", to: &builder)
    }
    let root = builder.constant(
      [Float(columns / attention.heads).squareRoot()], shape: [], name: "\(name) root")
    let products = builder.node("MatMul", heads[0], heads[1], name: "\(name) products")
    let scaled = builder.node("Div", products, root, name: "\(name) scaled products")
    let seen = builder.node("Add", scaled, bias, name: "\(name) seen products")
    let weights = builder.node("Softmax", seen, name: "\(name) weights", [.integer("axis", -1)])
    let sums = builder.node("MatMul", weights, heads[2], name: "\(name) head sums")
    let sideBySide = builder.node(
      "Transpose", sums, name: "\(name) heads", [.integers("perm", [0, 2, 1, 3])])
    let shape = builder.constant([0, 0, Int64(columns)], shape: [3], name: "\(name) shape")
    return GraphValue(name: builder.node("Reshape", sideBySide, shape, name: name), form: .steps)
  }

  /// d columns of [N, S, …] as [N, heads, S, d / heads], or with the last two exchanged.
  private func addHeads(
    _ attention: Attention, _ value: String, from column: Int, transposed: Bool, name: String,
    to builder: inout GraphBuilder
  ) -> String {
    let (heads, size) = (Int64(attention.heads), Int64(attention.outputs / attention.heads))
    let start = builder.constant([Int64(column)], shape: [1], name: "\(name) start")
    let end = builder.constant([Int64(column + attention.outputs)], shape: [1], name: "\(name) end")
    let axis = builder.constant([Int64(2)], shape: [1], name: "\(name) axis")
    let shape = builder.constant([0, 0, heads, size], shape: [4], name: "\(name) shape")
    let part = builder.node("Slice", value, start, end, axis, name: "\(name) columns")
    let split = builder.node("Reshape", part, shape, name: "\(name) split")
    return builder.node(
      "Transpose", split, name: name, [.integers("perm", transposed ? [0, 2, 3, 1] : [0, 2, 1, 3])])
  }
}
