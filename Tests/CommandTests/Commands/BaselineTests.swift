import AdaptiveWidth
import Experiment
import Foundation
import RunFolders
import Testing

extension EndToEnd {
  @Suite struct BaselineTests {
    @Test func everyMeansIsMeasuredAtEverySize() async throws {
      let fixture = try await ModelFixture(epochs: 3)
      let ended = try await fixture.run("baselines", "run", "--keep", "0.5,0.2", "--seeds", "0,4")
      #expect(ended.status == 0, "\(ended.errors)")
      let lines = cells(ended.output)
      #expect(
        lines[0] == [
          "keep", "widths", "means", "repaired", "accuracy", "deviation", "loss", "parameters", "runs",
          "diverged", "seconds",
        ])
      let whole = fixture.network
      #expect(lines[1][2] == "whole" && lines[1][1] == "\(whole.widths[0])")
      let results = lines.dropFirst(2)
      #expect(results.count == 2 * 11)
      for keep in [0.5, 0.2] {
        let widths = whole.widths(keeping: keep)
        let some = results.filter { $0[0] == "\(keep)" }
        #expect(
          some.map { $0[2] + $0[3] } == [
            "indexfalse", "indextrue", "magnitudefalse", "magnitudetrue", "taylorfalse", "taylortrue",
            "randomfalse", "randomtrue", "besttrue", "scratch", "search",
          ])
        for line in some {
          #expect(line[1] == "\(widths[0])")
          let isSeeded = ["random", "scratch", "search"].contains(line[2])
          #expect(line[8] == (isSeeded ? "2" : "1") && line[5].isEmpty != isSeeded)
          let parameters = try #require(Double(line[7]))
          let least = Double(whole.parameterCount(widths: widths))
          #expect(line[2] == "search" ? parameters <= least : parameters == least)
        }
        // Ours are the cuts that the other commands make.
        for (line, method) in [(0, CutMethod.plain), (1, .repaired), (8, .best)] {
          let metrics = fixture.metrics(of: fixture.cut(to: widths, policy: .hold, by: method))
          #expect(isNear(Double(some[some.startIndex + line][4]), metrics.accuracy))
        }
      }
      #expect(ended.errors.contains("trained from scratch with "))
    }

    @Test func cutsOfSeveralLayersNeedNoTraining() async throws {
      let fixture = try await ModelFixture(table: ModelFixture.prices(), epochs: 3) {
        $0.network.hiddenLayers = 2
      }
      let widest = try #require(fixture.network.widths.max())
      let report = try await fixture.object(
        "baselines", "run", "--width", "\(widest / 2),3", "--no-training", "--json")
      #expect(report["metric"] as? String == "rmse")
      let results = try #require(report["results"] as? [[String: Any]])
      #expect(results.count == 2 * 9)
      for (result, keep) in zip(results, [widest / 2, 3].flatMap { Array(repeating: $0, count: 9) }) {
        #expect(
          result["widths"] as? [Int]
            == fixture.network.widths(keeping: Double(keep) / Double(widest)))
        #expect(try #require(result["rmse"] as? Double) > 0)
      }
    }

    @Test func savedResultsAreFoundInTheRunFolder() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      let folder = "\(fixture.scratch.path)/run"
      let unsaved = try await fixture.run(
        "baselines", "run", "--keep", "0.5", "--no-training", "--json")
      #expect(unsaved.status == 0, "\(unsaved.errors)")
      #expect(try RunFolder(of: folder, isOwned: false).baselines.isEmpty)
      let saved = try await fixture.run(
        "baselines", "run", "--keep", "0.5", "--no-training", "--json", "--save")
      #expect(saved.status == 0, "\(saved.errors)")
      let found = try RunFolder(of: folder, isOwned: false).baselines
      let report = try JSONDecoder().decode(BaselineReport.self, from: Data(saved.output.utf8))
      #expect(found == report.results && found.count == 9)
      #expect(found.allSatisfy { $0.widths == fixture.network.widths(keeping: 0.5) && $0.metrics != nil })
    }

    @Test func mistakesOfUsage() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      for flags in [
        ["--keep", "0"], ["--keep", "0.5,x"], ["--keep", "0.5", "--width", "3"], ["--width", "10000"],
        ["--seeds", "x"],
      ] {
        let ended = try await Program.run(["baselines", "run"] + flags, in: fixture.scratch)
        #expect(ended.status == 2, "\(flags): \(ended.errors)")
      }
    }
  }
}
