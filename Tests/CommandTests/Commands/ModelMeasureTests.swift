import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Testing

extension EndToEnd {
  /// `evaluate` and `curve`: what is said of a model is what the network does.
  @Suite struct ModelMeasureTests {
    @Test func evaluatesOnTheRunsOwnRows() async throws {
      let fixture = try await ModelFixture()
      let report = try await fixture.object("evaluate", "run", "--json")
      #expect(report["widths"] as? [Int] == fixture.network.widths)
      #expect(report["parameters"] as? Int == fixture.network.parameterCount())
      let tests = EvaluationRows(try #require(fixture.dataset.test), targetScaling: nil)
      for (key, rows) in [("validation", fixture.heldOut), ("test", tests)] {
        let part = try #require(report[key] as? [String: Any])
        let metrics = fixture.metrics(of: fixture.network, on: rows)
        #expect(part["rows"] as? Int == rows.rows)
        #expect(isNear(part["accuracy"], metrics.accuracy))
        #expect(isNear(part["loss"], metrics.loss))
      }
      let text = try await fixture.run("evaluate", "run/checkpoint.json")
      #expect(text.status == 0)
      #expect(text.output.hasPrefix("held-out: accuracy "), "\(text.output)")
    }

    @Test func evaluatesOnAnotherFileWithColumnsInAnyOrder() async throws {
      let fixture = try await ModelFixture()
      let rows = cells(ModelFixture.plants()).map { $0.map { "\"\($0.replacing("\"", with: "\"\""))\"" } }
      let turned = rows.enumerated().map { index, row in
        ([index == 0 ? "extra" : "\(index)"] + row.reversed()).joined(separator: ";") + "\n"
      }
      try fixture.scratch.file("turned.csv", turned.joined())
      let straight = try await fixture.object("evaluate", "run", "--data", "rows.csv", "--json")
      let other = try await fixture.object("evaluate", "run", "--data", "turned.csv", "--json")
      let part = try #require(straight["data"] as? [String: Any])
      #expect(part["rows"] as? Int == 240)
      #expect(part as NSDictionary == other["data"] as? NSDictionary)
      #expect(straight["validation"] == nil)
    }

    /// In the target's own unit: as anybody computes it from the predictions.
    @Test func regressionHasItsUnit() async throws {
      let fixture = try await ModelFixture(table: ModelFixture.prices())
      let report = try await fixture.object("evaluate", "run", "--data", "rows.csv", "--json")
      let part = try #require(report["data"] as? [String: Any])
      let predicted = try await fixture.run("predict", "run", "--data", "rows.csv")
      let values = cells(predicted.output).dropFirst().compactMap { Double($0[0]) }
      let targets = cells(ModelFixture.prices()).dropFirst().compactMap { Double($0[2]) }
      try #require(values.count == 240 && targets.count == 240)
      let squares = zip(values, targets).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
      let mean = targets.reduce(0, +) / 240
      let total = targets.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      let (rmse, r2) = (try #require(part["rmse"] as? Double), try #require(part["r2"] as? Double))
      #expect(abs(rmse / (squares / 240).squareRoot() - 1) < 1e-4)
      #expect(abs(r2 - (1 - squares / total)) < 1e-4)
      #expect(part["accuracy"] == nil)
    }

    @Test func whatCannotBeReadIsExitCode3() async throws {
      let fixture = try await ModelFixture()
      let header = "size,colour,weight,species\n"
      try fixture.scratch.file("class.csv", header + "1,red,90,plain\n2,red,95,oak\n")
      try fixture.scratch.file("lacks.csv", "size,colour,species\n1,red,plain\n")
      try fixture.scratch.file("empty.csv", "")
      let cases: [([String], String)] = [
        (["evaluate", "nowhere"], "nowhere: no such file or folder"),
        (["evaluate", "."], "the folder has no checkpoint.json"),
        (["evaluate", "rows.csv"], "rows.csv: this is no model"),
        (["evaluate", "run", "--data", "none.csv"], "none.csv: no such file"),
        (["evaluate", "run", "--data", "class.csv"], "class.csv, line 3, column species: "),
        (["evaluate", "run", "--data", "lacks.csv"], "weight"),
        (["predict", "run", "--data", "lacks.csv"], "weight"),
        (["predict", "run", "--data", "empty.csv"], "empty.csv"),
      ]
      for (arguments, words) in cases {
        let ended = try await Program.run(arguments, in: fixture.scratch)
        #expect(ended.status == 3, "\(arguments): \(ended.errors)")
        #expect(ended.output.isEmpty)
        #expect(ended.errors.hasPrefix("awn-tui: ") && ended.errors.contains(words), "\(ended.errors)")
        #expect(ended.errors.filter { $0 == "\n" }.count == 1)
      }
    }

    /// Held-out rows are only those of the data that the model was trained on.
    @Test func otherDataThanTheRunsAreRefused() async throws {
      let fixture = try await ModelFixture()
      try fixture.scratch.file("rows.csv", ModelFixture.plants(239))
      for command in ["evaluate", "curve"] {
        let ended = try await fixture.run(command, "run")
        #expect(ended.status == 3)
        #expect(
          ended.errors.contains("run/experiment.toml: its data, seed or split are not"), "\(ended.errors)")
      }
      try FileManager.default.removeItem(atPath: "\(fixture.scratch.path)/run/experiment.toml")
      let ended = try await fixture.run("evaluate", "run")
      #expect(ended.status == 3 && ended.errors.contains("no experiment.toml"), "\(ended.errors)")
      #expect(try await fixture.run("evaluate", "run", "--data", "rows.csv").status == 0)
    }

