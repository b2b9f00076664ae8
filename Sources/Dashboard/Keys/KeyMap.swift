import Canvas

/// Which keys lead to which command: the standard ones, or those the user has chosen instead.
public struct KeyMap: Equatable, Sendable {
  /// A command in the table.
  package struct Position: Equatable, Sendable {
    package var binding: Int
    package var command: Int
  }

  private var keysByID: [String: [Key]] = [:]
  private var positions: [Key: Position] = [:]

  /// Always quits, whatever else does, so that nobody is ever locked in.
  public static let lastResort = Key.control("c")
  /// Confirms questions and chooses in lists, and so cannot be bound.
  public static let confirmation = Key.enter

  /// The keys of `KeyBinding.all`.
  public static let standard: KeyMap = {
    do {
      return try KeyMap(replacing: [:])
    } catch {
      preconditionFailure("the standard keys: \(error)")
    }
  }()

  /// Why keys were refused.
  public enum Mistake: Error, Equatable {
    /// There is no such command.
    case unknownCommand(String)
    /// The key has a meaning that stays.
    case reserved(Key, command: String)
    /// Two commands on one key; the user has chosen it for the first, and for the other if `isChosen`.
    case conflict(Key, command: String, other: String, isChosen: Bool)
  }

  /// - Parameter own: keys by the `id` of their command, instead of its standard ones; none: no key at all.
  public init(replacing own: [String: [Key]]) throws(Mistake) {
    let known = Set(KeyBinding.all.flatMap { $0.commands.map(\.id) })
    for id in own.keys.sorted() {
      guard known.contains(id) else { throw .unknownCommand(id) }
      for key in own[id] ?? [] where key == Self.confirmation || key == Self.lastResort && id != "quit" {
        throw .reserved(key, command: id)
      }
    }
    for (index, binding) in KeyBinding.all.enumerated() {
      for (commandIndex, command) in binding.commands.enumerated() {
        var keys = own[command.id] ?? command.keys
        if command.id == "quit" && !keys.contains(Self.lastResort) { keys.append(Self.lastResort) }
        keysByID[command.id] = keys
        for key in keys {
          let position = Position(binding: index, command: commandIndex)
          if let other = positions[key], other != position {
            throw Self.conflict(key, command, with: other, own)
          }
          positions[key] = position
        }
      }
    }
  }

  private static func conflict(
    _ key: Key, _ command: KeyCommand, with position: Position, _ own: [String: [Key]]
  ) -> Mistake {
    let other = KeyBinding.all[position.binding].commands[position.command].id
    let isChosen = own[command.id] != nil && own[other] != nil
    return own[command.id] == nil
      ? .conflict(key, command: other, other: command.id, isChosen: isChosen)
      : .conflict(key, command: command.id, other: other, isChosen: isChosen)
  }

  /// The keys of a command, by its id.
  public func keys(of id: String) -> [Key] { keysByID[id] ?? [] }

  func position(of key: Key) -> Position? { positions[key] }

  /// The id of the command on a key.
  package func command(on key: Key) -> String? {
    positions[key].map { KeyBinding.all[$0.binding].commands[$0.command].id }
  }

  /// All keys of a row as shown: "← →".
  package func names(of binding: KeyBinding, in glyphs: GlyphSet) -> String {
    let isStandard = binding.commands.allSatisfy { keys(of: $0.id) == $0.keys }
    if isStandard, let range = binding.keyRange { return range }
    return binding.commands.flatMap { keys(of: $0.id) }.map { $0.name(in: glyphs) }.joined(separator: " ")
  }

  /// In the footer: pairs that are short, such as "← →", else the first key; `nil` if there is none.
  func shortNames(of binding: KeyBinding, in glyphs: GlyphSet) -> String? {
    let keys = binding.commands.prefix(2).compactMap { self.keys(of: $0.id).first }
    guard let first = keys.first else { return nil }
    let pair = keys.map { $0.name(in: glyphs) }.joined(separator: " ")
    return pair.count <= 4 || [.left, .up].contains(first) ? pair : first.name(in: glyphs)
  }

  /// How a sentence names what calls a command: its key, or, if it has none, what to type: ":undo".
  package func hint(_ id: String, in glyphs: GlyphSet) -> String {
    if let key = keys(of: id).first { return key.name(in: glyphs) }
    return (keys(of: "palette").first?.name(in: glyphs) ?? ":") + id
  }
}

extension KeyBinding {
  static func command(at position: KeyMap.Position) -> KeyCommand {
    all[position.binding].commands[position.command]
  }
}

extension State {
  /// How a sentence names what calls a command: "u".
  package func hint(_ id: String) -> String { keys.hint(id, in: glyphs) }
}
