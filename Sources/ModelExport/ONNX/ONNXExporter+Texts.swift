import AdaptiveWidth
import Datasets
import Foundation
import LinearAlgebra

/// Names of what tells tokens from padding.
struct TextTokens {
  /// int64 [N, S]
  var source: String
  /// int64 [N, T]; `nil`: nothing is translated.
  var target: String?
  /// 1 of a token and 0 behind the end, [N, S, 1].
  var mask: String
  /// Tokens of each text, [N, 1].
  var lengths: String
  /// Added to what a token sees of its source, [N, 1, 1, S]: 0, or so little that nothing is left.
  var sourceBias: String
  /// The same of a target, [T, T]; `nil`: nothing is translated.
  var causalBias: String?
}

/// Transformers: values are [N, S, columns], or [N, T, columns] of the target, and [N, columns] once they are pooled.
extension ONNXExporter {
  /// `tokens`, `lengths` and, of translations, `target`.
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

  func addTokens(
    of inputs: [GraphInput], to builder: inout GraphBuilder
  ) -> (GraphValue, GraphStructure) {
    let axis = builder.constant([Int64(1)], shape: [1], name: "second axis")
    let places = addPlaces(along: 1, of: inputs[0].name, name: "places", to: &builder)
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
    // Embeddings read the tokens by themselves.
    return (GraphValue(name: inputs[0].name, form: .steps), .texts(structure))
  }

  /// Added to a product before the softmax, it leaves 0, and no infinities to subtract.
  private static let hidden: Float = -1e9

  /// [T, T]: a row sees columns up to its own.
  private func addCausalBias(
    _ target: String, _ axis: String, _ nothing: String, _ hidden: String, to builder: inout GraphBuilder
  ) -> String {
    let places = addPlaces(along: 1, of: target, name: "target places", to: &builder)
    let rows = builder.node("Unsqueeze", places, axis, name: "target rows")
    let isLater = builder.node("Less", rows, places, name: "is later")
    return builder.node("Where", isLater, hidden, nothing, name: "causal bias")
  }

  /// √d · table[token] + position, in double precision as far as angles go.
  func add(
    _ embedding: Embedding, _ tokens: TextTokens, name: String, to builder: inout GraphBuilder
  ) -> GraphValue? {
    guard let side = embedding.side == .source ? tokens.source : tokens.target else { return nil }
    let columns = embedding.outputs
    let factor = Float(columns).squareRoot()
    let table = builder.constant(
      embedding.table.value.elements.map { $0 * factor }, shape: [embedding.vocabulary, columns],
      name: "\(name) table")
    let frequencies = (0..<columns).map { pow(10_000, -Double($0 / 2 * 2) / Double(columns)) }
    let phases = (0..<columns).map { $0 % 2 == 0 ? 0 : Double.pi / 2 }
    let frequency = builder.constant(frequencies, shape: [1, columns], name: "\(name) frequencies")
    let phase = builder.constant(phases, shape: [1, columns], name: "\(name) phases")
    let axis = builder.constant([Int64(1)], shape: [1], name: "\(name) axis")
    let places = addPlaces(along: 1, of: side, name: "\(name) places", to: &builder)
    let numbers = builder.node("Cast", places, name: "\(name) place numbers", [.to(.double)])
    let column = builder.node("Unsqueeze", numbers, axis, name: "\(name) place column")
    let turned = builder.node("Mul", column, frequency, name: "\(name) turns")
    let angles = builder.node("Add", turned, phase, name: "\(name) angles")
    let sines = builder.node("Sin", angles, name: "\(name) sines")
    let positions = builder.node("Cast", sines, name: "\(name) positions", [.to(.float)])
    let found = builder.node("Gather", table, side, name: "\(name) embedded")
    return GraphValue(name: builder.node("Add", found, positions, name: name), form: .steps)
  }

  func add(
    _ norm: LayerNorm, on value: GraphValue, name: String, to builder: inout GraphBuilder
  ) -> GraphValue {
    let gain = builder.constant(norm.gain.value.elements, shape: [norm.outputs], name: "\(name) gain")
    let bias = builder.constant(norm.bias.value.elements, shape: [norm.outputs], name: "\(name) bias")
    let epsilon = builder.constant([Float(LayerNorm.epsilon)], shape: [], name: "\(name) epsilon")
    let lastAxis = Onnx_AttributeProto.integers("axes", [-1])
    let mean = builder.node("ReduceMean", value.name, name: "\(name) mean", [lastAxis])
    let centred = builder.node("Sub", value.name, mean, name: "\(name) centred")
    let squares = builder.node("Mul", centred, centred, name: "\(name) squares")
    let variance = builder.node("ReduceMean", squares, name: "\(name) variance", [lastAxis])
    let kept = builder.node("Add", variance, epsilon, name: "\(name) kept variance")
    let deviation = builder.node("Sqrt", kept, name: "\(name) deviation")
    let normal = builder.node("Div", centred, deviation, name: "\(name) normal")
    let scaled = builder.node("Mul", normal, gain, name: "\(name) scaled")
    return GraphValue(name: builder.node("Add", scaled, bias, name: name), form: .steps)
  }

  /// The mean over the tokens of each text, [N, columns].
  func add(
    _ pool: SegmentPool, on value: GraphValue, _ tokens: TextTokens, name: String,
    to builder: inout GraphBuilder
  ) -> GraphValue {
    let axis = builder.constant([Int64(1)], shape: [1], name: "\(name) axis")
    let kept = builder.node("Mul", value.name, tokens.mask, name: "\(name) kept")
    let sum = builder.node("ReduceSum", kept, axis, name: name, [.integer("keepdims", 0)])
    guard pool.pooling == .mean else { return GraphValue(name: sum) }
    return GraphValue(name: builder.node("Div", sum, tokens.lengths, name: "\(name) mean"))
  }
}
