import PlainText

/// What can be wrong with texts and translations.
public enum TextProblem: Equatable, Sendable {
  case notUTF8
  case unequalLines(Int, other: String, otherLines: Int)
  case noSentences
  case noLanguage
  case noTargetLanguage
  case noTranslation(tried: String)
  case unknownLanguage(String, available: [String])
  case ambiguousLanguages([String])
  case textIsTarget
}

extension TextProblem: DataProblem {
  /// What is wrong, and what to do.
  var sentence: String {
    switch self {
    case .notUTF8: "the line is not UTF-8; save the file as UTF-8, or say what it is with --encoding"
    case .unequalLines(let lines, let other, let otherLines):
      "\(counted(lines, "line")), but \(otherLines) in \(sanitized(other, limit: 300)); line n of one must be the "
        + "translation of line n of the other"
    case .noSentences: "no row has any text; give a file with sentences"
    case .noLanguage:
      "the name does not end in a language; call the files alike but for it, as train.en and train.de"
    case .noTargetLanguage: "name the language to translate into, or its file, as the target"
    case .noTranslation(let tried):
      "the translation is missing; put it into \(sanitized(tried, limit: 300)), or give its path as the target"
    case .unknownLanguage(let language, let available):
      "there is no text in \(quoted(language)); the languages are \(listed(available))"
    case .ambiguousLanguages(let available):
      "choose a source and another target of the languages \(listed(available))"
    case .textIsTarget: "the column of the texts cannot be what is predicted; choose another target column"
    }
  }
}

extension DataError.Reason {
  /// A problem with texts.
  public static func texts(_ problem: TextProblem) -> Self { Self(problem) }
}
