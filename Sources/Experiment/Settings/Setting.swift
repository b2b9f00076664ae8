/// One option of an experiment, given by a flag or by a key in an experiment file.
///
/// `Setting.all` has a row for each. The command line, experiment files, their checks, help and manual all follow
/// from the rows: a new option is a property of `Configuration` and a row.
public struct Setting: Sendable {
  /// The part of an experiment file that a key stands under.
  public enum Section: String, CaseIterable, Sendable {
    case data, network, prior, training
  }

  /// The option of the command line.
  public enum Flag: Equatable, Sendable {
    /// The key, with hyphens for underscores.
    case asKey
    /// Another name, without the two hyphens.
    case named(String)
    /// A new name; the one before it is still accepted, and not shown.
    case renamed(String, from: String)
    /// An option of the dashboard's, which has words of its own for it.
    case dashboard
    /// None: experiment files alone.
    case none
  }

  public let section: Section
  /// In an experiment file.
  public let key: String
  /// The long option without its hyphens; `nil`: experiment files alone.
  public let flag: String?
  /// The option's name in older versions, which is still accepted.
  public let formerFlag: String?
  /// The key's, likewise.
  public var formerKey: String? { formerFlag?.replacing("-", with: "_") }
  /// Whether the commands that train take the flag from this table.
  public let isFlagOfRuns: Bool
  /// One sentence without its full stop and without the default.
  public let summary: String
  /// What an absent value means, for help; `nil`: there always is a value.
  public let absence: String?
  public let type: any SettingValue.Type
  public let range: SettingRange
  /// The networks that it means something to: those whose architecture has the option.
  public let networks: [NetworkKind]
  /// The data that it means something to.
  public let data: [DataKind]
  /// Whether it says something about learned widths, and nothing about fixed ones.
  public let isOfLearnedWidths: Bool
  private let path: AnyKeyPath & Sendable
  private let read: @Sendable (Configuration) -> (any SettingValue)?
  private let write: @Sendable (inout Configuration, any SettingValue) -> Void
  private let copy: @Sendable (Configuration, inout Configuration) -> Void

  /// A setting that always has a value.
  ///
  /// - Parameter assign: sets the value, where more than the property follows from it.
  // Inlined into the tables of settings, this and the next would take a tenth of the module's compilation.
  @inline(never)
  init<Value: SettingValue>(
    _ section: Section, _ key: String, _ path: WritableKeyPath<Configuration, Value> & Sendable,
    flag: Flag = .asKey, _ summary: String, _ range: SettingRange = .any,
    data: [DataKind] = DataKind.allCases,
    isOfLearnedWidths: Bool = false, assign: (@Sendable (inout Configuration, Value) -> Void)? = nil
  ) {
    self.init(
      section, key, path, flag, summary, absence: nil, Value.self, range, data, isOfLearnedWidths,
      read: { $0[keyPath: path] },
      write: { configuration, value in
        if let assign { assign(&configuration, value) } else { configuration[keyPath: path] = value }
      },
      copy: { $1[keyPath: path] = $0[keyPath: path] })
  }

  /// A setting that can be absent.
  @inline(never)
  init<Value: SettingValue>(
    _ section: Section, _ key: String, _ path: WritableKeyPath<Configuration, Value?> & Sendable,
    flag: Flag = .asKey, _ summary: String, absence: String, _ range: SettingRange = .any,
    data: [DataKind] = DataKind.allCases,
    isOfLearnedWidths: Bool = false
  ) {
    self.init(
      section, key, path, flag, summary, absence: absence, Value.self, range, data,
      isOfLearnedWidths, read: { $0[keyPath: path] }, write: { $0[keyPath: path] = $1 },
      copy: { $1[keyPath: path] = $0[keyPath: path] })
  }

  private init<Value: SettingValue>(
    _ section: Section, _ key: String, _ path: AnyKeyPath & Sendable, _ flag: Flag, _ summary: String,
    absence: String?, _ type: Value.Type, _ range: SettingRange,
    _ data: [DataKind], _ isOfLearnedWidths: Bool,
    read: @escaping @Sendable (Configuration) -> Value?,
    write: @escaping @Sendable (inout Configuration, Value) -> Void,
    copy: @escaping @Sendable (Configuration, inout Configuration) -> Void
  ) {
    self.section = section
    self.key = key
    self.path = path
    self.flag =
      switch flag {
      case .asKey, .dashboard: key.replacing("_", with: "-")
      case .named(let name), .renamed(let name, from: _): name
      case .none: nil
      }
    formerFlag = if case .renamed(_, let name) = flag { name } else { nil }
    isFlagOfRuns = self.flag != nil && flag != .dashboard
    self.summary = summary
    self.absence = absence
    self.type = type
    self.range = range
    networks = self.flag.flatMap { Architecture.Option(rawValue: "--\($0)") }?.kinds ?? NetworkKind.allCases
    self.data = data
    self.isOfLearnedWidths = isOfLearnedWidths
    self.copy = copy
    self.read = { read($0) }
    self.write = { configuration, value in
      guard let value = value as? Value else {
        preconditionFailure("\(key) takes \(Value.self), not \(Swift.type(of: value))")
      }
      write(&configuration, value)
    }
  }
}

extension Setting {
  /// Whether this is the setting of a property, as in `setting.is(\.training.epochs)`.
  public func `is`(_ path: PartialKeyPath<Configuration>) -> Bool { (self.path as AnyKeyPath) == path }

  /// The setting of a property of `Configuration`; it traps if the property has none.
  public static func of(_ path: PartialKeyPath<Configuration>) -> Setting {
    guard let setting = all.first(where: { $0.is(path) }) else {
      preconditionFailure("there is no setting for \(path)")
    }
    return setting
  }

  /// The value in a configuration; `nil` if it is absent.
  public func value(in configuration: Configuration) -> (any SettingValue)? { read(configuration) }

  /// Sets the value, which must be of this setting's type.
  public func set(_ value: any SettingValue, in configuration: inout Configuration) {
    write(&configuration, value)
  }

  /// Sets the value, or its absence, to that of another configuration, and nothing that would follow from it.
  public func copy(from other: Configuration, to configuration: inout Configuration) {
    copy(other, &configuration)
  }

  /// Why a value is out of range, as the end of a sentence that begins with the setting's name: `must be positive`;
  /// `nil` if it is within.
  public func refusal(of value: any SettingValue) -> String? {
    value.isWithin(range) ? nil : value.refusal(by: range)
  }

  /// How errors name the setting: by its flag if it has one.
  public var name: String { flag.map { "--\($0)" } ?? "\(key) under [\(section.rawValue)]" }
}
