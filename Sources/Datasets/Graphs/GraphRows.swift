/// Graphs, whose nodes have features and neighbors: the observations of a table.
///
/// A node's features are 0 but for those that `marks` names, and the attributes, which are the last ones. They are
/// written out only where a minibatch needs them.
public struct GraphRows: Equatable, Sendable {
  /// First node of each graph, and the number of nodes: graphs + 1.
  public var nodeOffsets: [Int32]
  /// First entry of each node in `neighbors`, and their number: nodes + 1.
  public var neighborStarts: [Int32]
  /// The neighbors of all nodes, as indices of nodes within their graph.
  public var neighbors: [Int32]
  /// Features that are 1, [nodes, marksPerNode]; −1: none.
  public var marks: [Int32]
  public var marksPerNode: Int
  /// Standardized, [nodes, attributeCount].
  public var attributes: [Float]
  public var attributeCount: Int
  /// The number of features of a node.
  public var featureCount: Int

  /// Parts that fit together: see each.
  public init(
    nodeOffsets: [Int32], neighborStarts: [Int32], neighbors: [Int32], marks: [Int32], marksPerNode: Int,
    attributes: [Float], attributeCount: Int, featureCount: Int
  ) {
    precondition(
      neighborStarts.count == Int(nodeOffsets.last ?? -1) + 1
        && Int(neighborStarts.last ?? -1) == neighbors.count
        && marks.count == (neighborStarts.count - 1) * marksPerNode
        && attributes.count == (neighborStarts.count - 1) * attributeCount, "parts of graphs do not fit")
    self.nodeOffsets = nodeOffsets
    self.neighborStarts = neighborStarts
    self.neighbors = neighbors
    self.marks = marks
    self.marksPerNode = marksPerNode
    self.attributes = attributes
    self.attributeCount = attributeCount
    self.featureCount = featureCount
  }

  /// Number of graphs.
  public var count: Int { nodeOffsets.count - 1 }

  public func nodes(of graph: Int) -> Range<Int> {
    Int(nodeOffsets[graph])..<Int(nodeOffsets[graph + 1])
  }

  /// Entries in `neighbors` of a graph's nodes.
  public func edges(of graph: Int) -> Range<Int> {
    let nodes = nodes(of: graph)
    return Int(neighborStarts[nodes.lowerBound])..<Int(neighborStarts[nodes.upperBound])
  }

  /// Selects graphs, in this order.
  func selecting(_ graphs: [Int32]) -> GraphRows {
    var result = self
    (result.nodeOffsets, result.neighborStarts) = ([0], [0])
    (result.neighbors, result.marks, result.attributes) = ([], [], [])
    for graph in graphs {
      let (nodes, edges) = (nodes(of: Int(graph)), edges(of: Int(graph)))
      let shift = Int32(result.neighbors.count) - Int32(edges.lowerBound)
      for node in nodes { result.neighborStarts.append(neighborStarts[node + 1] + shift) }
      result.neighbors += neighbors[edges]
      result.marks += marks[nodes.lowerBound * marksPerNode..<nodes.upperBound * marksPerNode]
      result.attributes +=
        attributes[nodes.lowerBound * attributeCount..<nodes.upperBound * attributeCount]
      result.nodeOffsets.append(Int32(result.neighborStarts.count - 1))
    }
    return result
  }
}

/// What the features of a node are made of, decided on the training graphs.
public struct GraphInputs: Equatable, Sendable {
  /// The labels that have a feature, ascending, for each column of node labels. Other labels have none.
  public var labels: [[Int]]
  /// Columns of node attributes; a feature each, after those of the labels.
  public var attributes: Int
  /// The largest number of neighbors that has a feature of its own, if nodes have neither labels nor attributes: there
  /// is a feature for each number from 0 to this one, which stands for all larger ones too.
  public var largestDegree: Int?

  public init(labels: [[Int]], attributes: Int, largestDegree: Int?) {
    self.labels = labels
    self.attributes = attributes
    self.largestDegree = largestDegree
  }

  /// Features a node.
  public var featureCount: Int {
    labels.reduce(0) { $0 + $1.count } + attributes + (largestDegree.map { $0 + 1 } ?? 0)
  }

  var featureNames: [String] {
    let labeled = labels.enumerated().flatMap { column, labels in
      labels.map { self.labels.count > 1 ? "label \(column)=\($0)" : "label=\($0)" }
    }
    return labeled + (0..<attributes).map { "attribute \($0)" }
      + (largestDegree.map { largest in (0...largest).map { "degree=\($0)" } } ?? [])
  }

  var isUsable: Bool {
    attributes >= 0 && largestDegree.map { $0 >= 0 && $0 < 1 << 20 } ?? true
      && labels.allSatisfy { zip($0, $0.dropFirst()).allSatisfy(<) }
  }
}
