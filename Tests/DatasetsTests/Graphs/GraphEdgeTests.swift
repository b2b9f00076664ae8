import Datasets
import Experiment
import Testing

/// Edges and nodes that are not as they usually are.
@Suite struct GraphEdgeTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func load(_ change: (inout GraphFiles) -> Void) throws -> Dataset {
    var files = GraphFiles()
    change(&files)
    try files.write(into: scratch)
    return try .load(DataOptions(path: scratch.path, validation: 0, test: 0), seed: 0)
  }

  private func notes(_ dataset: Dataset, _ text: String) -> Bool {
    dataset.notes.contains { $0.contains(text) }
  }

  @Test func repeatedEdgesCountOnce() throws {
    let usual = try load { _ in }
    let repeated = try load { $0.edges = "1, 2\n1, 2\n2, 1\n2, 3\n3, 2\n2, 1\n4, 5\n5, 4\n6, 6\n6, 6\n" }
    #expect(repeated.training == usual.training)
    #expect(notes(repeated, "3 edges listed more than once"))
    #expect(usual.notes.isEmpty, "\(usual.notes)")
  }

  @Test func edgesThatLeadOneWayAreCounted() throws {
    let dataset = try load { $0.edges = "1, 2\n2, 3\n3, 2\n4, 5\n6, 6\n" }
    #expect(notes(dataset, "2 of 5 edges lead one way"), "\(dataset.notes)")
    let graphs = try #require(dataset.training.graphs)
    #expect(graphs.neighbors == [1, 2, 1, 1, 0])
    #expect(graphs.neighborStarts == [0, 1, 2, 3, 4, 4, 5, 5])
  }

  @Test func graphsWithoutNodesStayInTheirPlaces() throws {
    // Of five graphs, the second and the last have no nodes.
    let dataset = try load {
      ($0.edges, $0.indicator) = ("1, 2\n2, 1\n3, 4\n4, 3\n", "1\n1\n3\n3\n4\n")
      ($0.labels, $0.nodeLabels, $0.attributes) = ("1\n2\n1\n2\n1\n", "7\n7\n3\n3\n9\n", "1\n2\n3\n4\n5\n")
    }
    #expect(notes(dataset, "2 graphs without nodes (2, 5)"), "\(dataset.notes)")
    #expect(dataset.training.classes == [0, 1, 0, 1, 0])
    let graphs = try #require(dataset.training.graphs)
    #expect(graphs.nodeOffsets == [0, 2, 3, 5, 6, 7])
    #expect(graphs.marks == [1, 1, -1, 0, 0, 2, -1])
    // Attributes of what stands for no nodes are the mean, and do not change it.
    #expect(dataset.featureScaling.means.last == 3)
    #expect(graphs.attributes[2] == 0 && graphs.attributes[6] == 0 && graphs.attributes[0] < -1)
    #expect(graphs.neighbors == [1, 0, 1, 0] && graphs.neighborStarts == [0, 1, 2, 2, 3, 4, 4, 4])
    // As many are predicted, with labels or without.
    let other = try Scratch()
    var files = GraphFiles()
    (files.edges, files.indicator, files.labels) = ("", "2\n", "1\n1\n")
    (files.nodeLabels, files.attributes) = ("7\n", "3\n")
    try files.write(into: other)
    _ = try other.write("", as: "DS_A.txt")
    let (table, heard) = try dataset.preparation.unlabeledTable(from: other.path)
    #expect(table.rows == 2)
    #expect(heard.contains { $0.contains("1 graph without nodes (1)") })
    #expect(heard.contains { $0.contains("no graph has an edge") })
  }

  @Test func moreGraphsWithoutNodesThanWithSomeAreAMistake() throws {
    var files = GraphFiles()
    (files.indicator, files.labels, files.edges) = ("1\n1\n1\n1\n1\n1\n2\n", "1\n2\n1\n2\n1\n", "")
    try files.write(into: scratch)
    _ = try scratch.write("", as: "DS_A.txt")
    let error = loadFailure(DataOptions(path: scratch.path, validation: 0, test: 0))
    #expect(error?.reason == .graphs(.graphCount(expected: 2, found: 5)))
  }

  @Test func graphsWithoutEdgesAreLearnedFromTheirNodes() throws {
    _ = try scratch.write("", as: "DS_A.txt")
    var files = GraphFiles()
    files.edges = "\n"
    try files.write(into: scratch)
    let dataset = try Dataset.load(DataOptions(path: scratch.path, validation: 0, test: 0), seed: 0)
    #expect(notes(dataset, "no graph has an edge"))
    #expect(dataset.training.graphs?.neighbors == [])
  }

  @Test func whatEdgesHaveIsSaidNotToBeRead() throws {
    let dataset = try load { $0.edgeLabels = "1\n1\n2\n2\n1\n1\n3\n" }
    #expect(notes(dataset, "DS_edge_labels is not read"), "\(dataset.notes)")
  }
}
