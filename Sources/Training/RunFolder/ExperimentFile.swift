import Datasets
import Experiment
import Foundation
import PlainText
import TOMLKit
import TOMLText

/// Experiments as TOML files: the settings of a `Configuration`, in its sections, all of them optional.
public enum ExperimentFile {
  /// Every setting, resolved: the run can be repeated from it.
  public static func text(_ configuration: Configuration) -> String {
    let table = Self.table(configuration)
    var text = ""
    for key in table.keys where table[key]?.table == nil { text += line(key, table[key]) }
    for section in table.keys {
      guard let settings = table[section]?.table else { continue }
      text += "\n[\(section)]\n"
      for key in settings.keys { text += line(key, settings[key]) }
    }
    return text
  }

  /// The experiment of a file: its settings over the defaults for what it trains on. Paths in it are relative to
  /// the working directory.
  ///
  /// - Parameter probes: of the data that are trained on, whose kind decides the defaults.
  public static func configuration(
    contentsOf path: String, probes: Probes = Probes()
  ) throws(ExperimentError) -> Configuration {
    let text: String
    do {
      text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    } catch {
      throw ExperimentError(path: path, reason: Self.reason(cannotRead: path))
    }
    return try configuration(text, path: path, probes: probes)
  }

  private static func reason(cannotRead path: String) -> String {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      return "no such file; check the path"
    }
    if isFolder.boolValue { return "this is a folder; give the experiment file in it" }
    if !FileManager.default.isReadableFile(atPath: path) { return "no permission to read it" }
    return "this is no text in UTF-8"
  }

  package static func configuration(
    _ text: String, path: String, probes: Probes = Probes()
  ) throws(ExperimentError) -> Configuration {
    let given: TOMLTable
    do {
      given = try TOMLText.parse(text)
    } catch {
      throw ExperimentError(path: path, line: error.line, reason: error.reason)
    }
    var defaults = try self.defaults(given, path: path, probes)
    if let network = given["network"]?.table {
      if let quantile = Kind.number(network["quantile"]) { defaults.network.quantile = quantile }
      if let family = network["importance"]?.string.flatMap(ImportanceFamily.init) {
        defaults.network.choose(family)
      }
    }
    let merged = table(defaults)
    try overlay(given, on: merged, text: text, path: path)
    do {
      return try TOMLDecoder().decode(Configuration.self, from: merged)
    } catch {
      throw ExperimentError(path: path, reason: "\(error)")
    }
  }

  /// What the file trains on decides what it need not say.
  private static func defaults(
    _ given: TOMLTable, path: String, _ probes: Probes
  ) throws(ExperimentError) -> Configuration {
    let data = given["data"]?.table
    switch (data?["task"]?.string, data?["path"]?.string) {
    case (let name?, nil):
      guard let task = BuiltInTask(rawValue: name) else {
        let known = BuiltInTask.allCases.map(\.rawValue).joined(separator: ", ")
        throw ExperimentError(path: path, reason: "there is no built-in task '\(name)': choose \(known)")
      }
      return .defaults(for: task)
    case (nil, let file?):
      var options = DataOptions(path: file)
      options.sequenceID = data?["sequence_id"]?.string
      options.text = data?["text"]?.string
      options.source = data?["source"]?.string
      options.target = data?["target"]?.string
      let kind = given["network"]?.table?["kind"]?.string.flatMap(NetworkKind.init)
      return .defaults(
        forData: options, name: Dataset.name(of: file), kind: Dataset.kind(of: options, probes: probes),
        network: kind)
    default:
      throw ExperimentError(
        path: path, reason: "say what to train on: task or path, one of them, under [data]")
    }
  }

  private static func overlay(
    _ given: TOMLTable, on target: TOMLTable, text: String, path: String
  ) throws(ExperimentError) {
    func fail(_ key: String, under section: String? = nil, _ reason: String) -> ExperimentError {
      ExperimentError(
        path: path, line: TOMLText.line(of: key, under: section, in: text), reason: reason)
    }
    func choice(_ name: String, _ known: [String]) -> String {
      let nearest = TOMLText.nearest(to: name, among: known)
      return nearest.map { "did you mean '\($0)'?" } ?? "choose " + known.sorted().joined(separator: ", ")
    }
    for name in given.keys where name != "name" {
      guard let kinds = settings[name] else {
        throw fail(name, "there is no section '\(name)': \(choice(name, ["name"] + settings.keys))")
      }
      guard let section = given[name]?.table, let merged = target[name]?.table else {
        throw fail(name, "\(name) must be a section: [\(name)]")
      }
      for key in section.keys {
        guard let kind = kinds[key] else {
          let words = "there is no setting '\(key)' under [\(name)]: \(choice(key, Array(kinds.keys)))"
          throw fail(key, under: name, words)
        }
        guard let value = kind.value(section[key]) else {
          throw fail(key, under: name, "\(key) under [\(name)] must be \(kind.description)")
        }
        merged[key] = value
      }
    }
    if let name = given["name"] {
      guard let text = name.string else { throw fail("name", "name must be a text") }
      target["name"] = text
    }
  }

  /// What a setting's value looks like.
  private enum Kind {
    case whole
    case number
    case text
    case flag
    case choice([String])
    case widths
    case prior
    case fold

    var description: String {
      switch self {
      case .whole: "a whole number, 0 or more"
      case .number: "a number"
      case .text: "a text"
      case .flag: "true or false"
      case .choice(let names): "one of " + names.joined(separator: ", ")
      case .widths: "a list of whole numbers, such as [64, 32]"
      case .fold: "a part of the rows, such as \"3/10\", the third of ten"
      case .prior: "a prior, such as { mean = 0.05, scale = 0.1 }"
      }
    }

    static func choice<Name: CaseIterable & RawRepresentable<String>>(_ names: Name.Type) -> Kind {
      .choice(names.allCases.map(\.rawValue))
    }

    /// The value in the form the configuration takes; `nil` if it is of another kind.
    func value(_ given: (any TOMLValueConvertible)?) -> (any TOMLValueConvertible)? {
      guard let given else { return nil }
      switch self {
      case .whole: return given.int.flatMap { $0 >= 0 ? $0 : nil }
      case .number: return Self.number(given)
      case .text: return given.string
      case .fold: return given.string.flatMap { Fold($0) == nil ? nil : $0 }
      case .flag: return given.bool
      case .choice(let names): return given.string.flatMap { names.contains($0) ? $0 : nil }
      case .widths: return given.array.flatMap { list in list.allSatisfy { $0.int != nil } ? list : nil }
      case .prior:
        guard let table = given.table, Set(table.keys) == ["mean", "scale"],
          let mean = Self.number(table["mean"]), let scale = Self.number(table["scale"])
        else { return nil }
        let values: [String: any TOMLValueConvertible] = ["mean": mean, "scale": scale]
        return TOMLTable(values)
      }
    }

    /// A whole number is a number too.
    static func number(_ given: (any TOMLValueConvertible)?) -> Double? {
      given?.double ?? given?.int.map(Double.init)
    }
  }

  private static let settings: [String: [String: Kind]] = [
    "data": [
      "task": .choice(BuiltInTask.self), "path": .text, "target": .text, "validation": .number,
      "test": .number, "fold": .fold, "test_path": .text, "sequence_id": .text, "time": .text, "text": .text,
      "source": .text, "vocabulary": .whole, "permutation": .whole, "augmentation": .flag,
    ],
    "network": [
      "kind": .choice(NetworkKind.self), "state_size": .whole, "backpropagation_steps": .whole,
      "model_size": .whole, "heads": .whole, "depth": .whole, "channels": .whole,
      "pooling": .choice(Pooling.self),
      "hidden_layers": .whole, "activation": .choice(Activation.self), "fixed_widths": .widths,
      "importance": .choice(ImportanceFamily.self),
      "initial_rate": .number, "initial_bias_scale": .number, "quantile": .number, "minimum_rate": .number,
    ],
    "prior": ["weight_scale": .number, "rate": .prior],
    "training": [
      "epochs": .whole, "steps": .whole, "batch_size": .whole, "optimizer": .choice(OptimizerKind.self),
      "learning_rate": .number,
      "schedule": .choice(LearningRateSchedule.self), "momentum": .number, "patience": .whole, "seed": .whole,
      "threads": .whole, "pace": .number, "label_smoothing": .number, "warmup_steps": .whole,
      "gradient_clip": .number,
    ],
  ]

  private static func table(_ configuration: Configuration) -> TOMLTable {
    do {
      return try TOMLTable(string: TOMLEncoder().encode(configuration))
    } catch {
      preconditionFailure("a configuration is always encodable: \(error)")
    }
  }

  /// Numbers in Swift's shortest form: TOMLKit's own writes 0.1 as 0.10000000000000001.
  private static func line(_ key: String, _ value: (any TOMLValueConvertible)?) -> String {
    guard let value else { return "" }
    if let number = value.double { return "\(key) = \(number)\n" }
    if let table = value.table {
      let inner = table.keys.map { "\($0) = \(table[$0]?.double ?? 0)" }.joined(separator: ", ")
      return "\(key) = { \(inner) }\n"
    }
    if let text = value.string { return "\(key) = \(quoted(text))\n" }
    return "\(key) = \(value.debugDescription)\n"
  }

  /// TOMLKit's own way leaves quotes as they are.
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

/// Why an experiment file can not be used.
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
