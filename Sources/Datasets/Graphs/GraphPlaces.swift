/// The graph that each node belongs to. A graph without nodes gets one that stands for it.
struct GraphPlaces {
  /// First node of each graph, and the number of nodes: graphs + 1.
  private(set) var offsets: [Int32] = []
  /// The line of each node in the files of nodes, from 0; −1: the node stands for a graph without nodes.
  private(set) var records: [Int32] = []
  /// The node on each line of the files of nodes.
  private(set) var nodesOfRecords: [Int32] = []
  /// The graphs that have no nodes, counted from 1.
  private(set) var emptyGraphs: [Int] = []

  var graphs: Int { offsets.count - 1 }
  var nodes: Int { records.count }

  /// - Parameters:
  ///   - indicator: the graph of each node, from 1, in rising order.
  ///   - count: graphs; `nil`: as many as the last node's number.
  init(_ indicator: NumberLines<Int32>, graphs count: Int?) throws(DataError) {
    guard indicator.count > 0 else { throw DataError(.file(.empty), file: indicator.file) }
    try indicator.require(columns: 1)
    guard indicator.count < Int(Int32.max) / 2 else {
      throw DataError(.file(.tooLarge(bytes: 4 * indicator.count)), file: indicator.file)
    }
    // Graphs without nodes leave gaps; where most graphs would have none, the numbers mean something else.
    let most = 2 * (1 + zip(indicator.values, indicator.values.dropFirst()).count { $0 != $1 })
    var record = 0
    while record < indicator.count {
      let graph = Int(indicator.values[record])
      guard graph > offsets.count, graph <= most else {
        throw DataError(
          .graphs(.order(found: graph, after: offsets.count)), file: indicator.file,
          line: indicator.line(of: record))
      }
      appendEmptyGraphs(upTo: graph - 1)
      offsets.append(Int32(nodes))
      while record < indicator.count, Int(indicator.values[record]) == graph {
        nodesOfRecords.append(Int32(nodes))
        records.append(Int32(record))
        record += 1
      }
    }
    let wanted = count ?? offsets.count
    guard wanted >= offsets.count, wanted <= most else {
      throw DataError(.graphs(.graphCount(expected: offsets.count, found: wanted)), file: indicator.file)
    }
    appendEmptyGraphs(upTo: wanted)
    offsets.append(Int32(nodes))
  }

  private mutating func appendEmptyGraphs(upTo last: Int) {
    while offsets.count < last {
      emptyGraphs.append(offsets.count + 1)
      offsets.append(Int32(nodes))
      records.append(-1)
    }
  }
}