    @Test func withoutHeldOutRowsNothingIsMeasured() async throws {
      let fixture = try await ModelFixture {
        ($0.data.validation, $0.data.test) = (0, 0)
      }
      for command in ["evaluate", "curve"] {
        let ended = try await fixture.run(command, "run")
        #expect(ended.status == 1 && ended.errors.contains("held no rows out"), "\(ended.errors)")
      }
    }

    @Test func curveOfTheLastLayerIsEveryCutMeasured() async throws {
      let fixture = try await ModelFixture()
      let report = try await fixture.object("curve", "run", "--json")
      let points = try #require(report["points"] as? [[String: Any]])
      #expect(report["metric"] as? String == "accuracy")
      #expect(report["rows"] as? Int == fixture.heldOut.rows)
      #expect(points.compactMap { $0["width"] as? Int } == Array(1...fixture.network.widths[0]))
      for point in points {
        let width = try #require(point["width"] as? Int)
        var cut = fixture.network
        if width < cut.widths[0] { cut.truncate(layer: 0, to: width, policy: .hold) }
        let metrics = fixture.metrics(of: cut)
        #expect(isNear(point["accuracy"], metrics.accuracy))
        let repaired = fixture.metrics(of: fixture.cut(to: [width], policy: .hold))
        let promised = try #require(point["repaired_loss"] as? Double)
        #expect(abs(promised - repaired.loss) < 1e-3 * max(1, repaired.loss))
        #expect(point["best"] is Double && point["accuracy_error"] is Double)
        #expect(abs(try #require(point["loss"] as? Double) - metrics.loss) < 1e-4)
        #expect(point["parameters"] as? Int == cut.parameterCount())
        #expect(point["multiply_adds"] as? Int == cut.multiplyAdds())
        #expect(point["exact"] as? Bool == true && point["layer"] as? Int == 0)
      }
    }

