import AdaptiveWidth
import Datasets
import LinearAlgebra

/// Inputs of networks that read sequences.
extension ONNXExporter {
  /// Declares `steps` and `lengths`.
  func addSequenceInputs(to builder: inout GraphBuilder) -> [GraphInput] {
    guard case .columns(let columns, _, _, _) = preparation.inputs else { return [] }
    var (first, isWide) = (0, false)
    for column in columns {
      if inputType(of: column.kind, feature: first) == .double { isWide = true }
      first += column.featureCount
    }
    let type: Onnx_TensorProto.DataType = isWide ? .double : .float
    let (steps, lengths) = (builder.unique("steps"), builder.unique("lengths"))
    builder.input(
      steps, type, ["N", "T", .fixed(first)],
      note:
        "in order of time, padded with anything; numbers as in files, NaN if they are missing; categories as 0 "
        + "and 1. Columns: \(json(preparation.featureNames))")
    builder.input(lengths, .int64, ["N"], note: "steps of each sequence, at most T")
    return [
      GraphInput(name: steps, type: type, features: 0..<first),
      GraphInput(name: lengths, type: .int64, features: 0..<0),
    ]
  }

  func addSteps(of inputs: [GraphInput], to builder: inout GraphBuilder) -> GraphValue {
    let steps = addNumbers(inputs[0], to: &builder)
    let axis = builder.constant([Int64(1)], shape: [1], name: "last axis")
    let lengths = builder.node("Unsqueeze", inputs[1].name, axis, name: "lengths in a column")
    return GraphValue(name: steps, form: .steps(lengths: lengths))
  }

  /// A step a pixel, [N, pixels, 1], in the order in which the network reads them.
  func addSteps(ofPixels pixels: String, to builder: inout GraphBuilder) -> GraphValue {
    guard case .image(let shape) = preparation.inputs else { preconditionFailure("pixels are of images") }
    let order = preparation.pixelOrder(shape.width * shape.height).map { Int64($0) }
    let places = builder.constant(order, shape: [order.count], name: "order of pixels")
    let axis = builder.constant([Int64(2)], shape: [1], name: "last axis")
    let ordered = builder.node("Gather", pixels, places, name: "ordered pixels", [.integer("axis", 1)])
    return GraphValue(
      name: builder.node("Unsqueeze", ordered, axis, name: "steps"), form: .steps(lengths: nil))
  }
}
