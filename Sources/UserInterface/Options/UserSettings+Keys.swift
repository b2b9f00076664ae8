import Canvas
import Dashboard
import PlainText
import TOMLKit
import TOMLText

/// The section of keys.
extension UserSettings {
  func keyMap(_ own: TOMLTable) throws(SettingsError) -> KeyMap {
    var keys: [String: [Key]] = [:]
    for id in own.keys { keys[id] = try chosenKeys(own[id], of: id) }
    do {
      return try KeyMap(replacing: keys)
    } catch {
      throw refusal(of: error)
    }
  }

  private func chosenKeys(_ value: (any TOMLValueConvertible)?, of id: String) throws(SettingsError)
    -> [Key]
  {
    var names: [String] = []
    for item in value?.array.map(Array.init) ?? [value].compactMap(\.self) {
      guard let name = item.string else {
        let words = "must be a key in quotes, such as \"ctrl-t\", or a list of them"
        throw error(at: id, under: "keys", "\(sanitized(id)) \(words)")
      }
      names.append(name)
    }
    var keys: [Key] = []
    for name in names {
      guard let key = Key(named: name) else {
        throw error(at: id, under: "keys", "there is no key “\(sanitized(name))”\(Self.advice(on: name))")
      }
      keys.append(key)
    }
    return keys
  }

  /// What to write instead.
  private static func advice(on name: String) -> String {
    if name.count > 2, let nearest = TOMLText.nearest(to: name.lowercased(), among: Key.namedKeys) {
      return ": did you mean “\(nearest)”?"
    }
    return ": write a character, such as “t” or “T”, “ctrl-t”, “alt-t”, “f5”, or one of "
      + Key.namedKeys.filter { !$0.hasPrefix("f") }.joined(separator: ", ")
      + " (ctrl-h, -i, -j, -m and -z are other keys to a terminal)"
  }

  private func refusal(of mistake: KeyMap.Mistake) -> SettingsError {
    switch mistake {
    case .unknownCommand(let id):
      let known = KeyBinding.all.flatMap { $0.commands.map(\.id) }
      let advice =
        TOMLText.nearest(to: id, among: known).map { "did you mean '\($0)'?" }
        ?? "examples/config.toml lists them all, as does “:” in the dashboard"
      return error(at: id, under: "keys", "there is no command '\(sanitized(id))': \(advice)")
    case .reserved(let key, let command):
      let meaning = key == KeyMap.confirmation ? "enter confirms" : "\(key.writtenName) always quits"
      return error(
        at: command, under: "keys", "\(meaning), and cannot be bound to \(command): choose another key")
    case .conflict(let key, let command, let other, let isChosen):
      let words =
        isChosen
        ? "“\(key.writtenName)” is given to both \(other) and \(command): choose another key for one of them"
        : "“\(key.writtenName)” is the standard key of \(other): choose another one for \(command), or give "
          + "\(other) another one, too"
      return error(at: command, under: "keys", words)
    }
  }
}
