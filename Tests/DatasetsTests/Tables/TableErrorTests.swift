import Datasets
import Experiment
import Testing

@Suite struct TableErrorTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let damaged: [(String, DataError.Reason, Int?, String?)] = [
    ("", .file(.empty), nil, nil),
    ("\n\n\n", .file(.empty), nil, nil),
    ("a,b,c\n", .table(.headerOnly), 1, nil),
    ("a\n1\n2\n", .table(.oneColumn), 1, nil),
    ("a,b\n1,2\n1,2,3\n", .table(.ragged(expected: 2, found: 3)), 3, nil),
    ("a,b\n1,\"2\n1,2\n", .table(.unclosedQuote), 2, nil),
    ("a,b\n1,\"2\"x\n1,2\n", .table(.textAfterQuote), 2, nil),
    ("a,b\n1,0\n2,1\nx1,0\n4,1\n", .table(.notANumber(text: "x1", others: 3)), 4, "a"),
    ("a,b\n1,0\n2,1\n3,0\n4,1\n5,o\n6,1\n", .table(.notANumber(text: "o", others: 5)), 6, "b"),
    ("a,b\n1,0\n2,1\ninf,0\n4,1\n", .table(.notFinite(text: "inf")), 4, "a"),
    ("a,b\n1,0\n2,1\n1e99,0\n4,1\n", .table(.notFinite(text: "1e99")), 4, "a"),
    ("a,b\n1,0\n1,1\n", .table(.noFeatures(leftOut: ["a: every value of it is '1'"])), nil, nil),
    ("a,b\n01/02/2024,0\n03/04/2024,1\n", .table(.ambiguousDate(text: "01/02/2024")), 2, "a"),
    ("a,b\n1,2024-01-01\n2,2024-02-01\n", .table(.dateTarget(others: ["a"])), nil, "b"),
    ("a,b\n1,k\n2,k\n", .rows(.oneClass("k")), nil, "b"),
    ("a,b\n1,3\n2,3\n", .rows(.oneClass("3")), 2, "b"),
    ("a,b\n1,0.5\n2,0.5\n", .table(.constantTarget("0.5")), 2, "b"),
    ("a,b\n1,\n2,\n", .rows(.noTargets), 2, "b"),
    ("a,b\n1,0\u{0}\n2,1\n", .file(.binary), nil, nil),
  ]

  @Test(arguments: damaged)
  func names(text: String, reason: DataError.Reason, line: Int?, column: String?) throws {
    let error = try scratch.failure(text)
    #expect(error == DataError(reason, file: "\(scratch.path)/data.csv", line: line, column: column))
  }

  @Test func badCellIsNamedEvenWhereNumbersAreFewerThanItLooks() throws {
    // Too many texts for mistakes, too many different values for categories.
    let rows = (0..<1000).map { "\($0 % 20 == 7 ? "unknown" : "\($0).5"),\($0 % 2)\n" }.joined()
    let error = try scratch.failure("a,b\n" + rows)
    #expect(error?.reason == .table(.notANumber(text: "unknown", others: 950)))
    #expect(error?.line == 9)
  }

  @Test func oneOtherValueIsSaidInTheSingular() {
    let error = DataError(.table(.notANumber(text: "x", others: 1)))
    #expect(error.description.contains("unlike the other value of the column"))
    let alone = DataError(.table(.notANumber(text: "x", others: 0)))
    #expect(alone.description.contains("'x' is not a number; correct"))
    let large = DataError(.table(.notFinite(text: "6e39")))
    #expect(large.description.contains("'6e39' is beyond 1e30, the largest number;"))
  }

  @Test func noColumnLeftNamesThoseLeftOut() {
    let error = DataError(.table(.noFeatures(leftOut: ["id: by --ignore", "note: it has no values"])))
    #expect(
      error.description.contains(
        "no column is left to predict from (id: by --ignore, note: it has no values);"))
  }

  @Test func unknownTargetNamesTheNearest() throws {
    let error = try #require(try scratch.failure("weight,height,label\n1,2,0\n2,3,1\n", target: "lable"))
    #expect(error.description.hasSuffix("there is no column 'lable' to predict; did you mean 'label'?"))
    let other = try #require(try scratch.failure("weight,height,label\n1,2,0\n2,3,1\n", target: "7"))
    #expect(other.description.hasSuffix("the columns are weight, height, label"))
  }

  @Test func tooManyClasses() throws {
    let names = (0..<50).map { "\($0 % 7),name \($0)\n" }.joined()
    #expect(try scratch.failure("a,b\n" + names)?.reason == .table(.nameTarget(others: ["a"])))
    let rows = (0..<2500).map { "\($0 % 7),name \($0 % 1100)\n" }.joined()
    #expect(try scratch.failure("a,b\n" + rows)?.reason == .table(.tooManyClasses(limit: 1000)))
  }

  @Test func hugeRowsAndCells() throws {
    let cell = String(repeating: "x", count: 70_000)
    #expect(try scratch.failure("a,b,c\n1,\(cell),0\n2,k,1\n")?.reason == .table(.cellTooLong(limit: 65536)))
    let row = "\"" + String(repeating: "x,", count: 9 << 20)
    #expect(try scratch.failure("a,b\n1,0\n2,\(row)")?.reason == .table(.lineTooLong(limit: 16 << 20)))
    let wide = String(repeating: "1,", count: 100_001)
    #expect(try scratch.failure("\(wide)\n\(wide)\n")?.reason == .table(.tooManyColumns(limit: 100_000)))
  }

  @Test func filesThatCannotBeRead() throws {
    func reason(_ path: String) -> DataError.Reason? { loadFailure(DataOptions(path: path))?.reason }
    #expect(reason("\(scratch.path)/absent.csv") == .file(.notFound))
    #expect(reason(scratch.path) == .file(.unknownFolder))
    #expect(reason(try scratch.write((0..<200).map { UInt8($0) }, as: "bytes")) == .file(.binary))
  }

  @Test func impossibleRequests() throws {
    func reason(_ options: DataOptions) -> DataError.Reason? { loadFailure(options)?.reason }
    #expect(reason(DataOptions()) == .request(.noSource))
    #expect(reason(DataOptions(task: .spiral, path: "x.csv")) == .request(.twoSources))
    #expect(
      reason(DataOptions(task: .spiral, validation: 1))
        == .request(.badFraction(option: "validation", value: 1)))
    #expect(
      reason(DataOptions(task: .spiral, test: -0.1)) == .request(.badFraction(option: "test", value: -0.1)))
    #expect(
      reason(DataOptions(task: .spiral, validation: 0.5, test: 0.5)) == .request(.fractionsLeaveNothing))
    let refusal = loadFailure(DataOptions(task: .spiral, test: .nan))
    #expect(refusal?.description.contains("nan") == true)
  }

  @Test func tooFewRowsToHoldSomeOut() throws {
    let path = try scratch.write("a,b\n1,u\n2,v\n3,u\n")
    let error = loadFailure(DataOptions(path: path, validation: 0.1, test: 0.1))
    #expect(error?.reason == .rows(.tooFewRows(found: 3, needed: 4)))
    let enough = try scratch.load("a,b\n1,u\n2,v\n3,u\n4,v\n", validation: 0.1, test: 0.1)
    #expect([enough.training.rows, enough.validation.rows, enough.test?.rows] == [2, 1, 1])
  }

  @Test func descriptionIsOneSafeLine() throws {
    let error = try #require(try scratch.failure("a,b\n1,0\n2,1\n\"\u{1B}[31m\nx\u{202E}\",0\n4,1\n"))
    #expect(
      error.description
        == "\(scratch.path)/data.csv, line 4, column a: '\\u{1B}[31m\\u{A}x\\u{202E}' is not a number, "
        + "unlike the other 3 values of the column; correct the cell, or give --missing with the text "
        + "if it stands for a missing value, or --categorical with the column")
  }
}
