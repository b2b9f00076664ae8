import AdaptiveWidth
import LinearAlgebra
import ModelFiles

extension Recurrence: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts(
      "recurrence",
      formula: "the last of h_t = tanh(x_t + function(h_(t-1) hidden.weightᵀ + hidden.bias) output.weightᵀ + "
        + "output.bias), where h_0 = 0")
    (facts.function, facts.width) = (hidden.function.exportName, width)
    return facts
  }

  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] {
    plainHidden.tensors(prefix: "hidden.").merging(plainOutput.tensors(prefix: "output.")) { $1 }
  }

  /// Of a state without importances, which are multiplied into the weights, as they are into those of other readers.
  private var plainHidden: PlainLayer {
    PlainLayer(hidden, behind: stateAdaptation?.importances.elements)
  }
  private var plainOutput: PlainLayer { PlainLayer(output, behind: adaptation?.importances.elements) }

  /// From steps [N, T, H] to the last state of each sequence, [N, H], by a `Scan` over the steps. Steps behind a
  /// sequence's end leave its state as it is.
  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    let (value, name) = (context.sources[0].name, context.name)
    guard case .steps(let lengths) = context.sources[0].form else { throw context.unsupportedInput }
    let first = addFirstState(of: value, name: name, to: &builder)
    let times = builder.places(along: 1, of: value, name: "\(name) times")
    let step = builder.inner("\(name) step") { addStep(lengths, name: name, to: &$0) }
    let last = builder.node(
      "Scan", first, value, times, name: name,
      [.graph("body", step), .integer("num_scan_inputs", 2), .integers("scan_input_axes", [1, 0])])
    return GraphValue(name: last)
  }

  /// The graph that `Scan` runs for each step: from a state, an input and the step's number to the next state.
  private func addStep(_ lengths: String?, name: String, to step: inout GraphBuilder) {
    let (state, input, time) = (step.unique("state"), step.unique("input"), step.unique("time"))
    step.input(state, .float, ["N", .fixed(outputs)])
    step.input(input, .float, ["N", .fixed(outputs)])
    step.input(time, .int64, [])
    let next = step.output("next state", .float, ["N", .fixed(outputs)])
    let hidden = plainHidden.addNodes(on: GraphValue(name: state), name: "\(name) hidden", to: &step)
    let output = plainOutput.addNodes(on: hidden, name: "\(name) output", to: &step)
    let sum = step.node("Add", output.name, input, name: "\(name) state sum")
    guard let lengths else {
      step.join("Tanh", [sum], name: "", output: next)
      return
    }
    let moved = step.node("Tanh", sum, name: "\(name) moved state")
    let lasts = step.node("Less", time, lengths, name: "\(name) lasts")
    step.join("Where", [lasts, moved, state], name: "", output: next)
  }

  /// Zeros, [N, H].
  private func addFirstState(
    of value: String, name: String, to builder: inout GraphBuilder
  ) -> String {
    let shape = builder.node("Shape", value, name: "\(name) input shape")
    let kept = builder.constant([Int64(0), 2], shape: [2], name: "\(name) kept axes")
    let extents = builder.node("Gather", shape, kept, name: "\(name) state shape")
    return builder.node("ConstantOfShape", extents, name: "\(name) first state")
  }
}
