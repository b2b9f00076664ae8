import AdaptiveWidth
import Datasets
import LinearAlgebra

extension BatchSource {
  /// Fills `batch` with the nodes of the given graphs, one graph after the other.
  mutating func fillGraphs(_ order: [Int32], _ range: Range<Int>, _ rows: GraphRows) {
    var (nodes, edges) = (0, 0)
    for index in range {
      nodes += rows.nodes(of: Int(order[index])).count
      edges += rows.edges(of: Int(order[index])).count
    }
    batch.inputs.reshape(rows: nodes, columns: rows.featureCount)
    batch.structure.reserve(graphs: range.count, nodes: nodes, edges: edges)
    for index in range { batch.append(Int(order[index]), of: rows) }
    fillTargets(order, range)
  }
}

extension BatchStructure {
  /// Makes room, and forgets the graphs before.
  fileprivate mutating func reserve(graphs: Int, nodes: Int, edges: Int) {
    offsets.removeAll(keepingCapacity: true)
    neighbourStarts.removeAll(keepingCapacity: true)
    neighbours.removeAll(keepingCapacity: true)
    offsets.reserveCapacity(graphs + 1)
    neighbourStarts.reserveCapacity(nodes + 1)
    neighbours.reserveCapacity(edges)
    offsets.append(0)
    neighbourStarts.append(0)
  }
}

extension Batch {
  /// The next graph: its nodes' features, and its edges as ones between nodes of the batch.
  fileprivate mutating func append(_ graph: Int, of rows: GraphRows) {
    let (nodes, edges) = (rows.nodes(of: graph), rows.edges(of: graph))
    let first = structure.neighbourStarts.count - 1
    let shift = Int32(structure.neighbours.count - edges.lowerBound)
    for node in nodes { structure.neighbourStarts.append(rows.neighbourStarts[node + 1] + shift) }
    for edge in edges { structure.neighbours.append(rows.neighbours[edge] + Int32(first)) }
    structure.offsets.append(Int32(first + nodes.count))
    inputs.setNodes(from: first, nodes, of: rows)
  }
}

extension Matrix {
  /// Rows from `first` on become the features of some nodes.
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
