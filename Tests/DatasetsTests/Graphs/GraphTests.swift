import Datasets
import Experiment
import Glibc
import Testing

@Suite struct GraphTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  typealias Files = GraphFiles

  private func load(_ files: Files, validation: Double = 0) throws -> Dataset {
    try files.write(into: scratch)
    return try .load(DataOptions(path: scratch.path, validation: validation, test: 0), seed: 0)
  }

  private func failure(_ files: Files) throws -> DataError? {
    try files.write(into: scratch)
    return loadFailure(DataOptions(path: scratch.path, validation: 0, test: 0))
  }

  @Test func filesBecomeGraphs() throws {
    let dataset = try load(Files())
    #expect(dataset.name == "DS" && dataset.problem == .classification)
    #expect(dataset.classNames == ["-1", "1"] && dataset.targetName == "label")
    #expect(dataset.featureNames == ["label=3", "label=7", "label=9"])
    #expect(dataset.training.rows == 4 && dataset.training.columns == 3)
    #expect(dataset.training.classes == [0, 1, 0, 1])
    let graphs = try #require(dataset.training.graphs)
    #expect(graphs.nodeOffsets == [0, 3, 5, 6, 7])
    #expect(graphs.neighborStarts == [0, 1, 3, 4, 5, 6, 7, 7])
    // Within their graphs, in the order of the file.
    #expect(graphs.neighbors == [1, 0, 2, 1, 1, 0, 0])
    #expect(graphs.marks == [1, 1, 0, 0, 1, 1, 2] && graphs.marksPerNode == 1)
    #expect(graphs.attributes.isEmpty && graphs.featureCount == 3)
  }

  @Test func spellingDoesNotMatter() throws {
    let expected = try load(Files()).training
    var files = Files()
    files.edges = "\u{FEFF}4\t5\r\n\r\n1,2\r\n  2 ,1 \r\n2, +3\r\n3 2.0\r\n5,4\r\n6, 6"
    files.indicator = "1\r1\r1\r\r2\r2\r3\r4"
    files.nodeLabels = "7\n7\n\n3\n3\n7\n7\n9\n\n\n"
    #expect(try load(files).training == expected)
    let other = try Scratch()
    for (end, text) in Files().all where !text.isEmpty {
      _ = try other.write(gzip(Array(text.utf8)), as: "DS_\(end).txt.gz")
    }
    let options = DataOptions(path: other.path + "/", validation: 0, test: 0)
    #expect(try Dataset.load(options, seed: 0).training == expected)
  }

  @Test func partsKeepTheirGraphs() throws {
    var files = Files()
    // Graph g has g mod 7 + 1 nodes in a chain, all of label g.
    (files.edges, files.indicator, files.labels, files.nodeLabels) = ("", "", "", "")
    var node = 0
    for graph in 1...60 {
      for place in 0...graph % 7 {
        node += 1
        files.indicator += "\(graph)\n"
        files.nodeLabels += "\(graph)\n"
        if place > 0 { files.edges += "\(node), \(node - 1)\n" }
      }
      files.labels += "\(graph % 2)\n"
    }
    try files.write(into: scratch)
    let all = try #require(
      Dataset.load(DataOptions(path: scratch.path, validation: 0, test: 0), seed: 1).training.graphs)
    var held: [Int] = []
    for fold in Fold.all(6) {
      let dataset = try Dataset.load(DataOptions(path: scratch.path, test: 0, fold: fold), seed: 1)
      #expect(dataset.training.rows == 50 && dataset.validation.rows == 10)
      // Labels that only held-out graphs have are no features.
      #expect(dataset.training.columns == 50)
      for (table, isHeld) in [(dataset.training, false), (dataset.validation, true)] {
        let rows = try #require(table.graphs)
        for graph in 0..<rows.count {
          let nodes = rows.nodes(of: graph)
          let mark = rows.marks[nodes.lowerBound]
          #expect(isHeld ? mark == -1 : dataset.featureNames[Int(mark)].hasPrefix("label="))
          #expect(rows.neighbors[rows.edges(of: graph)] == ArraySlice((0..<Int32(nodes.count - 1))))
          if !isHeld {
            let number = Int(dataset.featureNames[Int(mark)].dropFirst(6)) ?? 0
            #expect(nodes.count == number % 7 + 1 && table.classes[graph] == Int32(number % 2))
            held.append(number)
          }
        }
      }
    }
    // Each in training in all folds but one.
    #expect(held.sorted() == (1...60).flatMap { Array(repeating: $0, count: 5) })
    #expect(all.count == 60)
  }

  @Test func attributesAreStandardisedAndJoinLabels() throws {
    var files = Files()
    files.attributes = "1, 5\n2, 5\n3, 5\n4, 5\n5, 5\n6, 5\n7, 5\n"
    let dataset = try load(files)
    #expect(dataset.featureNames == ["label=3", "label=7", "label=9", "attribute 0", "attribute 1"])
    let graphs = try #require(dataset.training.graphs)
    #expect(graphs.featureCount == 5 && graphs.attributeCount == 2)
    #expect(graphs.attributes.enumerated().allSatisfy { $0 % 2 == 0 || $1 == 0 })
    #expect(abs(graphs.attributes[0] + 1.5) < 1e-6 && abs(graphs.attributes[12] - 1.5) < 1e-6)
    #expect(dataset.featureScaling.means == [0, 0, 0, 4, 5])
  }

  @Test func degreesTakeThePlaceOfLabels() throws {
    var files = Files()
    files.nodeLabels = ""
    let dataset = try load(files)
    #expect(dataset.featureNames == ["degree=0", "degree=1", "degree=2"])
    #expect(try #require(dataset.training.graphs).marks == [1, 2, 1, 1, 1, 1, 0])
    #expect(dataset.notes.count == 1)
  }

  @Test func otherFoldersArePreparedAlike() throws {
    var files = Files()
    files.attributes = "1\n2\n3\n4\n5\n6\n7\n"
    let dataset = try load(files)
    let other = try Scratch()
    var new = Files()
    (new.edges, new.indicator, new.labels) = ("1, 2\n", "1\n1\n2\n", "1\n-1\n")
    (new.nodeLabels, new.attributes) = ("9\n1000\n3\n", "4\n6\n1000\n")
    try new.write(into: other, "other")
    let (table, _) = try dataset.preparation.table(from: other.path)
    #expect(table.classes == [1, 0])
    let graphs = try #require(table.graphs)
    #expect(graphs.marks == [2, -1, 0])
    #expect(graphs.attributes[0] == 0 && abs(graphs.attributes[1] - 1) < 1e-6)
    #expect(graphs.neighbors == [1] && graphs.neighborStarts == [0, 1, 1, 1])

    func reason(_ change: (inout Files) -> Void) throws -> DataError.Reason? {
      var files = new
      change(&files)
      let folder = try Scratch()
      try files.write(into: folder)
      do throws(DataError) { _ = try dataset.preparation.table(from: folder.path) } catch {
        return error.reason
      }
      return nil
    }
    #expect(try reason { $0.labels = "1\n2\n" } == .rows(.unknownClass("2", known: ["-1", "1"])))
    #expect(try reason { $0.labels = "" } == .graphs(.missingFile("DS_graph_labels.txt")))
    #expect(try reason { $0.nodeLabels = "" } == .graphs(.missingFile("DS_node_labels.txt")))
    #expect(
      try reason { $0.attributes = "1 2\n3 4\n5 6\n" } == .graphs(.attributeColumns(expected: 1, found: 2)))
  }

  @Test func badFilesAreNamed() throws {
    func reason(_ change: (inout Files) -> Void, line: Int?) throws -> DataError.Reason {
      var files = Files()
      change(&files)
      let error = try #require(try failure(files))
      #expect(error.line == line && error.description.count > 20)
      return error.reason
    }
    #expect(
      try reason({ $0.edges = "1, 2\n\n2, 8\n" }, line: 3) == .graphs(.nodeOutOfRange(8, nodes: 7)))
    #expect(try reason({ $0.edges = "0, 2\n" }, line: 1) == .graphs(.nodeOutOfRange(0, nodes: 7)))
    #expect(try reason({ $0.edges = "1, 2\n3, 4\n" }, line: 2) == .graphs(.edgeBetweenGraphs(1, 2)))
    #expect(try reason({ $0.edges = "1, 2, 3\n" }, line: 1) == .graphs(.numbersALine(expected: 2, found: 3)))
    #expect(try reason({ $0.edges = "1, 2\n1, x\n" }, line: 2) == .graphs(.notAnInteger("x")))
    #expect(try reason({ $0.edges = "1, 2\n1,\n" }, line: 2) == .graphs(.notAnInteger("")))
    #expect(try reason({ $0.edges = "1, 2\n1, 2.5\n" }, line: 2) == .graphs(.notAnInteger("2.5")))
    #expect(try reason({ $0.indicator = "1\n1\n2\n1\n" }, line: 4) == .graphs(.order(found: 1, after: 2)))
    #expect(try reason({ $0.indicator = "1\n9\n" }, line: 2) == .graphs(.order(found: 9, after: 1)))
    #expect(try reason({ $0.indicator = "0\n1\n" }, line: 1) == .graphs(.order(found: 0, after: 0)))
    #expect(try reason({ $0.labels = "1\n2\n" }, line: nil) == .graphs(.graphCount(expected: 4, found: 2)))
    #expect(try reason({ $0.nodeLabels = "1\n2\n" }, line: nil) == .graphs(.nodeCount(expected: 7, found: 2)))
    #expect(try reason({ $0.attributes = "1\nnan\n" }, line: 2) == .graphs(.notANumber("nan")))
    #expect(
      try reason({ $0.attributes = "1\n1, 2\n" }, line: 2) == .table(.ragged(expected: 1, found: 2)))
    #expect(
      try failure(Files(labels: "1\n1\n1\n1\n", attributes: ""))?.reason == .rows(.oneClass("1")))
    _ = try scratch.write("1\n", as: "DT_A.txt")
    #expect(try failure(Files())?.reason == .graphs(.severalSets(["DS", "DT"])))
    let lone = try Scratch()
    _ = try lone.write("1, 2\n", as: "X_A.txt")
    let options = DataOptions(path: lone.path, validation: 0, test: 0)
    #expect(loadFailure(options)?.reason == .graphs(.missingFile("X_graph_indicator.txt")))
    let other = try Scratch()
    _ = try other.write("1\n1\n", as: "X_graph_indicator.txt")
    #expect(
      loadFailure(DataOptions(path: other.path, validation: 0, test: 0))?.reason
        == .graphs(.missingFile("X_A.txt")))
  }

  @Test func whatIsNotThereIsNotCalledAnotherKindOfData() throws {
    let preparation = try load(Files()).preparation
    func reason(_ path: String) -> DataError.Reason? {
      do {
        _ = try preparation.inputs(from: path)
        return nil
      } catch { return error.reason }
    }
    #expect(reason("\(scratch.path)/nowhere") == .file(.notFound))
    let file = try scratch.write("a,b\n1,2\n", as: "table.csv")
    #expect(reason(file) == .rows(.otherKind(expected: .graphs, found: nil)))
  }
}

extension Examples {
  var graphs: GraphRows? {
    if case .graphs(let graphs) = structure { graphs } else { nil }
  }
}
