import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Peers

func exponential(_ value: Float) -> Double { exp(Double(value)) }

extension StructuredSample {
  /// Sequences of 1, 4, 2 and 3 steps, of two numbers with gaps, one of which floats cannot tell apart if it is a time,
  /// and a category.
  static func sequences(isRegression: Bool, hasTimes: Bool = false, widths: [Int]? = nil) throws -> Self {
    let lengths = [1, 4, 2, 3]
    let (mean, scale) = hasTimes ? (1_700_000_000.0, 50.0) : (3.0, 2.0)
    var random = RandomStream(seed: 2, purpose: "steps")
    var (text, steps) = ("id,a,colour,b,y\n", [Double]())
    for (sequence, length) in lengths.enumerated() {
      for step in 0..<4 {
        guard step < length else {
          steps += [9, .nan, 9, 9]
          continue
        }
        let (a, b) = ((mean + scale * random.normal()).rounded(), random.normal())
        let (isGap, isRed) = (random.below(4) == 0, random.below(2) == 0)
        text += "s\(sequence),\(a),\(isRed ? "red" : "blue"),\(isGap ? "" : "\(b)"),1\n"
        steps += [a, isRed ? 0 : 1, isRed ? 1 : 0, isGap ? .nan : b]
      }
    }
    let columns = [
      InputColumn(name: "a", position: 1, kind: .number),
      InputColumn(name: "colour", position: 2, kind: .categories(["blue", "red"], hasMissing: false)),
      InputColumn(name: "b", position: 3, kind: .number),
    ]
    let preparation = Preparation(
      inputs: .columns(columns, width: 5, targetPosition: 4, hasHeader: true), targetName: "y",
      target: isRegression ? .value(Scaling(means: [50], scales: [20])) : .classes(["no", "yes", "so"]),
      featureScaling: Scaling(means: [mean, 0, 0, 0.25], scales: [scale, 1, 1, 1.5]),
      sequence: .columns(identifier: .init(name: "id", position: 0), time: nil))
    let folder = try PeerFolder()
    let table = try preparation.inputs(from: folder.write(text.utf8, as: "steps.csv"))
    var options = NetworkOptions(fixedWidths: widths, initialRate: 0.2, initialBiasScale: 1)
    (options.kind, options.stateSize, options.activation) = (.rnn, 5, widths == nil ? .relu6 : .tanh)
    return StructuredSample(
      preparation, Batch(all: table),
      [
        PeerCase.Entry("steps", type: hasTimes ? "float64" : "float32", [4, 4, 4], steps),
        PeerCase.Entry("lengths", [4], integers: lengths.map { Int32($0) }),
      ], options)
  }

  /// Images of 4 × 3 pixels, one a step, in an order of its own.
  static func pixels() throws -> Self {
    let pixels = (0..<36).map { UInt8(truncatingIfNeeded: 53 * $0 + 7) }
    let folder = try PeerFolder()
    let path = try folder.write(
      [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 4] + pixels, as: "images")
    let preparation = Preparation(
      inputs: .image(ImageShape(width: 4, height: 3)), targetName: "label", target: .classes(["0", "1"]),
      featureScaling: Scaling(means: [0.4], scales: [0.3]), sequence: .pixels(permutation: 5))
    var options = NetworkOptions(initialRate: 0.2)
    (options.kind, options.stateSize) = (.rnn, 4)
    return StructuredSample(
      preparation, Batch(all: try preparation.inputs(from: path)),
      [PeerCase.Entry("pixels", [3, 12], pixels.map { Double($0) })], options)
  }

