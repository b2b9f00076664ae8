/// The value of a setting: it can be read from the command line and from a file, written to a file, and checked.
public protocol SettingValue: Equatable, Sendable {
  /// What files must have, after "must be".
  static var form: String { get }
  /// The form of a value on the command line, after "must be"; by default that of files.
  static var flagForm: String { get }
  /// All values, if they are few.
  static var choices: [String] { get }
  /// Whether a word that begins with a hyphen can be a value, as negative numbers do.
  static var isNumeric: Bool { get }

  /// From a word on the command line; `nil`: it is none.
  static func reading(_ argument: String) -> Self?
  /// From a value in a file; `nil`: it is none.
  init?(_ literal: SettingLiteral)
  /// As it stands in a file.
  var literal: SettingLiteral { get }
  func isWithin(_ range: SettingRange) -> Bool
  func refusal(by range: SettingRange) -> String
}

/// What a file can hold for a setting.
public enum SettingLiteral: Equatable, Sendable {
  case whole(Int)
  case number(Double)
  case text(String)
  case flag(Bool)
  case wholes([Int])
  case texts([String])
  case numbers([String: Double])

  /// A whole number is a number, too.
  var number: Double? {
    switch self {
    case .whole(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

extension SettingValue {
  public static var choices: [String] { [] }
  public static var flagForm: String { form }
  public static var isNumeric: Bool { false }
  public func isWithin(_ range: SettingRange) -> Bool { true }
  public func refusal(by range: SettingRange) -> String { "must " + range.description }
}

/// Names of a few.
extension SettingValue where Self: CaseIterable & RawRepresentable<String> {
  public static var form: String { "one of " + choices.joined(separator: ", ") }
  public static var choices: [String] { allCases.map(\.rawValue) }
  public static func reading(_ argument: String) -> Self? { Self(rawValue: argument) }
  public init?(_ literal: SettingLiteral) {
    guard case .text(let name) = literal else { return nil }
    self.init(rawValue: name)
  }
  public var literal: SettingLiteral { .text(rawValue) }
}

extension SettingValue where Self: FixedWidthInteger {
  public static var form: String { "a whole number" + (isSigned ? "" : ", 0 or more") }
  public static var flagForm: String {
    "a whole number in digits, \(isSigned ? "" : "0 or more, ")such as 1000"
  }
  public static var isNumeric: Bool { true }
  public static func reading(_ argument: String) -> Self? { Self(argument) }
  public init?(_ literal: SettingLiteral) {
    guard case .whole(let value) = literal else { return nil }
    self.init(exactly: value)
  }
  public var literal: SettingLiteral { .whole(Int(clamping: self)) }
  public func isWithin(_ range: SettingRange) -> Bool { range.contains(self) }
}

extension Int: SettingValue {}
extension UInt64: SettingValue {}

extension Double: SettingValue {
  public static var form: String { "a number" }
  public static var isNumeric: Bool { true }
  public static func reading(_ argument: String) -> Self? { Self(argument) }
  public init?(_ literal: SettingLiteral) {
    guard let value = literal.number else { return nil }
    self = value
  }
  public var literal: SettingLiteral { .number(self) }
  public func isWithin(_ range: SettingRange) -> Bool { range.contains(self) }
  public func refusal(by range: SettingRange) -> String {
    "must \(isFinite ? range.description : "be a finite number")"
  }
}

extension String: SettingValue {
  public static var form: String { "a text" }
  public static func reading(_ argument: String) -> String? { argument }
  public init?(_ literal: SettingLiteral) {
    guard case .text(let value) = literal else { return nil }
    self = value
  }
  public var literal: SettingLiteral { .text(self) }
  public func isWithin(_ range: SettingRange) -> Bool { range.contains(self) }
}

extension Bool: SettingValue {
  public static var form: String { "true or false" }
  public static func reading(_ argument: String) -> Self? { Self(argument) }
  public init?(_ literal: SettingLiteral) {
    guard case .flag(let value) = literal else { return nil }
    self = value
  }
  public var literal: SettingLiteral { .flag(self) }
}

/// Widths: on the command line separated by commas.
extension [Int]: SettingValue {
  public static var form: String { "a list of whole numbers, such as [64, 32]" }
  public static var flagForm: String { "whole numbers from 1, such as 64,32" }
  public static var isNumeric: Bool { true }
  public static func reading(_ argument: String) -> Self? {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !parts.isEmpty, parts.allSatisfy({ $0.map { $0 > 0 } ?? false }) else { return nil }
    return parts.compactMap { $0 }
  }
  public init?(_ literal: SettingLiteral) {
    guard case .wholes(let values) = literal else { return nil }
    self = values
  }
  public var literal: SettingLiteral { .wholes(self) }
  public func isWithin(_ range: SettingRange) -> Bool { allSatisfy(range.contains) }
  public func refusal(by range: SettingRange) -> String { "must each " + range.description }
}

/// Names: on the command line separated by commas; one with a comma in it stands between quotation marks.
extension NameList: SettingValue {
  public static var form: String { "a list of texts, such as [\"a\", \"b\"]" }
  /// As −999 for a missing number.
  public static var isNumeric: Bool { true }
  public static func reading(_ argument: String) -> Self? {
    var names = [""]
    var isQuoted = false
    for character in argument {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: names.append("")
      default: names[names.count - 1].append(character)
      }
    }
    return isQuoted ? nil : NameList(names)
  }
  public init?(_ literal: SettingLiteral) {
    switch literal {
    case .texts(let names): self.init(names)
    case .text(let text):
      guard let names = Self.reading(text) else { return nil }
      self = names
    // An empty list in a file has no type.
    case .wholes(let values) where values.isEmpty: self.init([])
    default: return nil
    }
  }
  public var literal: SettingLiteral { .texts(names) }
}

/// On the command line `MEAN,SCALE`.
extension NormalPrior: SettingValue {
  public static var form: String { "a prior, such as { mean = 0.05, scale = 0.1 }" }
  public static var flagForm: String { "MEAN,SCALE, such as 0.05,0.1" }
  public static func reading(_ argument: String) -> Self? {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count == 2, let mean = parts[0], let scale = parts[1], mean > 0, scale > 0 else { return nil }
    return NormalPrior(mean: mean, scale: scale)
  }
  public init?(_ literal: SettingLiteral) {
    guard case .numbers(let values) = literal, values.count == 2, let mean = values["mean"],
      let scale = values["scale"]
    else { return nil }
    self.init(mean: mean, scale: scale)
  }
  public var literal: SettingLiteral { .numbers(["mean": mean, "scale": scale]) }
  public func isWithin(_ range: SettingRange) -> Bool {
    isValid
  }
  public func refusal(by range: SettingRange) -> String {
    "takes a finite mean and a scale of at least 1e-6"
  }
}

/// On the command line and in files `INDEX/COUNT`.
extension Fold: SettingValue {
  public static var form: String { "a part of the rows, such as \"3/10\", the third of ten" }
  public static func reading(_ argument: String) -> Self? { Self(argument) }
  public init?(_ literal: SettingLiteral) {
    guard case .text(let text) = literal else { return nil }
    self.init(text)
  }
  public var literal: SettingLiteral { .text(description) }
}

extension BuiltInTask: SettingValue {}
extension NetworkKind: SettingValue {}
extension Activation: SettingValue {}
extension ImportanceFamily: SettingValue {}
extension WidthMethod: SettingValue {}
extension PosteriorFamily: SettingValue {}
extension ImportanceScale: SettingValue {}
extension Switch: SettingValue {}
extension PriceUnit: SettingValue {}
extension Pooling: SettingValue {}
extension AdaptedLayers: SettingValue {}
extension OptimizerKind: SettingValue {}
extension LearningRateSchedule: SettingValue {}
