import Experiment
import LinearAlgebra

extension Network {
  /// A Transformer (Vaswani et al. 2017) with layer norms before every part and sinusoidal positions, whose
  /// feed-forward blocks adapt, and the values, or values, queries and keys, of its attention if the plan says so: an
  /// encoder and a decoder for translations, or an encoder, the mean over tokens and an affine layer for texts to be
  /// classified.
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
    size = options.initialModelSize
    heads = options.initialHeads
    depth = options.initialDepth
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
    switch options.adaptsAttention {
    case .queriesKeysAndValues: return queryKeyAttention(kind, norm, norm, besides: x)
    case .values: return values(of: norm, kind, [affine(norm, 2 * size)], besides: x)
    case nil:
      let all = affine(norm, 3 * size)
      let seen = builder.add(Attention(kind, heads: heads, columns: size), all)
      return builder.add(Addition(columns: size), x, affine(seen, size))
    }
  }

  /// y + W · attention(norm(y), memory)
  private mutating func crossAttention(_ y: Int, _ memory: Int) -> Int {
    let norm = builder.add(LayerNorm(columns: size), y)
    if options.adaptsAttention == .queriesKeysAndValues {
      return queryKeyAttention(.cross, norm, memory, besides: y)
    }
    let query = affine(norm, size)
    if options.adaptsAttention == .values {
      return values(of: memory, .cross, [query, affine(memory, size)], besides: y)
    }
    let keyValue = affine(memory, 2 * size)
    let seen = builder.add(Attention(.cross, heads: heads, columns: size), query, keyValue)
    return builder.add(Addition(columns: size), y, affine(seen, size))
  }

  /// x + W · attention(queries and keys, values · f)
  private mutating func values(
    of source: Int, _ kind: Attention.Kind, _ queryKey: [Int], besides x: Int
  ) -> Int {
    let value = nextWidth(of: options.initialHeadWidth)
    let values = addValues(value, of: source)
    let seen = builder.add(
      Attention(kind, heads: heads, columns: size, valuesOfHead: value.width), reading: queryKey + [values])
    return addSum(of: seen, value, besides: x)
  }

  /// x + W · attention(queries · f and keys, values · f), each f with a rate of its own.
  private mutating func queryKeyAttention(
    _ kind: Attention.Kind, _ queries: Int, _ keys: Int, besides x: Int
  ) -> Int {
    let query = nextWidth(of: options.initialHeadWidth)
    let value = nextWidth(of: options.initialHeadWidth)
    let values = addValues(value, of: keys)
    let block = QueryKeyAttention(
      kind, columns: size, heads: heads, width: query.width, adaptation: query.adaptation,
      valueSize: value.width, variance: 1 / Double(size), random: &random)
    return addSum(of: builder.add(block, queries, keys, values), value, besides: x)
  }

  /// The values of all heads, scaled by their importances if their width is learned.
  private mutating func addValues(_ value: LayerWidth, of source: Int) -> Int {
    guard let adaptation = value.adaptation else { return affine(source, heads * value.width) }
    let block = HeadProjection(
      inputs: size, heads: heads, width: value.width, adaptation: adaptation, variance: 1 / Double(size),
      random: &random)
    return builder.add(block, source)
  }

  /// x + W · seen, where W makes up for the importances of the values, too: nothing rectifies what it sees, so its
  /// variance is half of He's, shared by the heads.
  private mutating func addSum(of seen: Int, _ value: LayerWidth, besides x: Int) -> Int {
    let variance = heVariance(behind: value.width, value.adaptation) / Double(2 * heads)
    return builder.add(
      Addition(columns: size), x, affine(seen, size, inputs: heads * value.width, variance: variance))
  }

  /// Takes the next layer's width from the options: a fixed one, or a learned one, which begins with `first` neurons, or
  /// with as many as the initial rate gives.
  private mutating func nextWidth(of first: Int? = nil) -> LayerWidth {
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