  /// Three graphs, one of a node alone, with an edge in one direction only.
  static func graphs(pooling: Pooling, adapting adapt: AdaptedLayers? = nil) throws -> Self {
    let edges: [(Int32, Int32)] = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 0), (4, 5), (5, 4)]
    let (graphs, labels): ([Int32], [Int]) = ([0, 0, 0, 1, 2, 2, 2], [4, 7, 4, 7, 9, 4, 7])
    var random = RandomStream(seed: 3, purpose: "nodes")
    let attributes = labels.map { _ in [20 + 5 * random.normal(), random.normal()] }
    let folder = try PeerFolder()
    try folder.write(edges.map { "\($0.0 + 1), \($0.1 + 1)\n" }.joined().utf8, as: "G_A.txt")
    try folder.write(graphs.map { "\($0 + 1)\n" }.joined().utf8, as: "G_graph_indicator.txt")
    try folder.write(labels.map { "\($0)\n" }.joined().utf8, as: "G_node_labels.txt")
    try folder.write(
      attributes.map { "\($0[0]), \($0[1])\n" }.joined().utf8, as: "G_node_attributes.txt")
    let preparation = Preparation(
      inputs: .graphs(GraphInputs(labels: [[4, 7]], attributes: 2, largestDegree: nil)), targetName: "class",
      target: .classes(["ring", "tree"]),
      featureScaling: Scaling(means: [0, 0, 20, 0], scales: [1, 1, 5, 1]))
    var options = NetworkOptions(initialRate: 0.2)
    (options.kind, options.depth, options.channels, options.pooling) = (.gin, 2, 3, pooling)
    options.adapt = adapt
    // A label that was not seen in training has no column.
    let nodes = zip(labels, attributes).flatMap { label, own -> [Double] in
      [label == 4 ? 1 : 0, label == 7 ? 1 : 0] + own
    }
    return StructuredSample(
      preparation, Batch(all: try preparation.inputs(from: folder.path)),
      [
        PeerCase.Entry("nodes", [7, 4], nodes),
        PeerCase.Entry("edges", [2, 7], integers: edges.map(\.0) + edges.map(\.1)),
        PeerCase.Entry("graph", [7], integers: graphs),
      ], options)
  }

  /// Texts of 3, 6 and 1 tokens; to be translated, or to be classified.
  static func texts(areTranslated: Bool, adapting adapt: AdaptedLayers? = nil) -> Self {
    let vocabulary = Vocabulary(merges: [.init(10, 11), .init(258, 12)])!
    let preparation = Preparation(
      inputs: areTranslated
        ? .translation(vocabulary, source: "de", target: "en") : .text(vocabulary, column: "text"),
      targetName: areTranslated ? "en" : "kind", target: areTranslated ? .tokens : .classes(["a", "b", "c"]),
      featureScaling: .identity(0))
    var random = RandomStream(seed: 4, purpose: "tokens")
    var batch = Batch(inputs: Matrix())
    func texts(_ lengths: [Int], _ offsets: inout [Int32], _ tokens: inout [Int32]) -> [Int32] {
      let longest = lengths.max() ?? 0
      var padded: [Int32] = []
      offsets = [0]
      for length in lengths {
        let text = (0..<longest).map { _ in Int32(random.below(260)) }
        tokens += text.prefix(length)
        offsets.append(Int32(tokens.count))
        padded += text
      }
      return padded
    }
    let lengths = [3, 6, 1]
    let tokens = texts(lengths, &batch.structure.offsets, &batch.structure.tokens)
    var inputs = [
      PeerCase.Entry("tokens", [3, 6], integers: tokens),
      PeerCase.Entry("lengths", [3], integers: lengths.map { Int32($0) }),
    ]
    if areTranslated {
      let targets = texts([2, 1, 4], &batch.structure.targetOffsets, &batch.structure.targetTokens)
      inputs.append(PeerCase.Entry("target", [3, 4], integers: targets))
    }
    var options = NetworkOptions(initialRate: 0.2)
    (options.kind, options.modelSize, options.heads, options.depth) = (.transformer, 8, 2, 2)
    options.adapt = adapt
    return StructuredSample(preparation, batch, inputs, options)
  }
}
