import Experiment
import PlainText

/// Sentences as tokens, packed one after the other without padding.
public struct SentenceRows: Equatable, Sendable {
  /// The tokens of all rows: each row's sentence and `Vocabulary.end`.
  public internal(set) var tokens: [Int32] = []
  /// The position at which each row's tokens begin, and where the last row's end; rows + 1 elements.
  public internal(set) var offsets: [Int32] = [0]
  /// The tokens of the translations: `Vocabulary.begin`, each row's sentence and `Vocabulary.end`. Empty if texts are
  /// classified.
  public internal(set) var targetTokens: [Int32] = []
  /// The position at which each row's translation begins, and where the last one ends; [0] if texts are classified.
  public internal(set) var targetOffsets: [Int32] = [0]

  /// A sentence has at most so many tokens unless more are asked for, begin and end not counted: what follows is cut
  /// off. Attention's time and memory grow with the square of the length.
  public static let longestSentence = DataOptions.usualMaxLength

  /// No rows.
  public init() {}

  /// Number of texts, or of pairs.
  public var rows: Int { offsets.count - 1 }

  /// What a decoder has to say: all target tokens but each row's begin.
  public var predictedTokens: Int { targetTokens.count - (targetOffsets.count - 1) }

  /// A row's sentence with its end.
  public func source(_ row: Int) -> ArraySlice<Int32> {
    tokens[Int(offsets[row])..<Int(offsets[row + 1])]
  }

  /// A row's translation with its begin and end.
  public func target(_ row: Int) -> ArraySlice<Int32> {
    targetTokens[Int(targetOffsets[row])..<Int(targetOffsets[row + 1])]
  }

  /// Appends a text of at most so many tokens. Returns whether it was cut.
  mutating func append(
    _ text: UnsafeBufferPointer<UInt8>, _ encoder: inout TextEncoder, limit: Int
  ) -> Bool {
    let isCut = Self.append(text, &encoder, limit, to: &tokens)
    offsets.append(Int32(tokens.count))
    return isCut
  }

  /// Appends the translation of the text appended last. Returns whether it was cut.
  mutating func append(
    translation text: UnsafeBufferPointer<UInt8>, _ encoder: inout TextEncoder, limit: Int
  ) -> Bool {
    targetTokens.append(Vocabulary.begin)
    let isCut = Self.append(text, &encoder, limit, to: &targetTokens)
    targetOffsets.append(Int32(targetTokens.count))
    return isCut
  }

  private static func append(
    _ text: UnsafeBufferPointer<UInt8>, _ encoder: inout TextEncoder, _ limit: Int,
    to tokens: inout [Int32]
  ) -> Bool {
    let start = tokens.count
    encoder.append(text, to: &tokens)
    let isCut = tokens.count - start > limit
    if isCut { tokens.removeLast(tokens.count - start - limit) }
    tokens.append(Vocabulary.end)
    return isCut
  }
}

/// The sentences of the parts of a dataset, and the vocabulary learned from its training part alone.
struct Sentences {
  var vocabulary: Vocabulary
  private var encoder: TextEncoder
  /// The largest number of tokens of a sentence.
  private let limit: Int
  private var cut = 0

  init(_ vocabulary: Vocabulary, limit: Int) {
    self.vocabulary = vocabulary
    self.limit = limit
    encoder = TextEncoder(vocabulary)
  }

  /// The texts of some rows, with the translations in the second column if there is one.
  mutating func rows(_ rows: [Int32], of columns: [TextLines]) throws(DataError) -> SentenceRows {
    var result = SentenceRows()
    for row in rows {
      if columns[0].with(Int(row), { result.append($0, &encoder, limit: limit) }) { cut += 1 }
      if columns.count > 1,
        columns[1].with(Int(row), { result.append(translation: $0, &encoder, limit: limit) })
      {
        cut += 1
      }
    }
    guard max(result.tokens.count, result.targetTokens.count) < Int(Int32.max) else {
      throw DataError(.file(.tooLarge(bytes: 4 * result.tokens.count)), file: columns[0].file)
    }
    return result
  }

  /// The texts of some rows of labeled ones.
  mutating func rows(_ rows: [Int32], of data: LabeledTexts) -> SentenceRows {
    var result = SentenceRows()
    for row in rows {
      let isCut = data.texts[Int(row)].withUnsafeBufferPointer {
        result.append($0, &encoder, limit: limit)
      }
      if isCut { cut += 1 }
    }
    return result
  }

  /// What the user may not expect of the texts prepared so far.
  var notes: [String] {
    cut == 0
      ? [] : ["\(counted(cut, "sentence")) cut after \(counted(limit, "token")) (--max-length)"]
  }
}
