import Datasets
import Experiment
import Testing

/// What was decided of the training file holds for others: a row is prepared alike, whatever stands around it.
@Suite struct DecidedOnceTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The rows of the training file, of which the last column is the class, and lines before them.
    var rows: [String]
    var before = ""
    var options: @Sendable (inout DataOptions) -> Void = { _ in }
    /// The lines of another file that has some of these rows.
    var other: [String]
    /// Which they are.
    var indices: [Int]
  }

  private static func rows(_ row: (Int) -> String) -> [String] { (0..<24).map(row) }

  static let cases = [
    Case(
      testDescription: "no header, one row of texts",
      rows: rows { "\(["sun", "rain", "fog"][$0 / 8]),\(["a", "b"][$0 % 2]),\(["go", "stay"][$0 / 2 % 2])" },
      other: ["rain,a,go"], indices: [8]),
    Case(
      testDescription: "no header, a row of a category and a number",
      rows: rows { "k\($0 % 3),\($0 * 7 % 5).5,\(["u", "v"][$0 % 2])" }, other: ["k1,2.5,v", "k2,4.5,u"],
      indices: [1, 2]),
    Case(
      testDescription: "semicolons and decimal commas, whole numbers alone",
      rows: rows { "\($0 * 7 % 5),5;\($0 % 3);\(["u", "v"][$0 % 2])" }, before: "a;b;c\n",
      other: ["a;b", "2,5;1"], indices: [1]),
    Case(
      testDescription: "day first, one date that fits both orders",
      rows: rows { "\($0 < 2 ? "0\($0 + 1)" : "\($0 + 5)").03.2024,\(["u", "v"][$0 % 2])" }, before: "d,c\n",
      other: ["d,c", "02.03.2024,u"], indices: [1]),
    Case(
      testDescription: "categories, all of them numbers",
      rows: rows { "\(["1.1", "1.10", "x9"][$0 % 3]),\($0 * 5 % 7),\(["u", "v"][$0 % 2])" },
      before: "a,b,c\n",
      other: ["a,b", "1.10,5", "1.1,1"], indices: [1, 3]),
    Case(
      testDescription: "codes with zeros before them, one without",
      rows: rows { "\(["007", "7", "070"][$0 % 3]),\($0 * 5 % 7),\(["u", "v"][$0 % 2])" }, before: "a,b,c\n",
      other: ["a,b", "7,5"], indices: [1]),
    Case(
      testDescription: "numbers with commas between thousands, one without",
      rows: rows { "\"1,\($0 + 100)\",\($0 * 5 % 7),\(["u", "v"][$0 % 2])" }, before: "a,b,c\n",
      other: ["a,b", "1101,5"], indices: [1]),
    Case(
      testDescription: "per cent, one as a fraction of a per cent",
      rows: rows { "\($0 * 3 % 17).5%,\($0 * 5 % 7),\(["u", "v"][$0 % 2])" }, before: "a,b,c\n",
      other: ["a,b", "3.50 %,5"], indices: [1]),
    Case(
      testDescription: "a token for missing numbers",
      rows: rows { "\($0 % 4 == 1 ? "-999" : "\($0)"),\($0 * 5 % 7),\(["u", "v"][$0 % 2])" },
      before: "a,b,c\n",
      options: { $0.reading.missing = ["-999"] }, other: ["a,b", "-999,5"], indices: [1]),
    Case(
      testDescription: "single quotation marks around cells",
      rows: rows { "'a, \($0 % 3)',\($0 * 5 % 7),\(["u", "v"][$0 % 2])" }, before: "a,b,c\n",
      options: { $0.reading.quote = "single" }, other: ["a,b", "'a, 1',5"], indices: [1]),
    Case(
      testDescription: "comments of another sign",
      rows: rows { "\($0 * 3 % 17),\($0 * 5 % 7),\(["u", "v"][$0 % 2])" }, before: "a,b,c\n",
      options: { $0.reading.comment = "//" }, other: ["// of today", "a,b", "3,5", "// the end"], indices: [1]
    ),
    Case(
      testDescription: "tabs and blanks in cells",
      rows: rows { "new \(["york", "delhi"][$0 % 2])\t\($0 * 5 % 7)\t\(["u", "v"][$0 / 2 % 2])" },
      before: "a\tb\tc\n", other: ["a\tb", "new delhi\t5"], indices: [1]),
  ]

  @Test(arguments: cases) func otherFilesAreReadAlike(item: Case) throws {
    let dataset = try load(item.before + item.rows.joined(separator: "\n") + "\n", item.options)
    #expect(dataset.training.rows == 24)
    let path = try scratch.write(item.other.joined(separator: "\n") + "\n", as: "other.csv")
    let inputs: Examples
    if item.before.isEmpty, item.other[0].split(separator: ",").count == 3 {
      inputs = try dataset.preparation.table(from: path).table
    } else {
      inputs = try dataset.preparation.inputs(from: path)
    }
    try #require(inputs.rows == item.indices.count)
    for (row, index) in item.indices.enumerated() {
      #expect(inputs.row(row) == dataset.training.row(index), "row \(row)")
    }
  }
}
