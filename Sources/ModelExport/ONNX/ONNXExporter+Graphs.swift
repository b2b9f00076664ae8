import AdaptiveWidth
import LinearAlgebra

/// Inputs of networks that read graphs.
extension ONNXExporter {
  /// Declares `nodes`, `edges` and `graph`.
  func addGraphInputs(to builder: inout GraphBuilder) -> [GraphInput] {
    let names = ["nodes", "edges", "graph"].map { builder.unique($0) }
    builder.input(
      names[0], .float, ["V", .fixed(preparation.featureCount)],
      note:
        "a row a node, graph by graph: 1 in the column of its label or number of neighbors, attributes as in "
        + "files. Columns: \(json(preparation.featureNames))")
    builder.input(
      names[1], .int64, [2, "E"],
      note:
        "as in the lines of _A.txt, but from 0: a row of nodes, and one of a neighbor of each; both directions"
    )
    builder.input(names[2], .int64, ["V"], note: "of each node, from 0 to the number of graphs - 1")
    return zip(names, [.float, .int64, .int64] as [Onnx_TensorProto.DataType]).map {
      GraphInput(name: $0, type: $1, features: $1 == .float ? 0..<preparation.featureCount : 0..<0)
    }
  }

  func addNodes(of inputs: [GraphInput], to builder: inout GraphBuilder) -> GraphValue {
    let features = addNumbers(inputs[0], to: &builder)
    let column = builder.constant([Int64(1)], shape: [1], name: "last axis")
    let first = builder.constant([Int64(0)], shape: [], name: "first row")
    let second = builder.constant([Int64(1)], shape: [], name: "second row")
    let one = builder.constant([Int64(1)], shape: [1], name: "one")
    let nodes = builder.node("Gather", inputs[1].name, first, name: "edge nodes")
    let last = builder.node("ReduceMax", inputs[2].name, name: "last graph", [.integers("axes", [0])])
    let structure = GraphNodes(
      nodes: builder.node("Unsqueeze", nodes, column, name: "edge nodes in a column"),
      neighbors: builder.node("Gather", inputs[1].name, second, name: "neighbors"),
      graphs: builder.node("Unsqueeze", inputs[2].name, column, name: "graphs in a column"),
      count: builder.node("Add", last, one, name: "graph count"))
    return GraphValue(name: features, form: .nodes(structure))
  }
}
