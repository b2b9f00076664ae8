import Datasets
import Experiment
import Testing

/// A cell is text until its column is a number.
@Suite struct TextUntilNumberTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Cells of a column beside some text that makes it no column of numbers: each stays a category of its own.
  @Test(
    arguments: [
      ["1.1", "1.10"], ["007", "7"], ["2.0", "2"], ["1e3", "1000"], ["+5", "5"], ["-0", "0"],
      ["16777216", "16777217"], ["0x10", "16"], [".5", "0.5"], ["1,000", "1000"], ["12%", "0.12"],
      ["9007199254740993", "9007199254740992"],
    ])
  func categoriesKeepTheirSpelling(cells: [String]) throws {
    let all = cells + ["x9"]
    let text = "a,b,c\n" + (0..<30).map { "\"\(all[$0 % 3])\",\($0 * 7 % 11),\($0 % 2)\n" }.joined()
    let dataset = try load(text)
    let names = dataset.featureNames.filter { $0.hasPrefix("a=") }
    #expect(Set(names) == Set(all.map { "a=\($0)" }), "\(names)")
  }

  /// Classes that a float or a double cannot tell apart.
  @Test(
    arguments: [
      ["16777216", "16777217"], ["9007199254740992", "9007199254740993"], ["100000001", "100000002"],
      ["18446744073709551615", "18446744073709551614"],
      ["123456789012345678901", "123456789012345678902"],
    ])
  func classesOfAnySizeStayExact(names: [String]) throws {
    let text = "a,b,c\n" + (0..<60).map { "\($0 * 7 % 11),\($0 * 5 % 13),\(names[$0 % 2])\n" }.joined()
    let dataset = try load(text) { $0.problem = .classification }
    #expect(Set(dataset.classNames) == Set(names))
  }

  /// Numbers whose differences are far smaller than they are.
  @Test(arguments: [1e6, 1e9, 1.7e9, 1e12, 1e15, -1e15])
  func numbersAreStandardizedInDoublePrecision(offset: Double) throws {
    let text = "a,b,c\n" + (0..<40).map { "\(Int(offset) + $0),\($0 * 7 % 11),\($0 % 2)\n" }.joined()
    let dataset = try load(text) { $0.reading.numeric = ["a"] }
    let values = (0..<40).map { Double(dataset.training.row($0)[0]) }
    let expected = (0..<40).map { (Double($0) - 19.5) / 133.25.squareRoot() }
    for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-3) }
  }
}
