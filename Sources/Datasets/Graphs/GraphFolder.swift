/// A folder in the TU Dortmund format: text files called alike but for their ends, gzip or not.
///
/// `_A`: an edge a line, two node numbers. `_graph_indicator`: the graph of each node. `_graph_labels`: the class of
/// each graph. `_node_labels` and `_node_attributes`, both optional: integers and numbers of each node. Nodes and
/// graphs are counted from 1.
package struct GraphFolder {
  let path: String
  /// The beginning of all names.
  let name: String
  private let names: Set<String>

  /// The ends of the names of the files that any graphs have; if there is only one, the other is missing.
  private static let ends = ["_A.txt", "_graph_indicator.txt"]

  /// `nil` if the folder has neither edges nor a graph indicator.
  ///
  /// - Parameter names: of the folder's files.
  init?(_ path: String, names: [String]) throws(DataError) {
    self.names = Set(names)
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let plain = names.map { $0.hasSuffix(".gz") ? String($0.dropLast(3)) : $0 }
    let found = Set(
      plain.flatMap { name in
        Self.ends.filter(name.hasSuffix).map { String(name.dropLast($0.count)) }
      }
    ).sorted()
    guard let first = found.first else { return nil }
    let own = self.path.split(separator: "/").last.map(String.init) ?? ""
    guard found.count == 1 || found.contains(own) else {
      throw DataError(.graphs(.severalSets(found)), file: path)
    }
    name = found.count == 1 ? first : own
  }

  /// The file with this end; `nil`: there is none.
  func file(_ end: String) -> String? {
    let file = "\(name)_\(end).txt"
    return [file, file + ".gz"].first(where: names.contains).map { "\(path)/\($0)" }
  }

  /// Throws if the files of nodes and edges are not there, without which there are no graphs.
  func requireNodesAndEdges() throws(DataError) {
    _ = try requiredFile("graph_indicator")
    _ = try requiredFile("A")
  }

  func requiredFile(_ end: String) throws(DataError) -> String {
    guard let file = file(end) else {
      throw DataError(.graphs(.missingFile("\(name)_\(end).txt")), file: path)
    }
    return file
  }
}
