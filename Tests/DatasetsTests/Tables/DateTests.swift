import Datasets
import Experiment
import Foundation
import Testing

/// Dates and times as inputs, and as the order of sequences.
@Suite struct DateTests: TableSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func table(_ cells: [String], name: String = "d") -> String {
    "\(name),k,y\n" + cells.enumerated().map { "\"\($1)\",\($0 * 7 % 5),\($0 % 2)\n" }.joined()
  }

  /// Days since the first row's.
  private func days(_ dataset: Dataset) -> [Double] {
    let all = (0..<dataset.training.rows).map {
      dataset.featureScaling.restored(dataset.training.row($0)[0], at: 0)
    }
    return all.map { (($0 - all[0]) * 1e4).rounded() / 1e4 }
  }

  private static let forms: [(cells: [String], days: [Double])] = [
    (["2024-01-31", "2024-02-01", "2024-03-01"], [0, 1, 30]),
    (["31/01/2024", "01/02/2024", "01/03/2024"], [0, 1, 30]),
    (["01/31/2024", "02/01/2024", "03/01/2024"], [0, 1, 30]),
    (["31.1.24", "1.2.24", "1.3.24"], [0, 1, 30]),
    (["31-Jan-2024", "1-Feb-2024", "01-Mar-2024"], [0, 1, 30]),
    (["January 31, 2024", "February 1, 2024", "March 1, 2024"], [0, 1, 30]),
    (["Wed, 31 Jan 2024", "Thu, 1 Feb 2024", "Fri, 1 Mar 2024"], [0, 1, 30]),
    (["2024/1/31", "2024/2/1", "2024/3/1"], [0, 1, 30]),
    (["2024-01", "2024-02", "2024-04"], [0, 31, 91]),
    (["Jan 2024", "Feb 2024", "Apr 2024"], [0, 31, 91]),
    (["2024-01-31 12:00 AM", "2024-01-31 12:00 PM", "2024-01-31 6:00 PM"], [0, 0.5, 0.75]),
    (["2024-01-31T00:00:00Z", "2024-01-31T13:00:00+01:00", "2024-01-31T13:00:00-0500"], [0, 0.5, 0.75]),
    (["2024-01-31T00:00:00.000", "2024-01-31T12:00:00.000", "2024-01-31T18:00:00.000"], [0, 0.5, 0.75]),
    (["20240131T000000", "20240131T120000", "20240201T000000"], [0, 0.5, 1]),
  ]

  @Test(arguments: forms.indices) func datesAreDaysAndParts(index: Int) throws {
    let (cells, expected) = Self.forms[index]
    let dataset = try load(table(cells + cells))
    #expect(dataset.featureNames[0] == "d days")
    #expect(Array(days(dataset).prefix(3)) == expected)
    #expect(dataset.notes.contains { $0.contains("--categorical d") })
    let other = try scratch.write("d,k\n\"\(cells[1])\",1\n", as: "other.csv")
    let features = try dataset.preparation.inputs(from: other).features
    let width = dataset.training.columns - 1
    #expect(Array(features.prefix(width)) == Array(dataset.training.row(1).prefix(width)))
  }

  @Test func partsThatDoNotVaryAreLeftOut() throws {
    #expect(try load(table(["2024-01-01", "2024-01-02", "2024-01-03"])).featureNames.dropLast().count == 3)
    let months = try load(table(["2024-01-01", "2024-02-01", "2024-03-01"]))
    #expect(months.featureNames == ["d days", "d time of year sin", "d time of year cos", "k"])
    let hours = try load(table(["2024-01-01 01:00", "2024-01-01 02:00", "2024-01-01 03:00"]))
    #expect(hours.featureNames == ["d days", "d time of day sin", "d time of day cos", "k"])
  }

  @Test func theOrderCanBeSaidAndMustWhereTwoFit() throws {
    let cells = ["01/02/2024", "03/04/2024", "06/05/2024"]
    #expect(try scratch.failure(table(cells))?.reason == .table(.ambiguousDate(text: "01/02/2024")))
    #expect(days(try load(table(cells)) { $0.reading.dateOrder = .dayFirst }) == [0, 62, 95])
    #expect(
      days(try load(table(cells)) { $0.reading.dateOrder = DateOrder.reading("%m/%d/%Y") }) == [0, 62, 155])
    #expect(try load(table(cells)) { $0.reading.categorical = ["d"] }.featureNames[0] == "d=01/02/2024")
    // Where both orders give the same dates, none has to be said.
    #expect(days(try load(table(["01/01/2024", "02/02/2024"])))[1] == 32)
  }

  @Test func numbersAreDatesWhereTheUserSaysSo() throws {
    let seconds = try load(table(["1700000000", "1700043200", "1700086400"])) { $0.reading.dates = ["d"] }
    #expect(Array(days(seconds).prefix(3)) == [0, 0.5, 1])
    let milliseconds = try load(table(["1700000000000", "1700043200000"])) { $0.reading.dates = ["d"] }
    #expect(days(milliseconds) == [0, 0.5])
    #expect(days(try load(table(["20240131", "20240201"], name: "date"))) == [0, 1])
    #expect(try load(table(["1700000000", "1700043200"])).featureNames[0] == "d")
  }

  @Test func manyDatesAreReadAsFewAre() throws {
    let formatter = DateFormatter()
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "dd.MM.yyyy"
    let cells = (0..<1500).map { formatter.string(from: Date(timeIntervalSince1970: 86_400 * Double($0))) }
    let dataset = try load(table(cells))
    let found = days(dataset)
    #expect(found.indices.allSatisfy { abs(found[$0] - Double($0)) < 0.01 })
  }

  @Test func aMissingDateIsTheMean() throws {
    let dataset = try load(table(["2024-01-01", "", "2024-01-03", "NaT"]))
    #expect(dataset.training.row(1).dropLast().allSatisfy { $0 == 0 })
    #expect(dataset.training.row(3).dropLast().allSatisfy { $0 == 0 })
  }

  @Test func textsThatAreNoDatesStayTexts() throws {
    for cells in [
      ["May", "June"], ["1/2", "3/4"], ["1.10.3", "2.0.1"], ["10-20", "20-30"], ["192.168.0.1", "10.0.0.1"],
    ] {
      #expect(try load(table(cells + cells)).featureNames[0].hasPrefix("d="), "\(cells)")
    }
    var options = DataOptions(
      path: try scratch.write(table(["2024-01-01", "soon", "2024-01-02"])), validation: 0, test: 0)
    options.reading.dates = ["d"]
    #expect(loadFailure(options)?.reason == .table(.notADate(text: "soon")))
  }

  @Test(arguments: ["yyyy-MM-dd", "dd/MM/yyyy", "MM/dd/yyyy", "dd-MMM-yyyy", "yyyy-MM-dd hh:mm a"])
  func datesOrderTheStepsOfSequences(form: String) throws {
    let formatter = DateFormatter()
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = form
    var rows: [(Int, Int)] = []
    for sequence in 0..<6 { for step in 0..<5 { rows.append((sequence, step)) } }
    let shuffled = (0..<30).map { rows[$0 * 7 % 30] }
    let text = shuffled.map { sequence, step in
      let time = Date(
        timeIntervalSince1970: 1_704_067_200 + 86_400 * 9 * Double(step) + 86_400 * Double(sequence))
      return "\(sequence),\(formatter.string(from: time)),\(step),\(sequence % 2)\n"
    }
    var options = DataOptions(
      path: try scratch.write("id,time,v,y\n" + text.joined()), validation: 0, test: 0)
    (options.sequenceID, options.time) = ("id", "time")
    let dataset = try Dataset.load(options, for: .rnn, seed: 0)
    #expect(dataset.training.rows == 6)
    for row in 0..<30 where row % 5 > 0 {
      #expect(dataset.training.row(row)[0] > dataset.training.row(row - 1)[0])
    }
    #expect(try dataset.preparation.table(from: options.path ?? "").table == dataset.training)
  }

  @Test func theReportNamesWhatRecurs() throws {
    let cells = (0..<40).map { "2024-01-\($0 % 28 < 9 ? "0" : "")\($0 % 28 + 1)" }
    let column = try #require(DataReport(try load(table(cells))).columns.first)
    #expect(column.kind == .date && column.features == 1 + 2 * (column.parts?.count ?? 0))
    #expect(column.parts?.contains("weekday") == true && column.parts?.contains("time of day") == false)
  }
}
