import Datasets
import Experiment
import Fuzzing
import LinearAlgebra
import Testing

/// Damaged files give a dataset or an error that can be read, and never anything else.
@Suite struct DamageTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch(inMemory: true) }

  private static let texts = [
    "\"", "\"\"", ",", ";", "\t", "\r", "\n", "\r\n", "\u{0}", "nan", "inf", "-", "1e999", "\u{FEFF}", "x",
    " ",
    "1,5", "\u{202E}", "#", "sep=;\n", "2024-01-31", "31/12/99 11:59 PM", "$1,234.5", "12%", "5k", "007",
    "None",
    "\u{FF}\u{FE}", "'",
  ]
  private static let fragments =
    texts.map { Array($0.utf8) } + [[0xFF], [0x1F, 0x8B], [0xC3], [0, 0, 8, 3]]

  private func damaged(_ bytes: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    var result = bytes
    for _ in 0...stream.below(4) where !result.isEmpty {
      let place = stream.below(result.count)
      switch stream.below(5) {
      case 0: result[place] = UInt8(truncatingIfNeeded: stream.next())
      case 1: result.insert(contentsOf: Self.fragments[stream.below(Self.fragments.count)], at: place)
      case 2: result.removeSubrange(place..<min(result.count, place + 1 + stream.below(8)))
      case 3: result.removeSubrange(place...)
      default: result.insert(contentsOf: result[place...].prefix(stream.below(40)), at: place)
      }
    }
    return result
  }

  @Test(arguments: [",", ";", "\t", " "])
  func tables(delimiter: String) throws {
    var stream = RandomStream(seed: UInt64(delimiter.utf8.first!), purpose: "tables")
    var loaded = 0
    let inputs = fuzzCount(usually: 400)
    let wholes = (0..<24).map { number in
      let rows = (0..<12).map { row in
        [
          "\(row)", "\(stream.normal())", "\"k \(row % 3)\"", row % 5 == 0 ? "NA" : "t\(row % 2)",
          "\(row % 2)",
        ]
        .joined(separator: delimiter)
      }
      let header = ["a", "b", "c", "d", "e"].joined(separator: delimiter)
      let lines = number % 2 == 0 ? [header] + rows : rows
      return Array(lines.joined(separator: number % 3 == 0 ? "\r\n" : "\n").utf8)
    }
    for round in 0..<inputs {
      let path = try scratch.write(damaged(wholes[round % wholes.count], &stream))
      let options = DataOptions(path: path, target: round % 7 == 0 ? "c" : nil)
      if isReadOrRefused(options, checkTable) { loaded += 1 }
    }
    #expect(
      loaded > inputs / 20 && loaded < inputs * 19 / 20,
      "damage must neither always nor never be fatal: \(loaded)")
  }

  @Test func images() throws {
    var stream = RandomStream(seed: 2, purpose: "images")
    let images = idx([12, 3, 4], (0..<144).map { _ in UInt8(stream.below(256)) })
    let labels = idx([12], (0..<12).map { UInt8($0 % 3) })
    var loaded = 0
    let inputs = fuzzCount(usually: 600)
    for round in 0..<inputs {
      _ = try scratch.write(round % 2 == 0 ? labels : damaged(labels, &stream), as: "labels-idx1")
      let bytes = round % 3 == 0 ? images : damaged(images, &stream)
      let path = try scratch.write(round % 5 == 0 ? gzip(bytes) : bytes, as: "images-idx3")
      if isReadOrRefused(DataOptions(path: path), checkTable) { loaded += 1 }
    }
    #expect(loaded > inputs / 30 && loaded < inputs * 29 / 30)
  }

  @Test func compressedFiles() throws {
    var stream = RandomStream(seed: 3, purpose: "gzip")
    let whole = gzip(Array((0..<200).map { "\($0),\($0 % 7),\($0 % 2)\n" }.joined().utf8))
    for _ in 0..<fuzzCount(usually: 500) {
      _ = isReadOrRefused(DataOptions(path: try scratch.write(damaged(whole, &stream))), checkTable)
    }
  }
}
