import Datasets
import Experiment
import Testing

/// What the cells of a column are: numbers however printed, dates, categories as they are spelled.
@Suite struct ColumnTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A table of one column of cells and a class.
  private func column(_ cells: [String], name: String = "c", delimiter: String = ",") -> String {
    "\(name)\(delimiter)k\(delimiter)y\n"
      + cells.enumerated().map { "\($1)\(delimiter)\($0 * 7 % 5)\(delimiter)\($0 % 2)\n" }.joined()
  }

  /// The numbers that the first feature stands for.
  private func numbers(_ dataset: Dataset, _ table: Examples? = nil) -> [Double] {
    let table = table ?? dataset.training
    return (0..<table.rows).map { row in
      let value = dataset.featureScaling.restored(table.row(row)[0], at: 0)
      return (value * 1000).rounded() / 1000
    }
  }

  // MARK: Numbers

  private static let printed: [(cells: [String], delimiter: String, numbers: [Double])] = [
    (["\"1,234\"", "\"12,345.5\"", "7", "\"-1,000\""], ",", [1234, 12345.5, 7, -1000]),
    (["12%", "3.5 %", "-7%", "0%"], ",", [12, 3.5, -7, 0]),
    (["\"$1,234\"", "$5", "($20)", "-$3"], ",", [1234, 5, -20, -3]),
    (["5.3k", "900", "1.2M", "2B"], ",", [5300, 900, 1.2e6, 2e9]),
    (["1,5", "2,25", "-3,125", "4"], ";", [1.5, 2.25, -3.125, 4]),
    (["1.234,5", "12,25", "1.000.000", "1.234"], ";", [1234.5, 12.25, 1_000_000, 1234]),
    (["1 234", "12 345", "7", "1 000 000"], ";", [1234, 12345, 7, 1_000_000]),
    (["1'234.5", "7", "12'000", "3"], ",", [1234.5, 7, 12000, 3]),
    (["€ 5", "7 €", "€12", "3 €"], ",", [5, 7, 12, 3]),
    (["1e3", "2.5E-1", ".5", "7."], ",", [1000, 0.25, 0.5, 7]),
  ]

  @Test(arguments: printed.indices) func numbersAsPrinted(index: Int) throws {
    let (cells, delimiter, expected) = Self.printed[index]
    let text = column(cells, delimiter: delimiter)
    let dataset = try load(text)
    let largest = expected.map { abs($0) }.max() ?? 1
    #expect(zip(numbers(dataset), expected).allSatisfy { abs($0 - $1) <= 1e-6 * largest })
    #expect(dataset.featureNames[0] == "c")
    #expect(index == Self.printed.count - 1 || dataset.notes.contains { $0.contains("--categorical c") })
    // Another file is read in the same way, whatever it would be taken for alone.
    let other = try scratch.write("c\(delimiter)k\n\(cells[0])\(delimiter)1\n", as: "other.csv")
    let table = try dataset.preparation.inputs(from: other)
    #expect(table.features[0] == dataset.training.features[0])
  }

  @Test func manyPrintedNumbersAreReadAsFewAre() throws {
    let cells = (0..<3000).map {
      $0 < 1000 ? "\($0)" : "\"\($0 / 1000),\(String("\(1000 + $0 % 1000)".dropFirst()))\""
    }
    let found = numbers(try load(column(cells)))
    #expect(found.indices.allSatisfy { abs(found[$0] - Double($0)) < 0.1 })
  }

  @Test func unlikeUnitsAreNoNumbers() throws {
    #expect(try load(column(["$5", "€5", "$7", "€7"])).featureNames[0] == "c=$5")
    #expect(try load(column(["12%", "0.12", "13%", "0.13"])).featureNames[0] == "c=0.12")
  }

  @Test(arguments: [".", "-", "#N/A", "<NA>", "?", "null", "None", "--", "n.a."])
  func marksOfMissingNumbers(mark: String) throws {
    let cells = (0..<30).map { $0 % 5 == 0 ? mark : "\($0).5" }
    let dataset = try load(column(cells))
    #expect(dataset.featureNames == ["c", "k"] && dataset.training.row(5)[0] == 0)
    #expect(dataset.notes.contains { $0.hasPrefix("6 missing values of c") })
  }

  @Test func marksCanBeSaid() throws {
    let cells = (0..<30).map { $0 % 5 == 0 ? "-999" : $0 % 7 == 0 ? "unknown" : "\($0).5" }
    let dataset = try load(column(cells)) { $0.reading.missing = ["-999", "unknown"] }
    #expect(dataset.training.row(5)[0] == 0 && dataset.training.row(7)[0] == 0)
    #expect(dataset.featureScaling.means[0] > 10)
    let other = try scratch.write("c,k\n-999,1\nunknown,2\n", as: "other.csv")
    #expect(try dataset.preparation.inputs(from: other).row(0)[0] == 0)
  }

  @Test func numbersAreExactUntilTheyAreStandardized() throws {
    let cells = (0..<3000).map { "\(1_700_000_000_000 + 10 * $0)" }
    let dataset = try load(column(cells.reversed()))
    for rows in [["1700000000010"], ["0", "1700000000010"], ["5", "1700000000010", "6"]] {
      let path = try scratch.write("c,k\n" + rows.map { "\($0),1\n" }.joined(), as: "other.csv")
      let table = try dataset.preparation.inputs(from: path)
      let row = table.row(rows.firstIndex(of: "1700000000010") ?? 0)
      #expect(row == Array(dataset.training.row(2998).prefix(1)) + row.dropFirst())
    }
  }

  // MARK: Categories

  @Test func categoriesKeepTheirSpelling() throws {
    let cells = ["1.1", "1.10", "2.0", "2", "x9", "007", "7", "16777216", "16777217"]
    let dataset = try load(column(cells + cells + [String](repeating: "x9", count: 9)))
    #expect(dataset.featureNames.prefix(9).map { String($0.dropFirst(2)) } == cells.sorted())
  }

  @Test func codesWithLeadingZerosAreCategories() throws {
    let dataset = try load(column((0..<40).map { "0\(2130 + $0 % 4)" }))
    #expect(dataset.featureNames[0] == "c=02130")
    let numeric = try load(column((0..<40).map { "0\(2130 + $0 % 4)" })) { $0.reading.numeric = ["c"] }
    #expect(numeric.featureNames[0] == "c")
  }

  @Test func kindsCanBeSaid() throws {
    let text = column((0..<40).map { "\($0 % 4)" })
    #expect(
      try load(text) { $0.reading.categorical = ["c"] }.featureNames.prefix(4) == [
        "c=0", "c=1", "c=2", "c=3",
      ])
    #expect(try load(text) { $0.reading.ignored = ["c"] }.featureNames == ["k"])
    #expect(try load(text) { $0.reading.ignored = ["0"] }.featureNames == ["k"])
    let error = loadFailure(
      {
        var options = DataOptions(path: $0); options.reading.ignored = ["d"]; return options
      }(try scratch.write(text)))
    #expect(error?.reason == .table(.unknownColumn("d", available: ["c", "k", "y"])))
  }

  @Test func anotherTargetThanTheLastColumnIsNoted() throws {
    let text =
      "a,b,c,d\n" + (0..<60).map { "\($0 * 7 % 11).5,\($0 % 3),\($0 * 5 % 13).5,\($0 % 2)\n" }.joined()
    let dataset = try load(text) { $0.reading.ignored = ["c", "d"] }
    #expect(dataset.preparation.targetName == "b")
    let note = "b is predicted, because c, d are left out by --ignore (--target: another column)"
    #expect(dataset.notes.contains(note), "\(dataset.notes)")
    let asked = try load(text) { ($0.reading.ignored, $0.target) = (["d"], "c") }
    #expect(!asked.notes.contains { $0.contains("is predicted") })
    #expect(!(try load(text) { $0.reading.ignored = ["a"] }).notes.contains { $0.contains("is predicted") })
  }

  @Test func rowNumbersThatAreTheOnlyInputAreNoted() throws {
    let dataset = try load("id,y\n" + (0..<60).map { "\($0),\($0 * 7 % 11).5\n" }.joined())
    #expect(dataset.featureNames == ["id"])
    #expect(
      dataset.notes == ["column id seems to number the rows, and is used because no other column is left"])
  }

  @Test func numbersAreTextsOfClassesIfOneIsNoNumber() throws {
    let text = "a,y\n" + (0..<60).map { "\($0 * 7 % 11).5,\($0 % 20 == 7 ? "oops" : "\($0 % 3)")\n" }.joined()
    let dataset = try load(text) { $0.problem = .classification }
    #expect(dataset.classNames == ["0", "1", "2", "oops"])
    let note =
      "'oops' in y is no number, so its values are taken as texts (--missing oops: it is a missing value)"
    #expect(dataset.notes.contains(note), "\(dataset.notes)")
    let missing = try load(text) { ($0.problem, $0.reading.missing) = (.classification, ["oops"]) }
    #expect(missing.classNames == ["0", "1", "2"])
    // Without the word of the user, it is a mistake.
    let error = loadFailure(DataOptions(path: try scratch.write(text)))
    #expect(error?.description.contains("'oops' is not a number") == true)
  }

  @Test func aConstantValueIsNoClass() throws {
    let text = "a,y\n" + (0..<60).map { "\($0 * 7 % 11).5,7\n" }.joined()
    var options = DataOptions(path: try scratch.write(text))
    #expect(loadFailure(options)?.reason == .rows(.oneClass("7")))
    options.problem = .regression
    #expect(loadFailure(options)?.reason == .table(.constantTarget("7")))
  }

  @Test func whatTeachesNothingIsLeftOutWithANote() throws {
    for cell in ["1", "k", ""] {
      let dataset = try load(column([String](repeating: cell, count: 20)))
      #expect(dataset.featureNames == ["k"])
      #expect(dataset.notes.contains { $0.hasPrefix("column c dropped") })
      #expect(dataset.columns.first?.kind == .leftOut)
    }
  }

  @Test func unseenCategoriesAreCounted() throws {
    let dataset = try load(column((0..<30).map { ["red", "blue"][$0 % 2] }))
    let path = try scratch.write(column((0..<30).map { ["Red", "blue"][$0 % 2] }), as: "other.csv")
    #expect(
      try dataset.preparation.table(from: path).notes.contains {
        $0.contains("15 cells of c") && $0.contains("Red")
      })
    #expect(try dataset.preparation.unlabeledTable(from: path).notes.contains { $0.contains("Red") })
  }

  // MARK: Targets

  @Test func largeIntegerClassesAreExact() throws {
    let rows = (0..<60).map { "\($0 * 7 % 13),\($0 < 20 ? 7 : 100_000_001 + $0 % 2)\n" }.joined()
    #expect(try load("a,y\n" + rows).classNames == ["7", "100000001", "100000002"])
    let huge = (0..<60).map { "\($0 * 7 % 13),\(9_007_199_254_740_993 + $0 % 2)\n" }.joined()
    let dataset = try load("a,y\n" + huge) { $0.problem = .classification }
    #expect(dataset.classNames == ["9007199254740993", "9007199254740994"])
  }

  @Test func theProblemCanBeSaid() throws {
    let text = "a,y\n" + (0..<520).map { "\($0 * 7 % 13),\($0 % 26 + 1)\n" }.joined()
    let values = try load(text)
    #expect(values.problem == .regression)
    #expect(values.notes.contains { $0.contains("--problem classification") })
    #expect(try load(text) { $0.problem = .classification }.classNames == (1...26).map { "\($0)" })
    let few = "a,y\n" + (0..<60).map { "\($0 * 7 % 13),\($0 % 3)\n" }.joined()
    #expect(try load(few) { $0.problem = .regression }.problem == .regression)
  }

  @Test func aClassMayBeCalledNone() throws {
    let names = ["None", "Mild", "Severe"]
    let dataset = try load("x,stage\n" + (0..<60).map { "\($0 * 7 % 13),\(names[$0 % 3])\n" }.joined())
    #expect(dataset.classNames == ["Mild", "None", "Severe"] && dataset.training.rows == 60)
    #expect(dataset.notes.contains { $0.contains("--missing None") })
    let missing = try load("x,stage\n" + (0..<60).map { "\($0 * 7 % 13),\(names[$0 % 3])\n" }.joined()) {
      $0.reading.missing = ["None"]
    }
    #expect(missing.classNames == ["Mild", "Severe"])
  }

  @Test func classesOfNumbersAreFoundHoweverSpelled() throws {
    let dataset = try load("a,y\n" + (0..<20).map { "\($0 * 7 % 13),\($0 % 2)\n" }.joined())
    let path = try scratch.write("a,y\n1,1.0\n2,0.0\n3,\n", as: "other.csv")
    #expect(try dataset.preparation.table(from: path).table.classes == [1, 0])
  }

  @Test func theColumnsThatCanBePredictedAreNamed() throws {
    let text = "size,kind,name\n" + (0..<40).map { "\($0 * 7 % 13),\(["a", "b"][$0 % 2]),n\($0)\n" }.joined()
    let error = loadFailure(DataOptions(path: try scratch.write(text)))
    #expect(error?.reason == .table(.nameTarget(others: ["size", "kind"])))
  }

  // MARK: Warnings

  @Test func leaksAreNamed() throws {
    let same = "a,copy,y\n" + (0..<40).map { "\($0 * 7 % 13),c\($0 % 2),\($0 % 2)\n" }.joined()
    #expect(try load(same).warnings.contains { $0.contains("copy") })
    let sorted = "t,n,y\n" + (0..<40).map { "\($0 * 7 % 13),\($0 + 5),\($0 / 20)\n" }.joined()
    #expect(try load(sorted).warnings.contains { $0.contains("n is a row number") })
  }
}
