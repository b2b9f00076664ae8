import LinearAlgebra
import Testing

@Suite("Kernels of graphs against their plain twins")
struct GraphKernelTests {
  /// Directed, with repeated edges, loops, and nodes without neighbors.
  struct Graph {
    var starts: [Int32] = [0]
    var neighbors: [Int32] = []

    init(nodes: Int, _ stream: inout RandomStream) {
      for node in 0..<nodes {
        for _ in 0..<(node % 5) { neighbors.append(Int32(stream.below(nodes))) }
        starts.append(Int32(neighbors.count))
      }
    }

    func of(_ node: Int) -> [Int] { neighbors[Int(starts[node])..<Int(starts[node + 1])].map(Int.init) }
  }

  static let shapes: [(nodes: Int, columns: Int, isElastic: Bool)] = [
    (1, 1, false), (13, 3, false), (40, 16, true), (25, 37, false), (25, 64, true),
  ]

  @Test(arguments: shapes)
  func neighborSums(_ shape: (nodes: Int, columns: Int, isElastic: Bool)) {
    var stream = RandomStream(seed: 1, purpose: "graph")
    let graph = Graph(nodes: shape.nodes, &stream)
    let values = MatrixTests.random(shape.nodes, shape.columns, &stream, isElastic: shape.isElastic)
    var (sums, spread) = (values, values)
    var (expectedSums, expectedSpread) = (values, values)
    for column in 0..<shape.columns {
      for node in 0..<shape.nodes {
        expectedSums[node, column] = 1.25 * values[node, column]
        expectedSpread[node, column] = 1.25 * values[node, column]
      }
      for node in 0..<shape.nodes {
        for other in graph.of(node) {
          expectedSums[node, column] += values[other, column]
          expectedSpread[other, column] += values[node, column]
        }
      }
    }
    sums.setNeighborSum(values, own: 1.25, starts: graph.starts, neighbors: graph.neighbors)
    spread.setNeighborSpread(values, own: 1.25, starts: graph.starts, neighbors: graph.neighbors)
    expectClose(sums, expectedSums)
    expectClose(spread, expectedSpread)
  }

  @Test(arguments: shapes, [false, true])
  func segments(_ shape: (nodes: Int, columns: Int, isElastic: Bool), areMeans: Bool) {
    var stream = RandomStream(seed: 2, purpose: "segments")
    // One without rows among them.
    let offsets = [0, shape.nodes / 3, shape.nodes / 3, shape.nodes].map(Int32.init)
    let values = MatrixTests.random(shape.nodes, shape.columns, &stream, isElastic: shape.isElastic)
    let gradient = MatrixTests.random(3, shape.columns, &stream, isElastic: shape.isElastic)
    var (sums, spread) = (gradient, values)
    var (expectedSums, expectedSpread) = (gradient, values)
    expectedSums.fill(0)
    for segment in 0..<3 {
      let rows = Int(offsets[segment])..<Int(offsets[segment + 1])
      let share: Float = areMeans ? 1 / Float(max(rows.count, 1)) : 1
      for row in rows {
        for column in 0..<shape.columns {
          expectedSums[segment, column] += share * values[row, column]
          expectedSpread[row, column] = share * gradient[segment, column]
        }
      }
    }
    sums.setSegmentSums(values, offsets: offsets, areMeans: areMeans)
    spread.setSegmentSpread(gradient, offsets: offsets, areMeans: areMeans)
    expectClose(sums, expectedSums)
    expectClose(spread, expectedSpread)
  }
}
