/// The neighbors of the nodes of all graphs: each edge once, in the order of the file.
///
/// An edge leads from its first node to its second: the second is a neighbor of the first. Time and memory are
/// proportional to the number of edges and nodes.
struct Adjacency {
  /// The index of each node's first neighbor, and the number of neighbors; nodes + 1 elements.
  private(set) var starts: [Int32]
  private(set) var neighbors: [Int32]
  /// Edges that were listed before.
  private(set) var repeatedEdges = 0
  /// Edges between two nodes of which no edge leads back.
  private(set) var oneWayEdges = 0

  /// - Parameter edges: first and second node of each, from 0: [edges, 2]
  init(nodes: Int, edges: [Int32]) {
    (starts, neighbors) = Self.grouped(nodes: nodes, count: edges.count / 2) {
      (edges[2 * $0], edges[2 * $0 + 1])
    }
    dropRepeats()
    countOneWayEdges()
  }

  var nodes: Int { starts.count - 1 }

  func neighbors(of node: Int) -> Range<Int> { Int(starts[node])..<Int(starts[node + 1]) }

  /// The seconds of some pairs, sorted by their firsts, by counting.
  private static func grouped(
    nodes: Int, count: Int, _ pair: (Int) -> (Int32, Int32)
  ) -> (starts: [Int32], seconds: [Int32]) {
    var starts = [Int32](repeating: 0, count: nodes + 1)
    for index in 0..<count { starts[Int(pair(index).0) + 1] += 1 }
    for node in 0..<nodes { starts[node + 1] += starts[node] }
    var free = starts
    var seconds = [Int32](repeating: 0, count: count)
    for index in 0..<count {
      let (first, second) = pair(index)
      seconds[Int(free[Int(first)])] = second
      free[Int(first)] += 1
    }
    return (starts, seconds)
  }

  private mutating func dropRepeats() {
    // Of each node the one whose neighbor it was last.
    var last = [Int32](repeating: -1, count: nodes)
    var (kept, start) = (0, 0)
    for node in 0..<nodes {
      let end = Int(starts[node + 1])
      for place in start..<end {
        let other = neighbors[place]
        guard last[Int(other)] != Int32(node) else { continue }
        last[Int(other)] = Int32(node)
        neighbors[kept] = other
        kept += 1
      }
      start = end
      starts[node + 1] = Int32(kept)
    }
    repeatedEdges = neighbors.count - kept
    neighbors.removeLast(repeatedEdges)
  }

  private mutating func countOneWayEdges() {
    var firsts: [Int32] = []
    firsts.reserveCapacity(neighbors.count)
    for node in 0..<nodes { firsts += neighbors(of: node).map { _ in Int32(node) } }
    let back = Self.grouped(nodes: nodes, count: neighbors.count) { (neighbors[$0], firsts[$0]) }
    var last = [Int32](repeating: -1, count: nodes)
    for node in 0..<nodes {
      for place in neighbors(of: node) { last[Int(neighbors[place])] = Int32(node) }
      for place in Int(back.starts[node])..<Int(back.starts[node + 1]) {
        // The edge leads here.
        if last[Int(back.seconds[place])] != Int32(node) { oneWayEdges += 1 }
      }
    }
  }
}
