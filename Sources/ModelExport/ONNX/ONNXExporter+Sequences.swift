import AdaptiveWidth
import Datasets
import LinearAlgebra

/// Recurrent networks: values are [N, T, columns] before the recurrence, and [N, columns] behind it.
extension ONNXExporter {
  /// `steps` and `lengths`.
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

  func addSteps(
    of inputs: [GraphInput], to builder: inout GraphBuilder
  ) -> (GraphValue, GraphStructure) {
    let steps = addNumbers(inputs[0], to: &builder)
    let axis = builder.constant([Int64(1)], shape: [1], name: "last axis")
    let lengths = builder.node("Unsqueeze", inputs[1].name, axis, name: "lengths in a column")
    return (GraphValue(name: steps, form: .steps), .sequences(lengths: lengths))
  }

  /// A step a pixel, [N, pixels, 1], in the order in which the network saw them.
  func addSteps(ofPixels pixels: String, to builder: inout GraphBuilder) -> GraphValue {
    guard case .image(let shape) = preparation.inputs else { preconditionFailure("pixels are of images") }
    let order = preparation.pixelOrder(shape.width * shape.height).map { Int64($0) }
    let places = builder.constant(order, shape: [order.count], name: "order of pixels")
    let axis = builder.constant([Int64(2)], shape: [1], name: "last axis")
    let ordered = builder.node("Gather", pixels, places, name: "ordered pixels", [.integer("axis", 1)])
    return GraphValue(name: builder.node("Unsqueeze", ordered, axis, name: "steps"), form: .steps)
  }

  /// The last state of each sequence, [N, H]. Steps behind a sequence's end leave its state as it is.
  func add(
    _ cell: Recurrence, on value: GraphValue, lengths: String?, name: String, to builder: inout GraphBuilder
  ) -> GraphValue {
    let states = Extent.fixed(cell.outputs)
    let first = addFirstState(of: value, name: name, to: &builder)
    let times = addPlaces(along: 1, of: value.name, name: "\(name) times", to: &builder)
    let step = builder.inner("\(name) step") { step in
      let (state, input, time) = (step.unique("state"), step.unique("input"), step.unique("time"))
      step.input(state, .float, ["N", states])
      step.input(input, .float, ["N", states])
      step.input(time, .int64, [])
      let next = step.output("next state", .float, ["N", states])
      let hidden = add(
        PlainLayer(cell.hidden, behind: nil), on: GraphValue(name: state), name: "\(name) hidden", to: &step)
      let output = add(
        PlainLayer(cell.output, behind: cell.adaptation?.importances.elements), on: hidden,
        name: "\(name) output", to: &step)
      let sum = step.node("Add", output.name, input, name: "\(name) state sum")
      guard let lengths else {
        step.join("Tanh", [sum], name: "", output: next)
        return
      }
      let moved = step.node("Tanh", sum, name: "\(name) moved state")
      let lasts = step.node("Less", time, lengths, name: "\(name) lasts")
      step.join("Where", [lasts, moved, state], name: "", output: next)
    }
    let last = builder.node(
      "Scan", first, value.name, times, name: name,
      [.graph("body", step), .integer("num_scan_inputs", 2), .integers("scan_input_axes", [1, 0])])
    return GraphValue(name: last)
  }

  /// Zeros, [N, H].
  private func addFirstState(
    of value: GraphValue, name: String, to builder: inout GraphBuilder
  ) -> String {
    let shape = builder.node("Shape", value.name, name: "\(name) input shape")
    let kept = builder.constant([Int64(0), 2], shape: [2], name: "\(name) kept axes")
    let extents = builder.node("Gather", shape, kept, name: "\(name) state shape")
    return builder.node("ConstantOfShape", extents, name: "\(name) first state")
  }

  /// 0, 1, …, a number for each place along an axis of a value: int64 [T].
  func addPlaces(
    along axis: Int64, of value: String, name: String, to builder: inout GraphBuilder
  ) -> String {
    let shape = builder.node("Shape", value, name: "\(name) shape")
    let place = builder.constant([axis], shape: [], name: "\(name) axis")
    let count = builder.node("Gather", shape, place, name: "\(name) count")
    let zero = builder.constant([Int64(0)], shape: [], name: "\(name) zero")
    let one = builder.constant([Int64(1)], shape: [], name: "\(name) one")
    return builder.node("Range", zero, count, one, name: name)
  }
}
