import Datasets
import Foundation
import LinearAlgebra
import Testing

@Suite("Vocabulary")
struct VocabularyTests {
  static let texts = [
    "low lower lowest", "new newer newest", "wide wider widest", "a newer, lower way", "größer, größte",
  ]

  @Test func theMostFrequentPairIsLearnedFirst() throws {
    let vocabulary = Vocabulary(learning: ["ab ab ab", "ab cb"], size: 260)
    #expect(vocabulary.size == 260)
    // " a" and "ab" come four times each: the one whose tokens are smaller goes first.
    #expect(vocabulary.name(of: 258) == " a")
    #expect(vocabulary.name(of: 259) == " ab")
    #expect(vocabulary.encode("ab") == [259])
  }

  @Test func mergesEndWhenNoPairComesTwice() {
    let vocabulary = Vocabulary(learning: ["abcdef"], size: 300)
    #expect(vocabulary.merges.isEmpty && vocabulary.size == 258)
    let repeated = Vocabulary(learning: ["aaaaaaaa"], size: 300)
    #expect(repeated.encode("aaaaaaaa").count < 8)
  }

  @Test(arguments: [
    "", " ", "  two spaces", "a new lower way", "größte", "\n\ttabs and\r\nlines ", "日本語 🙂👩‍👩‍👧", "\u{0}\u{7F}",
    String(repeating: "x", count: 1_000), String(repeating: "lower", count: 100) + " ", "⟨s⟩ </s> <unk>",
  ])
  func everyTextComesBack(_ text: String) {
    let vocabulary = Vocabulary(learning: Self.texts, size: 290)
    let tokens = vocabulary.encode(text)
    #expect(vocabulary.decode(tokens) == text)
    #expect(tokens.allSatisfy { $0 > Vocabulary.end && Int($0) < vocabulary.size })
    #expect(vocabulary.decode([Vocabulary.begin] + tokens + [Vocabulary.end]) == text)
  }

  @Test func randomTextsComeBack() {
    let vocabulary = Vocabulary(learning: Self.texts, size: 300)
    var random = RandomStream(seed: 1, purpose: "texts")
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<random.below(40) {
        let code = UInt32(random.below(random.below(2) == 0 ? 128 : 0x3000))
        if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
      }
      #expect(vocabulary.decode(vocabulary.encode(text)) == text)
    }
  }

  @Test func learningCountsPairsAsCountingAnewWould() {
    // The plain twin: count all pairs anew for every merge.
    var random = RandomStream(seed: 2, purpose: "texts")
    let texts = (0..<60).map { _ in
      (0..<8).map { _ in
        String((0..<1 + random.below(6)).map { _ in Character(["a", "b", "c"][random.below(3)]) })
      }
      .joined(separator: " ")
    }
    var words = texts.flatMap { text in
      text.split(separator: " ").map { [Int32(2 + 32)] + $0.utf8.map { Int32($0) + 2 } }
    }
    let vocabulary = Vocabulary(learning: texts, size: 340)
    for (index, merge) in vocabulary.merges.enumerated() {
      var counts: [[Int32]: Int] = [:]
      for word in words {
        for place in 1..<max(word.count, 1) { counts[[word[place - 1], word[place]], default: 0] += 1 }
      }
      let most = counts.values.max() ?? 0
      let best = counts.filter { $0.value == most }.keys.min { ($0[0], $0[1]) < ($1[0], $1[1]) }
      #expect(best == [merge.left, merge.right], "merge \(index)")
      for position in words.indices {
        var (joined, place): ([Int32], Int) = ([], 0)
        let word = words[position]
        while place < word.count {
          let isPair = place + 1 < word.count && word[place] == merge.left && word[place + 1] == merge.right
          joined.append(isPair ? 258 + Int32(index) : word[place])
          place += isPair ? 2 : 1
        }
        words[position] = joined
      }
    }
    #expect(vocabulary.merges.count > 20)
  }

  @Test func theSameTextsGiveTheSameVocabularyInAnyOrder() {
    let forwards = Vocabulary(learning: Self.texts, size: 300)
    #expect(Vocabulary(learning: Self.texts.reversed(), size: 300) == forwards)
  }

  @Test func itIsSavedAndRead() throws {
    let vocabulary = Vocabulary(learning: Self.texts, size: 280)
    let data = try JSONEncoder().encode(vocabulary)
    #expect(try JSONDecoder().decode(Vocabulary.self, from: data) == vocabulary)
  }

  @Test(arguments: [
    "\"1 2\"", "\"2\"", "\"2 300\"", "\"2 x\"", "\"-1 5\"", "\"2 3 2 3\"",
    "\"2 2 258 258 259 259 260 260 261 261 262 262 263 263\"", "7",
  ])
  func damagedVocabulariesAreRefused(_ json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Vocabulary.self, from: Data(json.utf8))
    }
  }
}
