import Foundation

/// "26,412", "−1,000".
package func grouped(_ value: some BinaryInteger) -> String {
  let digits = String(value.magnitude)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return value < 0 ? "−" + text : text
}

/// "1 row", "2 rows", "2 classes", "14,154 steps".
package func counted(_ count: Int, _ noun: String) -> String {
  let ending = noun.hasSuffix("s") ? "es" : "s"
  return "\(grouped(count)) \(noun)\(count == 1 ? "" : ending)"
}

/// Epochs in four digits, and whole ones that are done from a thousand on: "0.3333", "12.5", "14,153".
package func shownEpochs(_ epochs: Double) -> String {
  // What four digits would round up to a thousand is not a thousand yet.
  if epochs < 999.95 { return String(format: "%.4g", epochs) }
  return Int(exactly: epochs.rounded(.down)).map { grouped($0) } ?? String(format: "%.0f", epochs)
}

/// The text on one line, with control and direction characters escaped, cut to `limit` characters.
package func sanitized(_ text: String, limit: Int = 60) -> String {
  var result = ""
  for character in text.prefix(limit) {
    for scalar in character.unicodeScalars.prefix(8) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
  return text.dropFirst(limit).isEmpty ? result : result + "…"
}

/// The text between single quotes, sanitized.
package func quoted(_ text: String) -> String { "'\(sanitized(text))'" }

/// The first ten names, sanitized, separated by commas.
package func listed(_ names: [String]) -> String {
  names.prefix(10).map { sanitized($0) }.joined(separator: ", ")
}

/// "a", "a or b", "a, b or c".
package func alternatives(_ words: [String]) -> String {
  let first = words.dropLast().joined(separator: ", ")
  return first.isEmpty ? words.joined() : first + " or " + words[words.count - 1]
}

/// The end of a sentence about a name that does not exist: the nearest of the available names as a question if one is
/// near enough, otherwise the first ten of them.
///
/// - Parameter nouns: what the names are of, in the plural.
package func suggestion(nearestTo name: String, of available: [String], _ nouns: String) -> String {
  if let nearest = nearest(to: name, of: available) { return "; did you mean \(quoted(nearest))?" }
  return "; the \(nouns) are \(listed(available))\(available.count > 10 ? ", … (\(available.count))" : "")"
}

/// The nearest of some names; `nil`: none is near enough.
package func nearest(to name: String, of available: [String]) -> String? {
  let distances = available.prefix(1000).map { editDistance(name.lowercased(), $0.lowercased()) }
  guard let least = distances.min(), let index = distances.firstIndex(of: least), least <= name.count / 2
  else { return nil }
  return available[index]
}

/// The number of insertions, deletions and replacements that turn one text into the other. Only the first 100
/// characters of each count.
private func editDistance(_ first: String, _ second: String) -> Int {
  let target = Array(second.prefix(100))
  var distances = Array(0...target.count)
  for (row, character) in first.prefix(100).enumerated() {
    var diagonal = row
    distances[0] = row + 1
    for column in target.indices {
      let replaced = diagonal + (character == target[column] ? 0 : 1)
      diagonal = distances[column + 1]
      distances[column + 1] = min(replaced, diagonal + 1, distances[column] + 1)
    }
  }
  return distances[target.count]
}
