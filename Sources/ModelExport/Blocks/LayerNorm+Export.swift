import AdaptiveWidth
import LinearAlgebra
import ModelFiles

extension LayerNorm: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts(
      "layer_norm",
      formula: "(x - mean) / sqrt(variance + epsilon) * weight + bias, over the columns of each row")
    facts.epsilon = Self.epsilon
    return facts
  }

  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] {
    ["weight": gain.value.exportedRow, "bias": bias.value.exportedRow]
  }

  /// In simple operators: `LayerNormalization` came with set 17.
  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let (name, value) = (context.name, builder.rows(context.sources[0], name: context.name))
    let gain = builder.constant(gain.value.elements, shape: [outputs], name: "\(name) gain")
    let bias = builder.constant(bias.value.elements, shape: [outputs], name: "\(name) bias")
    let epsilon = builder.constant([Float(Self.epsilon)], shape: [], name: "\(name) epsilon")
    let lastAxis = Onnx_AttributeProto.integers("axes", [-1])
    let mean = builder.node("ReduceMean", value.name, name: "\(name) mean", [lastAxis])
    let centered = builder.node("Sub", value.name, mean, name: "\(name) centered")
    let squares = builder.node("Mul", centered, centered, name: "\(name) squares")
    let variance = builder.node("ReduceMean", squares, name: "\(name) variance", [lastAxis])
    let kept = builder.node("Add", variance, epsilon, name: "\(name) positive variance")
    let deviation = builder.node("Sqrt", kept, name: "\(name) standard deviation")
    let normal = builder.node("Div", centered, deviation, name: "\(name) normal")
    let scaled = builder.node("Mul", normal, gain, name: "\(name) scaled")
    return GraphValue(name: builder.node("Add", scaled, bias, name: name), form: value.form)
  }
}
