import AdaptiveWidth
import Foundation
import LinearAlgebra
import ModelFiles

extension Embedding: ExportableBlock {
  var facts: BlockFacts {
    var facts = BlockFacts(
      "embedding",
      formula: "sqrt(outputs) * weight[token] + position; column 2i of position p is "
        + "sin(p / 10000^(2i / outputs)), column 2i + 1 the cosine of the same")
    (facts.side, facts.vocabulary) = (side, vocabulary)
    return facts
  }

  func tensors(importances: [Float]?) -> [String: Safetensors.Tensor] { ["weight": table.value.exported] }

  /// √d · table[token] + position, [N, S, d]; angles of positions in double precision.
  func addNodes(
    _ context: NodeContext, to builder: inout GraphBuilder
  ) throws(ExportError) -> GraphValue {
    guard case .text(let tokens) = context.sources[0].form,
      let read = side == .source ? tokens.source : tokens.target
    else { throw context.unsupportedInput }
    let (name, columns) = (context.name, outputs)
    let factor = Float(columns).squareRoot()
    let table = builder.constant(
      table.value.elements.map { $0 * factor }, shape: [vocabulary, columns], name: "\(name) table")
    let frequencies = (0..<columns).map { pow(10_000, -Double($0 / 2 * 2) / Double(columns)) }
    let phases = (0..<columns).map { $0 % 2 == 0 ? 0 : Double.pi / 2 }
    let frequency = builder.constant(frequencies, shape: [1, columns], name: "\(name) frequencies")
    let phase = builder.constant(phases, shape: [1, columns], name: "\(name) phases")
    let axis = builder.constant([Int64(1)], shape: [1], name: "\(name) axis")
    let places = builder.places(along: 1, of: read, name: "\(name) places")
    let numbers = builder.node("Cast", places, name: "\(name) place numbers", [.to(.double)])
    let column = builder.node("Unsqueeze", numbers, axis, name: "\(name) place column")
    let turns = builder.node("Mul", column, frequency, name: "\(name) turns")
    let angles = builder.node("Add", turns, phase, name: "\(name) angles")
    let sines = builder.node("Sin", angles, name: "\(name) sines")
    let positions = builder.node("Cast", sines, name: "\(name) positions", [.to(.float)])
    let found = builder.node("Gather", table, read, name: "\(name) embedded")
    return GraphValue(
      name: builder.node("Add", found, positions, name: name), form: .tokens(tokens, side))
  }
}
