import Foundation
import Testing

extension EndToEnd {
  /// Data files that cannot be trained on: exit code 3, one sentence that says where, and no run folder.
  @Suite struct DataFileTests {
    struct Case: Sendable, CustomTestStringConvertible {
      var testDescription: String
      var text: String
      var options: [String] = []
      var says: String
    }

    private static let rows = (0..<20).map { "\($0),\($0 * 7 % 20),\($0 % 2 == 0 ? "yes" : "no")" }
    private static let table = (["a,b,c"] + rows).joined(separator: "\n") + "\n"

    private static func changed(_ line: Int, to text: String) -> String {
      var lines = table.split(separator: "\n").map(String.init)
      lines[line - 1] = text
      return lines.joined(separator: "\n") + "\n"
    }

    private static func column(_ value: String) -> String {
      "a,b,c\n" + (0..<20).map { "\($0),\(value),\($0 % 2 == 0 ? "yes" : "no")" }.joined(separator: "\n")
        + "\n"
    }

    static let cases = [
      Case(testDescription: "ragged rows", text: changed(5, to: "1,2"), says: "rows.csv, line 5: 2 cells"),
      Case(
        testDescription: "unknown target", text: table, options: ["--target", "d"],
        says: "no column 'd' to predict"),
      Case(
        testDescription: "one class", text: table.replacingOccurrences(of: "yes", with: "no"),
        says: "every row is of the class 'no'"),
      Case(
        testDescription: "dates of two orders", text: column("01/02/2024"),
        says: "column b: '01/02/2024', as all dates of the column, may have the day or the month first"),
      Case(
        testDescription: "text among numbers", text: changed(9, to: "7,oops,yes"),
        says: "rows.csv, line 9, column b: 'oops' is not a number"),
      Case(testDescription: "empty file", text: "", says: "rows.csv: the file is empty"),
      Case(testDescription: "header only", text: "a,b,c\n", says: "rows.csv"),
      Case(testDescription: "two rows", text: "a,b,c\n1,2,yes\n3,4,no\n", says: "too few"),
      Case(testDescription: "not finite", text: changed(4, to: "1e999,2,yes"), says: "rows.csv, line 4"),
      Case(testDescription: "unclosed quote", text: changed(6, to: "1,2,\"yes"), says: "rows.csv, line 6"),
    ]

    @Test(arguments: cases) func badTables(_ bad: Case) async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", bad.text)
      try await refuse(["--data", "rows.csv"] + bad.options, in: scratch, saying: bad.says)
    }

    /// What escape sequences in a file's cells or name would do to a terminal.
    @Test func controlCharactersAreEscaped() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.changed(9, to: "7,\u{1B}[2J,yes"))
      try await refuse(["--data", "rows.csv"], in: scratch, saying: #"\u{1B}[2J"#)
    }

    @Test func missingFile() async throws {
      try await refuse(["--data", "none.csv"], in: try Scratch(), saying: "none.csv: no such file")
    }

    /// Every command reads a pipe from its first byte, however often it asks what the data are.
    @Test(arguments: [[], ["--seeds", "0..1"]])
    func dataMayComeThroughAPipe(series: [String]) async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      let options = ["--epochs", "2", "--quiet", "--no-output", "--summary", "-"] + series
      func results(_ path: String) async throws -> NSDictionary {
        let ended = try await Program.run(["train", "--data", path] + options, in: scratch)
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
        let summary = try #require(object as? [String: Any])
        return summary.filter {
          $0.value is Double && !$0.key.contains("second") && !$0.key.contains("memory")
        }
          as NSDictionary
      }
      let expected = try await results("rows.csv")
      #expect(mkfifo("\(scratch.path)/pipe", 0o600) == 0)
      async let written: Void = onOwnThread { [path = scratch.path] in
        let pipe = FileHandle(forWritingAtPath: "\(path)/pipe")
        pipe?.write(Data(Self.table.utf8))
        try? pipe?.close()
      }
      #expect(try await results("pipe") == expected)
      await written
    }

    @Test func folderWithoutImages() async throws {
      let scratch = try Scratch()
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/folder", withIntermediateDirectories: false)
      try await refuse(["--data", "folder"], in: scratch, saying: "folder: the folder has no IDX images")
    }

    @Test(.disabled(if: getuid() == 0, "root may read everything")) func fileThatMayNotBeRead() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0], ofItemAtPath: "\(scratch.path)/rows.csv")
      try await refuse(["--data", "rows.csv"], in: scratch, saying: "rows.csv: the file may not be read")
    }

    @Test func truncatedImages() async throws {
      let scratch = try Scratch()
      // Two images of 4 × 4, of which the second ends early.
      let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4]
      try scratch.file("images.idx", Data(header + Array(repeating: 9, count: 20)))
      try await refuse(["--data", "images.idx"], in: scratch, saying: "ends after 36 of the 48 bytes")
    }

    @Test func badTestRows() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      try scratch.file("test.csv", "a,b,c\n1,2,maybe\n")
      try await refuse(
        ["--data", "rows.csv", "--test-data", "test.csv"], in: scratch, saying: "test.csv, line 2")
    }

    private func refuse(_ arguments: [String], in scratch: Scratch, saying words: String) async throws {
      let before = try scratch.entries()
      let ended = try await Program.run(["train"] + arguments, in: scratch)
      #expect(ended.status == 3)
      #expect(ended.output.isEmpty)
      #expect(ended.errors.hasPrefix("awn-tui: "))
      #expect(ended.errors.filter { $0 == "\n" }.count == 1, "one sentence: \(ended.errors)")
      #expect(ended.errors.contains(words), "\(ended.errors)")
      #expect(ended.errors.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 })
      #expect(try scratch.entries() == before)
    }
  }
}
