import PlainText

/// Graphs as their files have them, checked: every edge joins two nodes of one graph.
///
/// A graph without nodes gets one that has neither labels nor attributes, so that every graph has something to predict
/// from.
struct RawGraphs {
  let folder: GraphFolder
  let indicatorFile: String
  /// graphs + 1
  let nodeOffsets: [Int32]
  /// nodes + 1
  let neighborStarts: [Int32]
  /// The neighbors of all nodes, as indices within their graph.
  let neighbors: [Int32]
  /// What the user may not expect.
  let notes: [String]
  /// [nodes of the file, columns]
  private let labels: NumberLines<Int32>?
  private let attributes: NumberLines<Double>?
  private let places: GraphPlaces

  var graphs: Int { nodeOffsets.count - 1 }
  var nodes: Int { neighborStarts.count - 1 }
  /// Columns of node labels, and of node attributes.
  var labelColumns: Int { labels?.columns ?? 0 }
  var attributeColumns: Int { attributes?.columns ?? 0 }

  /// - Parameter count: graphs, as another file says; `nil`: only the list of nodes does.
  init(_ folder: GraphFolder, graphs count: Int?) throws(DataError) {
    self.folder = folder
    indicatorFile = try folder.requiredFile("graph_indicator")
    let indicator = try NumberLines<Int32>(.opened(indicatorFile))
    places = try GraphPlaces(indicator, graphs: count)
    nodeOffsets = places.offsets
    let edges = try NumberLines<Int32>(.opened(folder.requiredFile("A")))
    let adjacency = Adjacency(nodes: places.nodes, edges: try Self.ends(of: edges, indicator, places))
    neighborStarts = adjacency.starts
    var within = adjacency.neighbors
    for graph in 0..<places.graphs {
      let nodes = Int(nodeOffsets[graph])..<Int(nodeOffsets[graph + 1])
      for place in Int(adjacency.starts[nodes.lowerBound])..<Int(adjacency.starts[nodes.upperBound]) {
        within[place] -= nodeOffsets[graph]
      }
    }
    neighbors = within
    labels = try Self.lines(folder.file("node_labels"), indicator.count)
    attributes = try Self.lines(folder.file("node_attributes"), indicator.count)
    notes = Self.notes(folder, places, adjacency)
  }

  /// What a node has; `nil` where its graph has no nodes, and it only stands for them.
  func label(of node: Int, _ column: Int) -> Int32? {
    places.records[node] < 0 ? nil : labels?[Int(places.records[node]), column]
  }

  func attribute(of node: Int, _ column: Int) -> Double? {
    places.records[node] < 0 ? nil : attributes?[Int(places.records[node]), column]
  }

  /// Number of neighbors of a node; `nil` where its graph has no nodes.
  func degree(_ node: Int) -> Int? {
    places.records[node] < 0 ? nil : Int(neighborStarts[node + 1] - neighborStarts[node])
  }

  /// First and second nodes of all edges.
  private static func ends(
    of edges: NumberLines<Int32>, _ indicator: NumberLines<Int32>, _ places: GraphPlaces
  ) throws(DataError) -> [Int32] {
    let nodes = indicator.count
    if edges.count > 0 { try edges.require(columns: 2) }
    guard edges.count < Int(Int32.max) else {
      throw DataError(.file(.tooLarge(bytes: 8 * edges.count)), file: edges.file)
    }
    var ends: [Int32] = []
    ends.reserveCapacity(edges.values.count)
    for edge in 0..<edges.count {
      let (first, second) = (Int(edges.values[2 * edge]), Int(edges.values[2 * edge + 1]))
      guard min(first, second) >= 1, max(first, second) <= nodes else {
        throw DataError(
          .graphs(
            .nodeOutOfRange(min(first, second) < 1 ? min(first, second) : max(first, second), nodes: nodes)),
          file: edges.file, line: edges.line(of: edge))
      }
      let graphs = (indicator.values[first - 1], indicator.values[second - 1])
      guard graphs.0 == graphs.1 else {
        throw DataError(
          .graphs(.edgeBetweenGraphs(Int(graphs.0), Int(graphs.1))), file: edges.file,
          line: edges.line(of: edge))
      }
      ends.append(places.nodesOfRecords[first - 1])
      ends.append(places.nodesOfRecords[second - 1])
    }
    return ends
  }

  /// A line a node.
  private static func lines<Number>(
    _ file: String?, _ nodes: Int
  ) throws(DataError) -> NumberLines<Number>? {
    guard let file else { return nil }
    let lines = try NumberLines<Number>(.opened(file))
    guard lines.count == nodes else {
      throw DataError(.graphs(.nodeCount(expected: nodes, found: lines.count)), file: file)
    }
    return lines
  }

  private static func notes(
    _ folder: GraphFolder, _ places: GraphPlaces, _ adjacency: Adjacency
  ) -> [String] {
    var notes: [String] = []
    let edges = adjacency.neighbors.count
    if edges == 0 {
      notes.append("no graph has an edge: only what nodes have themselves can be learned from")
    }
    if adjacency.repeatedEdges > 0 {
      notes.append("\(counted(adjacency.repeatedEdges, "edge")) listed more than once, and counted once")
    }
    if adjacency.oneWayEdges > 0 {
      notes.append(
        "\(adjacency.oneWayEdges) of \(counted(edges, "edge")) lead one way: the first node sees the second as its "
          + "neighbor, and not the reverse; list both directions of an edge that has none")
    }
    let empty = places.emptyGraphs
    if !empty.isEmpty {
      notes.append(
        "\(counted(empty.count, "graph")) without nodes (\(listed(empty.prefix(10).map { "\($0)" }))"
          + "\(empty.count > 10 ? ", …" : "")) taken as one node of which nothing is known")
    }
    for end in ["edge_labels", "edge_attributes"] where folder.file(end) != nil {
      notes.append(
        "\(sanitized(folder.name))_\(end) is not read: networks of graphs learn from what nodes have, and from which "
          + "nodes edges join")
    }
    return notes
  }
}

extension NumberLines {
  func require(columns expected: Int) throws(DataError) {
    guard columns != expected, count > 0 else { return }
    throw DataError(.graphs(.numbersALine(expected: expected, found: columns)), file: file, line: line(of: 0))
  }
}
