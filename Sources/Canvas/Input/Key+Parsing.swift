extension Key {
  /// The key of a name: a character by itself, `ctrl-` or `alt-` before one, or one of `namedKeys`, in small letters
  /// or large. `nil` for what is no key, or one that terminals cannot distinguish from another or keep for themselves.
  public init?(named name: String) {
    let word = name.lowercased()
    if let key = Self.byName[word] {
      self = key
    } else if word.hasPrefix("ctrl-"), let character = Self.character(name.dropFirst(5)) {
      let letter = Character(character.lowercased())
      guard Self.controllable.contains(letter) else { return nil }
      self = .control(letter)
    } else if word.hasPrefix("alt-"), let character = Self.character(name.dropFirst(4)), character.isASCII {
      // ESC [ and the like begin other keys.
      guard !"[O]P_^X\\".contains(character) else { return nil }
      self = .alt(character)
    } else if let character = Self.character(name[...]) {
      self = .character(character)
    } else {
      return nil
    }
  }

  /// Names that are words, the usual ones first.
  public static let namedKeys =
    standing.map(\.writtenName) + (1...12).map { "f\($0)" } + ["space"]

  private static let standing: [Key] = [
    .up, .down, .left, .right, .shiftLeft, .shiftRight, .home, .end, .pageUp, .pageDown, .escape, .tab,
    .backTab, .backspace, .insert, .delete, .enter,
  ]

  private static let byName: [String: Key] = {
    var keys = Dictionary(uniqueKeysWithValues: standing.map { ($0.writtenName, $0) })
    for key in standing { keys[key.name] = key }
    for number in 1...12 { keys["f\(number)"] = .function(number) }
    return keys.merging(["space": .character(" "), "escape": .escape]) { $1 }
  }()

  /// Not ctrl-h, -i, -j and -m, which are backspace, tab and enter, nor ctrl-z, which suspends.
  private static let controllable: Set<Character> = Set("abcdefgklnopqrstuvwxy\\]^_ ")

  /// One that takes one column of the screen; the space bar by its name.
  private static func character(_ text: Substring) -> Character? {
    if text.lowercased() == "space" { return " " }
    guard text.count == 1, let character = text.first, text.unicodeScalars.count == 1,
      let scalar = text.unicodeScalars.first, scalar != " ", scalar != Text.substitute,
      Text.form(of: scalar) == .character(scalar, columns: 1)
    else { return nil }
    return character
  }
}
