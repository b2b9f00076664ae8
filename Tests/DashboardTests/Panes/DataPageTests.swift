import Canvas
import Dashboard
import Experiment
import Testing

/// What was read of the data, on a page of its own.
@Suite struct DataPageTests {
  private static let all = [Fixtures.report, Fixtures.imageReport]

  /// The words of a text, whatever lines they stand on.
  private func words(_ text: String) -> String {
    text.split { "\n│╭╮╰╯─ ".contains($0) }.joined(separator: " ")
  }

  @Test func aKeyOpensAndClosesIt() {
    Driver(Fixtures.spiralState()).receives(.data(Fixtures.report)).press("D")
      .shows("houses: 600 rows of a table", "with a header, cells separated by ';', latin-1")
      .shows("train 480, held out 60, test 60", "3 columns → 14 features; 3 left out")
      .shows("heating, 3 classes: gas 402, heat pump 158, oil 40")
      .shows("it numbers the rows", "38.5 … 412", "12 (2.0 %)", "5: days, weekday, time of year")
      .shows("warnings", "60 held-out rows: one of them is 1.7 % of the accuracy").isWhole()
      .expects(footer: "esc close")
      .press("D").hides("heating, 3 classes").shows(panes: Pane.allCases)
      .press("D").press(.escape).shows(panes: Pane.allCases)
  }

  /// The command and the page say the same.
  @Test(arguments: [0, 1], [(160, 60), (120, 36), (80, 24), (60, 18), (40, 10)])
  func theWholeReportCanBeRead(report: Int, size: (Int, Int)) {
    let report = Self.all[report]
    var driver = Driver(Screens.data(report, width: size.0, height: size.1))
    var lines = ""
    for _ in 0..<60 {
      driver.isWhole()
      lines += driver.rows.dropFirst().prefix(size.1 - 3).joined(separator: "\n")
      driver = driver.press(.pageDown)
    }
    let shown = words(lines)
    let text = DataText(report)
    for sentence in text.facts.map(\.text) where size.0 >= 80 {
      #expect(shown.contains(words(sentence)), "\(sentence)")
    }
    for sentence in text.notes + text.warnings where size.0 >= 80 {
      #expect(text.text.contains(sentence))
      for word in sentence.split(separator: " ") { #expect(shown.contains(word), "\(sentence)") }
    }
    // In narrow cells, words may be broken.
    for column in text.columns where size.0 >= 120 {
      for word in "\(column.name) \(column.kind) \(column.values) \(column.missing) \(column.features)"
        .split(separator: " ")
      {
        #expect(shown.contains(word), "\(column.name): \(word)")
      }
    }
  }

  @Test func itScrollsAndStopsAtItsEnds() {
    let driver = Driver(Screens.data(width: 60, height: 18))
    driver.press(.end).shows("warnings").press(.down).shows("warnings").press(.home)
      .shows("houses: 600 rows of a table").press(.up).shows("houses: 600 rows of a table")
    driver.mouse(.wheelDown, x: 10, y: 5).hides("houses: 600 rows of a table")
  }

  @Test func whileDataLoadItSaysWhatIsBeingDone() {
    let loading = Driver(Screens.dataWhileLoading(width: 80, height: 24)).isWhole()
    loading.shows("file", "data/houses.csv", "200000 rows read").hides("100000 rows read")
    // What was read shows as soon as it is known, before the first step.
    loading.receives(.data(Fixtures.report)).press(.escape).shows("houses: 600 rows of a table. D")
    loading.receives(.data(Fixtures.report)).shows("houses: 600 rows of a table")
      .receives(Fixtures.spiral).shows("houses: 600 rows of a table")
  }

  @Test func aRunWithoutAReportSaysSo() {
    Driver(Fixtures.spiralState()).press("D").shows("does not say what was read of the data").isWhole()
  }

  @Test func aBrokenImageIsNamed() {
    Driver(Screens.data(Fixtures.imageReport, width: 80, height: 24))
      .shows("3 images cannot be read and are left out", "7/0912.jpg", "784 features: 28 × 28 pixels in gray")
  }

  /// Text of a file is no command to the terminal.
  @Test func namesFromFilesAreHarmless() {
    var report = Fixtures.report
    report.columns[1].name = "a\u{1B}[31mred\u{202E}"
    report.target.name = "b\u{7}"
    let text = DataText(report).text
    #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202E })
    #expect(render(Screens.data(report, width: 120, height: 36)).cells.allSatisfy { $0.isVisible })
  }

  @Test func aTableOfManyColumnsIsPrintedInFull() {
    var report = Fixtures.report
    report.columns = (0..<300).map { index in
      var column = ColumnSummary(name: "column \(index)", position: index, kind: .number)
      (column.smallest, column.largest, column.features) = ("0", "\(index)", 1)
      return column
    }
    let lines = DataText(report).text.split(separator: "\n")
    #expect(lines.count { $0.contains("1, standardized") } == 300)
    Driver(Screens.data(report, width: 80, height: 24)).press(.end).press(.pageUp).shows("column 29")
      .isWhole()
  }
}
