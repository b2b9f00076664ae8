import Foundation
import Testing

extension EndToEnd {
  /// The run of a table that version 0.1.0 trained, with what it said of it: nothing of how the table was read was
  /// kept.
  @Suite struct OldTableTests {
    private static let files = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "OldTable")

    private static func text(_ name: String) throws -> String {
      try String(contentsOf: files.appending(path: name), encoding: .utf8)
    }

    /// The folder as a copy.
    private func scratch() throws -> Scratch {
      let scratch = try Scratch()
      for name in ["rows.csv", "run"] {
        try FileManager.default.copyItem(
          atPath: Self.files.appending(path: name).path, toPath: "\(scratch.path)/\(name)")
      }
      return scratch
    }

    @Test func itIsEvaluatedAsItWas() async throws {
      let ended = try await Program.run(["evaluate", "run", "--json"], in: scratch())
      #expect(ended.status == 0, "\(ended.errors)")
      let (now, then) = (try jsonObject(ended.output), try jsonObject(Self.text("evaluated.json")))
      for part in ["validation", "test"] {
        let (new, old) = (now[part] as? [String: Any], then[part] as? [String: Any])
        #expect(new?["accuracy"] as? Double == old?["accuracy"] as? Double)
        let losses = try [new, old].map { try #require($0?["loss"] as? Double) }
        #expect(abs(losses[0] - losses[1]) < 1e-4, "\(part): \(losses)")
      }
    }

    @Test func itPredictsAsItDid() async throws {
      let ended = try await Program.run(["predict", "run", "--data", "rows.csv"], in: scratch())
      #expect(ended.status == 0, "\(ended.errors)")
      let (now, then) = (
        ended.output.split(separator: "\n"), try Self.text("predicted.csv").split(separator: "\n")
      )
      try #require(now.count == then.count && now.count == 61)
      #expect(now[0] == then[0])
      for (new, old) in zip(now.dropFirst(), then.dropFirst()) {
        let (new, old) = (new.split(separator: ","), old.split(separator: ","))
        #expect(new[0] == old[0])
        for (one, other) in zip(new.dropFirst(), old.dropFirst()) {
          let difference = abs((Double(one) ?? .nan) - (Double(other) ?? .nan))
          #expect(difference < 1e-4)
        }
      }
    }

    @Test func itGoesOn() async throws {
      let scratch = try scratch()
      let ended = try await Program.run(
        ["resume", "run", "--headless", "--epochs", "30", "--summary", "-"], in: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      let summary = try jsonObject(ended.output)
      #expect(summary["epochs"] as? Int == 30)
      #expect(try #require(summary["train_loss"] as? Double) < 0.5)
      let again = try await Program.run(["evaluate", "run", "--json"], in: scratch)
      #expect(again.status == 0, "\(again.errors)")
    }

    @Test func changedDataAreNoticed() async throws {
      let scratch = try scratch()
      let rows = try scratch.text("rows.csv").replacing("red", with: "rod")
      try scratch.file("rows.csv", rows)
      let ended = try await Program.run(["evaluate", "run"], in: scratch)
      #expect(ended.status == 3 && !ended.errors.isEmpty)
    }
  }
}
