/// What an observation of each class counts in the loss.
public enum ClassWeights: Equatable, Sendable {
  /// In inverse proportion to the class's observations.
  case balanced
  /// In the order of the classes.
  case list([Double])
  /// By name; classes that are not named count 1.
  case named([Entry])

  public struct Entry: Equatable, Sendable {
    public var name: String
    public var weight: Double

    public init(_ name: String, _ weight: Double) {
      (self.name, self.weight) = (name, weight)
    }
  }

  private static let balancedWord = "balanced"

  /// - Parameter text: `balanced`, `W,W,…` or `NAME=W,…`; a name with a comma stands between quotation marks.
  init?(_ text: String) {
    if text == Self.balancedWord {
      self = .balanced
      return
    }
    guard let parts = NameList.reading(text)?.names else { return nil }
    if parts.allSatisfy({ $0.contains("=") }) {
      let entries = parts.compactMap { part -> Entry? in
        guard let sign = part.lastIndex(of: "="), let weight = Double(part[part.index(after: sign)...])
        else { return nil }
        return Entry(String(part[..<sign]), weight)
      }
      guard entries.count == parts.count else { return nil }
      self = .named(entries)
    } else {
      let weights = parts.compactMap { Double($0) }
      guard weights.count == parts.count else { return nil }
      self = .list(weights)
    }
  }

  private var text: String {
    switch self {
    case .balanced: Self.balancedWord
    case .list(let weights): weights.map { "\($0)" }.joined(separator: ",")
    case .named(let entries):
      entries.map { entry in
        let text = "\(entry.name)=\(entry.weight)"
        return entry.name.contains(",") ? "\"\(text)\"" : text
      }.joined(separator: ",")
    }
  }

  private var weights: [Double] {
    switch self {
    case .balanced: [1]
    case .list(let weights): weights
    case .named(let entries): entries.map(\.weight)
    }
  }

  /// The weight of each class, scaled so that the mean over the training observations is 1: the loss keeps its size.
  ///
  /// - Parameters:
  ///   - classes: their names.
  ///   - counts: training observations of each.
  /// - Returns: or why there are none, as a clause.
  public func resolved(classes: [String], counts: [Int]) -> Result<[Double], ClassWeightsError> {
    let total = counts.reduce(0, +)
    var weights = Array(repeating: 1.0, count: counts.count)
    switch self {
    case .balanced: weights = counts.map { $0 > 0 ? 1 / Double($0) : 0 }
    case .list(let list):
      guard list.count == counts.count else {
        return .failure(
          ClassWeightsError(
            clause: "\(list.count) \(list.count == 1 ? "weight" : "weights") for \(counts.count) classes"))
      }
      weights = list
    case .named(let entries):
      for entry in entries {
        guard let index = classes.firstIndex(of: entry.name) else {
          return .failure(ClassWeightsError(clause: "there is no class '\(entry.name)'", unknown: entry.name))
        }
        weights[index] = entry.weight
      }
    }
    let sum = zip(weights, counts).reduce(0) { $0 + $1.0 * Double($1.1) }
    guard sum > 0, total > 0 else {
      return .failure(ClassWeightsError(clause: "no training row has a class of positive weight"))
    }
    return .success(weights.map { $0 * Double(total) / sum })
  }
}

/// Why class weights do not suit the classes.
public struct ClassWeightsError: Error, Equatable, Sendable {
  public var clause: String
  /// The class that there is not.
  public var unknown: String?
}

extension ClassWeights: SettingValue {
  public static var form: String { "\"balanced\", weights such as \"1,5\", or \"NAME=W,…\"" }
  public static func reading(_ argument: String) -> Self? { Self(argument) }

  public init?(_ literal: SettingLiteral) {
    switch literal {
    case .text(let text): self.init(text)
    case .numbers(let values):
      self = .named(values.sorted { $0.key < $1.key }.map { Entry($0.key, $0.value) })
    default: return nil
    }
  }

  public var literal: SettingLiteral { .text(text) }

  public func isWithin(_ range: SettingRange) -> Bool {
    !weights.isEmpty && weights.allSatisfy { $0.isFinite && $0 >= 0 } && weights.contains { $0 > 0 }
      && repeatedName == nil
  }

  /// A class that is given two weights.
  private var repeatedName: String? {
    guard case .named(let entries) = self else { return nil }
    var seen: Set<String> = []
    return entries.first { !seen.insert($0.name).inserted }?.name
  }

  public func refusal(by range: SettingRange) -> String {
    if let repeatedName { return "gives the class '\(repeatedName)' two weights" }
    return "takes weights that are not negative, one of them positive"
  }
}

/// Which network a run ends with.
public enum KeptNetwork: String, Codable, CaseIterable, Sendable {
  /// That of the evaluation with the best held-out metric.
  case best
  /// That of the last step.
  case last
}

extension KeptNetwork: SettingValue {}
