import AdaptiveWidth
import LinearAlgebra

extension ONNXExporter {
  /// All blocks, with importances multiplied into the weights behind them.
  ///
  /// - Returns: the last block's output.
  func addLayers(
    on features: GraphValue, to builder: inout GraphBuilder
  ) throws(ExportError) -> String {
    // A byte of a file is a byte of memory too: refuse before the copies are made.
    if network.parameterCount() > Int(Int32.max) / MemoryLayout<Float>.size {
      throw .tooLarge(parameters: network.parameterCount())
    }
    var values: [GraphValue] = []
    for index in network.blocks.indices {
      let block = try network.exportable(index)
      let context = NodeContext(
        index: index, kind: "\(type(of: block))",
        sources: network.sources[index].map { $0 == LayerNode.batch ? features : values[$0] },
        importances: network.unappliedImportances(readBy: index)?.elements)
      values.append(try block.addNodes(context, to: &builder))
    }
    return builder.rows(values[values.count - 1], name: "output").name
  }

  // MARK: Outputs

  /// Declares the graph's outputs.
  ///
  /// - Returns: their names.
  func addOutputs(to builder: inout GraphBuilder) -> [String] {
    switch preparation.target {
    case .classes(let names):
      [
        builder.output("probabilities", .float, ["N", .fixed(names.count)]),
        builder.output("label", .string, ["N"]),
      ]
    case .value: [builder.output("prediction", .float, ["N", 1])]
    case .tokens: [builder.output("logits", .float, ["N", "T", .fixed(network.outputs)])]
    }
  }

  /// Computes the outputs from the last block's output.
  func addPrediction(from value: String, _ outputs: [String], to builder: inout GraphBuilder) {
    switch preparation.target {
    case .classes(let names):
      builder.join("Softmax", [value], name: "", output: outputs[0], [.integer("axis", 1)])
      let winner = builder.node(
        "ArgMax", value, name: "winner", [.integer("axis", 1), .integer("keepdims", 0)])
      let classes = builder.constant(names, name: "classes")
      builder.join("Gather", [classes, winner], name: "", output: outputs[1], [.integer("axis", 0)])
    case .value(let scaling):
      let scale = builder.constant([Float(scaling.scales[0])], shape: [1], name: "target scale")
      let mean = builder.constant([Float(scaling.means[0])], shape: [1], name: "target mean")
      let scaled = builder.node("Mul", value, scale, name: "scaled prediction")
      builder.join("Add", [scaled, mean], name: "", output: outputs[0])
    case .tokens: builder.join("Identity", [value], name: "", output: outputs[0])
    }
  }
}
