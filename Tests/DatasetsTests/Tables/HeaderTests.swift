import Datasets
import Experiment
import Foundation
import Testing

/// Headers over other columns than the rows fill, or than a model has.
@Suite struct HeaderTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func rows(_ count: Int = 30, end: String = "") -> String {
    (0..<count).map { "\($0 * 5 % 7),\($0 * 3 % 5),\(["u", "v"][$0 % 2])\(end)\n" }.joined()
  }

  /// As spreadsheets write them where cells to the right were used once.
  @Test(arguments: [1, 2, 5, 40]) func rowsMayEndWithDelimiters(count: Int) throws {
    let commas = String(repeating: ",", count: count)
    for title in ["", "A title\n"] {
      let dataset = try load(title + "a,b,kind\n" + rows(end: commas))
      #expect(dataset.featureNames == ["a", "b"] && dataset.targetName == "kind")
      #expect(dataset.training.rows == 30)
      #expect(dataset.notes.contains { $0.contains("fewer cells") } == !title.isEmpty)
      let other = try scratch.write("a,b\n1,2\(commas)\n3,4\(commas)\n", as: "other.csv")
      #expect(try dataset.preparation.inputs(from: other).rows == 2)
    }
  }

  /// The first row lacks its last value.
  @Test func namesOfRowsStandFirstWhateverTheFirstRowLacks() throws {
    let body = (0..<30).map { "r\($0),\($0 % 7),\($0 % 2),\($0 == 0 ? "" : "\($0 % 5)")\n" }.joined()
    let dataset = try load("a,kind,b\n" + body) { $0.target = "kind" }
    #expect(dataset.featureNames == ["a", "b"] && dataset.training.rows == 30)
    #expect(dataset.notes.contains { $0.contains("no name for the first column") })
  }

  /// The header of another file is one however few of the model's columns it has, so that those it lacks are named.
  @Test(arguments: [["f0"], ["f7", "f3"], ["f1", "f2", "f3", "other"], ["f8"]])
  func aHeaderOfFewOfTheColumns(names: [String]) throws {
    let header = (0..<10).map { "f\($0)" }
    let body = (0..<30).map { row in
      (0..<10).map { "0.\((row + 1) * ($0 + 3) % 31)" }.joined(separator: ",") + ",\(row % 2)\n"
    }
    let dataset = try load((header + ["kind"]).joined(separator: ",") + "\n" + body.joined())
    let cells = names.indices.map { "0.\($0 + 1)" }.joined(separator: ",")
    let path = try scratch.write(
      names.joined(separator: ",") + "\n\(cells)\n\(cells)\n", as: "other.csv")
    let error = #expect(throws: DataError.self) { try dataset.preparation.inputs(from: path) }
    let lacking = header.filter { !names.contains($0) }
    #expect(error?.reason == .table(.missingColumns(lacking, spare: names.filter { $0 == "other" })))
  }
}
