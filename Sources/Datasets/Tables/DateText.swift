import Experiment

/// A moment as a text gives it.
struct DateText: Equatable {
  /// Seconds since 1970 in UTC, or in the zone that is meant if the text has none; since midnight for a time without a
  /// date.
  var seconds: Double
  /// What a clock and a calendar at the place showed: `seconds` with the zone's offset.
  var local: Double
  /// Whether only a time of day is given.
  var isTimeAlone = false

  /// - Parameter order: in which day, month and year stand, unless the text itself says: by a year of four digits that
  ///   comes first, or by the name of a month.
  /// - Returns: `nil` if the text is no date in that order.
  init?(_ text: UnsafeBufferPointer<UInt8>, _ order: DateOrder) {
    switch order {
    case .unix, .unixMilliseconds:
      guard let number = decimal(text), abs(number) < 1e15 else { return nil }
      seconds = order == .unix ? number : number / 1000
      local = seconds
    case .yearFirst, .dayFirst, .monthFirst:
      guard (4...60).contains(text.count) else { return nil }
      if let iso = Self(iso: text) {
        self = iso
        return
      }
      var parser = DateParser(text)
      guard let found = parser.parse(order) else { return nil }
      self = found
    }
  }

  init(day: Int, time: Double, offset: Double, isTimeAlone: Bool = false) {
    local = Double(day) * 86_400 + time
    seconds = local - offset
    self.isTimeAlone = isTimeAlone
  }

  /// `2024-01-31`, alone or with `T12:34:56` or ` 12:34:56`: the usual case, and a million of them are many.
  private init?(iso text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 10 || text.count == 19 else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for index in range {
        let digit = text[index] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        value = 10 * value + Int(digit)
      }
      return value
    }
    guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), let year = number(0..<4),
      let month = number(5..<7), let day = number(8..<10),
      let days = CivilDate.days(year: year, month: month, day: day)
    else { return nil }
    guard text.count == 19 else {
      self.init(day: days, time: 0, offset: 0)
      return
    }
    guard text[10] == UInt8(ascii: "T") || text[10] == space, text[13] == UInt8(ascii: ":"),
      text[16] == UInt8(ascii: ":"), let hour = number(11..<13), let minute = number(14..<16),
      let second = number(17..<19), hour < 24, minute < 60, second <= 60
    else { return nil }
    self.init(day: days, time: Double(3600 * hour + 60 * minute + second), offset: 0)
  }
}
