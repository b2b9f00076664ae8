import Experiment

/// How the text of a table was read: everything that was decided about the file as a whole, so that other files are
/// read in the same way. What was decided about a column is part of its `InputColumn`.
public struct TableReading: Equatable, Sendable {
  /// What separates the cells, as `--delimiter` takes it.
  public var delimiter: String
  /// What quotes cells, as `--quote` takes it; `nil`: what is usual with the delimiter.
  public var quote: String?
  public var encoding: TextEncoding
  /// What a line begins with that is skipped; empty: no line is.
  public var comment: String
  public var missing: MissingTokens

  public init(
    delimiter: String = ",", quote: String? = nil, encoding: TextEncoding = .utf8, comment: String = "",
    missing: MissingTokens = .default
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.encoding = encoding
    self.comment = comment
    self.missing = missing
  }
}

/// The texts that stand for a missing value. An empty cell always does. Latin letters of either case are equal.
public struct MissingTokens: Equatable, Sendable {
  /// The tokens that mean a missing value in any column.
  public var texts: [String]
  /// The tokens that mean a missing value only in columns of numbers and dates: in others they may be categories.
  public var numbers: [String]
  private let textBytes: [[UInt8]]
  private let numberBytes: [[UInt8]]
  /// Numbers that stand for missing ones, such as −999.
  let values: [Double]

  public init(texts: [String], numbers: [String]) {
    (self.texts, self.numbers) = (texts, numbers)
    textBytes = texts.map { Array($0.utf8) }
    numberBytes = numbers.map { Array($0.utf8) }
    values = textBytes.compactMap { token in token.withUnsafeBufferPointer { plainNumber($0) } }
  }

  public static let `default` = MissingTokens(
    texts: ["NA", "N/A", "NaN", "null", "?", "#N/A", "#NA", "<NA>"],
    numbers: [
      "None", "n.a.", ".", "..", "...", "-", "--", "---", "–", "—", "NaT", "-nan", "nil", "#VALUE!",
      "#DIV/0!",
      "#REF!", "#NUM!", "#NAME?", "#NULL!",
    ])

  /// The tokens of models from versions that did not keep how their data were read.
  static let older = MissingTokens(texts: ["NA", "N/A", "NaN", "null", "None", "?"], numbers: [])

  /// Whether a cell is missing in a column of any kind.
  func hasText(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    cell.isEmpty || textBytes.contains { Self.equal($0, cell) }
  }

  /// Whether a cell is missing in a column of numbers or dates.
  func hasNumber(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    hasText(cell) || numberBytes.contains { Self.equal($0, cell) }
  }

  private static func equal(_ token: [UInt8], _ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard token.count == cell.count else { return false }
    return token.indices.allSatisfy { lowercase(token[$0]) == lowercase(cell[$0]) }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// The tokens of all columns in every combination of lower and upper case, or of long ones in the usual cases, and
  /// the empty text.
  package var spellings: [String] {
    [""]
      + texts.flatMap { token in
        if token.count(where: \.isLetter) > 8 {
          return Set([token, token.lowercased(), token.uppercased(), token.capitalized]).sorted()
        }
        return token.reduce([""]) { prefixes, letter in
          let forms = Set([letter.lowercased(), letter.uppercased()]).sorted()
          return prefixes.flatMap { prefix in forms.map { prefix + $0 } }
        }
      }
  }
}

extension String {
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
