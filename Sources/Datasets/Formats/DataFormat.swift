import Experiment
import PlainText

/// A file format, or a reading of one, that data can be in.
///
/// A format is one file here and one entry in `DataFormats.all`.
package protocol DataFormat: SendableMetatype {
  /// What a user gives, as part of the help for `--data`: "a folder of graphs (*_A.txt)". Readings of one format have
  /// the same text.
  static var summary: String { get }
  /// What such a folder holds, as part of a sentence; `nil` if data of the format are never a folder.
  static var folderContents: String? { get }
  /// How the names of its files usually end, in lower case and without `.gz`; none if they say nothing of the format.
  static var fileEndings: [String] { get }
  /// The kinds of data that can be in this format.
  static var kinds: [DataKind] { get }
  /// Whether the first bytes of its files say that they are in this format, whatever other formats they resemble. Such
  /// formats are tried before files of foreign formats are refused.
  static var hasSignature: Bool { get }

  /// The data that the probe leads to; `nil` if they are in another format.
  ///
  /// - Parameter options: name the columns or languages that make a reading of the data.
  /// - Throws: if the data are in this format, but cannot be read.
  static func recognize(_ probe: Probe, _ options: DataOptions) throws(DataError) -> Self?

  /// What the data are.
  var kind: DataKind { get }

  /// Whether the data can be prepared as training data were.
  func suits(_ preparation: Preparation) -> Bool

  /// Reads the data, divides and prepares them.
  func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset

  /// Rows with their targets, prepared as the training rows were, which were of the same kind. Rows without a target
  /// are dropped with a note.
  func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows

  /// All rows, without their targets, prepared as the training rows were, which were of the same kind.
  func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows
}

extension DataFormat {
  package static var folderContents: String? { nil }
  package static var fileEndings: [String] { [] }
  package static var hasSignature: Bool { false }
  package var kind: DataKind { Self.kinds[0] }
  package func suits(_ preparation: Preparation) -> Bool { kind == preparation.kind }
}

/// Rows of another file than the training rows, and what was done to them that the user may not expect.
public typealias PreparedRows = (table: Examples, notes: [String])

/// How a dataset is divided and named.
package struct LoadRequest {
  var name: String
  var options: DataOptions
  /// What the rows are for.
  var network: NetworkKind
  /// Fraction of the rows kept for the final metric; 0 if there are test rows of their own.
  var test: Double
  var seed: UInt64
  /// How the rows of a table were prepared before; `nil`: that is to be decided from them.
  var preparation: Preparation?

  /// Divides rows by their classes.
  ///
  /// - Parameters:
  ///   - classes: of each row; for regression all the same.
  ///   - file: named in errors.
  ///   - hasValidation: whether there are validation rows of their own; so `hasTest`.
  func split(
    _ classes: [Int32], file: String, hasValidation: Bool = false, hasTest: Bool = false
  ) throws(DataError) -> Split {
    do {
      return try Split(
        classes: classes, validation: hasValidation ? 0 : options.validation, test: hasTest ? 0 : test,
        fold: options.fold, seed: seed)
    } catch {
      throw DataError(error.reason, file: file)
    }
  }
}

/// All formats.
package enum DataFormats {
  /// All formats in the order in which they are tried, those with a signature before all others.
  package static let all: [any DataFormat.Type] = [
    IDXImages.self, NumPyArrays.self, CIFARImages.self, GraphFolder.self, LabeledTextTable.self,
    ParallelTexts.self, PictureFolder.self, SequenceTable.self, DelimitedTable.self,
  ]

  /// What `--data` takes, in one phrase.
  package static var summary: String {
    phrase(all.reversed().map { $0.summary }) + "; gzip or not"
  }

  /// Whether a file's name ends as those of data usually do, gzip or not.
  package static func hasDataName(_ name: String) -> Bool {
    let lower = name.lowercased()
    let plain = lower.hasSuffix(".gz") ? String(lower.dropLast(3)) : lower
    return all.contains { format in format.fileEndings.contains { plain.hasSuffix($0) } }
  }

  /// Recognizes the data that a path leads to.
  package static func recognized(_ probe: Probe, _ options: DataOptions) throws(DataError) -> any DataFormat {
    if let format = try recognizedOrNil(probe, options) { return format }
    throw DataError(.file(.unknownFolder), file: probe.path)
  }

  /// Recognizes data that must be of the kind that a preparation was made for.
  package static func recognized(
    _ probe: Probe, for preparation: Preparation, _ reading: ReadingOptions = ReadingOptions()
  ) throws(DataError) -> any DataFormat {
    var options = preparation.reading(of: probe.path)
    options.reading = reading
    let format = try recognizedOrNil(probe, options)
    if let format, format.suits(preparation) { return format }
    // Every other file is read as a table, so that is no discovery.
    let found = format.flatMap { $0 is DelimitedTable ? nil : $0.kind }
    throw DataError(.rows(.otherKind(expected: preparation.kind, found: found)), file: probe.path)
  }

  private static func recognizedOrNil(
    _ probe: Probe, _ options: DataOptions
  ) throws(DataError) -> (any DataFormat)? {
    if let failure = probe.failure { throw failure }
    for format in all where format.hasSignature {
      if let recognized = try format.recognize(probe, options) { return recognized }
    }
    if let foreign = ForeignFormat(probe) { throw DataError(.file(.foreign(foreign)), file: probe.path) }
    for format in all where !format.hasSignature {
      if let recognized = try format.recognize(probe, options) { return recognized }
    }
    return nil
  }

  /// What to give where data of a kind are expected.
  static func summary(of kind: DataKind) -> String {
    phrase(all.filter { $0.kinds.contains(kind) }.map { $0.summary })
  }

  /// What the folders of all formats hold, as `no A, no B and no C`.
  static var noFolderContents: String {
    let parts = all.compactMap { $0.folderContents }.map { "no \($0)" }
    return parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "")
  }

  private static func phrase(_ summaries: [String]) -> String {
    var different: [String] = []
    for summary in summaries where !different.contains(summary) { different.append(summary) }
    return alternatives(different)
  }
}
