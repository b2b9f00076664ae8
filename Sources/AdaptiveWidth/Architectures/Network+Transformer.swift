import Experiment
import LinearAlgebra

extension Network {
  /// A Transformer (Vaswani et al. 2017) with layer norms before every part and sinusoidal positions, whose
  /// feed-forward blocks adapt, and the values of its attention if the plan says so: an encoder and a decoder for
  /// translations, or an encoder, the mean over tokens and an affine layer for texts to be classified.
  static func transformer(_ plan: NetworkPlan) -> Network? {
    let isTranslation = plan.inputs.rowKind == .textPairs
    switch plan.inputs {
    case .tokens(let vocabulary), .translation(let vocabulary):
      var builder = TransformerBuilder(plan)
      let memory = builder.encoder(vocabulary: vocabulary)
      let top = isTranslation ? builder.decoder(memory, vocabulary: vocabulary) : builder.mean(memory)
      builder.affine(top, plan.outputs)
      return Network(nodes: builder.nodes, problem: .classification)
    default: return nil
    }
  }
}

/// Puts a Transformer together.
private struct TransformerBuilder {
  private var builder = NetworkBuilder()
  private var random: RandomStream
  private let options: NetworkOptions
  private let ratePrior: NormalPrior?
  private let function: ElementFunction
  /// d
  private let size: Int
  private let heads: Int
  private let depth: Int
  /// Layers with a learned or given width so far.
  private var layers = 0

  init(_ plan: NetworkPlan) {
    options = plan.options
    ratePrior = plan.ratePrior
    random = RandomStream(seed: plan.seed, purpose: "initial weights")
    function = ElementFunction(options.activation)
    size = options.modelSize ?? 128
    heads = options.heads ?? 4
    depth = options.depth ?? 2
  }

  var nodes: [LayerNode] { builder.nodes }

  mutating func encoder(vocabulary: Int) -> Int {
    var x = builder.add(
      Embedding(side: .source, vocabulary: vocabulary, columns: size, random: &random), LayerNode.batch)
    for _ in 0..<depth {
      x = attention(.source, x)
      x = feedForward(x)
    }
    return builder.add(LayerNorm(columns: size), x)
  }

  mutating func decoder(_ memory: Int, vocabulary: Int) -> Int {
    var y = builder.add(
      Embedding(side: .target, vocabulary: vocabulary, columns: size, random: &random), LayerNode.batch)
    for _ in 0..<depth {
      y = attention(.causal, y)
      y = crossAttention(y, memory)
      y = feedForward(y)
    }
    return builder.add(LayerNorm(columns: size), y)
  }

  mutating func mean(_ x: Int) -> Int { builder.add(SegmentPool(columns: size, pooling: .mean), x) }

  /// W ~ N(0, 1/inputs): the variance of what comes in.
  @discardableResult
  mutating func affine(_ x: Int, _ outputs: Int, inputs: Int? = nil, variance: Double? = nil) -> Int {
    let inputs = inputs ?? size
    return builder.add(
      Dense(
        inputs: inputs, outputs: outputs, function: .identity, variance: variance ?? 1 / Double(inputs),
        random: &random), x)
  }

  /// x + W · attention(norm(x))
  private mutating func attention(_ kind: Attention.Kind, _ x: Int) -> Int {
    let norm = builder.add(LayerNorm(columns: size), x)
    if options.adapt == .attention { return values(of: norm, kind, [affine(norm, 2 * size)], besides: x) }
    let all = affine(norm, 3 * size)
    let seen = builder.add(Attention(kind, heads: heads, columns: size), all)
    return builder.add(Addition(columns: size), x, affine(seen, size))
  }

  /// y + W · attention(norm(y), memory)
  private mutating func crossAttention(_ y: Int, _ memory: Int) -> Int {
    let norm = builder.add(LayerNorm(columns: size), y)
    let query = affine(norm, size)
    if options.adapt == .attention {
      return values(of: memory, .cross, [query, affine(memory, size)], besides: y)
    }
    let keyValue = affine(memory, 2 * size)
    let seen = builder.add(Attention(.cross, heads: heads, columns: size), query, keyValue)
    return builder.add(Addition(columns: size), y, affine(seen, size))
  }

  /// x + W · attention(queries and keys, values · f), where W makes up for the importances f, too.
  private mutating func values(
    of source: Int, _ kind: Attention.Kind, _ queryKey: [Int], besides x: Int
  ) -> Int {
    let (width, adaptation) = nextWidth(of: options.initialValueWidth)
    let values: Int
    let variance = 1 / Double(size)
    if let adaptation {
      values = builder.add(
        ValueProjection(
          inputs: size, heads: heads, adaptation: adaptation, variance: variance, random: &random), source)
    } else {
      values = affine(source, heads * width)
    }
    let seen = builder.add(
      Attention(kind, heads: heads, columns: size, valuesOfHead: width), reading: queryKey + [values])
    // Nothing rectifies what W sees: half of He's variance, shared by the heads.
    let behind = heVariance(behind: width, adaptation) / Double(2 * heads)
    return builder.add(
      Addition(columns: size), x, affine(seen, size, inputs: heads * width, variance: behind))
  }

  /// Takes the next layer's width from the options: a fixed one, or a learned one, which begins with `first` neurons, or
  /// with as many as the initial rate gives.
  private mutating func nextWidth(of first: Int? = nil) -> (width: Int, adaptation: Adaptation?) {
    defer { layers += 1 }
    if let fixed = options.fixedWidths { return (fixed[min(layers, fixed.count - 1)], nil) }
    let adaptation =
      first.map { Adaptation(options: options, prior: ratePrior, width: $0) }
      ?? Adaptation(options: options, prior: ratePrior)
    return (adaptation.width, adaptation)
  }

  /// x + W · φ(V · norm(x)) · f, where the importances f shrink what W sees: its variance makes up for it.
  private mutating func feedForward(_ x: Int) -> Int {
    let (width, adaptation) = nextWidth()
    let norm = builder.add(LayerNorm(columns: size), x)
    let hidden = builder.add(
      Dense(
        inputs: size, outputs: width, function: function, adaptation: adaptation, variance: 2 / Double(size),
        random: &random), norm)
    let variance = heVariance(behind: width, adaptation)
    return builder.add(
      Addition(columns: size), x, affine(hidden, size, inputs: width, variance: variance))
  }
}
