import Datasets
import Experiment
import Testing

/// What other tools read is read, and what cannot be read right is refused with its place and a cure.
@Suite struct ReadAllTheSameTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let rows = (0..<30).map { ["\($0 * 3 % 17)", "\($0 * 7 % 11).5", "\($0 % 2)"] }
  private static func text(_ separator: String, _ end: String = "\n") -> String {
    rows.map { $0.joined(separator: separator) + end }.joined()
  }

  /// One table in many forms.
  private static let forms: [(name: String, text: String)] = [
    ("plain", "a,b,c\n" + text(",")), ("a byte order mark", "\u{FEFF}a,b,c\n" + text(",")),
    ("CR LF", "a,b,c\r\n" + text(",", "\r\n")), ("CR", "a,b,c\r" + text(",", "\r")),
    ("a comment", "# made by hand\na,b,c\n" + text(",")), ("a title", "Measurements\n\na,b,c\n" + text(",")),
    ("sep", "sep=;\r\na;b;c\r\n" + text(";", "\r\n")),
    ("delimiters at line ends", "a,b,c,\n" + text(",", ",\n")),
    ("delimiters behind rows alone", "a,b,c\n" + text(",", ",\n")), ("bars", "a|b|c\n" + text("|")),
    ("tabs", "a\tb\tc\n" + text("\t")), ("blanks", "a  b   c\n" + text("   ")),
    ("blanks and tabs", "a \tb\tc\n" + text(" \t ")), ("blank lines", "\na,b,c\n\n" + text(",", "\n\n")),
    (
      "quoted",
      "\"a\",\"b\",\"c\"\n" + rows.map { $0.map { "\"\($0)\"" }.joined(separator: ",") + "\n" }.joined()
    ),
    ("no end of the last line", "a,b,c\n" + String(text(",").dropLast())),
    (
      "names of rows",
      "a b c\n" + rows.enumerated().map { "\"\($0 + 1)\" " + $1.joined(separator: " ") + "\n" }.joined()
    ),
    ("a constant column beside", "a,k,b,c\n" + rows.map { "\($0[0]),1,\($0[1]),\($0[2])\n" }.joined()),
    ("decimal commas", "a;b;c\n" + text(";").replacing(".", with: ",")),
    ("a comment as header", "# a b c\n" + text(" ")),
  ]

  @Test(arguments: forms.map(\.name)) func formsOfOneTableAreOneTable(name: String) throws {
    let form = try #require(Self.forms.first { $0.name == name })
    let dataset = try load(form.text)
    #expect(dataset.featureNames == ["a", "b"] && dataset.targetName == "c", "\(dataset.featureNames)")
    #expect(dataset.training.rows == 30 && dataset.classNames == ["0", "1"])
    let expected = try load(Self.forms[0].text)
    for row in 0..<30 {
      for (one, other) in zip(dataset.training.row(row), expected.training.row(row)) {
        #expect(abs(one - other) < 1e-6)
      }
    }
  }

  /// What is refused, with what the sentence must have.
  private static let refusals: [(text: String, line: Int?, cure: String)] = [
    ("a,b,c\n" + text(",") + "1,2\n", 32, "--delimiter"),
    ("a,b,c\n" + text(",") + "1,oops,0\n", 32, "--missing"),
    ("a,b,c\n" + text(",") + "1,inf,0\n", 32, "--missing"),
    ("a,b,c\n" + text(",") + "1,\"2,0\n", 32, "--quote none"),
    ("a,b,c\n" + text(",") + "1,\"2\"x,0\n", 32, "--quote none"),
    ("a,b\n" + rows.map { "\($0[0]),1\n" }.joined(), nil, "class"),
    (
      "a,b,c\n" + (0..<30).map { "0\($0 % 9 + 1)/0\($0 % 8 + 1)/2024,\($0),\($0 % 2)\n" }.joined(), 10,
      "--date-format"
    ),
    ("a,b,c\n" + (0..<30).map { "\($0 * 7 % 11),\($0),name \($0)\n" }.joined(), nil, "--target"),
    ("a\n" + rows.map { "\($0[0])\n" }.joined(), 1, "--delimiter"), ("a,b,c\n", 1, "rows"),
    ("a,b,c\n" + (0..<30).map { "\($0 * 7 % 11),\($0),2024-01-\($0 % 19 + 10)\n" }.joined(), nil, "--target"),
  ]

  @Test(arguments: refusals.indices) func aRefusalNamesPlaceAndCure(index: Int) throws {
    let (text, line, cure) = Self.refusals[index]
    let error = try #require(try scratch.failure(text))
    let sentence = error.description
    #expect(sentence.contains(cure), "\(sentence)")
    if let line { #expect(error.line == line, "\(sentence)") }
    #expect(!sentence.contains("\n") && !sentence.hasSuffix("."))
  }
}
