import AdaptiveWidth
import Experiment
import LinearAlgebra

/// Texts, translations, graphs, and widths that several blocks share.
extension BlockCase {
  static func texts() -> BlockCase {
    var random = stream()
    let size = 4
    var builder = NetworkBuilder()
    let embedding = builder.add(
      Embedding(side: .source, vocabulary: 7, columns: size, random: &random), LayerNode.batch)
    builder.add(affine(size, 3 * size, &random))
    let attention = builder.add(Attention(.source, heads: 2, columns: size))
    builder.add(Addition(columns: size), embedding, attention)
    builder.add(layer(size, 0, &random, adaptation()))
    builder.add(affine(adaptation().width, size, &random))
    builder.add(SegmentPool(columns: size, pooling: .mean))
    builder.add(affine(size, 3, &random))
    var batch = Batch(inputs: Matrix(), labels: [0, 2, 1])
    batch.structure.tokens = [0, 3, 1, 6, 2, 2, 5, 4]
    batch.structure.offsets = [0, 3, 4, 8]
    return BlockCase(
      description: "texts", network: Network(nodes: builder.nodes, problem: .classification), batch: batch,
      step: 0.02)
  }

  static func translations() -> BlockCase {
    var random = stream()
    let size = 4
    var builder = NetworkBuilder()
    let memory = builder.add(
      Embedding(side: .source, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let target = builder.add(
      Embedding(side: .target, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let all = builder.add(affine(size, 3 * size, &random), target)
    let causal = builder.add(Attention(.causal, heads: 2, columns: size), all)
    let query = builder.add(affine(size, size, &random), causal)
    let keyValue = builder.add(affine(size, 2 * size, &random), memory)
    builder.add(Attention(.cross, heads: 1, columns: size), query, keyValue)
    builder.add(affine(size, 5, &random))
    var batch = Batch(inputs: Matrix(), labels: [1, 0, 4, 2, 3])
    batch.structure.tokens = [0, 3, 1, 4]
    batch.structure.offsets = [0, 3, 4]
    batch.structure.targetTokens = [0, 1, 4, 0, 2]
    batch.structure.targetOffsets = [0, 3, 5]
    return BlockCase(
      description: "translations", network: Network(nodes: builder.nodes, problem: .classification),
      batch: batch)
  }

  /// Values of learned width, in an encoder, a decoder, and between them.
  static func values() -> BlockCase {
    var random = stream()
    let (size, width) = (4, adaptation().width)
    func project(_ heads: Int) -> HeadProjection {
      let columns = heads * width
      return HeadProjection(
        weights: matrix(size, columns, &random), bias: matrix(1, columns, &random), heads: heads,
        adaptation: adaptation())
    }
    var builder = NetworkBuilder()
    func attend(_ kind: Attention.Kind, heads: Int, _ queryKey: [Int], _ values: Int) -> Int {
      builder.add(
        Attention(kind, heads: heads, columns: size, valuesOfHead: width), reading: queryKey + [values])
      return builder.add(affine(heads * width, size, &random))
    }
    let source = builder.add(
      Embedding(side: .source, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let target = builder.add(
      Embedding(side: .target, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let queryKey = builder.add(affine(size, 2 * size, &random), source)
    let memory = attend(.source, heads: 2, [queryKey], builder.add(project(2), source))
    let own = builder.add(affine(size, 2 * size, &random), target)
    let causal = attend(.causal, heads: 2, [own], builder.add(project(2), target))
    let query = builder.add(affine(size, size, &random), causal)
    let key = builder.add(affine(size, size, &random), memory)
    _ = attend(.cross, heads: 1, [query, key], builder.add(project(1), memory))
    builder.add(affine(size, 5, &random))
    return BlockCase(
      description: "values", network: Network(nodes: builder.nodes, problem: .classification),
      batch: translations().batch)
  }

  /// Queries of learned width in an encoder, a decoder, where those of values are, too, and between them.
  static func queriesAndKeys() -> BlockCase {
    var random = stream()
    let (size, width) = (4, adaptation().width)
    func project(_ heads: Int, _ adaptation: Adaptation?) -> HeadProjection {
      let columns = heads * width
      return HeadProjection(
        weights: matrix(size, columns, &random), bias: matrix(1, columns, &random), heads: heads,
        adaptation: adaptation)
    }
    var builder = NetworkBuilder()
    func attend(_ kind: Attention.Kind, heads: Int, isLearned: Bool, _ x: Int, _ y: Int) -> Int {
      let values = builder.add(project(heads, adaptation()), y)
      let query = project(heads, isLearned ? adaptation() : nil)
      let block = QueryKeyAttention(
        kind, query: query, keyWeights: matrix(heads * width, size, &random), temperature: 4,
        valueSize: width)
      builder.add(block, x, y, values)
      return builder.add(affine(heads * width, size, &random))
    }
    let source = builder.add(
      Embedding(side: .source, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let target = builder.add(
      Embedding(side: .target, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
    let memory = attend(.source, heads: 2, isLearned: true, source, source)
    let causal = attend(.causal, heads: 1, isLearned: false, target, target)
    _ = attend(.cross, heads: 2, isLearned: true, causal, memory)
    builder.add(affine(size, 5, &random))
    return BlockCase(
      description: "queries and keys", network: Network(nodes: builder.nodes, problem: .classification),
      batch: translations().batch)
  }

  static func graphs() -> BlockCase {
    var random = stream()
    var builder = NetworkBuilder()
    let first = builder.add(layer(3, 4, &random))
    let inputs = builder.add(SegmentPool(columns: 4, pooling: .sum))
    builder.add(NeighborSum(columns: 4), first)
    let second = builder.add(layer(4, 5, &random))
    let hidden = builder.add(SegmentPool(columns: 5, pooling: .mean), second)
    builder.add(Concatenation(columns: [4, 5]), inputs, hidden)
    builder.add(affine(9, 2, &random))
    var batch = Batch(inputs: matrix(7, 3, &random), values: matrix(2, 2, &random))
    batch.structure.offsets = [0, 4, 7]
    // A path of four nodes and a triangle.
    let edges: [[Int32]] = [[1], [0, 2], [1, 3], [2], [5, 6], [4, 6], [4, 5]]
    batch.structure.neighborStarts = edges.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + Int32($1.count))
    }
    batch.structure.neighbors = edges.flatMap { $0 }
    return BlockCase(
      description: "graphs", network: Network(nodes: builder.nodes, problem: .regression), batch: batch)
  }

  /// Features of nodes, of learned width, summed over neighbors and pooled; within the bounds of their activation.
  static func features() -> BlockCase {
    var random = stream()
    let width = adaptation().width
    var builder = NetworkBuilder()
    builder.add(layer(3, width, &random, adaptation()))
    let features = builder.add(
      ConvolutionBlock(
        Convolution(height: 1, width: 1, inputs: width, outputs: width, kernel: 1), function: .relu6,
        adaptation: adaptation(), weights: matrix(width, width, &random),
        scale: gains(width, around: 0.5, &random), shift: gains(width, around: 3, &random)))
    builder.add(SegmentPool(columns: width, pooling: .mean))
    let first = builder.add(affine(width, 2, &random))
    builder.add(NeighborSum(columns: width), features)
    builder.add(layer(width, 4, &random))
    builder.add(SegmentPool(columns: 4, pooling: .sum))
    builder.add(Addition(columns: 2), first, builder.add(affine(4, 2, &random)))
    return BlockCase(
      description: "features", network: Network(nodes: builder.nodes, problem: .regression),
      batch: graphs().batch, tolerance: 4e-3)
  }

  /// Two writers of one width.
  static func tied() -> BlockCase {
    var random = stream()
    let width = adaptation().width
    var builder = NetworkBuilder()
    let first = builder.add(layer(3, width, &random, adaptation()))
    let second = builder.add(layer(width, width, &random, adaptation()))
    builder.add(Addition(columns: width), first, second)
    builder.add(affine(width, 2, &random))
    return observations("tied widths", builder.nodes, inputs: 3, outputs: 2, &random)
  }
}
