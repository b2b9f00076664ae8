import Datasets
import Experiment
import Testing

/// What a report says of data beyond their columns.
@Suite struct ReportTests {
  private func report(_ sample: FormatSample) throws -> DataReport {
    let scratch = try Scratch()
    return DataReport(try Dataset.load(sample.options(in: scratch), seed: 0))
  }

  @Test func observationsOfPartsHaveSizes() throws {
    #expect(
      try report(.sequences).sizes == DataReport.Sizes(unit: "steps", smallest: 3, largest: 3, mean: 3))
    #expect(try report(.graphs).sizes == DataReport.Sizes(unit: "nodes", smallest: 2, largest: 2, mean: 2))
    let texts = try #require(try report(.texts).sizes)
    #expect(texts.unit == "tokens" && texts.smallest >= 2 && texts.largest >= texts.smallest)
    #expect(Double(texts.smallest) <= texts.mean && texts.mean <= Double(texts.largest))
    #expect(try report(.table).sizes == nil && report(.pictures).sizes == nil)
  }

  /// Targets are standardized in single precision, which is not seen in their range.
  @Test(arguments: [(0, 26.3), (-7.3, 1_000_000), (0.001, 0.0025), (5_000_000, 5_000_123)])
  func theRangeOfATargetIsThatOfTheFile(smallest: Double, largest: Double) throws {
    let scratch = try Scratch()
    let rows = (0..<60).map { row in
      let value = smallest + (largest - smallest) * Double(row + 3) / 70
      return "\(row * 7 % 11),\(row == 7 ? smallest : row == 9 ? largest : value)\n"
    }
    let report = DataReport(try scratch.load("x,y\n" + rows.joined(), validation: 0.1, test: 0.1))
    #expect(report.target.problem == .regression)
    #expect(report.target.smallest == smallest && report.target.largest == largest)
    #expect(report.columns.last?.kind == .target && report.columns.last?.features == 0)
  }

  @Test func theRangeOfTheValuesOfGraphsIsThatOfTheFile() throws {
    let scratch = try Scratch()
    var files = GraphFiles()
    (files.labels, files.values) = ("", "0.5\n1.5\n-2.1\n0\n")
    try files.write(into: scratch)
    let dataset = try Dataset.load(DataOptions(path: scratch.path, validation: 0, test: 0), seed: 0)
    let target = DataReport(dataset).target
    #expect(target.smallest == -2.1 && target.largest == 1.5)
  }

  @Test func rareClassesAreNamed() throws {
    let scratch = try Scratch()
    let rows = (0..<600).map { "\($0 * 7 % 11),\($0 < 2 ? "x" : $0 < 5 ? "y" : ["u", "v"][$0 % 2])\n" }
    let warnings = DataReport(try scratch.load("a,c\n" + rows.joined())).warnings
    #expect(warnings.contains { $0.hasPrefix("2 classes of less than 1 % of the rows: x, y") }, "\(warnings)")
  }
}
