import ArgumentParser
import Experiment

/// Which settings a group of flags has.
package protocol SettingGroup: Sendable {
  static var sections: [Setting.Section] { get }
}

package enum DataSettings: SettingGroup { package static let sections = [Setting.Section.data] }
package enum NetworkSettings: SettingGroup {
  package static let sections = [Setting.Section.network, .prior]
}
package enum TrainingSettings: SettingGroup { package static let sections = [Setting.Section.training] }

/// The flags of a group of settings, made from the rows of `Setting.all`.
///
/// ArgumentParser finds options by reflection, and values by decoding. This type reflects one option a row and decodes
/// each by its flag, in place of a declared property a row.
package struct SettingFlags<Group: SettingGroup>: ParsableArguments, CustomReflectable {
  /// What was given on the command line, in the order of the table.
  package private(set) var given: [(setting: Setting, value: any SettingValue)] = []

  private static var settings: [Setting] {
    Setting.all.filter { Group.sections.contains($0.section) && $0.isFlagOfRuns }
  }

  /// A flag that was given by its former name, too; ArgumentParser does not show what its decoding throws.
  private var repeated: (former: String, flag: String)?

  package init() {}

  /// Paths are checked before anything is read.
  package func validate() throws {
    for (setting, value) in given where setting.range == .path {
      if let refusal = setting.refusal(of: value) { throw ValidationError("\(setting.name) \(refusal)") }
    }
    guard let repeated else { return }
    throw ValidationError("--\(repeated.former) is the former name of --\(repeated.flag): give one of them")
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: FlagKey.self)
    for setting in Self.settings {
      let flags = [setting.formerFlag, setting.flag].compactMap(\.self)
      let values = try flags.compactMap { try setting.type.given(in: container, $0) }
      if values.count > 1 { repeated = (flags[0], flags[1]) }
      if let value = values.first { given.append((setting, value)) }
    }
  }

  package var customMirror: Mirror {
    let flags = Self.settings.map { ($0.flag, $0.type.option($0, $0.flag)) }
    let former = Self.settings.filter { $0.formerFlag != nil }.map {
      ($0.formerFlag, $0.type.option($0, $0.formerFlag, visibility: .hidden))
    }
    return Mirror(self, children: flags + former, displayStyle: .struct)
  }
}

/// The name of a flag, as ArgumentParser's key of it.
private struct FlagKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(_ flag: String) { stringValue = flag }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// A setting's value as ArgumentParser takes it.
private struct FlagValue<Value: SettingValue> {
  var value: Value
}

extension FlagValue: ExpressibleByArgument {
  init?(argument: String) {
    guard let value = Value.reading(argument) else { return nil }
    self.value = value
  }

  static var allValueStrings: [String] { Value.choices }
  static var defaultCompletionKind: CompletionKind {
    Value.choices.isEmpty ? .default : .list(Value.choices)
  }
}

extension SettingValue {
  /// ArgumentParser's definition of the flag: on or off, or a word.
  fileprivate static func option(
    _ setting: Setting, _ flag: String?, visibility: ArgumentVisibility = .default
  ) -> Any {
    let name = NameSpecification.customLong(flag ?? "")
    let help = ArgumentHelp(setting.help, visibility: visibility)
    if Self.self == Bool.self {
      return ArgumentParser.Flag<Bool?>(name: name, inversion: .prefixedNo, help: help)
    }
    let completion: CompletionKind? =
      setting.is(\.data.path) || setting.is(\.data.testPath) ? .file() : nil
    // The parser lists the choices where a word is none of a few; of other values it would say nothing.
    guard choices.isEmpty else {
      return Option<FlagValue<Self>?>(
        name: name, parsing: isNumeric ? .unconditional : .next, help: help, completion: completion)
    }
    return Option<FlagValue<Self>?>(
      name: name, parsing: isNumeric ? .unconditional : .next, help: help, completion: completion,
      transform: { FlagValue(value: try parsing($0)) })
  }

  fileprivate static func given(in container: KeyedDecodingContainer<FlagKey>, _ flag: String) throws
    -> (any SettingValue)?
  {
    let key = FlagKey(flag)
    if Self.self == Bool.self {
      return try container.decode(ArgumentParser.Flag<Bool?>.self, forKey: key).wrappedValue
    }
    return try container.decode(Option<FlagValue<Self>?>.self, forKey: key).wrappedValue?.value
  }
}

extension SettingValue {
  /// From a word on the command line. Where it is none, the error says what it must be: ArgumentParser by itself says
  /// that it is invalid.
  @Sendable package static func parsing(_ argument: String) throws -> Self {
    if let value = reading(argument) { return value }
    let isTooLarge = isNumeric && argument.split(separator: ",").contains(where: isBeyondWholeNumbers)
    throw ValidationError(
      isTooLarge ? "whole numbers go up to \(Int.max)" : "it must be \(flagForm)")
  }

  private static func isBeyondWholeNumbers(_ digits: Substring) -> Bool {
    !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber } && Int(digits) == nil
  }
}

extension Setting {
  /// What the command line makes of this setting's flag followed by a word; for a setting that is on or off, of the
  /// flag alone.
  package func value(fromFlag argument: String) throws -> (any SettingValue)? {
    let words = ["--\(flag ?? key)"] + (type == Bool.self ? [] : [argument])
    let given =
      switch section {
      case .data: try SettingFlags<DataSettings>.parse(words).given
      case .network, .prior: try SettingFlags<NetworkSettings>.parse(words).given
      case .training: try SettingFlags<TrainingSettings>.parse(words).given
      }
    return given.first?.value
  }
}
