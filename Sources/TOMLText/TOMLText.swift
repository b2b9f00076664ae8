import TOMLKit

/// Reading TOML that people wrote.
public enum TOMLText {
  /// The document, or what is wrong with it. TOMLKit's parser ends the process on some mistakes, instead of telling
  /// them: those are found here first.
  public static func parse(_ text: String) throws(TOMLMistake) -> TOMLTable {
    var scanner = HazardScanner(text)
    if let mistake = scanner.mistake() { throw mistake }
    do {
      return try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw TOMLMistake(line: error.source.begin.line, reason: reason(error.description))
    } catch {
      throw TOMLMistake(line: nil, reason: "\(error)")
    }
  }

  /// The parser first says what it was parsing, which helps nobody, and may end in a full stop.
  private static func reason(_ description: String) -> String {
    let words = description.split(separator: ": ", maxSplits: 1).last ?? ""
    return String(words.hasSuffix(".") ? words.dropLast() : words)
  }
}

/// What is wrong with a TOML document.
public struct TOMLMistake: Error, Equatable {
  /// From 1; `nil`: nobody knows.
  public var line: Int?
  public var reason: String

  /// With what to do about it.
  public var sentence: String { "\(reason); correct \(line == nil ? "it" : "that line")" }
}
