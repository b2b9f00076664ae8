import Datasets
import Experiment
import Testing

/// Graphs of which values are predicted.
@Suite struct GraphValueTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func options(
    _ change: (inout GraphFiles) -> Void, _ ask: (inout DataOptions) -> Void = { _ in }
  ) throws -> DataOptions {
    var files = GraphFiles()
    files.labels = ""
    change(&files)
    try files.write(into: scratch)
    var options = DataOptions(path: scratch.path, validation: 0, test: 0)
    ask(&options)
    return options
  }

  @Test func attributesOfGraphsAreValues() throws {
    let dataset = try Dataset.load(try options { $0.values = "1\n3\n5.5\n-1.5\n" }, seed: 0)
    #expect(dataset.problem == .regression && dataset.targetName == "attribute 0")
    let scaling = try #require(dataset.targetScaling)
    #expect(scaling.means == [2])
    let values = dataset.training.values.map { (1000 * scaling.restored($0, at: 0)).rounded() / 1000 }
    #expect(values == [1, 3, 5.5, -1.5])
    #expect(abs(dataset.training.values.reduce(0) { $0 + $1 * $1 } / 4 - 1) < 1e-5)
    #expect(dataset.notes.isEmpty)
  }

  @Test func theScaleIsThatOfTheTrainingGraphs() throws {
    let made = try options({ $0.values = "1\n3\n5\n100\n" }) { $0.validation = 0.25 }
    let dataset = try Dataset.load(made, seed: 3)
    let scaling = try #require(dataset.targetScaling)
    let all = Set(
      (dataset.training.values + dataset.validation.values).map { (scaling.restored($0, at: 0)).rounded() })
    #expect(all == [1, 3, 5, 100] && dataset.validation.rows == 1)
    #expect(abs(dataset.training.values.reduce(0, +)) < 1e-5)
  }

  @Test func oneOfSeveralIsChosen() throws {
    let values = "1, 10\n3, 20\n5, 30\n7, 50\n"
    let last = try Dataset.load(try options { $0.values = values }, seed: 0)
    #expect(last.targetName == "attribute 1" && last.notes.contains { $0.contains("--target N") })
    let first = try Dataset.load(try options({ $0.values = values }) { $0.target = "0" }, seed: 0)
    #expect(first.targetName == "attribute 0" && first.targetScaling?.means == [4])
    // Other graphs by the same column.
    let (table, _) = try first.preparation.table(from: scratch.path)
    #expect(table.values == first.training.values)
    let error = loadFailure(try options({ $0.values = values }) { $0.target = "2" })
    #expect(error?.reason == .table(.unknownTarget("2", available: ["attribute 0", "attribute 1"])))
  }

  @Test func classesComeBeforeValuesUnlessValuesAreAskedFor() throws {
    let both: (inout GraphFiles) -> Void = { ($0.labels, $0.values) = ("-1\n1\n-1\n1\n", "1\n2\n3\n5\n") }
    let classes = try Dataset.load(try options(both), seed: 0)
    #expect(
      classes.problem == .classification && classes.notes.contains { $0.contains("--problem regression") })
    let values = try Dataset.load(try options(both) { $0.problem = .regression }, seed: 0)
    #expect(values.problem == .regression && values.targetName == "attribute 0")
    #expect(try Dataset.load(try options(both) { $0.target = "0" }, seed: 0).problem == .regression)
  }

  @Test func labelsCanBeValues() throws {
    let labels = "0.5\n1\n-2.25\n7\n"
    let error = loadFailure(try options { $0.labels = labels })
    #expect(error?.reason == .graphs(.classIsNoInteger("0.5")) && error?.line == 1)
    let dataset = try Dataset.load(try options({ $0.labels = labels }) { $0.problem = .regression }, seed: 0)
    #expect(dataset.targetName == "label" && dataset.training.values.count == 4)
    let (table, _) = try dataset.preparation.table(from: scratch.path)
    #expect(table.values == dataset.training.values)
  }

  @Test func badValuesAreNamed() throws {
    #expect(loadFailure(try options { _ in })?.reason == .graphs(.missingFile("DS_graph_labels.txt")))
    #expect(
      loadFailure(try options { $0.values = "1\n2\n" })?.reason
        == .graphs(.graphCount(expected: 4, found: 2)))
    #expect(
      loadFailure(try options { $0.values = "2\n2\n2\n2\n" })?.reason == .table(.constantTarget("2")))
    let error = loadFailure(try options { $0.values = "1\n2\nnan\n4\n" })
    #expect(error?.reason == .graphs(.notANumber("nan")) && error?.line == 3)
    let named = loadFailure(
      try options({ ($0.labels, $0.values) = ("1\n2\n1\n2\n", "") }) { $0.target = "label" })
    #expect(named?.reason == .graphs(.targetNamed))
  }
}
