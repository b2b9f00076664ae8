import Glibc

/// The cells of a column, of which features are made.
enum FeatureCells {
  case numbers(NumberCells)
  case categories(CategoryCells)
  case dates(DateCells)

  func isMissing(_ row: Int32) -> Bool {
    switch self {
    case .numbers(let cells): cells[row].isNaN
    case .categories(let cells): cells[row] == CategoryCells.missing
    case .dates(let cells): cells.seconds[row].isNaN
    }
  }

  /// Whether two rows have equal cells, neither of which is missing.
  func areEqual(_ first: Int32, _ second: Int32) -> Bool {
    switch self {
    case .numbers(let cells): cells[first] == cells[second]
    case .categories(let cells): cells[first] == cells[second]
    case .dates(let cells): cells.seconds[first] == cells.seconds[second]
    }
  }
}

/// A part of a date that comes again, as a point on a circle: two features, sine and cosine.
public enum DatePart: String, Codable, CaseIterable, Sendable {
  case timeOfDay = "time_of_day"
  case weekday
  case timeOfYear = "time_of_year"

  /// The name in names of features.
  var name: String { rawValue.replacing("_", with: " ") }

  /// 0 ..< 1 from its start: midnight, Monday, 1 January.
  ///
  /// - Parameter local: seconds since 1970 by the clock of the place.
  func phase(_ local: Double) -> Double {
    let day = (local / 86_400).rounded(.down)
    switch self {
    case .timeOfDay: return (local - 86_400 * day) / 86_400
    // 1 January 1970 was a Thursday.
    case .weekday: return Self.remainder(Int(day) + 3, 7) / 7
    case .timeOfYear:
      let year = CivilDate.date(Int(day)).year
      guard let first = CivilDate.days(year: year, month: 1, day: 1),
        let next = CivilDate.days(year: year + 1, month: 1, day: 1)
      else { return 0 }
      return (day - Double(first)) / Double(next - first)
    }
  }

  private static func remainder(_ value: Int, _ divisor: Int) -> Double {
    Double((value % divisor + divisor) % divisor)
  }

  /// The parts that distinguish rows: time of day, weekday or month, if there is more than one. The weekday is left out
  /// if all dates are on the same day of the month, as those of months are.
  static func varying(_ cells: DateCells, rows: [Int32]) -> [DatePart] {
    var (times, weekdays, months, days) = (Set<Double>(), Set<Double>(), Set<Int>(), Set<Int>())
    for row in rows {
      let local = cells.local[row]
      guard local.isFinite, abs(local) < 1e12 else { continue }
      if times.count < 2 { times.insert(timeOfDay.phase(local)) }
      if weekdays.count < 2 { weekdays.insert(weekday.phase(local)) }
      if months.count < 2 || days.count < 2 {
        let date = CivilDate.date(Int((local / 86_400).rounded(.down)))
        months.insert(date.month)
        days.insert(date.day)
      }
    }
    if cells.areTimesAlone {
      return times.count > 1 && rows.allSatisfy { cells.local[$0].isNaN || cells.local[$0] < 86_400 }
        ? [.timeOfDay] : []
    }
    var parts: [DatePart] = []
    if times.count > 1 { parts.append(.timeOfDay) }
    if weekdays.count > 1 && days.count > 1 { parts.append(.weekday) }
    if months.count > 1 { parts.append(.timeOfYear) }
    return parts
  }
}

extension InputColumn {
  /// The cells of this column in a file.
  ///
  /// - Parameter reading: of the training file; `nil`: by a version that did not keep it.
  func cells(of raw: RawColumn, _ reading: TableReading?) throws(BadCell) -> FeatureCells {
    let missing = reading?.missing ?? .older
    switch kind {
    case .number:
      if reading == nil { return .numbers(try raw.olderNumberCells(missing)) }
      return .numbers(try raw.numberCells(format, missing))
    case .categories(let names, _):
      return .categories(
        reading == nil ? raw.olderCategoryCells(names, missing) : raw.categoryCells(names, missing))
    case .date(let order, _): return .dates(try raw.dateCells(order, missing))
    }
  }
}
