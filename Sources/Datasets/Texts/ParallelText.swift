import Experiment

/// A text and its translation, line by line.
struct ParallelText {
  /// The source lines, as many as the target has.
  let source: TextLines
  let target: TextLines

  /// - Parameter encoding: of both; `nil`: UTF-8, or UTF-16 by its mark.
  init(_ files: ParallelFiles.Part, _ encoding: TextEncoding?) throws(DataError) {
    try self.init(files, source: TextLines(.opened(files.source), encoding), encoding)
  }

  /// - Parameter source: the lines of the first file, read before.
  init(_ files: ParallelFiles.Part, source: TextLines, _ encoding: TextEncoding?) throws(DataError) {
    self.source = source
    target = try TextLines(.opened(files.target), encoding)
    guard source.count == target.count else {
      throw DataError(
        .texts(.unequalLines(source.count, other: files.target, otherLines: target.count)), file: files.source
      )
    }
    guard !rows.isEmpty else { throw DataError(.texts(.noSentences), file: files.source) }
  }

  /// Lines with something on both sides.
  var rows: [Int32] {
    (0..<source.count).filter { !source.isBlank($0) && !target.isBlank($0) }.map { Int32($0) }
  }

  var columns: [TextLines] { [source, target] }
}

/// The paths of the parts of parallel text, and their languages.
struct ParallelFiles: Equatable {
  /// The files of one part.
  struct Part: Equatable {
    var source: String
    var target: String
  }

  /// The endings of the files' names.
  private(set) var source: String
  private(set) var target: String
  private(set) var training: Part
  private(set) var validation: Part?
  private(set) var test: Part?

  private static let validationNames = ["val", "valid", "validation", "dev"]

  /// The files `train.LANGUAGE` of a folder, gzip or not, with `val.LANGUAGE` (or `valid`, `validation`, `dev`) and the
  /// first, by name, `test….LANGUAGE` if they are there.
  ///
  /// Languages that are not chosen are the two that the folder has: from English if it is one of them, else from
  /// the first by name.
  ///
  /// - Parameter names: of the folder's files.
  /// - Returns: `nil` if the folder has no `train.LANGUAGE`.
  init?(folder: String, names: [String], source: String?, target: String?) throws(DataError) {
    var files: [String: [String: String]] = [:]
    for name in names.sorted(by: >) {
      guard let (stem, language) = Self.parts(name) else { continue }
      files[stem, default: [:]][language] = "\(folder)/\(name)"
    }
    guard let training = files["train"] else { return nil }
    let languages = training.keys.sorted()
    // One train.csv is no text and its translation.
    if languages.count == 1 && source == nil { return nil }
    (self.source, self.target) = try Self.choose(source, target, of: languages, folder: folder)
    guard let pair = Self.part(training, self.source, self.target) else { return nil }
    self.training = pair
    let (from, to) = (self.source, self.target)
    validation =
      Self.validationNames.lazy.compactMap { files[$0] }.compactMap { Self.part($0, from, to) }.first
    test =
      files.keys.sorted().lazy.filter { $0.hasPrefix("test") }
      .compactMap { files[$0] }.compactMap { Self.part($0, from, to) }.first
  }

  /// `NAME.LANGUAGE` and the file beside it that is called alike: the one that ends in the target language.
  ///
  /// - Parameter target: a language, or the path of the other file.
  init(file: String, target: String) throws(DataError) {
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    let name = String(file.dropFirst(folder.count))
    guard let (stem, language) = Self.parts(name) else { throw DataError(.texts(.noLanguage), file: file) }
    source = language
    let beside = "\(folder)\(stem).\(target)"
    let other = [beside, beside + ".gz", target].first { isFile($0) }
    guard let other else { throw DataError(.texts(.noTranslation(tried: beside)), file: file) }
    self.target = Self.parts(other.split(separator: "/").last.map(String.init) ?? other)?.language ?? target
    training = Part(source: file, target: other)
  }

  private static func part(_ files: [String: String], _ source: String, _ target: String) -> Part? {
    guard let source = files[source], let target = files[target] else { return nil }
    return Part(source: source, target: target)
  }

  /// `train.de.gz` is `train` in `de`.
  private static func parts(_ name: String) -> (stem: String, language: String)? {
    let plain = name.hasSuffix(".gz") ? name.dropLast(3) : name[...]
    guard let point = plain.lastIndex(of: "."), point > plain.startIndex else { return nil }
    let language = plain[plain.index(after: point)...]
    return language.isEmpty ? nil : (String(plain[..<point]), String(language))
  }

  private static func choose(
    _ source: String?, _ target: String?, of languages: [String], folder: String
  ) throws(DataError) -> (String, String) {
    for language in [source, target] {
      guard let language, !languages.contains(language) else { continue }
      throw DataError(.texts(.unknownLanguage(language, available: languages)), file: folder)
    }
    let rest = languages.filter { $0 != source && $0 != target }
    let missing = (source == nil ? 1 : 0) + (target == nil ? 1 : 0)
    guard source == nil || source != target, missing == 0 || rest.count == missing else {
      throw DataError(.texts(.ambiguousLanguages(languages)), file: folder)
    }
    let ordered = rest.contains("en") ? ["en"] + rest.filter { $0 != "en" } : rest
    return (source ?? ordered[0], target ?? ordered[source == nil ? 1 : 0])
  }
}
