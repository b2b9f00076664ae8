import AdaptiveWidth
import LinearAlgebra

/// A value of the graph under construction.
struct GraphValue {
  var name: String
  var form = Form.rows

  enum Form {
    /// [N, columns]
    case rows
    /// [N, T, columns]: steps or tokens, padded.
    case steps
    /// [N, channels, height, width]
    case image(ImageExtent)
  }
}

/// How rows of a value belong together: names of values of the graph.
enum GraphStructure {
  /// Each is an observation.
  case rows
  /// Steps of sequences, of which all have all where there are no lengths, int64 [N, 1].
  case sequences(lengths: String?)
  case graphs(GraphNodes)
  case texts(TextTokens)
}

extension ONNXExporter {
  /// All blocks: importances multiplied into the weights behind them, normalization into the convolutions before it.
  /// Gives the last one's output.
  func addLayers(
    on features: GraphValue, _ structure: GraphStructure, to builder: inout GraphBuilder
  ) throws(ExportError) -> String {
    // A byte of a file is a byte of memory too: refuse before the copies are made.
    if network.parameterCount() > Int(Int32.max) / MemoryLayout<Float>.size {
      throw .tooLarge(parameters: network.parameterCount())
    }
    var values: [GraphValue] = []
    for index in network.blocks.indices {
      let sources = network.sources[index].map { $0 == LayerNode.batch ? features : values[$0] }
      guard let value = add(index, sources, structure, name: "layer \(index + 1)", to: &builder) else {
        throw .unsupportedLayer(index, kind: "\(type(of: network.blocks[index]))")
      }
      values.append(value)
    }
    return values[values.count - 1].name
  }

  /// One block; `nil`: none that can be written.
  private func add(
    _ index: Int, _ sources: [GraphValue], _ structure: GraphStructure, name: String,
    to builder: inout GraphBuilder
  ) -> GraphValue? {
    switch (network.blocks[index], structure) {
    case (let layer as Dense, _):
      let plain = PlainLayer(layer, behind: network.importances(before: index))
      return add(plain, on: rows(sources[0], name: name, to: &builder), name: name, to: &builder)
    case (let cell as Recurrence, .sequences(let lengths)):
      return add(cell, on: sources[0], lengths: lengths, name: name, to: &builder)
    case (is NeighbourSum, .graphs(let nodes)):
      return addNeighbourSum(of: sources[0], nodes, name: name, to: &builder)
    case (let pool as SegmentPool, .graphs(let nodes)):
      return add(pool, on: sources[0], nodes, name: name, to: &builder)
    case (let norm as BatchNorm, .graphs): return add(norm, on: sources[0], name: name, to: &builder)
    case (is Concatenation, .graphs):
      let all = builder.join("Concat", sources.map(\.name), name: name, [.integer("axis", 1)])
      return GraphValue(name: all)
    case (let embedding as Embedding, .texts(let tokens)):
      return add(embedding, tokens, name: name, to: &builder)
    case (let norm as LayerNorm, .texts): return add(norm, on: sources[0], name: name, to: &builder)
    case (let attention as Attention, .texts(let tokens)):
      return add(attention, on: sources, tokens, name: name, to: &builder)
    case (let pool as SegmentPool, .texts(let tokens)):
      return add(pool, on: sources[0], tokens, name: name, to: &builder)
    case (is Addition, .texts):
      let sum = builder.node("Add", sources[0].name, sources[1].name, name: name)
      return GraphValue(name: sum, form: .steps)
    case (_, .rows): return addImageLayer(index, sources, name: name, to: &builder)
    default: return nil
    }
  }

  /// A dense layer's output, of the form of what it reads.
  func add(
    _ layer: PlainLayer, on value: GraphValue, name: String, to builder: inout GraphBuilder
  ) -> GraphValue {
    let w = builder.constant(layer.weights, shape: [layer.inputs, layer.outputs], name: "\(name) weights")
    let b = builder.constant(layer.bias, shape: [layer.outputs], name: "\(name) bias")
    var sum: String
    if case .steps = value.form {
      let product = builder.node("MatMul", value.name, w, name: "\(name) product")
      sum = builder.node("Add", product, b, name: "\(name) sum")
    } else {
      sum = builder.node("Gemm", value.name, w, b, name: "\(name) sum")
    }
    return GraphValue(
      name: addActivation(layer.function, on: sum, name: name, to: &builder), form: value.form)
  }

  private func addActivation(
    _ function: ElementFunction, on value: String, name: String, to builder: inout GraphBuilder
  ) -> String {
    switch function {
    case .identity: return value
    case .tanh: return builder.node("Tanh", value, name: name)
    case .relu: return builder.node("Relu", value, name: name)
    case .leakyReLU: return builder.node("LeakyRelu", value, name: name, [.float("alpha", 0.01)])
    case .relu6:
      let lowest = builder.constant([Float(0)], shape: [], name: "\(name) lowest")
      let highest = builder.constant([Float(6)], shape: [], name: "\(name) highest")
      return builder.node("Clip", value, lowest, highest, name: name)
    }
  }

  // MARK: Outputs

  /// Declares what the graph gives; their names.
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

  /// From the last layer to the outputs.
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
