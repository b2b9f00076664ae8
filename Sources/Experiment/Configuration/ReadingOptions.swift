/// How a text file is to be read, where the user overrules what reading decides from the file; `nil`: it decides.
public struct ReadingOptions: Equatable, Sendable {
  /// Whether the first row names the columns.
  public var header: Answer?
  /// What separates the cells of a row: one character, `tab`, or `space` for runs of blanks.
  public var delimiter: String?
  /// What quotes cells: one character, or `none`.
  public var quote: String?
  public var encoding: TextEncoding?
  /// What a line begins with that is to be skipped; empty: no line is.
  public var comment: String?
  /// The texts that stand for a missing value, besides the empty one.
  public var missing: NameList?
  /// What stands before the fraction of a number.
  public var decimal: DecimalMark?
  /// Columns that are left out, by name or 0-based index.
  public var ignored: NameList?
  /// Columns whose cells are categories, whatever they resemble.
  public var categorical: NameList?
  /// Columns whose cells are numbers.
  public var numeric: NameList?
  /// Columns whose cells are dates or times.
  public var dates: NameList?
  public var dateOrder: DateOrder?

  public init() {}
}

/// Names, such as of columns, in order.
public struct NameList: Equatable, Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
  public var names: [String]

  public init(_ names: [String]) { self.names = names }
  public init(arrayLiteral names: String...) { self.names = names }

  public var startIndex: Int { 0 }
  public var endIndex: Int { names.count }
  public subscript(position: Int) -> String { names[position] }
}

/// The answer to a question that is otherwise decided from the data.
public enum Answer: String, Codable, CaseIterable, Sendable {
  case yes, no
}

/// How the bytes of a file stand for characters.
public enum TextEncoding: String, Codable, CaseIterable, Sendable {
  case utf8 = "utf-8"
  /// Windows-1252, which has the characters of ISO 8859-1 at their places.
  case latin1 = "latin-1"
  case utf16 = "utf-16"
  /// Chinese; with GBK and GB2312, which are parts of it.
  case gb18030
  case big5
  case shiftJIS = "shift-jis"
  case eucJP = "euc-jp"
  /// With the further syllables of Windows.
  case eucKR = "euc-kr"
  /// Central European.
  case windows1250 = "windows-1250"
  /// Cyrillic.
  case windows1251 = "windows-1251"
  case koi8r = "koi8-r"
}

/// What stands before the fraction of a number.
public enum DecimalMark: String, Codable, CaseIterable, Sendable {
  case point, comma
}

/// The order in which a date is written.
public enum DateOrder: String, Codable, CaseIterable, Sendable {
  case yearFirst = "year-first"
  case dayFirst = "day-first"
  case monthFirst = "month-first"
  /// Seconds since 1970.
  case unix
  /// Milliseconds since 1970.
  case unixMilliseconds = "unix-ms"
}

extension DateOrder: SettingValue {
  public static var form: String {
    "one of \(choices.joined(separator: ", ")), or a pattern such as %d/%m/%Y"
  }

  /// A name, or a pattern whose day, month and year stand in one of the orders: `%d.%m.%Y`, `DD/MM/YYYY`.
  public static func reading(_ argument: String) -> Self? {
    if let known = Self(rawValue: argument) { return known }
    let letters = argument.contains("%") ? ("d", "mbB", "yY") : ("dD", "M", "yY")
    func place(_ set: String) -> String.Index? { argument.firstIndex { set.contains($0) } }
    guard let day = place(letters.0), let month = place(letters.1), let year = place(letters.2) else {
      return nil
    }
    if year < month && month < day { return .yearFirst }
    if day < month && month < year { return .dayFirst }
    return month < day && day < year ? .monthFirst : nil
  }

  public init?(_ literal: SettingLiteral) {
    guard case .text(let name) = literal, let value = Self.reading(name) else { return nil }
    self = value
  }
}

extension Answer: SettingValue {}
extension TextEncoding: SettingValue {
  private static let otherNames: [String: TextEncoding] = [
    "utf8": .utf8, "latin1": .latin1, "iso88591": .latin1, "windows1252": .latin1, "cp1252": .latin1,
    "utf16": .utf16, "gbk": .gb18030, "gb2312": .gb18030, "cp936": .gb18030, "big5": .big5,
    "shiftjis": .shiftJIS, "sjis": .shiftJIS, "cp932": .shiftJIS, "eucjp": .eucJP, "euckr": .eucKR,
    "cp949": .eucKR, "windows1250": .windows1250, "cp1250": .windows1250, "windows1251": .windows1251,
    "cp1251": .windows1251, "koi8r": .koi8r,
  ]

  /// By its name or a usual other one: capitals, hyphens and underscores do not matter.
  public static func reading(_ argument: String) -> Self? {
    let name = argument.lowercased()
    return Self(rawValue: name) ?? otherNames[name.filter { $0 != "-" && $0 != "_" }]
  }

  public init?(_ literal: SettingLiteral) {
    guard case .text(let name) = literal, let value = Self.reading(name) else { return nil }
    self = value
  }
}
extension DecimalMark: SettingValue {}
extension Problem: SettingValue {}
