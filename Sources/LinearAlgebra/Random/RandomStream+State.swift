/// The state as four words of 16 hexadecimal digits, because many readers of JSON round whole numbers beyond 2^53;
/// and the normal deviate in reserve, if there is one.
extension RandomStream: Codable {
  private enum CodingKeys: String, CodingKey {
    case words
    case spareNormal = "spare_normal"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let words = [state.0, state.1, state.2, state.3].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    try container.encode(words, forKey: .words)
    try container.encodeIfPresent(spareNormal, forKey: .spareNormal)
  }

  /// Throws `DecodingError` for anything that is not a stream's state; all zeros would repeat zero for ever.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let texts = try container.decode([String].self, forKey: .words)
    let words = texts.compactMap { $0.utf8.count == 16 ? UInt64($0, radix: 16) : nil }
    let spare = try container.decodeIfPresent(Double.self, forKey: .spareNormal)
    guard texts.count == 4, words.count == 4, words.contains(where: { $0 != 0 }), spare?.isFinite ?? true
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .words, in: container, debugDescription: "not the state of a random stream")
    }
    self.init(seed: 0, purpose: "replaced")
    state = (words[0], words[1], words[2], words[3])
    spareNormal = spare
  }
}
