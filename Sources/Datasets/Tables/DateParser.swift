import Experiment

/// Takes a text apart into a date, a time and a zone, in whatever order they stand.
struct DateParser {
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
        return numbers[0].digits == 4 ? CivilDate.days(year: values[0], month: month, day: 1) : nil
      case 2:
        let yearIsFirst = numbers[0].digits == 4
        let (year, day) = yearIsFirst ? (0, 1) : (1, 0)
        return CivilDate.days(year: fullYear(year), month: month, day: values[day])
      default: return nil
      }
    }
    switch numbers.count {
    case 1 where numbers[0].digits == 8:
      return CivilDate.days(year: values[0] / 10_000, month: values[0] / 100 % 100, day: values[0] % 100)
    case 2 where numbers[0].digits == 4 && numbers[1].digits <= 2:
      return CivilDate.days(year: values[0], month: values[1], day: 1)
    case 2 where numbers[1].digits == 4 && numbers[0].digits <= 2:
      return CivilDate.days(year: values[1], month: values[0], day: 1)
    case 3:
      if numbers[0].digits == 4 { return CivilDate.days(year: values[0], month: values[1], day: values[2]) }
      guard numbers[0].digits <= 2, numbers[1].digits <= 2 else { return nil }
      switch order {
      case .yearFirst:
        return numbers[2].digits <= 2
          ? CivilDate.days(year: fullYear(0), month: values[1], day: values[2]) : nil
      case .dayFirst: return CivilDate.days(year: fullYear(2), month: values[1], day: values[0])
      default: return CivilDate.days(year: fullYear(2), month: values[0], day: values[1])
      }
    default: return nil
    }
  }

  /// The year of a number: two digits from 69 on belong to the last century, others to this one; 0, which is no year,
  /// if there are neither two nor four digits.
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
      return setClock(digits == 6 ? value : 100 * value)
    }
    // 14 digits: a date with its time.
    if digits == 14, numbers.isEmpty, time == nil {
      numbers.append((value / 1_000_000, 8))
      return setClock(value % 1_000_000)
    }
    guard numbers.count < 3 else { return false }
    numbers.append((value, digits))
    return true
  }

  /// Takes a number of the form HHMMSS as the time.
  private mutating func setClock(_ value: Int) -> Bool {
    let (hour, minute, second) = (value / 10_000, value / 100 % 100, value % 100)
    guard hour < 24, minute < 60, second <= 60 else { return false }
    time = Double(3600 * hour + 60 * minute + second)
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
    let hours = digits == 4 ? value / 100 : value
    var minutes = digits == 4 ? value % 100 : 0
    if digits == 2, position < text.count, text[position] == UInt8(ascii: ":") {
      position += 1
      guard let (found, count) = self.digits(), count == 2 else { return false }
      minutes = found
    }
    guard hours < 24, minutes < 60 else { return false }
    offset = Double(3600 * hours + 60 * minutes) * (isNegative ? -1 : 1)
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
