import AdaptiveWidth
import Datasets
import Foundation
import LinearAlgebra

/// Inputs of networks that read texts.
extension ONNXExporter {
  /// Declares `tokens`, `lengths` and, for translations, `target`.
  func addTextInputs(to builder: inout GraphBuilder) -> [GraphInput] {
    var names = ["tokens", "lengths"].map { builder.unique($0) }
    let end = "the last of a text is \(Vocabulary.end), its end"
    builder.input(
      names[0], .int64, ["N", "S"], note: "of the vocabulary in the metadata; \(end); padded with any of them"
    )
    builder.input(names[1], .int64, ["N"], note: "tokens of each text with its end, at most S")
    if preparation.target == .tokens {
      names.append(builder.unique("target"))
      builder.input(
        names[2], .int64, ["N", "T"],
        note:
          "the translation so far, after \(Vocabulary.begin), its beginning; what stands behind a token does not "
          + "change that token's logits, so any padding will do")
    }
    return names.map { GraphInput(name: $0, type: .int64, features: 0..<0) }
  }

  func addTokens(of inputs: [GraphInput], to builder: inout GraphBuilder) -> GraphValue {
    let axis = builder.constant([Int64(1)], shape: [1], name: "second axis")
    let places = builder.places(along: 1, of: inputs[0].name, name: "places")
    let lengths = builder.node("Unsqueeze", inputs[1].name, axis, name: "lengths in a column")
    let isToken = builder.node("Less", places, lengths, name: "is token")
    let numbers = builder.node("Cast", isToken, name: "token marks", [.to(.float)])
    let last = builder.constant([Int64(2)], shape: [1], name: "last axis")
    let heads = builder.constant([Int64(1), 2], shape: [2], name: "axes of heads")
    let nothing = builder.constant([Float(0)], shape: [], name: "seen")
    let hidden = builder.constant([Self.hidden], shape: [], name: "hidden")
    let bias = builder.node("Where", isToken, nothing, hidden, name: "padding bias")
    let target = inputs.count > 2 ? inputs[2].name : nil
    let structure = TextTokens(
      source: inputs[0].name, target: target,
      mask: builder.node("Unsqueeze", numbers, last, name: "token mask"),
      lengths: builder.node("Cast", lengths, name: "length numbers", [.to(.float)]),
      sourceBias: builder.node("Unsqueeze", bias, heads, name: "source bias"),
      causalBias: target.map { addCausalBias($0, axis, nothing, hidden, to: &builder) })
    return GraphValue(name: inputs[0].name, form: .text(structure))
  }

  /// Added to a product before the softmax, it makes the weight 0 without infinities, which would subtract to NaN.
  private static let hidden: Float = -1e9

  /// [T, T]: 0 in the columns up to the row's own, a large negative number behind it.
  private func addCausalBias(
    _ target: String, _ axis: String, _ nothing: String, _ hidden: String, to builder: inout GraphBuilder
  ) -> String {
    let places = builder.places(along: 1, of: target, name: "target places")
    let rows = builder.node("Unsqueeze", places, axis, name: "target rows")
    let isLater = builder.node("Less", rows, places, name: "is later")
    return builder.node("Where", isLater, hidden, nothing, name: "causal bias")
  }
}
