import Datasets
import Experiment
import Foundation
import ModelFiles
import PlainText
import TOMLKit
import TOMLText

/// Experiments as TOML files: the settings of a `Configuration`, in its sections, all of them optional.
public enum ExperimentFile {
  /// Every setting, resolved: the run can be repeated from it.
  public static func text(_ configuration: Configuration) -> String {
    var text = "name = \(quoted(configuration.name))\n"
    for section in Setting.Section.allCases {
      let lines = Setting.all.filter { $0.section == section }.sorted { $0.key < $1.key }.compactMap {
        setting in
        setting.value(in: configuration).map { "\(setting.key) = \(written($0.literal))\n" }
      }
      if !lines.isEmpty { text += "\n[\(section.rawValue)]\n" + lines.joined() }
    }
    return text
  }

  /// The experiment of a file: its settings over the defaults for what it trains on. Paths in it are relative to
  /// the working directory; what is not there is looked for in the folders above the file, from the nearest on, so that
  /// a run can be used from anywhere.
  ///
  /// - Parameter probes: of the data that are trained on, whose kind decides the defaults.
  public static func configuration(
    contentsOf path: String, probes: Probes = Probes()
  ) throws(ExperimentError) -> Configuration {
    if !probes.opensPipes && !AtomicFile.isRegular(path) {
      throw ExperimentError(path: path, reason: "this is not a file")
    }
    let text: String
    do {
      text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    } catch {
      throw ExperimentError(path: path, reason: Self.reason(cannotRead: path))
    }
    return try configuration(text, path: path, probes: probes)
  }

  /// The files or folders that a file's experiment learns from, for those who must not write over them; empty if there
  /// is no such file.
  package static func dataPaths(in path: String) -> [String] {
    guard AtomicFile.isRegular(path),
      let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8),
      var given = try? GivenSettings(text, path: path)
    else { return [] }
    given.findFiles()
    return given.values.compactMap { setting, value in
      setting.is(\.data.path) || setting.is(\.data.testPath) ? value as? String : nil
    }
  }

  private static func reason(cannotRead path: String) -> String {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      return "no such file; check the path"
    }
    if isFolder.boolValue { return "this is a folder; give the experiment file in it" }
    if !FileManager.default.isReadableFile(atPath: path) { return "no permission to read it" }
    return "this is not text in UTF-8"
  }

  package static func configuration(_ text: String, path: String, probes: Probes = Probes())
    throws(ExperimentError) -> Configuration
  {
    var given = try GivenSettings(text, path: path)
    given.findFiles()
    var configuration = try defaults(given.values, path: path, probes)
    if let name = given.name { configuration.name = name }
    for (setting, value) in given.values { setting.set(value, in: &configuration) }
    return configuration
  }

  /// The defaults for what the file trains on.
  private static func defaults(
    _ values: [(setting: Setting, value: any SettingValue)], path: String, _ probes: Probes
  ) throws(ExperimentError) -> Configuration {
    var given = Configuration(name: "", data: DataOptions())
    for (setting, value) in values where setting.section == .data { setting.set(value, in: &given) }
    switch (given.data.task, given.data.path) {
    case (let task?, nil): return .defaults(for: task)
    case (nil, let file?):
      let kind = values.first { $0.setting.is(\.network.kind) }?.value as? NetworkKind
      return .defaults(
        forData: given.data, name: Dataset.name(of: file), kind: Dataset.kind(of: given.data, probes: probes),
        network: kind)
    default:
      throw ExperimentError(
        path: path, reason: "say what to train on: task or path, one of them, under [data]")
    }
  }

  /// Numbers in Swift's shortest form: TOMLKit's own writes 0.1 as 0.10000000000000001.
  private static func written(_ literal: SettingLiteral) -> String {
    switch literal {
    case .whole(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): quoted(text)
    case .flag(let isOn): "\(isOn)"
    case .wholes(let values): "[" + values.map(String.init).joined(separator: ", ") + "]"
    case .texts(let names): "[" + names.map(quoted).joined(separator: ", ") + "]"
    case .numbers(let values):
      "{ " + values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
        + " }"
    }
  }

  /// TOMLKit leaves quotes in a text as they are.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\0"..<" ", "\u{7F}": "\\u" + String(format: "%04X", scalar.value)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}

/// The settings that a file gives, each of its form and in its range.
private struct GivenSettings {
  var name: String?
  /// In the order of `Setting.all`.
  private(set) var values: [(setting: Setting, value: any SettingValue)] = []
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
      self.name = name
    }
    for setting in Setting.all {
      let section = table[setting.section.rawValue]?.table
      guard let given = section?[setting.key] ?? setting.formerKey.flatMap({ section?[$0] }) else { continue }
      values.append((setting, try value(given, of: setting)))
    }
  }

  /// Replaces paths that lead nowhere from the working directory, and somewhere from a folder above the file.
  mutating func findFiles() {
    for index in values.indices {
      let (setting, value) = values[index]
      guard setting.is(\.data.path) || setting.is(\.data.testPath), let file = value as? String,
        !file.isEmpty, file != "-", !file.hasPrefix("/"), !FileManager.default.fileExists(atPath: file)
      else { continue }
      var folder = URL(filePath: path).standardizedFileURL.deletingLastPathComponent()
      while folder.path != "/" {
        let found = folder.appending(path: file).path
        if FileManager.default.fileExists(atPath: found) {
          values[index].value = found
          break
        }
        folder.deleteLastPathComponent()
      }
    }
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

  private func value(_ given: any TOMLValueConvertible, of setting: Setting) throws(ExperimentError)
    -> any SettingValue
  {
    let (section, key) = (setting.section.rawValue, setting.key)
    guard let value = SettingLiteral(given).flatMap({ setting.type.init($0) }) else {
      throw error(at: key, under: section, "\(key) under [\(section)] must be \(setting.type.form)")
    }
    if let refusal = setting.refusal(of: value) {
      throw error(at: key, under: section, "\(key) under [\(section)] \(refusal)")
    }
    return value
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

/// Why an experiment file cannot be used.
public struct ExperimentError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var line: Int?
  public var reason: String

  init(path: String, line: Int? = nil, reason: String) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  public var description: String {
    sanitized("\(path)\(line.map { ", line \($0)" } ?? ""): \(reason)", limit: 500)
  }
}

extension ExperimentError: UserFacingError {
  public var exitStatus: ExitStatus { .badInput }
}
