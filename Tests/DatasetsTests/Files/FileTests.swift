import Datasets
import Experiment
import LinearAlgebra
import Testing

@Suite struct FileTests {
  let scratch: Scratch
  private let rows = "a,b,y\n" + (0..<40_000).map { "\($0),\($0 % 7),\($0 % 3 == 0 ? "u" : "v")\n" }.joined()

  init() throws { scratch = try Scratch() }

  private func load(_ bytes: [UInt8], as name: String = "data.csv") throws -> Dataset {
    try .load(DataOptions(path: scratch.write(bytes, as: name)), seed: 1)
  }

  @Test func gzipIsReadWhateverTheName() throws {
    let plain = try load(Array(rows.utf8))
    #expect(plain.training.rows + plain.validation.rows + (plain.test?.rows ?? 0) == 40_000)
    #expect(try load(gzip(Array(rows.utf8))) == plain)
    #expect(try load(gzip(Array(rows.utf8)), as: "data.csv.gz") == plain)
    let half = rows.utf8.count / 2
    let members = gzip(Array(rows.utf8.prefix(half))) + gzip([]) + gzip(Array(rows.utf8.dropFirst(half)))
    #expect(try load(members) == plain)
  }

  @Test func bytesAfterTheLastGzipMemberAreIgnored() throws {
    let plain = try load(Array(rows.utf8))
    let whole = gzip(Array(rows.utf8))
    let block = 10_240
    let padded = whole + [UInt8](repeating: 0, count: block - whole.count % block)
    for tail in [[], [0], [0x1F], [1, 2, 3], Array("trailing text".utf8)] as [[UInt8]] {
      #expect(try load(whole + tail) == plain)
      #expect(try load(padded + tail) == plain)
    }
  }

  @Test func damagedGzipIsRefused() throws {
    func failure(_ bytes: [UInt8]) throws -> DataError.Reason? {
      loadFailure(DataOptions(path: try scratch.write(bytes)))?.reason
    }
    let whole = gzip(Array(rows.utf8))
    #expect(try failure(Array(whole.dropLast(1))) == .file(.truncatedGzip))
    #expect(try failure(Array(whole.prefix(whole.count / 2))) == .file(.truncatedGzip))
    #expect(try failure(Array(whole.prefix(2))) == .file(.truncatedGzip))
    var damaged = whole
    damaged[whole.count - 5] ^= 1  // the checksum
    #expect(try failure(damaged) == .file(.damagedGzip))
    #expect(try failure(whole + whole.prefix(2)) == .file(.truncatedGzip))
    #expect(try failure(whole + whole.prefix(10) + [0xFF, 0xFF]) == .file(.damagedGzip))
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func rowsSpanBuffers(lineEnd: String) throws {
    // Rows of every length meet the ends of the reader's buffer at every place.
    var stream = RandomStream(seed: 6, purpose: "buffers")
    let kinds = ["plain", "\"with \"\"quotes\"\"\"", "\"two\nlines\"", "\"a,b\""]
    var lines = ["n,kind,label"]
    for row in 0..<20_000 {
      let padding = String(repeating: " ", count: stream.below(40))
      lines.append("\(row)\(padding),\(kinds[row % 4]),\(row % 5 < 2 ? "u" : "v")")
    }
    let options = DataOptions(
      path: try scratch.write(lines.joined(separator: lineEnd)), validation: 0, test: 0)
    let dataset = try Dataset.load(options, seed: 0)
    #expect(
      dataset.featureNames == ["n", "kind=a,b", "kind=plain", "kind=two\nlines", "kind=with \"quotes\""])
    let table = dataset.training
    #expect(table.classes == (0..<20_000).map { $0 % 5 < 2 ? 0 : 1 })
    let isRight = (0..<20_000).allSatisfy { row in
      let values = table.row(row)
      let hot = values[1...].firstIndex(of: 1)
      let number = dataset.featureScaling.restored(values[0], at: 0)
      return [2, 4, 3, 1][row % 4] == hot && abs(number - Double(row)) < 0.01
    }
    #expect(isRight)

    _ = try scratch.write((lines + ["1,2"]).joined(separator: lineEnd))
    #expect(loadFailure(options)?.line == 20_002 + 5_000)
  }

  @Test func progressIsTold() throws {
    let path = try scratch.write(rows + rows.dropFirst(6) + rows.dropFirst(6))
    var told: [String] = []
    _ = try Dataset.load(DataOptions(path: path), seed: 0) { told.append($0) }
    #expect(told == ["100000 rows read"])
  }

  @Test func nameIsTheFilesOwn() throws {
    let names = ["pol.csv.gz": "pol", "v1.2.tsv": "v1.2", "plain": "plain", ".hidden": ".hidden"]
    for (file, name) in names {
      #expect(try load(Array(rows.utf8), as: file).name == name)
    }
  }
}
