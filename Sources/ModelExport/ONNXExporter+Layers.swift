import AdaptiveWidth
import LinearAlgebra

extension ONNXExporter {
  /// The dense layers, importances multiplied into the weights behind them. Gives the last layer's output.
  func addLayers(on features: String, to builder: inout GraphBuilder) throws(ExportError) -> String {
    // A byte of a file is a byte of memory too: refuse before the copies are made.
    if network.parameterCount() > Int(Int32.max) / MemoryLayout<Float>.size {
      throw .tooLarge(parameters: network.parameterCount())
    }
    if seesImages { return try addImageLayers(on: features, to: &builder) }
    var value = features
    for (index, layer) in try network.plainLayers().enumerated() {
      value = add(layer, on: value, name: "layer \(index + 1)", to: &builder)
    }
    return value
  }

  /// A dense layer's output.
  func add(
    _ layer: PlainLayer, on value: String, name: String, to builder: inout GraphBuilder
  ) -> String {
    let w = builder.constant(layer.weights, shape: [layer.inputs, layer.outputs], name: "\(name) weights")
    let b = builder.constant(layer.bias, shape: [layer.outputs], name: "\(name) bias")
    let sum = builder.node("Gemm", value, w, b, name: "\(name) sum")
    return addActivation(layer.function, on: sum, name: name, to: &builder)
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
        builder.output("probabilities", .float, columns: names.count),
        builder.output("label", .string, columns: nil),
      ]
    case .value: [builder.output("prediction", .float, columns: 1)]
    case .tokens: preconditionFailure("translations are refused before")
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
    case .tokens: preconditionFailure("translations are refused before")
    }
  }
}
