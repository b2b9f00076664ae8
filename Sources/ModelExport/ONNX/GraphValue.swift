import AdaptiveWidth

/// A value of the graph under construction. Its form says how the rows of the network's value lie in the ONNX tensor,
/// and names what else a block may need of the observations.
struct GraphValue {
  var name: String
  var form = Form.rows

  enum Form {
    /// [N, columns]: a row an observation.
    case rows
    /// [N, channels, height, width], which the network has as [N, height · width · channels].
    case image(ImageExtent)
    /// [N, T, columns]: steps of sequences, padded; int64 [N, 1] names their lengths, `nil` if all have T steps.
    case steps(lengths: String?)
    /// [V, columns]: nodes of all graphs.
    case nodes(GraphNodes)
    /// Texts before they are embedded; the value's own name is of no use.
    case text(TextTokens)
    /// [N, S, columns] of the source's tokens, [N, T, columns] of the target's, padded.
    case tokens(TextTokens, Embedding.Side)
  }
}

/// Names of what assigns nodes to graphs.
struct GraphNodes {
  /// The node of each edge, int64 [E, 1].
  var nodes: String
  /// The neighbor that each edge leads to, int64 [E].
  var neighbors: String
  /// The graph of each node, int64 [V, 1].
  var graphs: String
  /// The number of graphs, int64 [1].
  var count: String
}

/// Names of texts, and of what separates their tokens from padding.
struct TextTokens {
  /// int64 [N, S]
  var source: String
  /// int64 [N, T]; `nil` if nothing is translated.
  var target: String?
  /// 1 for a token and 0 behind the end, [N, S, 1].
  var mask: String
  /// Tokens of each text, [N, 1].
  var lengths: String
  /// Added to the products of a token with its source, [N, 1, 1, S]: 0 for tokens, a large negative number for padding.
  var sourceBias: String
  /// Added to the products of a target's tokens, [T, T]: a large negative number for later ones; `nil` if nothing is
  /// translated.
  var causalBias: String?
}

extension GraphValue.Form: CustomStringConvertible {
  /// Axes of the ONNX tensor; columns are the last, but for images.
  var rank: Int {
    switch self {
    case .rows, .nodes, .text: 2
    case .steps, .tokens: 3
    case .image: 4
    }
  }

  /// Whether rows of both stand for the same, so that values can be combined element by element.
  func isAlike(_ other: GraphValue.Form) -> Bool {
    switch (self, other) {
    case (.rows, .rows), (.steps, .steps), (.nodes, .nodes), (.text, .text): true
    case (.image(let extent), .image(let other)): extent == other
    case (.tokens(_, let side), .tokens(_, let other)): side == other
    case (.rows, _), (.image, _), (.steps, _), (.nodes, _), (.text, _), (.tokens, _): false
    }
  }

  var description: String {
    switch self {
    case .rows: "rows"
    case .image: "images"
    case .steps: "steps of sequences"
    case .nodes: "nodes of graphs"
    case .text: "texts"
    case .tokens(_, .source): "embedded tokens"
    case .tokens(_, .target): "embedded tokens of a translation"
    }
  }
}

// MARK: Conversions between forms, and common parts of blocks

extension GraphBuilder {
  /// An image as [N, height · width · channels]; any other value as it is.
  mutating func rows(_ value: GraphValue, name: String) -> GraphValue {
    guard case .image = value.form else { return value }
    let images = node(
      "Transpose", value.name, name: "\(name) channels last", [.integers("perm", [0, 2, 3, 1])])
    return GraphValue(name: node("Flatten", images, name: "\(name) features"))
  }

  /// A block's source as [N, channels, height, width].
  ///
  /// - Throws: if it is neither rows nor an image.
  mutating func image(
    _ position: Int, of context: NodeContext, _ extent: ImageExtent, name: String
  ) throws(ExportError) -> String {
    if case .image(let own) = context.sources[position].form, own == extent {
      return context.sources[position].name
    }
    let value = rows(context.sources[position], name: name)
    guard case .rows = value.form else { throw context.unsupportedInput }
    let extents = [-1, extent.height, extent.width, extent.channels].map(Int64.init)
    let shape = constant(extents, shape: [4], name: "\(name) shape")
    let images = node("Reshape", value.name, shape, name: "\(name) images")
    return node("Transpose", images, name: "\(name) channels first", [.integers("perm", [0, 3, 1, 2])])
  }

  /// A block's sources, all of one form: images of different extents become rows.
  ///
  /// - Throws: if they are of different forms still.
  mutating func alike(_ context: NodeContext) throws(ExportError) -> [GraphValue] {
    let sources = context.sources
    if sources.allSatisfy({ $0.form.isAlike(sources[0].form) }) { return sources }
    let rows = sources.map { self.rows($0, name: context.name) }
    guard rows.allSatisfy({ $0.form.isAlike(rows[0].form) }) else { throw context.unsupportedInput }
    return rows
  }

  /// Adds each row of a value to the row of `sum` that its index names, int64 [rows, 1].
  ///
  /// By `ScatterElements`, which adds in order; runtimes divide `ScatterND` among threads.
  mutating func scattered(
    _ value: String, by indices: String, addedTo sum: String, name: String
  ) -> String {
    let shape = node("Shape", value, name: "\(name) scattered shape")
    let places = node("Expand", indices, shape, name: "\(name) places")
    return node(
      "ScatterElements", sum, places, value, name: name,
      [.integer("axis", 0), .text("reduction", "add")])
  }

  /// 0, 1, …, a number for each place along an axis of a value: int64 [T].
  mutating func places(along axis: Int64, of value: String, name: String) -> String {
    let shape = node("Shape", value, name: "\(name) shape")
    let place = constant([axis], shape: [], name: "\(name) axis")
    let count = node("Gather", shape, place, name: "\(name) count")
    let zero = constant([Int64(0)], shape: [], name: "\(name) zero")
    let one = constant([Int64(1)], shape: [], name: "\(name) one")
    return node("Range", zero, count, one, name: name)
  }
}
