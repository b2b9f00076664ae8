import AtomicFiles
import Datasets
import Experiment
import Foundation
import Messaging
import ModelFiles
import Testing
import Training

extension EndToEnd {
  @Suite struct ModelPredictTests {
    @Test func classesWithTheirProbabilities() async throws {
      let fixture = try await ModelFixture()
      let ended = try await fixture.run("predict", "run", "--data", "rows.csv")
      #expect(ended.status == 0 && ended.errors.isEmpty)
      let rows = cells(ended.output)
      #expect(rows[0] == ["prediction"] + ModelFixture.classes)
      #expect(ended.output.hasPrefix("prediction,plain,\"rock, lily\",\"say \"\"x\"\"\"\n"))
      let expected = try fixture.predictions(of: "rows.csv")
      try #require(rows.count == expected.count + 1)
      for (row, probabilities) in zip(rows.dropFirst(), expected) {
        let found = row.dropFirst().compactMap { Double($0) }
        try #require(found.count == 3)
        for (one, other) in zip(found, probabilities) { #expect(abs(one - other) < 1e-6) }
        let best = try #require(probabilities.indices.max { probabilities[$0] < probabilities[$1] })
        #expect(row[0] == ModelFixture.classes[best])
      }
    }

    /// Neither the target nor its rows are needed; unseen categories and missing numbers have a meaning.
    @Test func filesAsTheyCome() async throws {
      let fixture = try await ModelFixture()
      let table = """
        weight,extra,colour,size
        100,z,red,0.5
        ,z,red,0.5
        100,z,violet,0.5
        100,z,,0.5

        """
      try fixture.scratch.file("new.csv", table)
      let ended = try await fixture.run("predict", "run", "--data", "new.csv")
      #expect(ended.status == 0, "\(ended.errors)")
      let rows = cells(ended.output).dropFirst().map { $0.dropFirst().compactMap { Double($0) } }
      #expect(rows.count == 4)
      let expected = try fixture.predictions(of: "new.csv")
      for (row, probabilities) in zip(rows, expected) {
        for (one, other) in zip(row, probabilities) { #expect(abs(one - other) < 1e-6) }
      }
      // A missing number is the mean of the training rows; violet is none of the colors, not a missing one.
      let scaling = fixture.dataset.featureScaling
      let weight = try #require(fixture.dataset.featureNames.firstIndex(of: "weight"))
      try fixture.scratch.file("mean.csv", "weight,colour,size\n\(scaling.means[weight]),red,0.5\n")
      let mean = cells(try await fixture.run("predict", "run", "--data", "mean.csv").output)
      for (one, other) in zip(mean[1].dropFirst().compactMap { Double($0) }, rows[1]) {
        #expect(abs(one - other) < 1e-5)
      }
      #expect(rows[2] != rows[3])
    }

    @Test func numbersKeepTheirDigits() async throws {
      let fixture = try await ModelFixture(table: ModelFixture.prices())
      let rows = cells(try await fixture.run("predict", "run", "--data", "rows.csv").output)
      #expect(rows[0] == ["prediction"])
      let expected = try fixture.predictions(of: "rows.csv")
      try #require(rows.count == expected.count + 1)
      for (row, value) in zip(rows.dropFirst(), expected) {
        #expect(abs(try #require(Double(row[0])) - value[0]) < 1e-2)
        #expect(row[0].count <= 12, "\(row[0])")
      }
    }

    @Test func outputIsReplacedAsAWholeOrNotAtAll() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      try fixture.scratch.file("out.csv", "old\n")
      try fixture.scratch.file("lacks.csv", "size,colour\n1,red\n")
      let before = try fixture.scratch.entries()
      let failed = try await fixture.run("predict", "run", "--data", "lacks.csv", "--output", "out.csv")
      #expect(failed.status == 3)
      #expect(try fixture.scratch.text("out.csv") == "old\n")
      let done = try await fixture.run("predict", "run", "--data", "rows.csv", "--output", "out.csv")
      #expect(done.status == 0 && done.output.isEmpty)
      #expect(try fixture.scratch.entries() == before)
      let printed = try await fixture.run("predict", "run", "--data", "rows.csv")
      #expect(try fixture.scratch.text("out.csv") == printed.output)
      let folder = try await fixture.run("predict", "run", "--data", "rows.csv", "--output", "run")
      #expect(folder.status == 1 && folder.errors.contains("run is a folder"), "\(folder.errors)")
      let lost = try await fixture.run("predict", "run", "--data", "rows.csv", "--output", "none/out.csv")
      #expect(lost.status == 1 && lost.errors.contains("none/out.csv"), "\(lost.errors)")
      // What is no file is not replaced.
      let full = try await fixture.run("predict", "run", "--data", "rows.csv", "--output", "/dev/full")
      #expect(full.status == 1)
      #expect(full.errors.contains("/dev/full cannot be written (No space left on device)"), "\(full.errors)")
    }

    @Test func filesOfOneColumn() async throws {
      let rows = (0..<60).map { "\($0 % 7),\($0 % 7 > 3 ? "up" : "down")\n" }
      let fixture = try await ModelFixture(table: "x,kind\n" + rows.joined())
      try fixture.scratch.file("x.csv", "x\n0\n6\n\n")
      let ended = try await fixture.run("predict", "run", "--data", "x.csv")
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(cells(ended.output).map { $0[0] } == ["prediction", "down", "up"])
    }

    @Test func images() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      var pixels: [UInt8] = []
      var labels: [UInt8] = []
      for image in 0..<40 {
        let isBright = image % 2 == 0
        pixels += (0..<6).map { UInt8((isBright ? 200 : 20) + ($0 * image) % 30) }
        labels.append(isBright ? 7 : 3)
      }
      try fixture.scratch.file(
        "images.idx", Data([0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 3] + pixels))
      try fixture.scratch.file("labels.idx", Data([0, 0, 8, 1, 0, 0, 0, 40] + labels))
      let path = "\(fixture.scratch.path)/images.idx"
      var configuration = Configuration.defaults(
        forData: DataOptions(path: path), name: "images", kind: .images)
      configuration.training.epochs = 60
      let dataset = try Dataset.load(configuration.data, seed: 0)
      let trainer = Trainer(
        configuration: configuration, dataset: dataset, channels: RunChannels(), isWatched: false)
      _ = await trainer.run(measuringTest: false)
      try FileManager.default.createDirectory(
        atPath: "\(fixture.scratch.path)/images", withIntermediateDirectories: true)
      try ModelFile.write(
        SavedModel(
          network: await trainer.learning.network.inferenceCopy, preparation: dataset.preparation,
          origin: .init(name: "images")), to: ModelLocation(folder: "\(fixture.scratch.path)/images"))
      let ended = try await fixture.run("predict", "images", "--data", "images.idx")
      #expect(ended.status == 0, "\(ended.errors)")
      let rows = cells(ended.output)
      #expect(rows[0] == ["prediction", "3", "7"])
      #expect(rows.dropFirst().map { $0[0] } == labels.map { "\($0)" })
      let report = try await fixture.object("evaluate", "images", "--data", "images.idx", "--json")
      #expect((report["data"] as? [String: Any])?["accuracy"] as? Double == 1)
      let table = try await fixture.run("predict", "images", "--data", "rows.csv")
      #expect(table.status == 3)
    }
  }
}
