import Datasets
import Experiment
import Fuzzing
import LinearAlgebra
import Testing

/// Damaged sequences, texts, translations and CIFAR files give a dataset or an error that can be read.
@Suite struct StructureDamageTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch(inMemory: true) }

  private static let fragments =
    [
      "\"", "\"\"", ",", "\t", "\r", "\n", "\u{0}", "\u{FEFF}", "é", "日本", "\u{202E}", "\\", "'",
      "2024-01-31", "1e999",
    ].map { Array($0.utf8) } + [[0xFF], [0xFE, 0xFF], [0xFF, 0xFE], [0xC3], [0x81], [0x1F, 0x8B]]

  @Test func sequences() throws {
    var mutator = Mutator(seed: 11)
    let text = "id,t,v,y\n" + (0..<24).map { "s\($0 % 6),\($0 / 6),\($0 * 7 % 5).5,\($0 % 2)\n" }.joined()
    let inputs = fuzzCount(usually: 400)
    var loaded = 0
    for round in 0..<inputs {
      var options = DataOptions(
        path: try scratch.write(mutator.mutated(Array(text.utf8), fragments: Self.fragments)), test: 0)
      (options.sequenceID, options.time) = ("id", round % 3 == 0 ? nil : "t")
      let isRead = isReadOrRefused(options, for: .rnn) { dataset in
        for part in [dataset.training, dataset.validation] {
          #expect(part.features.allSatisfy { $0.isFinite } && part.names?.count == part.rows)
        }
      }
      if isRead { loaded += 1 }
    }
    #expect(loaded > inputs / 20 && loaded < inputs * 19 / 20, "\(loaded)")
  }

  @Test func texts() throws {
    var mutator = Mutator(seed: 12)
    let encodings: [TextEncoding?] = [
      nil, nil, nil, .utf8, .latin1, .utf16, .gb18030, .shiftJIS, .eucKR, .koi8r,
    ]
    let inputs = fuzzCount(usually: 400)
    var loaded = 0
    for round in 0..<inputs {
      let comma = round % 2 == 0
      let lines = (0..<12).map { row in
        comma ? "\"row \(row), é\",k\(row % 2)" : "row \(row) said \"so\"\tk\(row % 2)"
      }
      let text = ([comma ? "text,kind" : "text\tkind"] + lines).joined(separator: "\n") + "\n"
      var options = DataOptions(
        path: try scratch.write(mutator.mutated(Array(text.utf8), fragments: Self.fragments)), test: 0)
      (options.text, options.vocabulary, options.maxLength) = ("text", 300, round % 5 == 0 ? 3 : nil)
      options.reading.encoding = encodings[round % encodings.count]
      if isReadOrRefused(
        options, for: .mlp, { #expect($0.preparation.vocabulary.map { $0.size <= 300 } == true) })
      {
        loaded += 1
      }
    }
    #expect(loaded > inputs / 20 && loaded < inputs * 19 / 20, "\(loaded)")
  }

  @Test func translations() throws {
    var mutator = Mutator(seed: 13)
    let source = (0..<12).map { "line \($0) of a text\n" }.joined()
    let target = (0..<12).map { "Zeile \($0) eines Textes, schön\n" }.joined()
    let inputs = fuzzCount(usually: 300)
    var loaded = 0
    for round in 0..<inputs {
      let (a, b) = (Array(source.utf8), Array(target.utf8))
      _ = try scratch.write(
        round % 2 == 0 ? mutator.mutated(a, fragments: Self.fragments) : a, as: "train.en")
      _ = try scratch.write(
        round % 2 == 0 ? b : mutator.mutated(b, fragments: Self.fragments), as: "train.de")
      var options = DataOptions(path: scratch.path, test: 0)
      options.vocabulary = 300
      options.reading.encoding = round % 4 == 0 ? .latin1 : nil
      let isRead = isReadOrRefused(options) { dataset in
        if case .sentences(let rows) = dataset.training.structure {
          #expect(rows.rows == dataset.training.rows && rows.predictedTokens >= rows.rows)
        }
      }
      if isRead { loaded += 1 }
    }
    #expect(loaded > inputs / 20 && loaded < inputs * 19 / 20, "\(loaded)")
  }

  /// Of both kinds, with and without names of the classes.
  @Test(arguments: [10, 100]) func binaryImages(classes: Int) throws {
    var mutator = Mutator(seed: 14 + UInt64(classes))
    let whole = (0..<12).flatMap { image -> [UInt8] in
      (classes == 100 ? [UInt8(image % 2)] : []) + [UInt8(image % 3)]
        + (0..<3072).map { UInt8(truncatingIfNeeded: $0 &* (image + 1)) }
    }
    let names = Array((0..<classes).map { "class \($0)\n" }.joined().utf8)
    let (file, nameFile) =
      classes == 100 ? ("train.bin", "fine_label_names.txt") : ("data_batch_1.bin", "batches.meta.txt")
    let inputs = fuzzCount(usually: 300)
    var loaded = 0
    for round in 0..<inputs {
      _ = try scratch.write(round % 2 == 0 ? whole : mutator.mutated(whole), as: file)
      _ = try scratch.write(round % 2 == 0 ? mutator.mutated(names) : names, as: nameFile)
      var options = DataOptions(path: scratch.path, validation: 0.25, test: 0)
      options.coarse = round % 6 == 1 ? true : nil
      let isRead = isReadOrRefused(options) { dataset in
        // A file may have been cut between two images.
        #expect((2...12).contains(dataset.training.rows + dataset.validation.rows))
        let count = Int32(dataset.classNames.count)
        #expect(dataset.training.classes.allSatisfy { (0..<count).contains($0) })
      }
      if isRead { loaded += 1 }
    }
    #expect(loaded > inputs / 20 && loaded < inputs * 19 / 20, "\(loaded)")
  }
}
