import PlainText

/// What can be wrong with a folder of graphs.
public enum GraphProblem: Equatable, Sendable {
  case severalSets([String])
  case missingFile(String)
  case notAnInteger(String)
  case notANumber(String)
  case numbersALine(expected: Int, found: Int)
  /// A graph's number after another's, in the list of nodes.
  case order(found: Int, after: Int)
  case nodeOutOfRange(Int, nodes: Int)
  case edgeBetweenGraphs(Int, Int)
  case nodeCount(expected: Int, found: Int)
  case graphCount(expected: Int, found: Int)
  case labelColumns(expected: Int, found: Int)
  case attributeColumns(expected: Int, found: Int)
  case targetNamed
  /// A class, in the file of labels.
  case classIsNoInteger(String)
  case tooManyClasses(limit: Int)
  case noNodes
}

extension GraphProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .severalSets(let names):
      "the folder holds several sets of graphs (\(listed(names))); "
        + "give each a folder of its own"
    case .missingFile(let name):
      "the folder has no \(sanitized(name)), which graphs need; put it there (gzip or not)"
    case .notAnInteger(let text): "'\(sanitized(text))' is not an integer; correct the line"
    case .notANumber(let text): "'\(sanitized(text))' is not a finite number; correct the line"
    case .numbersALine(let expected, let found):
      "\(counted(found, "number")) on a line instead of \(expected); check that this is the right file"
    case .order(let found, 0):
      "the first node is of graph \(found) instead of graph 1; number the graphs from 1"
    case .order(let found, let after):
      "a node of graph \(found) follows one of graph \(after); list the nodes graph by graph, without gaps"
    case .nodeOutOfRange(let node, let nodes):
      "there is no node \(node) to join: nodes are numbered from 1 to \(nodes); correct the edge"
    case .edgeBetweenGraphs(let first, let second):
      "the edge joins a node of graph \(first) to one of graph \(second); correct it, or the graph indicator"
    case .nodeCount(let expected, let found):
      "\(counted(found, "line")) for \(counted(expected, "node")); use files that belong together"
    case .graphCount(let expected, let found):
      "\(counted(expected, "graph")) in this file, but \(found) in the file of labels or attributes; use files that "
        + "belong together"
    case .labelColumns(let expected, let found):
      "nodes have \(counted(found, "label")), those of the training data \(expected); use graphs of the same kind"
    case .attributeColumns(let expected, let found):
      "nodes have \(counted(found, "attribute")), those of the training data \(expected); use graphs of the same "
        + "kind"
    case .targetNamed:
      "graphs have one label each, so that there is no column to choose; leave the target out"
    case .classIsNoInteger(let text):
      "the class \(text) is not a whole number; correct it, or give --problem regression if values are predicted"
    case .tooManyClasses(let limit):
      "graphs have more than \(limit) different labels, too many to be classes; give --problem regression if values are "
        + "predicted"
    case .noNodes: "no training graph has nodes; give graphs with nodes, or hold out less"
    }
  }
}

extension DataError.Reason {
  /// A problem with graphs.
  public static func graphs(_ problem: GraphProblem) -> Self { Self(problem) }
}
