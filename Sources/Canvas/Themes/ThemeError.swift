import PlainText

/// Why a theme was refused.
public struct ThemeError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    case unreadable
    /// A folder, a device or a pipe.
    case notAFile
    case notThere
    /// With the parser's own words.
    case syntax(String)
    case unknownKey(String, nearest: String?)
    case notAStyle(key: String, value: String)
    case wrongType(key: String, expected: String)
    case unknownGround(String)
    case empty(key: String)
  }

  /// The file.
  public var path: String
  /// From 1; `nil` where no line is at fault.
  public var line: Int?
  /// What is wrong there.
  public var reason: Reason

  /// The facts of a refusal.
  public init(path: String, line: Int? = nil, reason: Reason) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  /// One sentence: file, line, reason, and what to do.
  public var description: String {
    let place = line.map { "\(path):\($0)" } ?? path
    return Self.printable("\(place): \(reasonClause)" + (reasonClause.hasSuffix("?") ? "" : "."))
  }

  /// What a file says must not steer the terminal that shows it.
  private static func printable(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(500).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: "?"
      default: String(scalar)
      }
    }
    return shown.joined()
  }

  private var reasonClause: String {
    switch reason {
    case .unreadable: "this theme file cannot be read as UTF-8 text"
    case .notAFile: "this is not a file; give a theme in TOML"
    case .notThere: "there is no such file; check the path"
    case .syntax(let words): "this is not TOML: \(words)"
    case .unknownKey(let key, let nearest):
      "there is no role “\(key)”" + (nearest.map { "; did you mean “\($0)”?" } ?? "")
    case .notAStyle(let key, let value):
      "“\(key)” is “\(value)”, which is no style; write for example \"#7aa2f7\", \"bold #7aa2f7\" or "
        + "\"#ffffff on #303030\" (attributes: bold, dim, reverse, underline)"
    case .wrongType(let key, let expected): "“\(key)” must be \(expected)"
    case .unknownGround(let value): "“ground” is “\(value)”; it must be \"dark\" or \"light\""
    case .empty("name"): "“name” is empty; write a word, or leave it out: then the file's own is taken"
    case .empty(let key): "“\(key)” is empty; give at least one style or leave it out"
    }
  }
}

extension ThemeError: UserFacingError {
  public var exitStatus: ExitStatus { .badInput }
}
