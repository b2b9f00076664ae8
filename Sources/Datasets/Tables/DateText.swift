import Experiment

/// A moment as a text gives it.
struct DateText: Equatable {
  /// Since 1970 in UTC, or where the text has no zone in the zone it is meant in; of a time without a date, since
  /// midnight.
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
      let month = number(5..<7), let day = number(8..<10), let days = Calendar.day(year, month, day)
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

/// The proleptic Gregorian calendar.
enum Calendar {
  /// Days since 1 January 1970; `nil` if there is no such day.
  static func day(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= days(in: month, of: year)
    else {
      return nil
    }
    // Years begin in March, so that the leap day is their last.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Year, month and day of the month of a day since 1970.
  static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
  }
}

/// Takes a text apart into a date, a time and a zone, in whatever order they stand.
private struct DateParser {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0
  /// Numbers of the date: value and digits.
  private var numbers: [(value: Int, digits: Int)] = []
  private var month: Int?
  private var time: Double?
  private var offset: Double?
  /// −1: none of AM and PM.
  private var half = -1
  private var hasWeekday = false

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  mutating func parse(_ order: DateOrder) -> DateText? {
    while position < text.count {
      let byte = text[position]
      if isDigit(byte) {
        guard readNumber() else { return nil }
      } else if isLetter(byte) {
        guard readWord() else { return nil }
      } else if time != nil, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
        guard readOffset(isNegative: byte == UInt8(ascii: "-")) else { return nil }
      } else if "-/., ".utf8.contains(byte) {
        position += 1
      } else {
        return nil
      }
    }
    guard let time = clockTime else { return nil }
    if numbers.isEmpty, month == nil {
      guard self.time != nil, !hasWeekday else { return nil }
      return DateText(day: 0, time: time, offset: 0, isTimeAlone: true)
    }
    guard time < 86_401, let day = day(order) else { return nil }
    return DateText(day: day, time: time, offset: offset ?? 0)
  }

  private var clockTime: Double? {
    guard let time else { return half < 0 ? 0 : nil }
    guard half >= 0 else { return time }
    guard time >= 3600, time < 13 * 3600 else { return nil }
    return time.truncatingRemainder(dividingBy: 43_200) + (half == 1 ? 43_200 : 0)
  }

  private func day(_ order: DateOrder) -> Int? {
    let values = numbers.map(\.value)
    if let month {
      switch numbers.count {
      case 1:
        return numbers[0].digits == 4 ? Calendar.day(values[0], month, 1) : nil
      case 2:
        let yearIsFirst = numbers[0].digits == 4
        let (year, day) = yearIsFirst ? (0, 1) : (1, 0)
        return Calendar.day(fullYear(year), month, values[day])
      default: return nil
      }
    }
    switch numbers.count {
    case 1 where numbers[0].digits == 8:
      return Calendar.day(values[0] / 10_000, values[0] / 100 % 100, values[0] % 100)
    case 2 where numbers[0].digits == 4 && numbers[1].digits <= 2:
      return Calendar.day(values[0], values[1], 1)
    case 2 where numbers[1].digits == 4 && numbers[0].digits <= 2:
      return Calendar.day(values[1], values[0], 1)
    case 3:
      if numbers[0].digits == 4 { return Calendar.day(values[0], values[1], values[2]) }
      guard numbers[0].digits <= 2, numbers[1].digits <= 2 else { return nil }
      switch order {
      case .yearFirst: return numbers[2].digits <= 2 ? Calendar.day(fullYear(0), values[1], values[2]) : nil
      case .dayFirst: return Calendar.day(fullYear(2), values[1], values[0])
      default: return Calendar.day(fullYear(2), values[0], values[1])
      }
    default: return nil
    }
  }

  /// Of two digits, those from 69 on belong to the last century; 0, which is no year, of other numbers.
  private func fullYear(_ index: Int) -> Int {
    let (value, digits) = numbers[index]
    switch digits {
    case 4: return value
    case 2: return value + (value < 69 ? 2000 : 1900)
    default: return 0
    }
  }

