import Canvas
import Dashboard
import Foundation
import PlainText
import Terminal
import TOMLKit
import TOMLText

/// What a user has set for every dashboard, in `config.toml`: keys, and what flags say otherwise.
package struct UserSettings {
  /// A name, or a path.
  package var theme: String?
  package var glyphs: GlyphSet?
  package var color: ColorChoice?
  package var mouse: Bool?
  package var keys = KeyMap.standard
  private var path = ""
  private var text = ""

  /// Nothing set.
  package init() {}

  /// The current user's settings; defaults if there is no file.
  package static func ofThisUser(environment: [String: String] = ProcessInfo.processInfo.environment)
    throws(SettingsError) -> UserSettings
  {
    let folder = UserFolder.ofThisUser(environment: environment)
    guard let path = folder?.config, FileManager.default.fileExists(atPath: path) else {
      return UserSettings()
    }
    do {
      return try UserSettings(text: String(contentsOf: URL(filePath: path), encoding: .utf8), path: path)
    } catch let error as SettingsError {
      throw error
    } catch {
      throw SettingsError(
        path: path,
        reason: ThemeCatalogue.isFile(path)
          ? "this file cannot be read as UTF-8 text" : "this is not a file")
    }
  }

  /// - Parameter path: for errors.
  package init(text: String, path: String) throws(SettingsError) {
    (self.path, self.text) = (path, text)
    let table: TOMLTable
    do {
      table = try TOMLText.parse(text)
    } catch {
      throw SettingsError(path: path, line: error.line, reason: "this is not TOML: \(error.sentence)")
    }
    for name in table.keys {
      guard let value = table[name] else { continue }
      switch name {
      case "theme": theme = located(try string(value, of: name))
      case "glyphs": glyphs = try choice(value, of: name)
      case "color": color = try choice(value, of: name)
      case "mouse":
        guard let isOn = value.bool else { throw error(at: name, "mouse must be true or false") }
        mouse = isOn
      case "keys":
        guard let own = value.table else { throw error(at: name, "keys must be a section: [keys]") }
        keys = try keyMap(own)
      default:
        throw error(at: name, "there is no setting '\(sanitized(name))': \(Self.choice(name, Self.names))")
      }
    }
  }

  /// A path in this file is meant from where the file is.
  private func located(_ theme: String) -> String {
    guard theme.contains("/") || theme.hasSuffix(".toml"), !theme.hasPrefix("/") else { return theme }
    if theme.hasPrefix("~/") { return UserFolder.expandingTilde(in: theme) }
    return URL(filePath: path).deletingLastPathComponent().appending(path: theme).path
  }

  private static let names = ["theme", "glyphs", "color", "mouse", "keys"]

  /// A refusal of what a setting says, with its line.
  package func error(at name: String, under section: String? = nil, _ reason: String) -> SettingsError {
    SettingsError(path: path, line: TOMLText.line(of: name, under: section, in: text), reason: reason)
  }

  private func string(_ value: any TOMLValueConvertible, of name: String) throws(SettingsError) -> String {
    guard let string = value.string else { throw error(at: name, "\(name) must be a text in quotes") }
    return string
  }

  private func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ value: any TOMLValueConvertible, of name: String
  ) throws(SettingsError) -> Choice {
    guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
      let known = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw error(at: name, "\(name) must be one of \(known)")
    }
    return choice
  }

  private static func choice(_ name: String, _ known: [String]) -> String {
    TOMLText.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
      ?? "choose \(known.joined(separator: ", "))"
  }
}

/// Why the user's settings were refused.
package struct SettingsError: UserFacingError, Equatable, CustomStringConvertible {
  package var path: String
  package var line: Int?
  package var reason: String

  package init(path: String, line: Int? = nil, reason: String) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  /// One sentence: file, line, what is wrong, and what to do.
  package var description: String {
    let place = sanitized(path, limit: 300) + (line.map { ":\($0)" } ?? "")
    return "\(place): \(sanitized(reason, limit: 500))" + (reason.hasSuffix("?") ? "" : ".")
  }
}

extension SettingsError {
  package var exitStatus: ExitStatus { .badInput }
}
