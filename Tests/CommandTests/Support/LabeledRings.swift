import Foundation
import LinearAlgebra

/// Graphs that are rings of 5 to 10 nodes, a third of which have the label 1, in the format of the TU Dortmund
/// collection.
struct LabeledRings {
  /// Of each graph, the labels of its nodes: 0 or 1.
  let marks: [[Int]]

  init(graphs: Int, seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: "rings")
    marks = (0..<graphs).map { _ in
      let nodes = 5 + random.below(6)
      return (0..<nodes).map { _ in random.below(3) == 0 ? 1 : 0 }
    }
  }

  /// - Parameters:
  ///   - file: the end of the name of the file of targets.
  ///   - targets: a line a graph.
  func write(into scratch: Scratch, _ folder: String, _ file: String, _ targets: [String]) throws {
    var (edges, indicator, labels) = ("", "", "")
    var first = 1
    for (graph, marks) in marks.enumerated() {
      for node in marks.indices {
        let next = (node + 1) % marks.count
        edges += "\(first + node), \(first + next)\n\(first + next), \(first + node)\n"
        indicator += "\(graph + 1)\n"
        labels += "\(marks[node])\n"
      }
      first += marks.count
    }
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
    try scratch.file("\(folder)/rings_A.txt", edges)
    try scratch.file("\(folder)/rings_graph_indicator.txt", indicator)
    try scratch.file("\(folder)/rings_node_labels.txt", labels)
    try scratch.file("\(folder)/rings_\(file).txt", targets.map { $0 + "\n" }.joined())
  }
}
