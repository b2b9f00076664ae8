import AdaptiveWidth
import LinearAlgebra
import ModelFiles

extension QueryKeyAttention: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts(
      "query_key_attention",
      formula:
        "softmax(q kᵀ / temperature) z for each head, heads side by side; q = x query.weightᵀ + query.bias, "
        + "k = y key.weightᵀ" + kind.formulaOfOrder)
    (facts.attention, facts.heads) = (kind, headCount)
    (facts.width, facts.temperature) = (width, temperature)
    return facts
  }

  /// Importances are in the weights of the keys, [heads · D, d], which each neuron's queries are multiplied by.
  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] {
    query.plain.tensors(prefix: "query.").merging(["key.weight": scaledKeys.exported]) { $1 }
  }

  private var scaledKeys: Matrix {
    guard let importances = adaptation?.importances else { return keyWeights.value }
    var keys = keyWeights.value
    for row in 0..<keys.rows {
      for column in 0..<keys.columns { keys[row, column] *= importances[0, row % width] }
    }
    return keys
  }

  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    guard context.sources.count == 3 else { throw context.unsupportedInput }
    let (name, sources) = (context.name, context.sources)
    let queries = query.plain.addNodes(on: sources[0], name: "\(name) queries", to: &builder)
    let keys = scaledKeys
    let transposed = (0..<keys.columns).flatMap { column in (0..<keys.rows).map { keys[$0, column] } }
    let weights = builder.constant(
      transposed, shape: [keys.columns, keys.rows], name: "\(name) key weights")
    let key = builder.node("MatMul", sources[1].name, weights, name: "\(name) keys")
    return try AttentionNodes(
      kind: kind, heads: headCount, temperature: temperature,
      query: AttentionNodes.Part(value: queries.name, columns: 0..<keys.rows),
      key: AttentionNodes.Part(value: key, columns: 0..<keys.rows),
      value: AttentionNodes.Part(value: sources[2].name, columns: 0..<outputs)
    ).add(context, to: &builder)
  }
}
