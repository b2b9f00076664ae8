import AdaptiveWidth
import Datasets
import LinearAlgebra

extension GraphRows: DomainRows {
  // Graphs have a few dozen nodes.
  var observationsAtOnce: Int { 64 }

  /// Writes the nodes of the graphs, one graph after the other.
  func fill(_ batch: inout Batch, with order: ArraySlice<Int32>, of examples: Examples, epoch: Int?) {
    var (nodes, edges) = (0, 0)
    for graph in order {
      nodes += self.nodes(of: Int(graph)).count
      edges += self.edges(of: Int(graph)).count
    }
    batch.inputs.reshape(rows: nodes, columns: featureCount)
    batch.structure.reserve(graphs: order.count, nodes: nodes, edges: edges)
    for graph in order { batch.append(Int(graph), of: self) }
    batch.setTargets(order, of: examples)
  }

  func checksum(after sum: UInt32) -> UInt32 {
    [nodeOffsets, neighborStarts, neighbors, marks]
      .reduce(DataFingerprint.checksum(attributes, after: sum)) { DataFingerprint.checksum($1, after: $0) }
  }
}

extension BatchStructure {
  /// Reserves memory and removes the graphs of the batch before.
  fileprivate mutating func reserve(graphs: Int, nodes: Int, edges: Int) {
    offsets.removeAll(keepingCapacity: true)
    neighborStarts.removeAll(keepingCapacity: true)
    neighbors.removeAll(keepingCapacity: true)
    offsets.reserveCapacity(graphs + 1)
    neighborStarts.reserveCapacity(nodes + 1)
    neighbors.reserveCapacity(edges)
    offsets.append(0)
    neighborStarts.append(0)
  }
}

extension Batch {
  /// Appends a graph: the features of its nodes, and its edges as edges between nodes of the batch.
  fileprivate mutating func append(_ graph: Int, of rows: GraphRows) {
    let (nodes, edges) = (rows.nodes(of: graph), rows.edges(of: graph))
    let first = structure.neighborStarts.count - 1
    let shift = Int32(structure.neighbors.count - edges.lowerBound)
    for node in nodes { structure.neighborStarts.append(rows.neighborStarts[node + 1] + shift) }
    for edge in edges { structure.neighbors.append(rows.neighbors[edge] + Int32(first)) }
    structure.offsets.append(Int32(first + nodes.count))
    inputs.setNodes(from: first, nodes, of: rows)
  }
}

extension Matrix {
  /// Writes the features of some nodes to the rows from `first` on.
  fileprivate mutating func setNodes(from first: Int, _ nodes: Range<Int>, of rows: GraphRows) {
    let (stride, marked, values) = (stride, rows.marksPerNode, rows.attributeCount)
    precondition(rows.featureCount == columns && first + nodes.count <= self.rows, "shapes do not fit")
    var row = mutableBase + first * stride
    for node in nodes {
      row.update(repeating: 0, count: columns)
      for mark in node * marked..<(node + 1) * marked where rows.marks[mark] >= 0 {
        row[Int(rows.marks[mark])] = 1
      }
      for value in 0..<values { row[columns - values + value] = rows.attributes[node * values + value] }
      row += stride
    }
  }
}
