import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Testing

@Suite("Texts and translations") struct TextDataTests {
  private static let english = (0..<40).map { "a man number \($0) walks, slowly" }
  private static let german = (0..<40).map { "ein Mann Nummer \($0) geht, größer" }

  private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  private func folder(_ scratch: Scratch, _ parts: [String: [String]] = [:]) throws -> String {
    _ = try scratch.write(text(Self.english), as: "train.en")
    _ = try scratch.write(gzip(Array(text(Self.german).utf8)), as: "train.de.gz")
    for (name, lines) in parts { _ = try scratch.write(text(lines), as: name) }
    return scratch.path
  }

  private func options(
    _ path: String, source: String? = nil, target: String? = nil, text: String? = nil,
    validation: Double = 0.1, test: Double = 0
  ) -> DataOptions {
    var options = DataOptions(path: path, target: target, validation: validation, test: test)
    (options.source, options.text, options.vocabulary) = (source, text, 300)
    return options
  }

  private func sentences(_ table: Examples) throws -> SentenceRows {
    guard case .sentences(let rows) = table.structure else {
      Issue.record("no sentences")
      return SentenceRows()
    }
    return rows
  }

  @Test func aFolderIsTranslatedFromEnglish() throws {
    let scratch = try Scratch()
    let path = try folder(
      scratch,
      [
        "val.en": ["one", "two"], "val.de": ["eins", "zwei"], "test_b.en": ["x"], "test_b.de": ["y"],
        "test_a.en": ["three"], "test_a.de": ["drei"],
      ])
    let dataset = try Dataset.load(options(path, test: 0.5), seed: 0)
    #expect(Dataset.kind(of: options(path)) == .translations)
    #expect(dataset.training.rows == 40 && dataset.validation.rows == 2 && dataset.test?.rows == 1)
    guard case .translation(let vocabulary, "en", "de") = dataset.preparation.inputs else {
      Issue.record("\(dataset.preparation.inputs)")
      return
    }
    #expect(vocabulary.size == 300 && dataset.preparation.outputs == 300)
    let rows = try sentences(dataset.training)
    #expect(rows.rows == 40)
    for row in 0..<40 {
      #expect(vocabulary.decode(rows.source(row)) == Self.english[row])
      #expect(vocabulary.decode(rows.target(row)) == Self.german[row])
      #expect(rows.source(row).last == Vocabulary.end && rows.source(row).first != Vocabulary.begin)
      #expect(rows.target(row).first == Vocabulary.begin && rows.target(row).last == Vocabulary.end)
    }
    #expect(rows.predictedTokens == rows.targetTokens.count - 40)
    let held = try sentences(try #require(dataset.test))
    #expect(vocabulary.decode(held.source(0)) == "three" && vocabulary.decode(held.target(0)) == "drei")
  }

  @Test func languagesCanBeChosen() throws {
    let scratch = try Scratch()
    let path = try folder(scratch)
    let dataset = try Dataset.load(options(path, source: "de"), seed: 0)
    guard case .translation(_, "de", "en") = dataset.preparation.inputs else {
      Issue.record("\(dataset.preparation.inputs)")
      return
    }
    #expect(dataset.training.rows == 36 && dataset.validation.rows == 4 && dataset.test == nil)
    _ = try scratch.write(text(Self.english), as: "train.fr")
    #expect(loadFailure(options(path))?.reason == .texts(.ambiguousLanguages(["de", "en", "fr"])))
    let third = try Dataset.load(options(path, source: "fr", target: "de"), seed: 0)
    #expect(third.preparation.targetName == "de")
    let failure = loadFailure(options(path, source: "it"))
    #expect(failure?.reason == .texts(.unknownLanguage("it", available: ["de", "en", "fr"])))
  }

  @Test func twoFilesAreTranslationsToo() throws {
    let scratch = try Scratch()
    let path = try folder(scratch)
    for target in ["de", "\(path)/train.de.gz"] {
      let options = options("\(path)/train.en", target: target)
      #expect(Dataset.kind(of: options) == .translations)
      let dataset = try Dataset.load(options, seed: 0)
      #expect(dataset.training.rows + dataset.validation.rows == 40)
    }
    let lonely = try scratch.write("a\nb\n", as: "lonely.en")
    let failure = loadFailure(options(lonely, source: "en", target: "de"))
    #expect(failure?.reason == .texts(.noTranslation(tried: "\(path)/lonely.de")))
    #expect(loadFailure(options(lonely, source: "en"))?.reason == .texts(.noTargetLanguage))
  }

  @Test func aTargetColumnMakesNoTranslation() throws {
    let scratch = try Scratch()
    let path = try scratch.write("x,y\n1,a\n2,b\n3,a\n4,b\n", as: "data.csv")
    #expect(Dataset.kind(of: options(path, target: "y")) == .table)
  }

  @Test func whatIsWrongWithParallelTextIsTold() throws {
    let scratch = try Scratch()
    func failure(_ source: String, _ target: String) throws -> DataError? {
      let path = try scratch.write(source, as: "t.en")
      _ = try scratch.write(target, as: "t.de")
      return loadFailure(options(path, target: "de"))
    }
    let unequal = try failure("a\nb\nc\n", "x\ny\n")
    #expect(unequal?.reason == .texts(.unequalLines(3, other: "\(scratch.path)/t.de", otherLines: 2)))
    #expect(unequal?.description.contains("3 lines, but 2 in") ?? false)
    #expect(try failure("", "x\n")?.reason == .file(.empty))
    #expect(try failure("\n \n", "a\nb\n")?.reason == .texts(.noSentences))
    let path = try scratch.write([0x61, 0x0A, 0xFF, 0x0A], as: "t.en")
    _ = try scratch.write("a\nb\n", as: "t.de")
    #expect(loadFailure(options(path, target: "de")) == DataError(.texts(.notUTF8), file: path, line: 2))
  }

  @Test func blankLinesAreDroppedAndLongOnesCut() throws {
    let scratch = try Scratch()
    let long = (0..<2_000).map { String($0 % 10) }.joined(separator: " ")
    let source = ["\u{FEFF}one\r", "", "three"] + Self.english + [long]
    let target = ["eins\r", "zwei", "drei"] + Self.german + ["x"]
    let path = try scratch.write(text(source), as: "t.en")
    _ = try scratch.write(text(target), as: "t.de")
    let dataset = try Dataset.load(options(path, target: "de", validation: 0), seed: 0)
    let rows = try sentences(dataset.training)
    #expect(rows.rows == 43)
    #expect(dataset.preparation.vocabulary?.decode(rows.source(0)) == "one")
    #expect(rows.source(42).count == SentenceRows.longestSentence + 1)
    #expect(dataset.notes.contains { $0.hasPrefix("1 sentence cut") })
    #expect(dataset.notes.contains { $0.hasPrefix("1 line without text") })
  }

  // MARK: Texts to classify

  private static let table =
    "id,sentence,verdict\n"
    + (0..<30).map { "\($0),\"number \($0), so to speak\",\($0 % 2 == 0 ? "good" : "bad")\n" }.joined()

  @Test func aColumnOfTextsIsClassified() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.table)
    let options = options(path, text: "sentence", validation: 0.2)
    #expect(Dataset.kind(of: options) == .texts)
    let dataset = try Dataset.load(options, seed: 0)
    #expect(dataset.classNames == ["bad", "good"] && dataset.targetName == "verdict")
    #expect(dataset.training.rows == 24 && dataset.validation.rows == 6)
    let rows = try sentences(dataset.training)
    let vocabulary = try #require(dataset.preparation.vocabulary)
    for row in 0..<24 {
      let text = vocabulary.decode(rows.source(row))
      let number = try #require(Int(text.dropFirst(7).prefix { $0.isNumber }))
      #expect(text == "number \(number), so to speak")
      #expect(dataset.training.classes[row] == (number % 2 == 0 ? 1 : 0))
    }
    #expect(rows.targetTokens.isEmpty)
  }

  @Test func otherTextsArePreparedAlike() throws {
    let scratch = try Scratch()
    let dataset = try Dataset.load(
      options(scratch.write(Self.table), text: "sentence", validation: 0), seed: 0)
    let other = try scratch.write("verdict,sentence\ngood,hello there\nbad,again\n", as: "other.csv")
    let (table, _) = try dataset.preparation.table(from: other)
    #expect(table.classes == [1, 0])
    #expect(dataset.preparation.vocabulary?.decode(try sentences(table).source(0)) == "hello there")
    let bare = try scratch.write("sentence\nhello there\nagain\n", as: "bare.csv")
    #expect(try dataset.preparation.inputs(from: bare).rows == 2)
    let unknown = try scratch.write("sentence,verdict\nx y,so so\n", as: "unknown.csv")
    #expect(throws: DataError.self) { try dataset.preparation.table(from: unknown) }
  }

  @Test func whatIsWrongWithTextsIsTold() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.table)
    #expect(
      loadFailure(options(path, text: "phrase"))?.reason
        == .table(.unknownTarget("phrase", available: ["id", "sentence", "verdict"])))
    #expect(loadFailure(options(path, target: "sentence", text: "sentence"))?.reason == .texts(.textIsTarget))
    let one = try scratch.write("sentence,verdict\na,x\nb,x\nc,x\n", as: "one.csv")
    #expect(loadFailure(options(one, text: "sentence"))?.reason == .rows(.oneClass("x")))
  }

  // MARK: Encodings and lengths

  @Test func translationsMayBeInAnyEncoding() throws {
    let scratch = try Scratch()
    let expected = try Dataset.load(options(folder(scratch), validation: 0), seed: 0)
    let other = try Scratch()
    _ = try other.write(text(Self.english), as: "train.en")
    let latin1 = text(Self.german).unicodeScalars.map { UInt8($0.value) }
    _ = try other.write(latin1, as: "train.de")
    var asked = options(other.path, validation: 0)
    #expect(loadFailure(asked)?.reason == .texts(.notUTF8))
    asked.reading.encoding = .latin1
    let dataset = try Dataset.load(asked, seed: 0)
    #expect(dataset.training == expected.training)
    // Other files are read in the same one.
    let more = try other.write(
      Array("gr\u{F6}\u{DF}e\n".unicodeScalars.map { UInt8($0.value) }), as: "more.en")
    let rows = try sentences(dataset.preparation.inputs(from: more))
    #expect(dataset.preparation.vocabulary?.decode(rows.source(0)) == "größe")
    // UTF-16 says what it is.
    let marked: [UInt8] =
      [0xFF, 0xFE] + text(Self.german).utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    _ = try other.write(marked, as: "train.de")
    asked.reading.encoding = nil
    #expect(try Dataset.load(asked, seed: 0).training == expected.training)
  }

  @Test(arguments: [1, 7, 300]) func theLengthOfTextsCanBeSaid(length: Int) throws {
    let scratch = try Scratch()
    let long = (0..<400).map { String($0 % 10) }.joined(separator: " ")
    let path = try scratch.write(Self.table + "99,\(long),good\n")
    var asked = options(path, text: "sentence", validation: 0)
    asked.maxLength = length
    let dataset = try Dataset.load(asked, seed: 0)
    let rows = try sentences(dataset.training)
    #expect((0..<rows.rows).map { rows.source($0).count }.max() == length + 1)
    #expect(dataset.preparation.longestText == length)
    #expect(dataset.notes.contains { $0.contains("--max-length") })
    let other = try sentences(dataset.preparation.inputs(from: path))
    #expect(other == rows)
  }

  @Test func quotationMarksBetweenTabsBelongToTheText() throws {
    let scratch = try Scratch()
    let lines = (0..<20).map { index in
      index % 2 == 0
        ? "\"Well,\" said he, \(index) times\tspeech" : "\"a \"\"quoted\"\" cell \(index)\"\tcell"
    }
    let path = try scratch.write("sentence\tkind\n" + text(lines), as: "data.tsv")
    let dataset = try Dataset.load(options(path, text: "sentence", validation: 0), seed: 0)
    let rows = try sentences(dataset.training)
    let vocabulary = try #require(dataset.preparation.vocabulary)
    #expect(vocabulary.decode(rows.source(0)) == "\"Well,\" said he, 0 times")
    #expect(vocabulary.decode(rows.source(1)) == "a \"quoted\" cell 1")
  }
}