  /// A number of the date, or a time if a colon follows.
  private mutating func readNumber() -> Bool {
    guard let (value, digits) = digits() else { return false }
    if position < text.count, text[position] == UInt8(ascii: ":") { return readTime(hour: value) }
    // 20240131T123456
    if digits <= 6, numbers.count == 1, numbers[0].digits == 8, position >= 2 + digits,
      text[position - digits - 1] | 0x20 == UInt8(ascii: "t") || digits >= 4
    {
      guard digits == 4 || digits == 6, time == nil else { return false }
      let (hour, minute, second) =
        digits == 6 ? (value / 10_000, value / 100 % 100, value % 100) : (value / 100, value % 100, 0)
      guard hour < 24, minute < 60, second <= 60 else { return false }
      time = Double(3600 * hour + 60 * minute + second)
      return true
    }
    // 14 digits: a date with its time.
    if digits == 14, numbers.isEmpty, time == nil {
      numbers.append((value / 1_000_000, 8))
      let (hour, minute, second) = (value / 10_000 % 100, value / 100 % 100, value % 100)
      guard hour < 24, minute < 60, second <= 60 else { return false }
      time = Double(3600 * hour + 60 * minute + second)
      return true
    }
    guard numbers.count < 3 else { return false }
    numbers.append((value, digits))
    return true
  }

  private mutating func readTime(hour: Int) -> Bool {
    guard time == nil, hour < 10_000 else { return false }
    position += 1
    guard let (minute, digits) = digits(), digits == 2, minute < 60 else { return false }
    var seconds = Double(3600 * hour + 60 * minute)
    if position < text.count, text[position] == UInt8(ascii: ":") {
      position += 1
      guard let (second, digits) = self.digits(), digits == 2, second <= 60 else { return false }
      seconds += Double(second)
      if position + 1 < text.count, ".,".utf8.contains(text[position]), isDigit(text[position + 1]) {
        position += 1
        guard let (fraction, digits) = self.digits() else { return false }
        var unit = 1.0
        for _ in 0..<digits { unit /= 10 }
        seconds += Double(fraction) * unit
      }
    }
    time = seconds
    return true
  }

  private mutating func readOffset(isNegative: Bool) -> Bool {
    position += 1
    guard offset == nil, let (value, digits) = digits(), digits == 2 || digits == 4 else { return false }
    var (hours, minutes) = digits == 4 ? (value / 100, value % 100) : (value, 0)
    if digits == 2, position < text.count, text[position] == UInt8(ascii: ":") {
      position += 1
      guard let (found, count) = self.digits(), count == 2 else { return false }
      minutes = found
    }
    guard hours < 24, minutes < 60 else { return false }
    offset = Double(3600 * hours + 60 * minutes) * (isNegative ? -1 : 1)
    hours = 0
    return true
  }

  private mutating func digits() -> (value: Int, digits: Int)? {
    let first = position
    var value = 0
    while position < text.count, isDigit(text[position]) {
      guard position - first < 15 else { return nil }
      value = 10 * value + Int(text[position] - UInt8(ascii: "0"))
      position += 1
    }
    return position > first ? (value, position - first) : nil
  }

  private mutating func readWord() -> Bool {
    let first = position
    while position < text.count, isLetter(text[position]) { position += 1 }
    let word = String(decoding: text[first..<position].map { $0 | 0x20 }, as: UTF8.self)
    let followsDigit = first > 0 && isDigit(text[first - 1])
    switch word {
    case "t": return !numbers.isEmpty && position < text.count && isDigit(text[position])
    case "z", "utc", "gmt":
      offset = 0
      return time != nil
    case "am", "pm", "a", "p":
      guard half < 0 else { return false }
      half = word.hasPrefix("p") ? 1 : 0
      if position < text.count, text[position] == UInt8(ascii: ".") { skipMeridian() }
      if time == nil {
        // 3 PM
        guard let hour = numbers.popLast(), hour.digits <= 2 else { return false }
        time = Double(3600 * hour.value)
      }
      return true
    case "st", "nd", "rd", "th": return followsDigit
    case "of", "at": return true
    default:
      if let index = Self.months.firstIndex(where: { Self.matches(word, $0) }) {
        guard month == nil else { return false }
        month = index + 1
        return true
      }
      hasWeekday = Self.weekdays.contains { Self.matches(word, $0) }
      return hasWeekday
    }
  }

  /// The rest of `a.m.` and `p.m.`.
  private mutating func skipMeridian() {
    position += 1
    if position < text.count, text[position] | 0x20 == UInt8(ascii: "m") { position += 1 }
    if position < text.count, text[position] == UInt8(ascii: ".") { position += 1 }
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november",
    "december",
  ]
  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  private static func matches(_ word: String, _ name: String) -> Bool {
    word.utf8.count >= 3 && name.hasPrefix(word) || word == "sept" && name == "september"
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