    @Test func curvesOfTwoLayers() async throws {
      let fixture = try await ModelFixture(epochs: 2) {
        $0.network.hiddenLayers = 2
        $0.network.initialRate = 0.04
      }
      let csv = cells(try await fixture.run("curve", "run").output)
      #expect(
        csv[0] == [
          "layer", "width", "widths", "accuracy", "loss", "parameters", "multiply_adds", "exact",
          "by_contribution", "random_mean", "random_low", "random_high", "best", "repaired_accuracy",
          "repaired_loss", "accuracy_error", "by_magnitude", "by_taylor", "layer_name",
        ])
      let widths = fixture.network.widths
      #expect(widths[0] > 32)
      let first = csv.dropFirst().filter { $0[0] == "0" }
      let last = csv.dropFirst().filter { $0[0] == "1" }
      #expect(first.allSatisfy { $0[7] == "true" } && first.count == widths[0])
      // Counted from 0 for programs, and named as on screen for people.
      #expect(first.allSatisfy { $0[18] == "layer 1" } && last.allSatisfy { $0[18] == "layer 2" })
      // Other orders are measured at some widths of a layer before the last.
      #expect(first.count { !$0[8].isEmpty } == 32 && first.allSatisfy { $0[8].isEmpty == $0[11].isEmpty })
      for row in last {
        let (low, mean, high) = (try number(row[10]), try number(row[9]), try number(row[11]))
        #expect(low <= mean && mean <= high)
      }
      #expect(last.last?[8] == last.last?[3])
      #expect(last.map { $0[1] } == (1...widths[1]).map(String.init))
      #expect(last.allSatisfy { $0[7] == "true" && $0[2].hasPrefix("\(widths[0]) ") })
      let only = cells(try await fixture.run("curve", "run", "--layer", "1").output)
      #expect(Array(only.dropFirst()) == Array(last))
      let beyond = try await fixture.run("curve", "run", "--layer", "2")
      #expect(beyond.errors.contains("--layer counts from 0: 0 is layer 1, 1 is layer 2"), "\(beyond.errors)")
    }

    private func number(_ text: String) throws -> Double { try #require(Double(text)) }

    /// Every line is a cut that no smaller one equals, as `truncate` makes it.
    @Test func thePriceListIsMeasured() async throws {
      let fixture = try await ModelFixture(epochs: 3) { $0.network.hiddenLayers = 2 }
      let csv = cells(try await fixture.run("curve", "run", "--pareto").output)
      #expect(csv[0] == ["widths", "accuracy", "loss", "parameters", "multiply_adds"])
      let rows = csv.dropFirst()
      #expect(rows.count > 1)
      for row in rows {
        let widths = row[0].split(separator: " ").compactMap { Int($0) }
        let cut = fixture.cut(to: widths, policy: .hold)
        #expect(isNear(try number(row[1]), fixture.metrics(of: cut).accuracy))
        #expect(row[3] == "\(cut.parameterCount())" && row[4] == "\(cut.multiplyAdds())")
      }
      for (row, next) in zip(rows, rows.dropFirst()) {
        #expect(try number(row[3]) < number(next[3]))
        #expect(try number(row[1]) < number(next[1]))
      }
      let report = try await fixture.object("curve", "run", "--pareto", "--json")
      #expect((report["points"] as? [[String: Any]])?.count == rows.count)
    }

    /// Only where they are asked for, in columns and keys of their own.
    @Test(arguments: [[], ["--joint"], ["--pareto"]]) func timesAreMeasured(flags: [String]) async throws {
      let fixture = try await ModelFixture(epochs: 2) { $0.network.hiddenLayers = 2 }
      let plain = cells(try await Program.run(["curve", "run"] + flags, in: fixture.scratch).output)
      let timed = cells(
        try await Program.run(["curve", "run", "--milliseconds"] + flags, in: fixture.scratch).output)
      #expect(timed[0] == plain[0] + ["milliseconds", "batch_milliseconds"])
      #expect(timed.map { $0.dropLast(2) } == plain.map { $0[...] })
      for row in timed.dropFirst() {
        for cell in row.suffix(2) { #expect(try number(cell) > 0) }
      }
      let json = try await Program.run(
        ["curve", "run", "--milliseconds", "--json"] + flags, in: fixture.scratch)
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      let points = try #require(report["points"] as? [[String: Any]])
      #expect(points.allSatisfy { $0["milliseconds"] is Double && $0["batch_milliseconds"] is Double })
    }

    @Test func thePriceListCanBeRounded() async throws {
      let fixture = try await ModelFixture(epochs: 2) { $0.network.hiddenLayers = 2 }
      let csv = cells(try await fixture.run("curve", "run", "--pareto", "--round-to", "4").output)
      let widths = csv.dropFirst().map { $0[0].split(separator: " ").compactMap { Int($0) } }
      #expect(!widths.isEmpty)
      for widths in widths {
        #expect(zip(widths, fixture.network.widths).allSatisfy { $0 % 4 == 0 || $0 == $1 })
      }
      let refused = try await fixture.run("curve", "run", "--round-to", "4")
      #expect(refused.status == 2 && refused.errors.contains("--round-to goes with --pareto"))
    }

    @Test func jointCurveIsMeasuredOnNetworksCutSo() async throws {
      let fixture = try await ModelFixture(table: ModelFixture.prices(), epochs: 3) {
        $0.network.hiddenLayers = 2
      }
      let report = try await fixture.object("curve", "run", "--joint", "--json")
      #expect(report["metric"] as? String == "rmse")
      let points = try #require(report["points"] as? [[String: Any]])
      #expect(points.count > 10)
      for point in points {
        let keep = try #require(point["keep"] as? Double)
        let widths = fixture.network.widths.map { max(1, Int((keep * Double($0)).rounded())) }
        #expect(point["widths"] as? [Int] == widths)
        var cut = fixture.network
        for (layer, width) in widths.enumerated() where width < cut.widths[layer] {
          cut.truncate(layer: layer, to: width, policy: .hold)
        }
        #expect(isNear(point["rmse"], fixture.metrics(of: cut).rmse))
        let repaired = fixture.metrics(of: fixture.cut(to: widths, policy: .hold))
        #expect(isNear(point["repaired_rmse"], repaired.rmse))
      }
      let csv = cells(try await fixture.run("curve", "run", "--joint").output)
      #expect(
        csv[0] == [
          "keep", "widths", "rmse", "loss", "parameters", "multiply_adds", "exact", "repaired_rmse",
          "repaired_loss", "accuracy_error",
        ])
      #expect(csv.count == points.count + 1)
    }

    @Test func mistakesOfUsage() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      for arguments in [
        ["evaluate"], ["predict", "run"], ["curve", "run", "--layer", "1"],
        ["curve", "run", "--layer", "-1"],
        ["curve", "run", "--layer", "0", "--joint"], ["curve", "run", "--pareto", "--joint"],
        ["evaluate", "run", "--jason"],
      ] {
        let ended = try await Program.run(arguments, in: fixture.scratch)
        #expect(ended.status == 2, "\(arguments): \(ended.errors)")
        #expect(ended.output.isEmpty && ended.errors.hasPrefix("Error: "))
      }
    }

    @Test func ordinaryNetworksHaveNoCurve() async throws {
      let fixture = try await ModelFixture(epochs: 1) { $0.network.fixedWidths = [8] }
      #expect(try await fixture.run("evaluate", "run").status == 0)
      for arguments in [["curve", "run"], ["truncate", "run", "--keep", "0.5", "-o", "new"]] {
        let ended = try await Program.run(arguments, in: fixture.scratch)
        #expect(ended.status == 1 && ended.errors.contains("an ordinary network"), "\(ended.errors)")
      }
    }
  }
}
