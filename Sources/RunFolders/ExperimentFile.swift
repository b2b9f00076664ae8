import AtomicFiles
import Datasets
import Experiment
import Foundation
import PlainText

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
    given(in: path)?.values.compactMap { setting, value in
      setting.is(\.data.path) || setting.is(\.data.testPath) ? value as? String : nil
    } ?? []
  }

  /// The first file of data that an experiment outside the working directory names and none of its own folders has. A file
  /// of the same name in the working directory would be other data. `nil`: no file is missing.
  package static func lostData(in path: String) -> String? { given(in: path)?.lostFile }

  /// Whether an experiment file has a setting.
  package static func has(_ path: PartialKeyPath<Configuration>, in file: String) -> Bool {
    given(in: file)?.values.contains { $0.setting.is(path) } ?? false
  }

  /// `nil`: there is no such file, or it cannot be read.
  static func given(in path: String) -> GivenSettings? {
    guard AtomicFile.isRegular(path),
      let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8),
      var given = try? GivenSettings(text, path: path)
    else { return nil }
    given.findFiles()
    return given
  }

  private static func reason(cannotRead path: String) -> String {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      return "no such file; check the path"
    }
    if isFolder.boolValue { return "this is a folder; give the experiment file in it" }
    if !FileManager.default.isReadableFile(atPath: path) { return "no permission to read it" }
    return AtomicFile.isRegular(path) ? "this is not text in UTF-8" : "this is not a file"
  }

  package static func configuration(_ text: String, path: String, probes: Probes = Probes())
    throws(ExperimentError) -> Configuration
  {
    var given = try GivenSettings(text, path: path)
    given.findFiles()
    var configuration = try defaults(given.values, path: path, probes)
    if let name = given.name { configuration.name = name }
    for (setting, value) in given.values { setting.set(value, in: &configuration) }
    // What only the paper's method has means that method, unless the file names another one.
    if !given.values.contains(where: { $0.setting.is(\.network.method) }) {
      configuration.network.method = configuration.network.method(under: configuration.prior.rate)
    }
    return configuration
  }

  /// The defaults for what the file trains on.
  ///
  /// - Parameter keepsData: with what the file says of its data.
  static func defaults(
    _ values: [(setting: Setting, value: any SettingValue)], path: String, _ probes: Probes,
    keepsData: Bool = true
  ) throws(ExperimentError) -> Configuration {
    var given = Configuration(name: "", data: DataOptions())
    for (setting, value) in values where setting.section == .data { setting.set(value, in: &given) }
    switch (given.data.task, given.data.path) {
    case (let task?, nil): return .defaults(for: task)
    case (nil, let file?):
      let kind = values.first { $0.setting.is(\.network.kind) }?.value as? NetworkKind
      return .defaults(
        forData: keepsData ? given.data : DataOptions(path: file), name: Dataset.name(of: file),
        kind: Dataset.kind(of: given.data, probes: probes), network: kind)
    case (nil, nil):
      throw ExperimentError(
        path: path, reason: "say what to train on: task or path, one of them, under [data]")
    case (_?, _?):
      let refusal = "says what to train on, and so does task: leave one of the two out"
      throw error(of: Setting.of(\.data.path), in: path, refusal)
        ?? ExperimentError(path: path, reason: "path under [data] \(refusal)")
    }
  }

  /// Numbers in Swift's shortest form: TOMLKit's own writes 0.1 as 0.10000000000000001.
  static func written(_ literal: SettingLiteral) -> String {
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

/// Why an experiment file cannot be used.
public struct ExperimentError: Error, Equatable, CustomStringConvertible {
  public var path: String
  public var line: Int?
  public var reason: String

  package init(path: String, line: Int? = nil, reason: String) {
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
