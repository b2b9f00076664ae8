import Experiment
import Foundation
import TOMLKit
import TOMLText

/// The settings that a file gives, each of its form and in its range.
struct GivenSettings {
  var name: String?
  /// In the order of `Setting.all`.
  private(set) var values: [(setting: Setting, value: any SettingValue)] = []
  /// The names that the file has for settings, by the settings' own.
  private var keys: [String: String] = [:]
  private let text: String
  private let path: String

  init(_ text: String, path: String) throws(ExperimentError) {
    (self.text, self.path) = (text, path)
    let table: TOMLTable
    do {
      table = try TOMLText.parse(text)
    } catch {
      throw ExperimentError(path: path, line: error.line, reason: error.sentence)
    }
    for section in table.keys where section != "name" { try checkNames(of: section, in: table) }
    if let given = table["name"] {
      guard let name = given.string else { throw error(at: "name", "name must be a text") }
      // One without a letter would be none in every report.
      self.name = name.allSatisfy(\.isWhitespace) ? nil : name
    }
    for setting in Setting.all {
      let section = table[setting.section.rawValue]?.table
      guard
        let key = [setting.key, setting.formerKey].compactMap(\.self).first(where: { section?[$0] != nil }),
        let given = section?[key]
      else { continue }
      keys[setting.name] = key
      values.append((setting, try value(given, of: setting, key)))
    }
  }

  /// Replaces relative paths that mean a file from a folder above the experiment's, the nearest first.
  ///
  /// Paths of an experiment beneath the working directory are meant from there if they lead somewhere. Those of an
  /// experiment elsewhere are not, if they lead somewhere from its own folders: a file here may have the name by chance.
  mutating func findFiles() {
    for index in values.indices {
      guard let name = relativePath(values[index]),
        !(isHere && FileManager.default.fileExists(atPath: name))
      else { continue }
      values[index].value = Self.nearest(name, above: URL(filePath: path).standardizedFileURL) ?? name
    }
  }

  /// After `findFiles`: a file that an experiment elsewhere means and none of its own folders has; `nil`: there is none.
  var lostFile: String? { isHere ? nil : values.lazy.compactMap(relativePath).first }

  /// Whether the experiment lies beneath the working directory.
  private var isHere: Bool {
    let working = URL(filePath: ".").standardizedFileURL.path
    return URL(filePath: path).standardizedFileURL.path.hasPrefix(working == "/" ? working : working + "/")
  }

  /// The path of a file of data that is meant from some folder; `nil`: the setting is another one.
  private func relativePath(_ given: (setting: Setting, value: any SettingValue)) -> String? {
    guard given.setting.is(\.data.path) || given.setting.is(\.data.testPath),
      let name = given.value as? String,
      !name.isEmpty, name != "-", !name.hasPrefix("/")
    else { return nil }
    return name
  }

  /// The path of `name` from the nearest folder above `file` that has it.
  private static func nearest(_ name: String, above file: URL) -> String? {
    var folder = file.deletingLastPathComponent()
    while folder.path != "/" {
      let found = folder.appending(path: name).path
      if FileManager.default.fileExists(atPath: found) { return found }
      folder.deleteLastPathComponent()
    }
    return nil
  }

  private func checkNames(of section: String, in table: TOMLTable) throws(ExperimentError) {
    guard Setting.Section(rawValue: section) != nil else {
      let known = ["name"] + Setting.Section.allCases.map(\.rawValue)
      throw error(at: section, "there is no section '\(section)': \(Self.advice(section, known))")
    }
    guard let settings = table[section]?.table else {
      throw error(at: section, "\(section) must be a section: [\(section)]")
    }
    let known = Setting.all.filter { $0.section.rawValue == section }
    for setting in known {
      if let former = setting.formerKey, settings[setting.key] != nil, settings[former] != nil {
        throw error(
          at: former, under: section,
          "\(former) under [\(section)] is the former name of \(setting.key): give one of them")
      }
    }
    let keys = known.map(\.key)
    for key in settings.keys where !keys.contains(key) && !known.contains(where: { $0.formerKey == key }) {
      let words = "there is no setting '\(key)' under [\(section)]: \(Self.advice(key, keys))"
      throw error(at: key, under: section, words)
    }
  }

  private static func advice(_ name: String, _ known: [String]) -> String {
    TOMLText.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
      ?? "choose " + known.sorted().joined(separator: ", ")
  }

  /// - Parameter key: the name that the file has for it.
  private func value(
    _ given: any TOMLValueConvertible, of setting: Setting, _ key: String
  ) throws(ExperimentError) -> any SettingValue {
    let section = setting.section.rawValue
    guard let value = SettingLiteral(given).flatMap({ setting.type.init($0) }) else {
      throw error(at: key, under: section, "\(key) under [\(section)] must be \(setting.type.form)")
    }
    if let refusal = setting.refusal(of: value) { throw error(of: setting, refusal) }
    return value
  }

  /// - Parameter refusal: the end of a sentence that begins with its name.
  func error(of setting: Setting, _ refusal: String) -> ExperimentError {
    let (key, section) = (keys[setting.name] ?? setting.key, setting.section.rawValue)
    return error(at: key, under: section, "\(key) under [\(section)] \(refusal)")
  }

  /// An error about settings that do not go together, with their names in the file instead of their flags, at the line
  /// of the first one that the file gives.
  func error(of contradiction: String) -> ExperimentError {
    var line: Int?
    let words = contradiction.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let name = word.prefix { !":,".contains($0) }
      guard let setting = Setting.all.first(where: { $0.name == name }) else { return String(word) }
      let key = keys[setting.name] ?? setting.key
      if keys[setting.name] != nil {
        line = line ?? TOMLText.line(of: key, under: setting.section.rawValue, in: text)
      }
      return key + word.dropFirst(name.count)
    }
    return ExperimentError(path: path, line: line, reason: words.joined(separator: " "))
  }

  private func error(at key: String, under section: String? = nil, _ reason: String) -> ExperimentError {
    ExperimentError(path: path, line: TOMLText.line(of: key, under: section, in: text), reason: reason)
  }
}

extension SettingLiteral {
  /// `nil`: no setting resembles this.
  fileprivate init?(_ given: any TOMLValueConvertible) {
    if let flag = given.bool {
      self = .flag(flag)
    } else if let whole = given.int {
      self = .whole(whole)
    } else if let number = given.double {
      self = .number(number)
    } else if let text = given.string {
      self = .text(text)
    } else if let array = given.array {
      let (values, names) = (array.compactMap(\.int), array.compactMap(\.string))
      guard values.count == array.count || names.count == array.count else { return nil }
      self = values.count == array.count ? .wholes(values) : .texts(names)
    } else if let table = given.table {
      var values: [String: Double] = [:]
      for key in table.keys { values[key] = table[key].flatMap { $0.double ?? $0.int.map(Double.init) } }
      guard values.count == table.keys.count else { return nil }
      self = .numbers(values)
    } else {
      return nil
    }
  }
}
