import Foundation
import Testing

extension EndToEnd {
  /// Where the rows of `predict --split` are in their file, so that each can be looked at.
  @Suite struct PredictedPlaceTests {
    private func held(_ part: String, in scratch: Scratch) async throws -> [[String]] {
      let ended = try await Program.run("predict", "run", "--split", part, in: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      return ended.output.split(separator: "\n").map { $0.components(separatedBy: ",") }
    }

    private func train(_ arguments: String..., in scratch: Scratch) async throws {
      let ended = try await Program.run(["train"] + arguments + ["--output", "run", "--quiet"], in: scratch)
      try #require(ended.status == 0, "\(ended.errors)")
    }

    /// Image 1 is a 7, 2 a 3, and so on; the test images have a file of their own.
    @Test func imagesHaveTheirNumbers() async throws {
      let scratch = try Scratch()
      func write(_ count: Int, _ name: String) throws {
        var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 2, 0, 0, 0, 3]
        var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)]
        for image in 0..<count {
          let isBright = image % 2 == 0
          images += (0..<6).map { (isBright ? 200 : 20) + UInt8($0) }
          labels.append(isBright ? 7 : 3)
        }
        try scratch.file("digits/\(name)-images-idx3-ubyte", Data(images))
        try scratch.file("digits/\(name)-labels-idx1-ubyte", Data(labels))
      }
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/digits", withIntermediateDirectories: true)
      try write(60, "train")
      try write(9, "t10k")
      try await train("--data", "digits", "--epochs", "1", in: scratch)
      let rows = try await held("held-out", in: scratch)
      #expect(rows[0] == ["row", "target", "prediction", "3", "7"] && rows.count == 7)
      let numbers = rows.dropFirst().compactMap { Int($0[0]) }
      #expect(numbers == numbers.sorted() && Set(numbers).count == 6 && (1...60).contains(numbers[5]))
      for row in rows.dropFirst() {
        let number = try #require(Int(row[0]))
        #expect(row[1] == (number % 2 == 1 ? "7" : "3"))
      }
      let test = try await held("test", in: scratch)
      #expect(test.dropFirst().map { $0[0] } == (1...9).map(String.init))
      // Of another file, a prediction stays the first column.
      let other = try await Program.run("predict", "run", "--data", "digits", in: scratch)
      #expect(other.output.hasPrefix("prediction,3,7\n"), "\(other.errors)")
    }

    /// Test rows in a file of their own, where every third line has no target, or no text.
    @Test(arguments: ["table", "texts", "translations"])
    func testRowsOfAnotherFileHaveItsLines(kind: String) async throws {
      let scratch = try Scratch()
      func row(_ line: Int) -> (text: String, target: String) {
        ("w\(line) v\(line % 2)", line % 3 == 0 ? "" : line % 2 == 0 ? "even" : "odd")
      }
      func write(_ name: String, _ lines: ClosedRange<Int>) throws {
        switch kind {
        case "table":
          let rows = lines.map { "\($0 % 2),\($0),\(row($0).target)" }.joined(separator: "\n")
          try scratch.file("\(name).csv", "a,b,c\n" + rows + "\n")
        case "texts":
          let rows = lines.map { "\(row($0).text),\(row($0).target)" }.joined(separator: "\n")
          try scratch.file("\(name).csv", "text,c\n" + rows + "\n")
        default:
          try scratch.file("\(name).en", lines.map { row($0).text }.joined(separator: "\n") + "\n")
          try scratch.file("\(name).de", lines.map { row($0).target }.joined(separator: "\n") + "\n")
        }
      }
      try write("rows", 2...90)
      try write("other", 2...13)
      let small = ["--model-size", "8", "--heads", "2", "--depth", "1"]
      let flags =
        switch kind {
        case "table": ["--data", "rows.csv", "--test-data", "other.csv"]
        case "texts": ["--data", "rows.csv", "--test-data", "other.csv", "--text", "text"] + small
        default: ["--data", "rows.en", "--test-data", "other.en", "--source", "en", "--target", "de"] + small
        }
      let trained = try await Program.run(
        ["train"] + flags + ["--epochs", "1", "--output", "run", "--quiet"], in: scratch)
      try #require(trained.status == 0, "\(trained.errors)")
      let rows = try await held("test", in: scratch)
      let first = kind == "translations" ? 1 : 2
      let lines = (2...13).filter { $0 % 3 != 0 }
      #expect(rows.dropFirst().map { $0[0] } == lines.map { String($0 - 2 + first) })
      for (found, line) in zip(rows.dropFirst(), lines) { #expect(found[1] == row(line).target) }
    }

    /// Line n of the source is n words; a blank line is none.
    @Test func translationsHaveTheirLinesAndReferences() async throws {
      let scratch = try Scratch()
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/pairs", withIntermediateDirectories: true)
      let lines = (1...40).map { (line: Int) -> String in
        line == 3 ? "" : (0...line % 5).map { "w\($0)" }.joined(separator: " ")
      }
      try scratch.file("pairs/train.en", lines.joined(separator: "\n") + "\n")
      try scratch.file("pairs/train.de", lines.joined(separator: "\n").replacing("w", with: "v") + "\n")
      try await train(
        "--data", "pairs", "--epochs", "1", "--model-size", "8", "--heads", "2", "--depth", "1", in: scratch)
      let rows = try await held("held-out", in: scratch)
      #expect(
        rows[0] == ["line", "target", "prediction"] && rows.count == 5 && rows.allSatisfy { $0.count >= 3 })
      for row in rows.dropFirst() {
        let line = try #require(Int(row[0]))
        #expect(row[1] == lines[line - 1].replacing("w", with: "v"))
      }
    }

    /// References are as long as what is read of them.
    @Test func translationsThatAreCutAreNoted() async throws {
      let scratch = try Scratch()
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/pairs", withIntermediateDirectories: true)
      let lines = (1...40).map { "a long text of number \($0)" }.joined(separator: "\n") + "\n"
      for language in ["en", "de"] { try scratch.file("pairs/train.\(language)", lines) }
      try await train(
        "--data", "pairs", "--epochs", "1", "--model-size", "8", "--heads", "2", "--depth", "1",
        "--max-length", "2", in: scratch)
      let ended = try await Program.run("predict", "run", "--split", "held-out", in: scratch)
      #expect(ended.status == 0 && ended.errors == "note: 80 sentences cut after 2 tokens (--max-length)\n")
    }

    @Test func textsHaveTheirLines() async throws {
      let scratch = try Scratch()
      let rows = (1...60).map { (row: Int) -> String in
        row % 2 == 0 ? "good text \(row),yes" : "bad text \(row),no"
      }
      try scratch.file("texts.csv", "text,label\n" + rows.joined(separator: "\n") + "\n")
      try await train(
        "--data", "texts.csv", "--text", "text", "--epochs", "1", "--model-size", "8", "--heads", "2",
        "--depth", "1",
        in: scratch)
      let found = try await held("test", in: scratch)
      #expect(found[0] == ["line", "target", "prediction", "no", "yes"] && found.count == 7)
      for row in found.dropFirst() {
        let line = try #require(Int(row[0]))
        #expect(rows[line - 2].hasSuffix("," + row[1]))
      }
    }
  }
}
