import Datasets
import Experiment
import Testing

/// What is left out, or taken as something else, is said.
@Suite struct NothingLostTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var note: String
  }

  private static func table(_ header: String, _ row: (Int) -> String) -> String {
    header + (0..<30).map { row($0) + "\n" }.joined()
  }

  static let cases = [
    Case(
      testDescription: "a constant column", text: table("a,b,c\n") { "5,\($0 * 7 % 11),\($0 % 2)" },
      note: "column a dropped"),
    Case(
      testDescription: "an empty column", text: table("a,b,c\n") { ",\($0 * 7 % 11),\($0 % 2)" },
      note: "column a dropped"),
    Case(
      testDescription: "a name for every row", text: table("a,b,c\n") { "n\($0)x,\($0 * 7 % 11),\($0 % 2)" },
      note: "column a dropped: it has too many different texts"),
    Case(
      testDescription: "row numbers", text: table("id,b,c\n") { "\($0 + 1),\($0 * 7 % 11),\($0 % 2)" },
      note: "column id dropped: it numbers the rows (--numeric id"),
    Case(
      testDescription: "rows without a target",
      text: table("a,b,c\n") { "\($0),\($0 * 7 % 11),\($0 % 5 == 0 ? "" : "\($0 % 2)")" },
      note: "6 rows without a value of c dropped"),
    Case(
      testDescription: "missing numbers",
      text: table("a,b,c\n") { "\($0 % 5 == 0 ? "" : "\($0)"),\($0 * 7 % 11),\($0 % 2)" },
      note: "6 missing values of a replaced by its mean"),
    Case(
      testDescription: "words for missing numbers",
      text: table("a,b,c\n") { "\($0 % 5 == 0 ? "None" : "\($0)"),\($0 * 7 % 11),\($0 % 2)" },
      note: "'None' taken as missing: --missing"),
    Case(
      testDescription: "title lines",
      text: "Report of May\n" + table("a,b,c\n") { "\($0),\($0 * 7 % 11),\($0 % 2)" },
      note: "the first line skipped"),
    Case(
      testDescription: "a row of units",
      text: table("a,b,c\nm,kg,cm\n") { "\($0),\($0 * 7 % 11).5,\($0 * 3 % 17).5" },
      note: "the row below the header has no numbers"),
    Case(
      testDescription: "a repeated name", text: table("a,a,c\n") { "\($0),\($0 * 7 % 11),\($0 % 2)" },
      note: "the header repeats a"),
    Case(
      testDescription: "names of rows", text: table("b c\n") { "\"\($0 + 1)\" \($0 * 7 % 11).5 \($0 % 2)" },
      note: "the header has no name for the first column"),
    Case(
      testDescription: "whole numbers as classes",
      text: table("a,b,c\n") { "\($0),\($0 * 7 % 11),\($0 % 4)" },
      note: "the 4 different integers of c are taken as classes (--problem regression"),
    Case(
      testDescription: "numbers as they are printed",
      text: table("a,b,c\n") { "$\($0),\($0 * 7 % 11),\($0 % 2)" }, note: "are read as numbers"),
    Case(
      testDescription: "a class that is a token",
      text: table("a,b,c\n") { "\($0),\($0 * 7 % 11),\(["None", "mild"][$0 % 2])" },
      note: "'None' in c is taken as a class (--missing None"),
  ]

  @Test(arguments: cases) func itIsSaid(item: Case) throws {
    let dataset = try load(item.text)
    #expect(dataset.notes.contains { $0.contains(item.note) }, "\(dataset.notes)")
  }

  /// A note for each of many columns would hide the others.
  @Test func manyColumnsAlikeAreSaidInOneSentence() throws {
    let header = (0..<8).map { "a\($0)" }.joined(separator: ";") + ";"
    func table(_ cell: (Int, Int) -> String) -> String {
      Self.table(header + "b;c\n") { row in
        (0..<8).map { cell(row, $0) }.joined(separator: ";") + ";\(row * 7 % 11);\(row % 2)"
      }
    }
    let printed = try load(table { "\($0 * 3 % 17),\($1)" }).notes
    #expect(
      printed == [
        "the cells of 8 columns (a0, a1, a2, …) such as '0,0' are read as numbers, here 0 (--categorical COLUMN: texts)"
      ], "\(printed)")
    let constant = try load(table { _, column in "\(column)" }).notes
    #expect(constant == ["8 columns (a0, a1, a2, …) dropped: every value of each is the same"], "\(constant)")
    let missing = try load(table { $0 % 3 == 0 ? "" : "\($0 * 3 % 17 + $1)" }).notes
    #expect(
      missing == ["80 missing values of 8 columns (a0, a1, a2, …) replaced by the means of the columns"],
      "\(missing)")
  }

  @Test func unseenCategoriesAreCounted() throws {
    let dataset = try load(Self.table("a,b,c\n") { "k\($0 % 3),\($0 * 7 % 11),\($0 % 2)" })
    let other = try scratch.write("a,b\nk1,2\nk7,3\nk8,4\nk7,4\n", as: "other.csv")
    let notes = try dataset.preparation.unlabeledTable(from: other).notes
    #expect(notes.contains { $0.contains("3") && $0.contains("'k7'") && $0.contains("a") }, "\(notes)")
  }
}
