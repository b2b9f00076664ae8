import Datasets
import Experiment
import Testing

/// Every guess can be overruled.
@Suite struct OverruledTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var change: @Sendable (inout DataOptions) -> Void
    /// Of a data set that is read as it comes, and then as it was asked for.
    var isGuessed: @Sendable (Dataset) -> Bool
    var isAsked: @Sendable (Dataset) -> Bool
  }

  private static func table(_ header: String, _ row: (Int) -> String) -> String {
    header + (0..<30).map { row($0) + "\n" }.joined()
  }

  static let cases = [
    Case(
      testDescription: "header",
      text: table("p,q,r\n") {
        "\(["x", "y"][$0 % 2]),\(["s", "t", "u"][$0 % 3]),\($0 % 2 == 0 ? "v" : "w")"
      },
      change: { $0.reading.header = .no }, isGuessed: { $0.training.rows == 30 },
      isAsked: { $0.training.rows == 31 }),
    Case(
      testDescription: "delimiter", text: table("a;b;c\n") { "\($0 * 7 % 11),5;\($0 % 3);\($0 % 2)" },
      change: { ($0.reading.delimiter, $0.reading.header) = (",", .yes) },
      isGuessed: { $0.featureNames == ["a", "b"] }, isAsked: { $0.featureNames != ["a", "b"] }),
    Case(
      testDescription: "quote", text: table("a\tb\tc\n") { "\"\($0 % 3)\"\t\($0 * 7 % 11)\t\($0 % 2)" },
      change: { $0.reading.quote = "none" }, isGuessed: { $0.featureNames == ["a", "b"] },
      isAsked: { $0.featureNames.contains("a=\"1\"") }),
    Case(
      testDescription: "comment",
      text: table("a,b,c\n") { "k\($0 % 3),\($0 * 7 % 11),\($0 % 2)" } + "//x,3,1\n//y,5,0\n",
      change: { $0.reading.comment = "//" }, isGuessed: { $0.featureNames.contains("a=//x") },
      isAsked: { $0.training.rows == 30 && !$0.featureNames.contains("a=//x") }),
    Case(
      testDescription: "missing",
      text: table("a,b,c\n") { "\(["NA", "EU", "US"][$0 % 3]),\($0 * 7 % 11),\($0 % 2)" },
      change: { $0.reading.missing = ["none"] }, isGuessed: { $0.featureNames.contains("a missing") },
      isAsked: { $0.featureNames.contains("a=NA") }),
    Case(
      testDescription: "ignore", text: table("a,b,c\n") { "\($0 * 3 % 7),\($0 * 7 % 11),\($0 % 2)" },
      change: { $0.reading.ignored = ["a"] }, isGuessed: { $0.featureNames == ["a", "b"] },
      isAsked: { $0.featureNames == ["b"] }),
    Case(
      testDescription: "categorical", text: table("a,b,c\n") { "\($0 % 3),\($0 * 7 % 11),\($0 % 2)" },
      change: { $0.reading.categorical = ["a"] }, isGuessed: { $0.featureNames == ["a", "b"] },
      isAsked: { $0.featureNames == ["a=0", "a=1", "a=2", "b"] }),
    Case(
      testDescription: "numeric", text: table("id,b,c\n") { "\($0),\($0 * 7 % 11),\($0 % 2)" },
      change: { $0.reading.numeric = ["id"] }, isGuessed: { $0.featureNames == ["b"] },
      isAsked: { $0.featureNames == ["id", "b"] }),
    Case(
      testDescription: "date",
      text: table("a,b,c\n") { "\(1_700_000_000 + 86_400 * $0),\($0 * 7 % 11),\($0 % 2)" },
      change: { $0.reading.dates = ["a"] }, isGuessed: { $0.featureNames == ["a", "b"] },
      isAsked: { $0.featureNames.contains("a days") }),
    Case(
      testDescription: "date format",
      text: table("a,b,c\n") { "0\($0 % 9 + 1)/13/2024,\($0 * 7 % 11),\($0 % 2)" },
      change: { $0.reading.categorical = ["a"] }, isGuessed: { $0.featureNames.contains("a days") },
      isAsked: { $0.featureNames.contains("a=01/13/2024") }),
    Case(
      testDescription: "decimal", text: table("a;b;c\n") { "\"1.\($0 + 100)\";\($0 * 7 % 11);\($0 % 2)" },
      change: { $0.reading.decimal = .comma }, isGuessed: { $0.featureScaling.means[0] < 2 },
      isAsked: { $0.featureScaling.means[0] > 1000 }),
    Case(
      testDescription: "problem", text: table("a,b,c\n") { "\($0 * 3 % 7),\($0 * 7 % 11),\($0 % 3)" },
      change: { $0.problem = .regression }, isGuessed: { $0.problem == .classification },
      isAsked: { $0.problem == .regression }),
    Case(
      testDescription: "encoding",
      text: table("a,b,c\n") { "\($0 * 3 % 7),\($0 * 7 % 11),\(["é", "ü"][$0 % 2])" },
      change: { $0.reading.encoding = .latin1 }, isGuessed: { $0.classNames == ["é", "ü"] },
      isAsked: { $0.classNames == ["Ã©", "Ã¼"] }),
  ]

  @Test(arguments: cases) func aFlagDecides(item: Case) throws {
    let guessed = try load(item.text)
    #expect(item.isGuessed(guessed), "\(guessed.featureNames) \(guessed.classNames)")
    let asked = try load(item.text, item.change)
    #expect(item.isAsked(asked), "\(asked.featureNames) \(asked.classNames) \(asked.featureScaling.means)")
  }
}
