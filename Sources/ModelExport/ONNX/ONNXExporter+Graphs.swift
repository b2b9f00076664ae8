import AdaptiveWidth
import LinearAlgebra

/// Names of what tells the nodes of several graphs apart.
struct GraphNodes {
  /// Of each edge, int64 [E, 1].
  var nodes: String
  /// Of each edge, int64 [E].
  var neighbours: String
  /// The graph of each node, int64 [V, 1].
  var graphs: String
  /// Of graphs, int64 [1].
  var count: String
}

/// Graph networks: values are [V, columns] before they are pooled, and [N, columns] after. What has the same index is
/// added up by `ScatterElements`, which does so in order; runtimes split `ScatterND` among threads.
extension ONNXExporter {
  /// `nodes`, `edges` and `graph`.
  func addGraphInputs(to builder: inout GraphBuilder) -> [GraphInput] {
    let names = ["nodes", "edges", "graph"].map { builder.unique($0) }
    builder.input(
      names[0], .float, ["V", .fixed(preparation.featureCount)],
      note:
        "a row a node, graph by graph: 1 in the column of its label or number of neighbours, attributes as in "
        + "files. Columns: \(json(preparation.featureNames))")
    builder.input(
      names[1], .int64, [2, "E"],
      note:
        "as in the lines of _A.txt, but from 0: a row of nodes, and one of a neighbour of each; both directions"
    )
    builder.input(names[2], .int64, ["V"], note: "of each node, from 0 to the number of graphs - 1")
    return zip(names, [.float, .int64, .int64] as [Onnx_TensorProto.DataType]).map {
      GraphInput(name: $0, type: $1, features: $1 == .float ? 0..<preparation.featureCount : 0..<0)
    }
  }

  func addNodes(
    of inputs: [GraphInput], to builder: inout GraphBuilder
  ) -> (GraphValue, GraphStructure) {
    let features = addNumbers(inputs[0], to: &builder)
    let column = builder.constant([Int64(1)], shape: [1], name: "last axis")
    let first = builder.constant([Int64(0)], shape: [], name: "first row")
    let second = builder.constant([Int64(1)], shape: [], name: "second row")
    let one = builder.constant([Int64(1)], shape: [1], name: "one")
    let nodes = builder.node("Gather", inputs[1].name, first, name: "edge nodes")
    let last = builder.node("ReduceMax", inputs[2].name, name: "last graph", [.integers("axes", [0])])
    let structure = GraphNodes(
      nodes: builder.node("Unsqueeze", nodes, column, name: "edge nodes in a column"),
      neighbours: builder.node("Gather", inputs[1].name, second, name: "neighbours"),
      graphs: builder.node("Unsqueeze", inputs[2].name, column, name: "graphs in a column"),
      count: builder.node("Add", last, one, name: "graph count"))
    return (GraphValue(name: features), .graphs(structure))
  }

  /// A node and its neighbours.
  func addNeighbourSum(
    of value: GraphValue, _ nodes: GraphNodes, name: String, to builder: inout GraphBuilder
  ) -> GraphValue {
    let around = builder.node("Gather", value.name, nodes.neighbours, name: "\(name) neighbours")
    return GraphValue(
      name: addScattered(around, by: nodes.nodes, to: value.name, name: name, in: &builder))
  }

  /// Sum or mean of the nodes of each graph.
  func add(
    _ pool: SegmentPool, on value: GraphValue, _ nodes: GraphNodes, name: String,
    to builder: inout GraphBuilder
  ) -> GraphValue {
    let sum = addSegmentSum(of: value.name, columns: pool.outputs, nodes, name: name, to: &builder)
    guard pool.pooling == .mean else { return GraphValue(name: sum) }
    let shape = builder.node("Shape", nodes.graphs, name: "\(name) node shape")
    let zeros = builder.node("ConstantOfShape", shape, name: "\(name) zeros")
    let one = builder.constant([Float(1)], shape: [], name: "\(name) one")
    let ones = builder.node("Add", zeros, one, name: "\(name) ones")
    let counts = addSegmentSum(of: ones, columns: 1, nodes, name: "\(name) nodes", to: &builder)
    // A graph without nodes has a mean of 0.
    let divisors = builder.node("Max", counts, one, name: "\(name) divisors")
    return GraphValue(name: builder.node("Div", sum, divisors, name: "\(name) mean"))
  }

  /// [V, columns] → [N, columns]
  private func addSegmentSum(
    of value: String, columns: Int, _ nodes: GraphNodes, name: String, to builder: inout GraphBuilder
  ) -> String {
    let width = builder.constant([Int64(columns)], shape: [1], name: "\(name) columns")
    let shape = builder.node("Concat", nodes.count, width, name: "\(name) shape", [.integer("axis", 0)])
    let zeros = builder.node("ConstantOfShape", shape, name: "\(name) empty")
    return addScattered(value, by: nodes.graphs, to: zeros, name: name, in: &builder)
  }

  /// Adds each row of a value to the row of `sum` that its index names.
  private func addScattered(
    _ value: String, by indices: String, to sum: String, name: String, in builder: inout GraphBuilder
  ) -> String {
    let shape = builder.node("Shape", value, name: "\(name) scattered shape")
    let places = builder.node("Expand", indices, shape, name: "\(name) places")
    return builder.node(
      "ScatterElements", sum, places, value, name: name, [.integer("axis", 0), .text("reduction", "add")])
  }

  /// With running statistics.
  func add(
    _ norm: BatchNorm, on value: GraphValue, name: String, to builder: inout GraphBuilder
  ) -> GraphValue {
    let factors = (0..<norm.outputs).map {
      Double(norm.scale.value[0, $0]) / (Double(norm.buffers[1][0, $0]) + BatchNorm.epsilon).squareRoot()
    }
    let shifts = factors.enumerated().map {
      Float(Double(norm.shift.value[0, $0]) - Double(norm.buffers[0][0, $0]) * $1)
    }
    let scale = builder.constant(factors.map { Float($0) }, shape: [norm.outputs], name: "\(name) scale")
    let shift = builder.constant(shifts, shape: [norm.outputs], name: "\(name) shift")
    let scaled = builder.node("Mul", value.name, scale, name: "\(name) scaled")
    let sum = builder.node("Add", scaled, shift, name: "\(name) sum")
    guard norm.isRectified else { return GraphValue(name: sum) }
    return GraphValue(name: builder.node("Relu", sum, name: name))
  }
}
