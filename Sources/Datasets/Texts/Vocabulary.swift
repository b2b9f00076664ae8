/// Subwords learned by byte-pair encoding (Sennrich, Haddow & Birch 2016) over UTF-8 bytes: every text has tokens,
/// and comes back from them.
///
/// Token 0 begins a sentence, 1 ends it, 2 … 257 are the bytes, and every later token joins two earlier ones.
public struct Vocabulary: Equatable, Sendable {
  /// What a decoder is given first.
  public static let begin: Int32 = 0
  /// What follows the last token of a sentence.
  public static let end: Int32 = 1
  static let firstByte: Int32 = 2
  static let firstMerge: Int32 = 258
  /// The range of vocabulary sizes that can be asked for.
  public static let sizes = 258...65_536
  /// No word, and so no token, has more bytes.
  package static let longestPiece = 64

  /// Two tokens that make one.
  public struct Merge: Hashable, Sendable {
    /// The earlier token.
    public var left: Int32
    /// The token after it.
    public var right: Int32

    var key: UInt64 { UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right)) }

    public init(_ left: Int32, _ right: Int32) { (self.left, self.right) = (left, right) }

    init(key: UInt64) {
      self.init(Int32(truncatingIfNeeded: key >> 32), Int32(truncatingIfNeeded: key))
    }
  }

  /// The i-th makes token 258 + i. In the order learned, which is that of use.
  public let merges: [Merge]
  /// The bytes of each token; begin and end have none.
  private let pieces: [[UInt8]]
  /// The token that a pair makes.
  private let joined: [UInt64: Int32]

  /// - Returns: `nil` unless each pair joins earlier tokens, no pair comes twice, and no piece is too long.
  public init?(merges: [Merge]) {
    var pieces: [[UInt8]] = [[], []] + (0...255).map { [UInt8($0)] }
    var joined: [UInt64: Int32] = [:]
    guard Self.sizes.contains(pieces.count + merges.count) else { return nil }
    for merge in merges {
      let known = Self.firstByte..<Int32(pieces.count)
      guard known.contains(merge.left), known.contains(merge.right), joined[merge.key] == nil else {
        return nil
      }
      let piece = pieces[Int(merge.left)] + pieces[Int(merge.right)]
      guard piece.count <= Self.longestPiece else { return nil }
      joined[merge.key] = Int32(pieces.count)
      pieces.append(piece)
    }
    (self.merges, self.pieces, self.joined) = (merges, pieces, joined)
  }

  /// Number of tokens: the classes of a decoder.
  public var size: Int { pieces.count }

  /// The token's text; bytes that are no characters of their own are shown as U+FFFD, begin and end as ⟨s⟩ and ⟨/s⟩.
  public func name(of token: Int32) -> String {
    switch token {
    case Self.begin: "⟨s⟩"
    case Self.end: "⟨/s⟩"
    default: String(decoding: pieces[Int(token)], as: UTF8.self)
    }
  }

  public static func == (left: Vocabulary, right: Vocabulary) -> Bool { left.merges == right.merges }
}

// MARK: Texts and tokens

extension Vocabulary {
  /// The tokens of a text, without begin and end. Every text is read as if a space came before it, so that its first
  /// word has the tokens it has elsewhere.
  public func encode(_ text: String) -> [Int32] {
    var encoder = TextEncoder(self)
    return Array(text.utf8).withUnsafeBufferPointer { encoder.encode($0) }
  }

  /// The text of tokens; begin and end have none. `decode(encode(text)) == text`.
  public func decode(_ tokens: some Sequence<Int32>) -> String {
    var bytes: [UInt8] = []
    for token in tokens { bytes += pieces[Int(token)] }
    return String(decoding: bytes.first == Words.space ? bytes.dropFirst() : bytes[...], as: UTF8.self)
  }

  /// The tokens of one word: pairs are joined in the order in which they were learned.
  func encode(word: UnsafeBufferPointer<UInt8>) -> [Int32] {
    var tokens = word.map { Int32($0) + Self.firstByte }
    while tokens.count > 1 {
      var first = Int32.max
      for index in 1..<tokens.count {
        if let token = joined[Merge(tokens[index - 1], tokens[index]).key] { first = min(first, token) }
      }
      guard first < .max else { break }
      join(merges[Int(first - Self.firstMerge)], into: first, &tokens)
    }
    return tokens
  }

  private func join(_ merge: Merge, into token: Int32, _ tokens: inout [Int32]) {
    var (kept, index) = (0, 0)
    while index < tokens.count {
      let isPair = index + 1 < tokens.count && tokens[index] == merge.left && tokens[index + 1] == merge.right
      tokens[kept] = isPair ? token : tokens[index]
      kept += 1
      index += isPair ? 2 : 1
    }
    tokens.removeLast(tokens.count - kept)
  }
}

/// Encodes many texts, looking up the tokens of each different word only once.
struct TextEncoder {
  private let vocabulary: Vocabulary
  private var words = Words()
  /// The tokens of the words, one word after the other.
  private var tokens: [Int32] = []
  /// The range of each word's tokens in `tokens`.
  private var ranges: [Range<Int>] = []

  init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  mutating func encode(_ text: UnsafeBufferPointer<UInt8>) -> [Int32] {
    var result: [Int32] = []
    append(text, to: &result)
    return result
  }

  /// Appends the tokens of a UTF-8 text.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>, to result: inout [Int32]) {
    Words.forEach(in: text) { word in
      let index = words.insertedIndex(of: word)
      if index == ranges.count {
        let start = tokens.count
        tokens += vocabulary.encode(word: word)
        ranges.append(start..<tokens.count)
      }
      result += tokens[ranges[index]]
    }
  }
}

extension Vocabulary: Codable {
  /// The merges, pair after pair, as numbers in one text: a line each would hide the rest of the file.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(merges.map { "\($0.left) \($0.right)" }.joined(separator: " "))
  }

  /// Throws `DecodingError` if the numbers are no vocabulary.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let numbers = try container.decode(String.self).split(separator: " ").map { Int32($0) ?? -1 }
    let pairs = stride(from: 1, to: numbers.count, by: 2).map { Merge(numbers[$0 - 1], numbers[$0]) }
    guard numbers.count % 2 == 0, let vocabulary = Vocabulary(merges: pairs) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "the merges are no vocabulary")
    }
    self = vocabulary
  }
}
