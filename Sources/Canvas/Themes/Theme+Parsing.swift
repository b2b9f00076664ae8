import FoundationEssentials
import Glibc
import TOMLKit
import TOMLText

extension Theme {
  /// Reads a theme file.
  public init(contentsOf path: String) throws(ThemeError) {
    let text: String
    do {
      text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    } catch {
      throw ThemeError(path: path, reason: Self.reason(cannotRead: path))
    }
    try self.init(text: text, path: path)
  }

  private static func reason(cannotRead path: String) -> ThemeError.Reason {
    var status = stat()
    guard stat(path, &status) == 0 else { return .notThere }
    return status.st_mode & S_IFMT == S_IFREG ? .unreadable : .notAFile
  }

  /// Reads a theme from TOML; `path` is for errors, and names the theme unless it does so itself.
  public init(text: String, path: String) throws(ThemeError) {
    let table = try Self.parse(text, path: path)
    let reader = Reader(text: text, path: path)
    var draft = Draft(name: URL(filePath: path).deletingPathExtension().lastPathComponent)
    var mistakes: [ThemeError] = []
    for key in table.keys {
      guard let value = table[key] else { continue }
      do throws(ThemeError) {
        try draft.take(value, key, reader)
      } catch {
        mistakes.append(error)
      }
    }
    // Only mistakes have lines looked up: that takes longer than all the rest.
    if let first = mistakes.min(by: { $0.line ?? 0 < $1.line ?? 0 }) { throw first }
    self.init(
      name: draft.name, ground: draft.ground, styles: draft.styles, series: draft.lists["series"] ?? [],
      classes: draft.lists["classes"] ?? [])
  }

  /// What has been read so far.
  private struct Draft {
    var name: String
    var ground = Ground.dark
    var styles: [Role: Style] = [:]
    var lists: [String: [Style]] = [:]

    mutating func take(
      _ value: any TOMLValueConvertible, _ key: String, _ reader: Reader
    ) throws(ThemeError) {
      switch key {
      case "name":
        name = try reader.string(value, key: key)
        guard name.contains(where: { !$0.isWhitespace }) else { throw reader.error(key, .empty(key: key)) }
      case "ground":
        let word = try reader.string(value, key: key)
        guard let known = Ground(rawValue: word) else { throw reader.error(key, .unknownGround(word)) }
        ground = known
      case "series", "classes": lists[key] = try reader.styles(value, key: key)
      default:
        guard let role = Role(rawValue: key) else {
          throw reader.error(key, .unknownKey(key, nearest: Theme.nearestKey(to: key)))
        }
        styles[role] = try reader.style(value, key: key)
      }
    }
  }

  private static func parse(_ text: String, path: String) throws(ThemeError) -> TOMLTable {
    do {
      return try TOMLText.parse(text)
    } catch {
      throw ThemeError(path: path, line: error.line, reason: .syntax(error.sentence))
    }
  }

  fileprivate static func nearestKey(to key: String) -> String? {
    TOMLText.nearest(to: key, among: Role.allCases.map(\.rawValue) + ["name", "ground", "series", "classes"])
  }
}

/// Turns TOML values into styles, and knows the line of each for errors.
private struct Reader {
  let text: String
  let path: String

  func error(_ key: String, _ reason: ThemeError.Reason) -> ThemeError {
    ThemeError(path: path, line: line(of: key), reason: reason)
  }

  func line(of key: String) -> Int? { TOMLText.line(of: key, in: text) }

  func string(_ value: any TOMLValueConvertible, key: String) throws(ThemeError) -> String {
    guard let string = value.string else { throw error(key, .wrongType(key: key, expected: "a string")) }
    return string
  }

  func style(_ value: any TOMLValueConvertible, key: String) throws(ThemeError) -> Style {
    let text = try string(value, key: key)
    guard let style = Style(words: text) else { throw error(key, .notAStyle(key: key, value: text)) }
    return style
  }

  func styles(_ value: any TOMLValueConvertible, key: String) throws(ThemeError) -> [Style] {
    guard let array = value.array else {
      throw error(key, .wrongType(key: key, expected: "a list of strings"))
    }
    var styles: [Style] = []
    for index in 0..<array.count { styles.append(try style(array[index], key: key)) }
    guard !styles.isEmpty else { throw error(key, .empty(key: key)) }
    return styles
  }
}

extension Style {
  /// Reads `[attributes] [color] [on color]`, such as `bold #7aa2f7 on #202020`; a color is `#rrggbb` or
  /// `terminal`.
  init?(words text: String) {
    self = .plain
    var words = text.split(separator: " ")[...]
    while let word = words.first, let attribute = Self.attributes[String(word)] {
      attributes.insert(attribute)
      words.removeFirst()
    }
    if let word = words.first, word != "on" {
      guard let color = Color(word: word) else { return nil }
      foreground = color
      words.removeFirst()
    }
    if words.first == "on", words.count == 2, let word = words.last {
      guard let color = Color(word: word) else { return nil }
      background = color
      words = []
    }
    guard words.isEmpty, !text.isEmpty else { return nil }
  }

  private static let attributes: [String: Attributes] = [
    "bold": .bold, "dim": .dim, "reverse": .reverse, "underline": .underline,
  ]
}

extension Color {
  fileprivate init?(word: Substring) {
    if word == "terminal" {
      self = .terminal
      return
    }
    guard word.count == 7, word.first == "#", word.dropFirst().allSatisfy(\.isHexDigit),
      let hex = UInt32(word.dropFirst(), radix: 16)
    else { return nil }
    self.init(hex: hex)
  }
}
