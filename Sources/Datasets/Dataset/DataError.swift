import Experiment

/// What is wrong with data or with how it was asked for: facts, of which `description` makes one sentence.
public struct DataError: Error, Equatable, Sendable {
  /// As given by the user.
  public var file: String?
  /// From 1.
  public var line: Int?
  /// Its name in the header, or `x` and its 0-based index.
  public var column: String?
  /// What is wrong, with the facts of it.
  public var reason: Reason

  /// An error at a place, as far as that is known.
  public init(_ reason: Reason, file: String? = nil, line: Int? = nil, column: String? = nil) {
    self.reason = reason
    self.file = file
    self.line = line
    self.column = column
  }

  /// Everything that can be wrong with data.
  public enum Reason: Equatable, Sendable {
    // The request.
    case noSource
    case twoSources
    case badFraction(option: String, value: Double)
    case fractionsLeaveNothing

    // The file.
    case notFound
    case notPermitted
    case notAFile
    case unreadable(code: Int32)
    case empty
    case binary
    case utf16
    case truncatedGzip
    case damagedGzip
    case tooLarge(bytes: Int)
    case outOfMemory
    case pipeReadTwice
    case unknownFolder

    // Its lines.
    case lineTooLong(limit: Int)
    case cellTooLong(limit: Int)
    case tooManyColumns(limit: Int)
    case unclosedQuote
    case textAfterQuote
    case ragged(expected: Int, found: Int)

    // Its columns.
    case headerOnly
    case oneColumn
    case notANumber(text: String, others: Int)
    case notFinite(text: String)
    case decimalComma(text: String)
    case emptyColumn
    case constantColumn(value: String)
    case noFeatures
    case unknownColumn(String, available: [String])
    case unknownTarget(String, available: [String])
    case tooManyClasses(limit: Int)
    case oneClass(String)
    case constantTarget(String)
    case tooFewRows(found: Int, needed: Int)

    // Its sequences.
    case missingIdentifier
    case notATime(text: String)
    case changingTarget(sequence: String, values: [String])
    case columnWithTwoRoles

    // Rows for a preparation made earlier.
    case missingColumn(String, available: [String])
    case columnCount(expected: Int, found: Int)
    case unknownClass(String, known: [String])
    case noTargets
    /// `found`: `nil` if that is not known.
    case otherKind(expected: DataKind, found: DataKind?)

    // IDX.
    case notIDXImages
    case labelsNotImages
    case notIDXLabels
    case idxNotBytes
    case badDimensions([Int])
    case truncatedIDX(expected: Int, found: Int)
    case overlongIDX(expected: Int)
    case noLabelsFile(tried: String?)
    case countMismatch(images: Int, labels: Int)
    case imageShape(expected: ImageShape, found: ImageShape)

    // Text.
    case notUTF8
    case unequalLines(Int, other: String, otherLines: Int)
    case noSentences
    case noLanguage
    case noTargetLanguage
    case noTranslation(tried: String)
    case unknownLanguage(String, available: [String])
    case ambiguousLanguages([String])
    case textIsTarget
    // CIFAR.
    case partOfImage(bytes: Int, record: Int)
    /// `image`: from 1.
    case labelOutOfRange(Int, image: Int, classes: Int)
    case classNames(expected: Int, found: Int)
    // Folders of graphs.
    case graphs(GraphProblem)
  }
}
