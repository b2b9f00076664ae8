/// Graphs as their files have them, checked: every edge joins two nodes of one graph.
struct RawGraphs {
  let folder: GraphFolder
  let indicatorFile: String
  /// graphs + 1
  let nodeOffsets: [Int32]
  /// nodes + 1
  let neighbourStarts: [Int32]
  /// Within their graph.
  let neighbours: [Int32]
  /// [nodes, columns]
  let labels: NumberLines<Int32>?
  let attributes: NumberLines<Double>?
  /// [graphs, 1]; `nil`: there is no such file.
  let classes: NumberLines<Int32>?

  var graphs: Int { nodeOffsets.count - 1 }
  var nodes: Int { neighbourStarts.count - 1 }

  init(_ folder: GraphFolder) throws(DataError) {
    self.folder = folder
    indicatorFile = try folder.requiredFile("graph_indicator")
    let indicator = try NumberLines<Int32>(.opened(indicatorFile))
    nodeOffsets = try Self.offsets(indicator)
    let edges = try NumberLines<Int32>(.opened(folder.requiredFile("A")))
    (neighbourStarts, neighbours) = try Self.neighbours(edges, indicator, nodeOffsets)
    labels = try Self.lines(folder.file("node_labels"), indicator.count)
    attributes = try Self.lines(folder.file("node_attributes"), indicator.count)
    classes = try folder.file("graph_labels").map { file throws(DataError) in try NumberLines(.opened(file)) }
    if let classes {
      try classes.require(columns: 1)
      guard classes.count == nodeOffsets.count - 1 else {
        throw DataError(
          .graphs(.graphCount(expected: nodeOffsets.count - 1, found: classes.count)), file: classes.file)
      }
    }
  }

  /// First nodes of the graphs, whose numbers rise by one from 1.
  private static func offsets(_ indicator: NumberLines<Int32>) throws(DataError) -> [Int32] {
    guard indicator.count > 0 else { throw DataError(.file(.empty), file: indicator.file) }
    try indicator.require(columns: 1)
    guard indicator.count < Int(Int32.max) else {
      throw DataError(.file(.tooLarge(bytes: 4 * indicator.count)), file: indicator.file)
    }
    var offsets: [Int32] = []
    var graph: Int32 = 0
    for node in 0..<indicator.count where node == 0 || indicator.values[node] != graph {
      guard indicator.values[node] == graph + 1 else {
        throw DataError(
          .graphs(.order(found: Int(indicator.values[node]), after: Int(graph))), file: indicator.file,
          line: indicator.line(of: node))
      }
      graph += 1
      offsets.append(Int32(node))
    }
    return offsets + [Int32(indicator.count)]
  }

  /// The edges sorted by their first node, in the order of the file, by counting.
  private static func neighbours(
    _ edges: NumberLines<Int32>, _ indicator: NumberLines<Int32>, _ offsets: [Int32]
  ) throws(DataError) -> (starts: [Int32], neighbours: [Int32]) {
    let nodes = indicator.count
    if edges.count > 0 { try edges.require(columns: 2) }
    guard edges.count < Int(Int32.max) else {
      throw DataError(.file(.tooLarge(bytes: 8 * edges.count)), file: edges.file)
    }
    var starts = [Int32](repeating: 0, count: nodes + 1)
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
      starts[first] += 1
    }
    for node in 0..<nodes { starts[node + 1] += starts[node] }
    var free = starts
    var neighbours = [Int32](repeating: 0, count: edges.count)
    for edge in 0..<edges.count {
      let node = Int(edges.values[2 * edge]) - 1
      let graph = Int(indicator.values[node]) - 1
      neighbours[Int(free[node])] = edges.values[2 * edge + 1] - 1 - offsets[graph]
      free[node] += 1
    }
    return (starts, neighbours)
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
}

extension NumberLines {
  fileprivate func require(columns expected: Int) throws(DataError) {
    guard columns != expected, count > 0 else { return }
    throw DataError(.graphs(.numbersALine(expected: expected, found: columns)), file: file, line: line(of: 0))
  }
}
