/// How well what was typed fits a command, for palette and help.
package enum Matching {
  /// In lower case, words apart by one space: hyphens join the words of ids only.
  package static func normalized(_ text: String) -> String {
    text.lowercased().split { $0 == " " || $0 == "-" }.joined(separator: " ")
  }

  /// The score of a query that is the id.
  package static let exact = 1000
  /// The least one of a query that begins a name.
  package static let beginning = 800

  /// The larger the better; `nil`: not at all.
  ///
  /// - Parameters:
  ///   - query: normalized; an empty one fits everything equally.
  ///   - names: normalized; what counts most, the id first.
  ///   - text: normalized; what else is said of the command.
  package static func score(_ query: String, names: [String], text: String) -> Int? {
    if query.isEmpty { return 0 }
    if names.first == query { return exact }
    if let best = names.compactMap({ score(query, name: $0) }).max() { return best }
    let words = query.split(separator: " ")
    let all = (names + [text]).joined(separator: " ")
    if words.allSatisfy({ all.contains($0) }) { return 300 }
    return names.contains { isSubsequence(query.filter { $0 != " " }, of: $0) } ? 100 : nil
  }

  /// A whole name, its beginning, the beginning of a word, some part; shorter names first.
  private static func score(_ query: String, name: String) -> Int? {
    if name == query { return 950 }
    let length = min(99, name.count)
    if name.hasPrefix(query) { return beginning + 99 - length }
    if (" " + name).contains(" " + query) { return 700 - length }
    let initials = String(name.split(separator: " ").compactMap(\.first))
    if initials.count > 1, initials == query { return 600 }
    return name.contains(query) ? 500 - length : nil
  }

  private static func isSubsequence(_ letters: String, of name: String) -> Bool {
    var rest = name[...]
    for letter in letters {
      guard let place = rest.firstIndex(of: letter) else { return false }
      rest = rest[rest.index(after: place)...]
    }
    return true
  }

  /// What follows the words of an id in a line that was typed: "70%" in "truncate all 70%", "2" in "layer-2". Words may
  /// be abbreviated; `nil` if these are not the words, or nothing follows them.
  package static func argument(of id: String, in line: String) -> String? {
    let wanted = id.split(separator: "-")
    var given: [Substring] = []
    var tokens = line.split(separator: " ")[...]
    while given.count < wanted.count, let token = tokens.popFirst() { given += token.split(separator: "-") }
    let value = given.dropFirst(wanted.count).joined(separator: "-")
    if !value.isEmpty { tokens.insert(value[...], at: tokens.startIndex) }
    guard !tokens.isEmpty, given.count >= wanted.count,
      zip(wanted, given).allSatisfy({ $0.hasPrefix($1.lowercased()) })
    else { return nil }
    return tokens.joined(separator: " ")
  }
}
