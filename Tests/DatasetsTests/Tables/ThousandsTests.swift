import Datasets
import Experiment
import Testing

/// Points that may stand between thousands or before a fraction: 1.234. What the rest of the table says decides.
@Suite struct ThousandsTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A column of rents in one form each, beside another column.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var delimiter = ";"
    var rents: [String]
    var others: [String]
    /// The range that the rents are read as.
    var range: ClosedRange<Double>
    var isNoted = true
  }

  private static let mixed = ["5.682", "839", "12.345", "3.191", "102", "1.000"]
  private static let divided = ["5.680", "8.390", "12.345", "3.191", "1.025", "1.000"]

  static let cases = [
    Case(
      testDescription: "decimal commas elsewhere", rents: mixed, others: ["5,8", "32,2", "7"],
      range: 102...12345),
    Case(
      testDescription: "decimal commas elsewhere, no small number", rents: divided, others: ["5,8", "32,2"],
      range: 1000...12345),
    Case(
      testDescription: "decimal commas between tabs", delimiter: "\t", rents: mixed, others: ["5,8", "32,2"],
      range: 102...12345),
    Case(
      testDescription: "decimal commas in quotation marks", delimiter: ",", rents: mixed,
      others: ["\"5,8\"", "\"32,2\""], range: 102...12345),
    Case(
      testDescription: "millions elsewhere", rents: mixed, others: ["1.234.567", "2.345.678"],
      range: 102...12345),
    Case(
      testDescription: "amounts in euros elsewhere", rents: mixed, others: ["5,80 €", "32,20 €"],
      range: 102...12345),
    Case(
      testDescription: "semicolons, and nothing else to go by", rents: mixed, others: ["5", "32"],
      range: 102...12345),
    Case(
      testDescription: "semicolons and three decimals everywhere", rents: divided, others: ["5", "32"],
      range: 1...12.345),
    Case(
      testDescription: "decimal points elsewhere", rents: mixed, others: ["5.8", "32.25"], range: 1...839,
      isNoted: false),
    Case(
      testDescription: "an English file", delimiter: ",", rents: mixed, others: ["5.8", "0.123"],
      range: 1...839, isNoted: false),
    Case(
      testDescription: "fractions in the same column", rents: ["0.123", "12.345", "1.5", "7"],
      others: ["5,8", "32,2"], range: 0.123...12.345, isNoted: false),
    Case(
      testDescription: "numbers whose thousands are not apart", rents: ["5.682", "1234", "12.345", "7"],
      others: ["5,8", "32,2"], range: 5.682...1234),
    Case(
      testDescription: "decimal points and commas elsewhere, three decimals everywhere", rents: divided,
      others: ["5,8\";\"52.52", "32,2\";\"13.4"], range: 1...12.345),
    Case(
      testDescription: "decimal points and commas elsewhere, and small numbers", rents: mixed,
      others: ["5,8\";\"52.52", "32,2\";\"13.4"], range: 102...12345),
    Case(
      testDescription: "blanks between thousands elsewhere", rents: divided,
      others: ["1 234,5", "32,2"], range: 1...12.345),
    Case(
      testDescription: "in euros", rents: mixed.map { "\($0) €" }, others: ["5,8", "32,2"],
      range: 102...12345),
    Case(
      testDescription: "commas between thousands, decimal points elsewhere",
      rents: ["5,682", "839", "12,345"],
      others: ["5.8", "32.2"], range: 839...12345),
    Case(
      testDescription: "commas before three decimals, decimal commas elsewhere", delimiter: "\t",
      rents: ["5,682", "8,390", "12,345"], others: ["5,8", "32,2"], range: 5.682...12.345),
  ]

  /// - Parameter rows: with more than a thousand different texts, the cells of a column are kept in another way.
  private func text(_ item: Case, rows: Int) -> String {
    let lines = (0..<rows).map { row in
      let rent = row < item.rents.count || rows < 100 ? item.rents[row % item.rents.count] : many(item, row)
      return [
        "\"\(item.others[row % item.others.count])\"".replacing("\"\"", with: "\""), rent, "\(row % 2)",
      ]
      .joined(separator: item.delimiter)
    }
    let columns = item.others[0].contains("\";\"") ? ["area", "latitude"] : ["area"]
    return (columns + ["rent", "kind"]).joined(separator: item.delimiter) + "\n"
      + lines.joined(separator: "\n") + "\n"
  }

  /// Another number like the first one, between the least and the largest.
  private func many(_ item: Case, _ row: Int) -> String {
    let first = item.rents[0]
    return "\(6 + row % 2)" + first.dropFirst(1).prefix { !$0.isNumber }
      + "\(100 + row % 900)" + first.drop { $0 != " " }
  }

  private func rents(_ dataset: Dataset) throws -> [Double] {
    let index = try #require(dataset.featureNames.firstIndex(of: "rent"), "\(dataset.featureNames)")
    return (0..<dataset.training.rows).map {
      dataset.featureScaling.restored(dataset.training.row($0)[index], at: index)
    }
  }

  @Test(arguments: cases) func pointsAreReadAsTheRestOfTheTableSays(item: Case) throws {
    for rows in [24, 4000] {
      if rows > 24, item.rents[0].first != "5" { continue }
      let delimited =
        item.delimiter == "," ? item.rents.map { $0.contains(",") ? "\"\($0)\"" : $0 } : item.rents
      var quoted = item
      quoted.rents = delimited
      let dataset = try load(text(quoted, rows: rows)) { $0.target = "kind" }
      let values = try rents(dataset)
      let (least, most) = (try #require(values.min()), try #require(values.max()))
      #expect(abs(least - item.range.lowerBound) < 0.01 * item.range.upperBound, "\(rows) rows: \(least)")
      #expect(abs(most - item.range.upperBound) < 0.01 * item.range.upperBound, "\(rows) rows: \(most)")
      let notes = dataset.notes.filter { $0.contains("of rent ") }
      #expect(notes.count == (item.isNoted ? 1 : 0), "\(rows) rows: \(dataset.notes)")
      #expect(notes.allSatisfy { $0.contains("--decimal") && !$0.contains("here a number") }, "\(notes)")
    }
  }

  /// What is said of many columns in one sentence does not cover what is a guess about another.
  @Test func theGuessIsSaidBesideManyColumnsOfCommas() throws {
    let names = (0..<8).map { "c\($0)" }.joined(separator: ";")
    let text =
      "\(names);rent;kind\n"
      + (0..<24).map { row in
        (0..<8).map { "\(row * 7 % 11 + $0),5;" }.joined() + "\(Self.mixed[row % 6]);\(row % 2)\n"
      }.joined()
    let dataset = try load(text) { $0.target = "kind" }
    #expect(dataset.notes.contains { $0.contains("8 columns") })
    #expect(dataset.notes.contains { $0.contains("of rent ") && $0.contains("--decimal point") })
  }

  /// Numbers that stand for missing ones say nothing of the others.
  @Test(arguments: [24, 4000]) func missingNumbersAreNoThousands(rows: Int) throws {
    var item = Self.cases[0]
    item.rents[4] = "-9999"
    let dataset = try load(text(item, rows: rows)) { ($0.target, $0.reading.missing) = ("kind", ["-9999"]) }
    #expect(abs(try #require(rents(dataset).max()) - 12345) < 1, "\(dataset.notes)")
  }

  /// The flag that the note names leads to the other reading, and leaves alone what can be read in one way only.
  @Test(arguments: [24, 4000]) func theNamedFlagOverrules(rows: Int) throws {
    let text = text(Self.cases[0], rows: rows)
    for (mark, most) in [(DecimalMark.point, 839.0), (.comma, 12345)] {
      let dataset = try load(text) { ($0.target, $0.reading.decimal) = ("kind", mark) }
      #expect(dataset.featureNames == ["area", "rent"], "\(dataset.notes)")
      #expect(abs(try #require(rents(dataset).max()) - most) < 1)
      #expect(!dataset.notes.contains { $0.contains("of rent ") })
    }
  }

  /// The reading is the training file's, whatever other files hold.
  @Test(arguments: [24, 4000]) func otherFilesAreReadAlike(rows: Int) throws {
    let dataset = try load(text(Self.cases[0], rows: rows)) { $0.target = "kind" }
    let index = try #require(dataset.featureNames.firstIndex(of: "rent"))
    let path = try scratch.write("area;rent\n5,8;5.682\n7;839\n", as: "other.csv")
    let values = try dataset.preparation.inputs(from: path)
    for (row, rent) in [5682.0, 839].enumerated() {
      #expect(abs(dataset.featureScaling.restored(values.row(row)[index], at: index) - rent) < 1)
    }
    // A fraction cannot be a number with its thousands apart, in a short file or in a long one.
    let many = (0..<3000).map { "5,8;\(2 + $0 / 1000).\($0 % 900 + 100)\n" }.joined()
    for body in ["", many] {
      let bad = try scratch.write("area;rent\n\(body)5,8;0.5\n", as: "bad.csv")
      #expect(throws: DataError.self) { try dataset.preparation.inputs(from: bad) }
    }
  }

  @Test func theTargetIsReadByTheSameRule() throws {
    let text = "area;rent\n" + (0..<24).map { "\($0),5;\(Self.mixed[$0 % 6])\n" }.joined()
    for problem in [nil, Problem.regression] {
      let dataset = try load(text) { $0.problem = problem }
      #expect(dataset.problem == .regression)
      let most = try #require(dataset.training.values.max())
      #expect(abs(try #require(dataset.targetScaling).restored(most, at: 0) - 12345) < 1)
      #expect(dataset.notes.contains { $0.contains("5.682") && $0.contains("--decimal point") })
    }
  }

  @Test func numbersThatAreAskedForAreStillAGuess() throws {
    let dataset = try load(text(Self.cases[0], rows: 24)) {
      ($0.target, $0.reading.numeric) = ("kind", ["rent"])
    }
    #expect(dataset.notes.contains { $0.contains("of rent ") && $0.contains("--decimal point") })
  }

  /// 5.682 follows 839.
  @Test func timesAreInTheOrderOfTheirNumbers() throws {
    let text =
      "id;ms;v;kind\n"
      + (0..<24).map { "s\($0 / 3);\(["5.682", "839", "12.345"][$0 % 3]);\($0 % 3),5;\($0 / 3 % 2)\n" }
      .joined()
    var options = DataOptions(path: try scratch.write(text), target: "kind", validation: 0, test: 0)
    (options.sequenceID, options.time) = ("id", "ms")
    let dataset = try Dataset.load(options, for: .rnn, seed: 0)
    let values = (0..<3).map { dataset.featureScaling.restored(dataset.training.row($0)[0], at: 0) }
    #expect(zip(values, [1.5, 0.5, 2.5]).allSatisfy { abs($0 - $1) < 0.01 }, "\(values)")
    #expect(dataset.notes.contains { $0.contains("of ms ") && $0.contains("--decimal point") })
    let other = try scratch.write("id;ms;v\na;1.000;0,5\na;7;1,5\n", as: "other.csv")
    let rows = try dataset.preparation.inputs(from: other)
    #expect(dataset.featureScaling.restored(rows.row(0)[0], at: 0) > 1)
  }
}
