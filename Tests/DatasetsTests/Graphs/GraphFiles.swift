import Glibc

/// The files of one set of graphs; an empty text: no such file.
struct GraphFiles {
  var edges = "1, 2\n2, 1\n2, 3\n3, 2\n4, 5\n5, 4\n6, 6\n"
  var indicator = "1\n1\n1\n2\n2\n3\n4\n"
  var labels = "-1\n1\n-1\n1\n"
  var nodeLabels = "7\n7\n3\n3\n7\n7\n9\n"
  var attributes = ""
  /// Graph attributes, and labels of edges.
  var values = ""
  var edgeLabels = ""

  var all: [(end: String, text: String)] {
    [
      ("A", edges), ("graph_indicator", indicator), ("graph_labels", labels),
      ("node_labels", nodeLabels), ("node_attributes", attributes), ("graph_attributes", values),
      ("edge_labels", edgeLabels),
    ]
  }

  func write(into scratch: Scratch, _ name: String = "DS") throws {
    for (end, text) in all {
      let file = try scratch.write(text, as: "\(name)_\(end).txt")
      if text.isEmpty { unlink(file) }
    }
  }
}
