import Datasets
import Experiment
import Fuzzing
import Testing

/// Damaged tables of dates and printed numbers are read or refused: as they come, with any options, and by what was
/// decided of the whole file.
@Suite struct PrintedDamageTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch(inMemory: true) }

  /// Tables as other programs print them, and the options that they are read with.
  private static let wholes: [(lines: String, options: @Sendable (inout DataOptions) -> Void)] = [
    (
      "sep=;\r\nWann;Preis;Anteil;St\u{FC}ck;Art\r\n"
        + rows("\r\n") { row in
          "\(row + 13).03.2024 \(row):05;1.23\(row % 10),5;12,\(row % 7) %;\(row)\u{A0}000;"
            + ["gut", "sch\u{F6}n"][row % 2]
        }, { _ in }
    ),
    (
      "# exported\nday,when,amount,share,grows,kind\n"
        + rows("\n") { row in
          "\"Jan \(row + 13), 2024\",\(row % 12 + 1):05 PM,\"$1,23\(row % 10).50\",1\(row % 10)%,"
            + "(\(row % 5)),\(["007", "7", "1.10"][row % 3])"
        }, { $0.reading.categorical = ["kind"] }
    ),
    (
      "when amount kind\n"
        + rows("\n") { row in
          "\"\(row + 1)\" 2024-01-\(row + 10)T03:04:05+02:00 \(row * 7 % 11).5k \(["u", "v", "w"][row % 3])"
        }, { _ in }
    ),
    (
      "t\tv\tm\ty\n"
        + rows("\n") { row in
          "\(1_700_000_000 + 86_400 * row)\t\(row % 4 == 0 ? "NA" : "\(row * 3 % 7)")\t"
            + "2024-\(row % 3 + 10)\t\(row * row).25"
        }, { $0.reading.dates = ["t"] }
    ),
    (
      "d,h,y\n"
        + rows("\n") { row in
          "\(row % 9 + 1)/\(row + 10)/24 11:59 PM,23:\(row + 10),\(["yes", "no"][row % 2])"
        }, { $0.reading.dateOrder = .monthFirst }
    ),
  ]

  private static func rows(_ end: String, _ row: (Int) -> String) -> String {
    (0..<14).map { row($0) + end }.joined()
  }

  private static let fragments =
    [
      "\"", ",", ";", "\t", "\r", "\n", "\u{FEFF}", "'", "2024-02-30", "31/12/99 11:59 PM", "12/31/1899",
      "29.02.2023", "0000-00-00", "1e999", "-9223372036854775809", "99999999999999999", "1,234.5", "1.234,5",
      "(", ")", "%", "$", "\u{20AC}", "k", "bn", "T", "Z", "+14:00", "-99:99", "AM", "Sept", "NA", "None",
      "#N/A",
      "\u{A0}", "1_000",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xFF, 0xFE], [0]]

  /// What a user may ask for, whether or not it suits the file.
  private static let changes: [@Sendable (inout DataOptions) -> Void] = [
    { _ in }, { _ in }, { $0.reading.header = .no }, { $0.reading.header = .yes },
    { $0.reading.dates = ["0"] }, { $0.reading.dateOrder = .monthFirst },
    { $0.reading.dateOrder = .yearFirst },
    { ($0.reading.dates, $0.reading.dateOrder) = (["0"], .unix) },
    { ($0.reading.dates, $0.reading.dateOrder) = (["1"], .unixMilliseconds) },
    { $0.reading.numeric = ["1"] }, { $0.reading.categorical = ["0", "1"] }, { $0.reading.ignored = ["1"] },
    { $0.reading.decimal = .comma }, { $0.reading.decimal = .point }, { $0.reading.missing = ["-", "7"] },
    { $0.reading.encoding = .latin1 }, { $0.reading.encoding = .utf16 }, { $0.reading.quote = "none" },
    { $0.reading.comment = "" }, { $0.reading.delimiter = "space" }, { $0.reading.delimiter = "," },
    { $0.target = "1" }, { $0.target = "0" }, { $0.problem = .regression }, { $0.problem = .classification },
  ]

  @Test func filesAsTheyComeAndWithOptions() throws {
    var mutator = Mutator(seed: 21)
    let inputs = fuzzCount(usually: 500)
    var loaded = 0
    for round in 0..<inputs {
      let whole = Self.wholes[round % Self.wholes.count]
      let bytes = mutator.mutated(Array(whole.lines.utf8), fragments: Self.fragments)
      var options = DataOptions(path: try scratch.write(bytes))
      whole.options(&options)
      Self.changes[round / Self.wholes.count % Self.changes.count](&options)
      if isReadOrRefused(options, checkTable) { loaded += 1 }
    }
    #expect(loaded > inputs / 20 && loaded < inputs * 19 / 20, "\(loaded)")
  }

  /// A preparation meets files that are nearly like the one that it was made from.
  @Test func filesReadByWhatWasDecided() throws {
    var mutator = Mutator(seed: 22)
    let preparations = try Self.wholes.map { whole in
      var options = DataOptions(path: try scratch.write(whole.lines), validation: 0, test: 0)
      whole.options(&options)
      return try Dataset.load(options, seed: 1).preparation
    }
    let inputs = fuzzCount(usually: 500)
    var loaded = 0
    for round in 0..<inputs {
      let number = round % Self.wholes.count
      let preparation = preparations[number]
      let bytes = mutator.mutated(Array(Self.wholes[number].lines.utf8), fragments: Self.fragments)
      let path = try scratch.write(bytes, as: "other.csv")
      let isRead = isReadOrRefused { () throws(DataError) in
        let rows =
          round % 2 == 0 ? try preparation.table(from: path) : try preparation.unlabeledTable(from: path)
        #expect(
          rows.table.features.allSatisfy { $0.isFinite } && rows.table.values.allSatisfy { $0.isFinite })
        #expect(rows.table.columns == preparation.featureCount)
        let count = Int32(preparation.classNames.count)
        #expect(rows.table.classes.allSatisfy { (0..<count).contains($0) })
      }
      if isRead { loaded += 1 }
    }
    #expect(loaded > inputs / 20 && loaded < inputs * 19 / 20, "\(loaded)")
  }
}
