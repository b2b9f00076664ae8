import Foundation
import Testing

extension EndToEnd {
  /// What is read of a table, and what its rows are measured by.
  @Suite struct DataCommandTests {
    private static let table =
      "id,size,color,kind\n"
      + (0..<60).map {
        "\($0 + 1),\($0 * 7 % 13).5,\(["red", "blue", "green"][$0 % 3]),\(["a", "b"][$0 / 2 % 2])\n"
      }
      .joined()

    @Test func showsColumnsAndWhatAModelHasToBeat() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      let text = try await Program.run(["data", "rows.csv"], in: scratch)
      #expect(text.status == 0 && text.errors.isEmpty)
      for words in [
        "60 rows of a table", "train 48, held out 6, test 6", "a 30, b 30", "50.00 %", "it numbers the rows",
      ] {
        #expect(text.output.contains(words), "\(text.output)")
      }
      let json = try await Program.run(["data", "rows.csv", "--json", "--ignore", "color"], in: scratch)
      let report = try jsonObject(json.output)
      #expect(report["rows"] as? Int == 60 && report["features"] as? Int == 1)
      let target = try #require(report["target"] as? [String: Any])
      #expect(target["majority"] as? Double == 0.5)
      let columns = try #require(report["columns"] as? [[String: Any]])
      #expect(columns.compactMap { $0["kind"] as? String } == ["row number", "number", "left out", "target"])
    }

    /// An array has no cells, and no texts or steps.
    @Test func anArrayIsNoFileOfCells() async throws {
      let scratch = try Scratch()
      let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (60, 2), }"
      let size = UInt16(header.utf8.count)
      let file =
        Data([0x93] + "NUMPY".utf8 + [1, 0, UInt8(size & 255), UInt8(size >> 8)] + header.utf8)
        + Data((0..<120).map { UInt8($0 * 7 % 3) })
      try file.write(to: URL(filePath: "\(scratch.path)/X.npy"))
      let text = try await Program.run(["data", "X.npy"], in: scratch)
      #expect(text.status == 0 && text.output.contains("60 rows of a table"))
      #expect(!text.output.contains("read as"), "\(text.output)")
      for (flag, kinds) in [("--text", "texts"), ("--sequence-id", "sequences")] {
        let ended = try await Program.run(["data", "X.npy", flag, "0"], in: scratch)
        #expect(
          ended.status == 2
            && ended.errors.contains(
              "\(flag) says nothing about rows of a table, only about \(kinds): leave it out")
        )
      }
    }

    @Test func aRunKeepsWhatWasRead() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      let ended = try await Program.run(
        ["train", "--data", "rows.csv", "--epochs", "2", "--output", "run", "--quiet", "--summary", "-"],
        in: scratch)
      #expect(ended.status == 0 && ended.errors.contains("--numeric id"), "\(ended.errors)")
      let summary = try jsonObject(ended.output)
      for key in ["baseline", "balanced_accuracy", "macro_f1", "auc"] {
        #expect(summary[key] is Double, "\(key)")
      }
      let report = try jsonObject(String(contentsOfFile: "\(scratch.path)/run/data.json", encoding: .utf8))
      #expect(report["rows"] as? Int == 60)
      let measured = try jsonObject(try await Program.run(["evaluate", "run", "--json"], in: scratch).output)
      let test = try #require(measured["test"] as? [String: Any])
      #expect((test["confusion"] as? [[Int]])?.joined().reduce(0, +) == 6)
      // Whoever recomputes the accuracy from the rows gets the same.
      let rows = try await Program.run(["predict", "run", "--split", "test"], in: scratch)
      let cells = rows.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      #expect(cells.first == ["line", "target", "prediction", "a", "b"] && cells.count == 7)
      let correct = cells.dropFirst().count { $0[1] == $0[2] }
      let accuracy = try #require(test["accuracy"] as? Double)
      #expect(abs(accuracy - Double(correct) / 6) < 1e-9)
      let lines = Self.table.split(separator: "\n")
      for row in cells.dropFirst() {
        let line = try #require(Int(row[0]))
        #expect(lines[line - 1].hasSuffix(row[1]))
      }
    }

    /// Beside a run, and without a screen, the same numbers as on it.
    @Test func theConfusionMatrixIsWrittenAsCSV() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      let train = ["train", "--epochs", "2", "--quiet", "--output"]
      _ = try await Program.run(train + ["run", "--data", "rows.csv"], in: scratch)
      let ended = try await Program.run(["evaluate", "run", "--confusion"], in: scratch)
      let lines = ended.output.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      #expect(ended.status == 0 && lines.first == ["rows", "true", "predicted", "count"])
      let found = lines.dropFirst().map { $0.prefix(3).joined() }
      let expected = ["held-out", "test"].flatMap { part in ["aa", "ab", "ba", "bb"].map { part + $0 } }
      #expect(found == expected)
      for (part, key) in [("held-out", "validation"), ("test", "test")] {
        let counts = lines.filter { $0[0] == part }.compactMap { Int($0[3]) }
        let measured = try jsonObject(
          try await Program.run(["evaluate", "run", "--json"], in: scratch).output)
        let matrix = (measured[key] as? [String: Any])?["confusion"] as? [[Int]]
        #expect(counts.reduce(0, +) == 6 && matrix.map { Array($0.joined()) } == counts)
      }
      let both = try await Program.run(["evaluate", "run", "--confusion", "--json"], in: scratch)
      #expect(both.status == 2)
      _ = try await Program.run(
        train + ["values", "--data", "rows.csv", "--target", "size"], in: scratch)
      let values = try await Program.run(["evaluate", "values", "--confusion"], in: scratch)
      #expect(values.status == 1 && values.errors.contains("predict --split held-out"), "\(values.errors)")
    }

    @Test func earlyStoppingGoesByTheMetricAskedFor() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      let train = [
        "train", "--data", "rows.csv", "--epochs", "3", "--output", "run", "--quiet", "--patience", "2",
      ]
      let ended = try await Program.run(train + ["--metric", "macro_f1"], in: scratch)
      #expect(ended.status == 0)
      let lines = try String(contentsOfFile: "\(scratch.path)/run/metrics.jsonl", encoding: .utf8)
      #expect(lines.contains("validation_macro_f1"))
      let wrong = try await Program.run(
        Array(train.dropLast(3)) + ["--patience", "2", "--metric", "rmse"], in: scratch)
      #expect(wrong.status == 2 && wrong.errors.contains("--metric rmse"), "\(wrong.errors)")
    }

    @Test(arguments: [
      (["train", "spiral", "--epoch", "3"], "'--epochs'"), (["data", "x.csv", "--ignor", "a"], "'--ignore'"),
    ])
    func anUnknownOptionNamesTheNearest(arguments: [String], nearest: String) async throws {
      let ended = try await Program.run(arguments, in: try Scratch())
      #expect(ended.status == 2)
      #expect(
        ended.errors.contains("there is no option '--") && ended.errors.contains(nearest), "\(ended.errors)")
    }

    @Test func textsAreNamedWhereNothingElseIsLeft() async throws {
      let scratch = try Scratch()
      let rows = (0..<60).map { "\"sentence number \($0), of many\",\($0 % 2 == 0 ? "good" : "bad")\n" }
      try scratch.file("rows.csv", "sentence,verdict\n" + rows.joined())
      let ended = try await Program.run(["train", "--data", "rows.csv", "--no-output"], in: scratch)
      #expect(ended.status == 3 && ended.errors.contains("--text sentence"), "\(ended.errors)")
    }
  }
}
