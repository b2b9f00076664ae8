import Experiment

extension ColumnFit {
  mutating func addDates(
    _ column: RawColumn, _ position: Int, _ order: DateOrder
  ) throws(DataError) {
    let dates = try table.cells(position) { (column) throws(BadCell) in
      try column.dateCells(order, table.reading.missing)
    }
    var summary = ColumnSummary(column, position, .date)
    guard let (smallest, largest) = range(dates.seconds, &summary) else {
      return leaveOut(column, position, .leftOut, "it has no values")
    }
    guard smallest < largest else {
      return leaveOut(column, position, .leftOut, "every value of it is the same", .constant)
    }
    let text = dates.areTimesAlone ? Self.clock : Self.text
    (summary.smallest, summary.largest) = (text(smallest), text(largest))
    noteMissing(column, summary.missing)
    let (mean, scale) = moments { dates.seconds[$0] / 86_400 }
    let parts = DatePart.varying(dates, rows: training)
    summary.parts = parts.map(\.name)
    append(
      InputColumn(name: column.name, position: position, kind: .date(order, parts)), .dates(dates),
      [mean] + [Double](repeating: 0, count: 2 * parts.count),
      [scale] + [Double](repeating: 1, count: 2 * parts.count), summary)
  }

  private static func clock(_ seconds: Double) -> String {
    let minutes = Int(seconds / 60)
    return "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
  }

  private static func text(_ seconds: Double) -> String {
    guard abs(seconds) < 1e11 else { return "\(seconds) s" }
    let days = (seconds / 86_400).rounded(.down)
    let date = CivilDate.date(Int(days))
    func padded(_ value: Int, _ width: Int = 2) -> String {
      String(repeating: "0", count: max(0, width - "\(value)".count)) + "\(value)"
    }
    let text = "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day))"
    let minutes = Int((seconds - 86_400 * days) / 60)
    return seconds == 86_400 * days ? text : "\(text) \(padded(minutes / 60)):\(padded(minutes % 60))"
  }
}
